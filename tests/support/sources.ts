import type { Entitlement, Entitlements } from '#src/shared/types/billing.ts'

/** Noon of 1 March 2027 in UTC: the moment at which the pages of these tests are looked at. */
export const NOW = Date.UTC(2027, 2, 1, 12)

export const DAY_MS = 86_400_000

/** A source as the check gives it: Pro by the month, paid, renewing in 20 days. */
export function source(change: Partial<Entitlement> = {}): Entitlement {
  return {
    kind: 'subscription',
    sourceId: 'sub_1',
    status: 'active',
    plan: 'pro',
    planVersion: 1,
    quantity: 1,
    interval: 'month',
    expiresAt: NOW + 23 * DAY_MS,
    renewsAt: NOW + 20 * DAY_MS,
    cancelsAt: null,
    pastDueSince: null,
    holds: [],
    stripeEventId: 'evt_1',
    ...change,
  }
}

/** A user with these sources: those without a hold are active. */
export function entitlementsOf(...sources: readonly Entitlement[]): Entitlements {
  return {
    userId: 'a3d8f0c2-5a0b-4c1e-9d57-0a6f6f1f2b11',
    asOf: NOW,
    features: ['projects'],
    limits: {},
    active: sources.filter(({ holds }) => holds.length === 0),
    held: sources.filter(({ holds }) => holds.length > 0),
    layer: 'memory',
  }
}
