import 'server-only'
import { headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { cache } from 'react'
import type { Feature } from '#src/features/billing/domain/catalogue/catalogue.ts'
import { currentUser } from '#src/infrastructure/auth/current-user.ts'
import { safeReturnPath } from '#src/infrastructure/auth/return-path.ts'
import { billing } from '#src/infrastructure/composition-root.ts'
import type { Entitlements } from '#src/shared/types/billing.ts'
import { PATH_HEADER } from './request-path.ts'

/**
 * What the signed-in user may do, or null for nobody signed in. Works in server components, route handlers and server
 * actions; however often one render asks, one check is made. Rejects with `AuthUnavailableError`, or
 * with a `BillingError` where every backend is down.
 */
export const getEntitlements = cache(async (): Promise<Entitlements | null> => {
  const user = await currentUser()
  return user === null ? null : billing().checkEntitlements.execute(user.id)
})

/** Whether the signed-in user may use a feature now; false for nobody signed in. Rejects as `getEntitlements`. */
export async function hasEntitlement(feature: Feature): Promise<boolean> {
  return (await getEntitlements())?.features.includes(feature) ?? false
}

/**
 * Lets only those pass who may use a feature. Others are redirected, and nothing after the call runs: to sign in, or to the
 * plans, each with the way back to `returnTo` (by default the page that was asked for). Rejects as `getEntitlements`.
 */
export async function requireEntitlement(feature: Feature, returnTo?: string): Promise<Entitlements> {
  const entitlements = await getEntitlements()
  if (entitlements?.features.includes(feature)) return entitlements
  const back = safeReturnPath(returnTo ?? (await headers()).get(PATH_HEADER))
  if (entitlements === null) redirect(`/sign-in?${new URLSearchParams({ return_to: back })}`)
  redirect(`/pricing?${new URLSearchParams({ feature, return_to: back })}`)
}
