import type { StripeFacts } from '../facts/StripeFacts.ts'
import type { RecordedEvent } from './IEntitlementLedger.ts'

/** An event with what it says, in our words. */
export interface ParsedEvent {
  readonly event: RecordedEvent
  readonly facts: StripeFacts
}

/** The door for what Stripe posts. */
export interface IStripeWebhooks {
  /**
   * Whether these very bytes were signed with one of the endpoint's secrets within the tolerance, to either side of
   * the real time (docs.stripe.com/webhooks#verify-manually).
   */
  isSigned(body: Uint8Array, signatureHeader: string | null): boolean
  /** The event in these bytes; null where they are not an event of Stripe's. */
  parse(body: Uint8Array): ParsedEvent | null
}
