import type { Change } from '../change/Change.ts'
import type { UserEntitlements } from '../entitlement/UserEntitlements.ts'
import type { Applied, RecordedEvent } from './IEntitlementLedger.ts'

/** The arguments of one write to the ledger. */
export interface PreviewedEvent {
  readonly event: RecordedEvent | null
  readonly change: Change
}

/** What the ledger would answer, and the access that each user concerned has now. */
export interface Preview {
  readonly answers: readonly Applied[]
  readonly before: readonly UserEntitlements[]
}

/** The ledger's own answers, from a transaction that is undone. Throws `BillingError`. */
export interface IEventPreview {
  /** `events` happen one after the other; all are of one user. */
  previewStripeEvents(events: readonly PreviewedEvent[], now: number): Promise<Preview>
}
