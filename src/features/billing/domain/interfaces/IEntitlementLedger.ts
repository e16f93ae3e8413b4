import type { WebhookEvent } from '#src/shared/types/billing.ts'
import type { Change } from '../change/Change.ts'
import type { UserEntitlements } from '../entitlement/UserEntitlements.ts'
import type { Trial } from '../trial/Trial.ts'

/** A Stripe event as the ledger keeps it: what is known of it, and its body as it came. */
export interface RecordedEvent extends WebhookEvent {
  readonly objectId: string | null
  readonly payload: Uint8Array
}

/** An event that the ledger has kept, without its body. */
export type KeptEvent = Omit<RecordedEvent, 'payload'>

/** The words of `apply_stripe_event`. Whatever the answer, it is durable when it is given. */
export type Applied =
  | {
      readonly outcome: 'applied' | 'stale' | 'duplicate' | 'ignored' | 'unresolved'
      readonly reason: string | null
      readonly userId: string | null
      /** The user's access after the event; null where the event concerns nobody we know. */
      readonly entitlements: UserEntitlements | null
      /** Earlier events of this user that were kept for want of one, and of which the objects must be read now. */
      readonly kept: readonly KeptEvent[]
      /** The user's trials that are once a card, oldest first. */
      readonly trials: readonly Trial[]
    }
  /** Nothing was written: read the object, then apply it as newer than this revision of its row. */
  | { readonly outcome: 'ambiguous'; readonly reason: string; readonly revision: number }

/** An event that was applied: never ambiguous any more. */
export type AppliedEvent = Exclude<Applied, { outcome: 'ambiguous' }>

/** The truth in Postgres. Throws `BillingError` `database_unavailable` (retryable) or `database_refused`. */
export interface IEntitlementLedger {
  /** Everything that one event does, once, in one transaction. `event` is null for a read without an event. */
  applyStripeEvent(event: RecordedEvent | null, change: Change, now: number): Promise<Applied>
}
