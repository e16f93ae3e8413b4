import type {
  EntitlementSource,
  UserEntitlements,
} from '#src/features/billing/domain/entitlement/UserEntitlements.ts'

/** A user's entitlements as Postgres would give them: Pro by the month, until `expiresAt`. */
export function proUntil(userId: string, expiresAt: number | null, counter = 1, epoch = 1): UserEntitlements {
  return { userId, version: { epoch, counter }, sources: [proSource(expiresAt)] }
}

/** A user who has bought nothing. */
export function nothing(userId: string, counter = 0): UserEntitlements {
  return { userId, version: { epoch: 1, counter }, sources: [] }
}

function proSource(expiresAt: number | null): EntitlementSource {
  return {
    kind: 'subscription',
    sourceId: 'sub_1',
    status: 'active',
    items: [{ plan: 'pro', planVersion: 1, quantity: 1, interval: 'month', expiresAt }],
    expiresAt,
    renewsAt: null,
    cancelsAt: null,
    pastDueSince: null,
    paidAt: null,
    durationMs: null,
    paidThrough: null,
    holds: [],
    stripeEventId: 'evt_1',
  }
}
