import type { ParsedEvent } from './IStripeWebhooks.ts'

/** What to ask Stripe's list of events for. Instants in whole seconds; `until` is not included. */
export interface StripeEventRange {
  readonly since: number
  readonly until: number
  readonly types: readonly string[]
}

/**
 * Stripe's own list of what happened, of the last 30 days (docs.stripe.com/api/events). It does not have what was
 * never generated: reconciling reads objects for that reason. Throws `BillingError`.
 */
export interface IStripeEvents {
  /** Every event of the range, newest first, page after page. */
  listEvents(range: StripeEventRange): AsyncIterable<ParsedEvent>
  /** One event; null where Stripe does not have it any more. */
  retrieveEvent(eventId: string): Promise<ParsedEvent | null>
}
