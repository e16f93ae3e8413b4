import type { CheckoutSessionFacts, StripeFacts } from '../facts/StripeFacts.ts'

/** The kinds of object that an event can be about. */
export type StripeObjectKind = 'checkout_session' | 'subscription' | 'invoice' | 'invoice_payment'

/** A read of an object. `answeredAt` is the answer's `Date`, in whole seconds: the facts are at least as new. */
export interface StripeRead<F = StripeFacts> {
  readonly facts: F
  readonly answeredAt: number
}

/** A Checkout session with its subscription, as one read. */
export interface CheckoutRead {
  readonly session: CheckoutSessionFacts
  readonly subscription: StripeFacts | null
  readonly livemode: boolean
  readonly url: string | null
  /** In the currency's minor unit. */
  readonly amountTotal: number
  readonly currency: string
}

/** Stripe's current objects. Throws `BillingError` `stripe_unavailable` (retryable) or `stripe_refused`. */
export interface IStripeObjects {
  /** The object as it is now; null where Stripe does not know it. */
  read(kind: StripeObjectKind, id: string): Promise<StripeRead | null>
  /** A session and its subscription in one call; null where Stripe does not know it. */
  readCheckout(sessionId: string): Promise<StripeRead<CheckoutRead> | null>
}
