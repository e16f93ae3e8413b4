import 'server-only'
import { headers } from 'next/headers'
import { cache } from 'react'
import type { ConfirmCheckoutResult } from '#src/features/billing/application/checkout/ConfirmCheckout.ts'
import { freshUser } from '#src/infrastructure/auth/current-user.ts'
import { billing } from '#src/infrastructure/composition-root.ts'
import { PATH_HEADER } from './request-path.ts'

/** The page that Stripe redirects to. */
const SUCCESS_PAGE = '/checkout/success'

/** Stripe's session ids: `cs_test_…`, `cs_live_…`. */
const SESSION_ID = /^cs_[A-Za-z0-9_]{1,250}$/

/** The session's id in an address; null where it is none. */
export function sessionIdOf(param: string | null | undefined): string | null {
  return param && SESSION_ID.test(param) ? param : null
}

/** What came of a session of this user's; once a render, whoever asks. Rejects with `BillingError`. */
export const confirmCheckout = cache(
  (userId: string, sessionId: string): Promise<ConfirmCheckoutResult> =>
    billing().confirmCheckout.execute({ userId, sessionId }),
)

/**
 * Resolves once the checkout is confirmed that the page being rendered is about, and at once on every other page. Frame and
 * page are rendered together: without this the frame would show as locked what the page has just opened (I8).
 */
export async function checkoutOfThisPage(): Promise<void> {
  const { pathname, searchParams } = new URL((await headers()).get(PATH_HEADER) ?? '/', 'http://page')
  const sessionId = pathname === SUCCESS_PAGE ? sessionIdOf(searchParams.get('session_id')) : null
  const user = sessionId && (await freshUser())
  if (sessionId && user) await confirmCheckout(user.id, sessionId)
}
