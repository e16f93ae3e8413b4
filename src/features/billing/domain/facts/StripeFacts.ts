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
  /** The metadata of its subscription, as the invoice carries it. */
  readonly metadata: Metadata
}

/** Which payment paid an invoice. */
export interface InvoicePaymentFacts {
  readonly invoicePaymentId: string
  readonly invoiceId: string
  readonly paymentKind: 'payment_intent' | 'charge' | 'payment_record'
  readonly paymentId: string
  readonly paidAt: number
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
  /** A type that we handle, in a shape or of an API version that we cannot read: the object must be asked for. */
  | { readonly kind: 'unreadable'; readonly reason: 'unknown_api_version' | 'unknown_shape' }
  /** A type that means nothing for access. */
  | { readonly kind: 'unhandled' }
