import 'server-only'
import { cookies } from 'next/headers'
import { type CheckoutChoice, parseChoice } from '#src/features/billing/ui/checkout-choice.ts'
import { safeReturnPath } from '#src/infrastructure/auth/return-path.ts'
import { billing } from '#src/infrastructure/composition-root.ts'

const COOKIE = 'tollgate-checkout'

/** How long the trip to Stripe is remembered, in seconds: as long as a checkout session can stay open. */
const MAX_AGE_S = 86_400

/** What somebody went to Stripe for, to be found again on the way back. Nothing is decided by it. */
export interface CheckoutMemory {
  readonly choice: CheckoutChoice | null
  /** Where to go when it is paid. */
  readonly returnTo: string | null
}

/** Keeps the choice in a cookie, as the way back from Stripe leads through another site. For server actions. */
export async function rememberCheckout(choice: CheckoutChoice, returnTo: string | null): Promise<void> {
  const store = await cookies()
  store.set(COOKIE, JSON.stringify({ ...choice, returnTo }), {
    path: '/checkout',
    maxAge: MAX_AGE_S,
    sameSite: 'lax',
    httpOnly: true,
    secure: new URL(billing().appUrl).protocol === 'https:',
  })
}

/** What was remembered, read as carefully as anything that a browser sends. */
export async function recallCheckout(): Promise<CheckoutMemory> {
  const raw = parseObject((await cookies()).get(COOKIE)?.value)
  const returnTo = safeReturnPath(raw.returnTo, '')
  return {
    choice: parseChoice({ plan: raw.plan, interval: raw.interval, quantity: raw.quantity }),
    returnTo: returnTo === '' ? null : returnTo,
  }
}

function parseObject(text: string | undefined): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text ?? '{}')
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {} // edited by hand: as if nothing was remembered
  }
}
