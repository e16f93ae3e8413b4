import type { CheckoutSessionFacts, PaymentFacts, StripeFacts } from '../facts/StripeFacts.ts'
import type { ReadableObjectKind } from '../facts/StripeObjectKind.ts'

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
  read(kind: ReadableObjectKind, id: string): Promise<StripeRead | null>
  /** A session and its subscription in one call; null where Stripe does not know it. */
  readCheckout(sessionId: string): Promise<StripeRead<CheckoutRead> | null>
  /** Whose payment it is, and which invoices it paid; null where Stripe does not know it. */
  readPayment(paymentId: string): Promise<StripeRead<PaymentFacts> | null>
  /** Every refund of a payment, however many pages. */
  readRefunds(paymentId: string): Promise<StripeRead>
  /** The lookup keys of the features that Stripe's own entitlements give a customer, however many pages. */
  readActiveFeatures(customerId: string): Promise<readonly string[]>
}
