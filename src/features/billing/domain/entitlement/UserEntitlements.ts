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

/**
 * What Postgres knows that may withhold a source. Whether it does is judged when it is read (`policy/holds.ts`).
 * `periodEnd` is the end of the period whose invoice the payment paid, milliseconds since the epoch; null where it
 * paid for something else than a period.
 */
export type HoldFact =
  | { readonly kind: 'pause' }
  | {
      readonly kind: 'refund'
      readonly paymentId: string
      /** What was given back, what is on its way, and what had been paid (null: not known), in the minor unit. */
      readonly settled: number
      readonly pending: number
      readonly paid: number | null
      readonly periodEnd: number | null
    }
  | {
      readonly kind: 'dispute'
      readonly disputeId: string
      readonly status: string
      readonly periodEnd: number | null
    }
  | { readonly kind: 'fraud_warning'; readonly warningId: string; readonly periodEnd: number | null }
  | {
      readonly kind: 'invoice'
      readonly invoiceId: string
      readonly status: 'void' | 'uncollectible'
      readonly periodEnd: number | null
    }

/** A source of access as Postgres holds it. Instants in milliseconds since the epoch. */
export interface EntitlementSource {
  readonly kind: 'subscription' | 'payment' | 'manual'
  readonly sourceId: string
  readonly status: string
  readonly items: readonly GrantedItem[]
  /** The end of the whole source: no item outlives it. Null never ends. Of a pass, its end if it stood alone. */
  readonly expiresAt: number | null
  readonly renewsAt: number | null
  readonly cancelsAt: number | null
  readonly pastDueSince: number | null
  /** When it was paid, and for how long it runs from then: of a timed pass; else null. */
  readonly paidAt: number | null
  readonly durationMs: number | null
  /** The end of the latest period of a subscription whose invoice was paid. */
  readonly paidThrough: number | null
  readonly holds: readonly HoldFact[]
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
  return a.epoch > b.epoch || (a.epoch === b.epoch && a.counter > b.counter)
}
