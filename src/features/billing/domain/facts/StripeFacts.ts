import type { Metadata } from './Metadata.ts'
import type { SubscriptionFacts } from './SubscriptionFacts.ts'

/** What one snapshot of a Checkout session says. Instants in whole seconds. */
export interface CheckoutSessionFacts {
  readonly sessionId: string
  readonly mode: string
  readonly status: string | null
  readonly paymentStatus: string
  readonly customerId: string | null
  readonly clientReferenceId: string | null
  readonly subscriptionId: string | null
  readonly paymentIntentId: string | null
  /** What was to be paid, in the currency's minor unit. */
  readonly amountTotal: number | null
  readonly metadata: Metadata
}

/** What one snapshot of a subscription's invoice says. Amounts in the minor unit, instants in whole seconds. */
export interface InvoiceFacts {
  readonly invoiceId: string
  readonly subscriptionId: string | null
  readonly customerId: string | null
  readonly status: string
  readonly billingReason: string | null
  readonly number: string | null
  readonly amountDue: number
  readonly amountPaid: number
  readonly currency: string
  readonly hostedInvoiceUrl: string | null
  readonly periodEnd: number | null
  readonly created: number
  /** The payment that an invoice of a version before 2025-03-31 names itself. */
  readonly paymentId: string | null
  /** The metadata of its subscription, as the invoice carries it. */
  readonly metadata: Metadata
}

/** Which payment paid an invoice. */
export interface InvoicePaymentFacts {
  readonly invoicePaymentId: string
  readonly invoiceId: string
  readonly paymentKind: 'payment_intent' | 'charge' | 'payment_record'
  readonly paymentId: string
  readonly amountPaid: number | null
  readonly paidAt: number
}

/** One refund. `paymentId` is its payment intent, of a payment without one its charge; null where it is of neither. */
export interface RefundFacts {
  readonly refundId: string
  readonly paymentId: string | null
  /** In the minor unit. */
  readonly amount: number
  readonly status: string
}

/** One dispute, and the payment that is disputed. */
export interface DisputeFacts {
  readonly disputeId: string
  readonly paymentId: string
  readonly amount: number
  readonly status: string
}

/** An issuer's warning of fraud about a payment. */
export interface FraudWarningFacts {
  readonly warningId: string
  readonly paymentId: string
}

/** What Stripe says of a price, where the catalogue may say something else. */
export interface PriceFacts {
  readonly priceId: string
  readonly lookupKey: string | null
  readonly active: boolean
  readonly currency: string
  readonly unitAmount: number | null
  readonly interval: string | null
  readonly intervalCount: number | null
}

/** The features that Stripe's own entitlements give a customer. `isWhole` is false where the list has further pages. */
export interface EntitlementSummaryFacts {
  readonly customerId: string
  readonly lookupKeys: readonly string[]
  readonly isWhole: boolean
}

/** Whose payment it is and which invoices it paid, as Stripe answers. */
export interface PaymentFacts {
  readonly paymentId: string
  readonly customerId: string | null
  readonly metadata: Metadata
  readonly invoices: readonly { readonly invoice: InvoiceFacts; readonly payment: InvoicePaymentFacts }[]
}

/** What an event is about, after its body was read into our words. */
export type StripeFacts =
  | {
      readonly kind: 'subscription'
      readonly now: SubscriptionFacts
      /** As it was before this change, where the event says so (`previous_attributes`). */
      readonly before: SubscriptionFacts | null
    }
  | { readonly kind: 'checkout_session'; readonly session: CheckoutSessionFacts }
  | { readonly kind: 'invoice'; readonly invoice: InvoiceFacts }
  | { readonly kind: 'invoice_payment'; readonly payment: InvoicePaymentFacts }
  /** A charge says that money went back, but not by which refunds: those must be asked for. */
  | { readonly kind: 'charge'; readonly paymentId: string }
  | { readonly kind: 'refunds'; readonly refunds: readonly RefundFacts[] }
  | { readonly kind: 'dispute'; readonly dispute: DisputeFacts }
  | { readonly kind: 'fraud_warning'; readonly warning: FraudWarningFacts }
  | { readonly kind: 'customer'; readonly customerId: string }
  | { readonly kind: 'price'; readonly price: PriceFacts }
  | { readonly kind: 'entitlement_summary'; readonly summary: EntitlementSummaryFacts }
  /** A type that we keep and that moves nothing. */
  | { readonly kind: 'recorded' }
  /** A type that we handle, in a shape or of an API version that we cannot read: the object must be asked for. */
  | { readonly kind: 'unreadable'; readonly reason: 'unknown_api_version' | 'unknown_shape' }
  /** A type that means nothing for access. */
  | { readonly kind: 'unhandled' }
