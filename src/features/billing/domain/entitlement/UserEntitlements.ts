import type { HoldKind } from '#src/shared/types/billing.ts'
import type { PlanKey } from '../catalogue/catalogue.ts'
import type { BillingInterval } from '../catalogue/define-catalogue.ts'

/**
 * How new a user's entitlements are. The epoch is raised when a database is restored from a backup, so that what
 * caches hold from the lost future is older than the truth.
 */
export interface EntitlementVersion {
  readonly epoch: number
  readonly counter: number
}

/** A plan or add-on within a source. Instants in milliseconds since the epoch; null never ends. */
export interface GrantedItem {
  readonly plan: PlanKey
  readonly planVersion: number
  readonly quantity: number
  readonly interval: BillingInterval | null
  readonly expiresAt: number | null
}

/** A source of access as Postgres holds it. Instants in milliseconds since the epoch. */
export interface EntitlementSource {
  readonly kind: 'subscription' | 'payment' | 'manual'
  readonly sourceId: string
  readonly status: string
  readonly items: readonly GrantedItem[]
  /** The end of the whole source: no item outlives it. Null never ends. */
  readonly expiresAt: number | null
  readonly renewsAt: number | null
  readonly cancelsAt: number | null
  readonly pastDueSince: number | null
  readonly holds: readonly HoldKind[]
  readonly stripeEventId: string | null
}

/** All that can give one user access: what every cache holds. Features are not in it: the running code expands them. */
export interface UserEntitlements {
  readonly userId: string
  readonly version: EntitlementVersion
  readonly sources: readonly EntitlementSource[]
}

/** Whether `a` is newer than `b`. */
export function isNewer(a: EntitlementVersion, b: EntitlementVersion): boolean {
  return a.epoch !== b.epoch ? a.epoch > b.epoch : a.counter > b.counter
}

/** The instant at which an item's access ends: its own end or its source's, whichever comes first. */
export function endOfItem(source: EntitlementSource, item: GrantedItem): number | null {
  if (item.expiresAt === null) return source.expiresAt
  return source.expiresAt === null ? item.expiresAt : Math.min(item.expiresAt, source.expiresAt)
}

/** The next instant after `now` at which any access ends, milliseconds since the epoch; null where none does. */
export function nextExpiry(entitlements: UserEntitlements, now: number): number | null {
  const ends = entitlements.sources
    .flatMap((source) => source.items.map((item) => endOfItem(source, item)))
    .filter((end) => end !== null && end > now)
  return ends.length === 0 ? null : Math.min(...(ends as number[]))
}
