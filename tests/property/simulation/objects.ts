/**
 * The objects of the model of Stripe that the simulator runs on: plain data, written from Stripe's documents and
 * sharing nothing with the app. Instants are whole seconds since the epoch, amounts in the minor unit.
 */
export interface ModelSubscription {
  readonly kind: 'subscription'
  readonly id: string
  readonly customer: string
  readonly metadata: Readonly<Record<string, string>>
  readonly status: string
  readonly items: readonly ModelItem[]
  readonly cancelAt: number | null
  readonly cancelAtPeriodEnd: boolean
  readonly endedAt: number | null
  readonly trialEnd: number | null
  readonly pauseCollection: boolean
  readonly created: number
  /** The moment of the last change of status: Stripe's object does not show it, its event log does. */
  readonly statusSince: number
}

export interface ModelItem {
  readonly id: string
  readonly lookupKey: string
  readonly quantity: number
  readonly periodStart: number
  readonly periodEnd: number
}

export interface ModelSession {
  readonly kind: 'checkout_session'
  readonly id: string
  readonly mode: 'subscription' | 'payment'
  readonly status: 'complete' | 'expired'
  readonly paymentStatus: 'paid' | 'unpaid' | 'no_payment_required'
  readonly customer: string
  readonly clientReferenceId: string | null
  readonly subscription: string | null
  readonly paymentIntent: string | null
  readonly amountTotal: number
  readonly created: number
  readonly metadata: Readonly<Record<string, string>>
}

export interface ModelInvoice {
  readonly kind: 'invoice'
  readonly id: string
  readonly subscription: string
  readonly customer: string
  readonly status: 'open' | 'paid'
  readonly billingReason: 'subscription_create' | 'subscription_cycle' | 'subscription_update'
  readonly amount: number
  readonly periodStart: number
  readonly periodEnd: number
  readonly created: number
  readonly paymentIntent: string
  readonly metadata: Readonly<Record<string, string>>
}

export interface ModelInvoicePayment {
  readonly kind: 'invoice_payment'
  readonly id: string
  readonly invoice: string
  readonly paymentIntent: string
  readonly amountPaid: number
  readonly paidAt: number
}

export interface ModelCharge {
  readonly kind: 'charge'
  readonly id: string
  readonly paymentIntent: string
  readonly customer: string
  readonly amount: number
  readonly amountRefunded: number
  readonly created: number
  /** Which invoice or session the money paid: known to the model, not shown by Stripe since 2025-03-31. */
  readonly paidFor: string
}

export interface ModelRefund {
  readonly kind: 'refund'
  readonly id: string
  readonly charge: string
  readonly paymentIntent: string
  readonly amount: number
  readonly status: 'pending' | 'succeeded' | 'failed' | 'canceled'
  readonly created: number
}

export interface ModelDispute {
  readonly kind: 'dispute'
  readonly id: string
  readonly charge: string
  readonly paymentIntent: string
  readonly amount: number
  readonly status: 'warning_needs_response' | 'needs_response' | 'under_review' | 'won' | 'lost'
  readonly created: number
}

/** A card's issuer suspects fraud: nobody has disputed anything, and no money moves. */
export interface ModelFraudWarning {
  readonly kind: 'fraud_warning'
  readonly id: string
  readonly charge: string
  readonly paymentIntent: string
  readonly created: number
}

export type ModelObject =
  | ModelSubscription
  | ModelSession
  | ModelInvoice
  | ModelInvoicePayment
  | ModelCharge
  | ModelRefund
  | ModelDispute
  | ModelFraudWarning

/** An event of the model: the object as it was then, and as it was before an update. */
export interface ModelEvent {
  readonly id: string
  readonly type: string
  readonly created: number
  readonly object: ModelObject
  readonly before: ModelObject | null
}

/** What happened at Stripe at one instant, whole or not at all. */
export interface Moment {
  readonly at: number
  readonly changed: readonly ModelObject[]
  readonly events: readonly ModelEvent[]
}

export interface ModelUser {
  readonly userId: string
  readonly customerId: string
}

/** A whole true timeline, oldest first, and what Stripe's objects are in the end. */
export interface History {
  readonly users: readonly ModelUser[]
  readonly moments: readonly Moment[]
  readonly finalObjects: ReadonlyMap<string, ModelObject>
}
