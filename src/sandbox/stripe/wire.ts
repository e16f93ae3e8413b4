import type Stripe from 'stripe'

/**
 * What an object of the SDK's declarations looks like as JSON: decimals are strings, and a reference that may be
 * expanded is its id (expanding happens on the way out, in `expand.ts`).
 */
export type Wire<T> = T extends Stripe.Decimal
  ? string
  : T extends readonly (infer Item)[]
    ? WireField<Item>[]
    : T extends object
      ? { [Key in keyof T]: WireField<T[Key]> }
      : T

// An object without fields takes a string too, for TypeScript: it is no reference.
type WireField<T> = string extends T ? (Record<string, never> extends T ? T : Exclude<T, object>) : Wire<T>

export type ActiveEntitlement = Wire<Stripe.Entitlements.ActiveEntitlement>
export type AmountDetailsLine = Wire<Stripe.PaymentIntentAmountDetailsLineItem>
export type BalanceTransaction = Wire<Stripe.BalanceTransaction>
export type Card = Wire<Stripe.Card>
export type Charge = Wire<Stripe.Charge>
export type CheckoutSession = Wire<Stripe.Checkout.Session>
export type ConfirmationToken = Wire<Stripe.ConfirmationToken>
export type Coupon = Wire<Stripe.Coupon>
export type Customer = Wire<Stripe.Customer>
export type CustomerBalanceTransaction = Wire<Stripe.CustomerBalanceTransaction>
export type CashBalance = Wire<Stripe.CashBalance>
export type CashBalanceTransaction = Wire<Stripe.CustomerCashBalanceTransaction>
export type FundingInstructions = Wire<Stripe.FundingInstructions>
export type Discount = Wire<Stripe.Discount>
export type Dispute = Wire<Stripe.Dispute>
export type EarlyFraudWarning = Wire<Stripe.Radar.EarlyFraudWarning>
export type Feature = Wire<Stripe.Entitlements.Feature>
export type Invoice = Wire<Stripe.Invoice>
export type InvoiceItem = Wire<Stripe.InvoiceItem>
export type InvoiceLineItem = Wire<Stripe.InvoiceLineItem>
export type InvoicePayment = Wire<Stripe.InvoicePayment>
export type LineItem = Wire<Stripe.LineItem>
export type Mandate = Wire<Stripe.Mandate>
export type PaymentIntent = Wire<Stripe.PaymentIntent>
export type PaymentMethod = Wire<Stripe.PaymentMethod>
export type PaymentMethodConfiguration = Wire<Stripe.PaymentMethodConfiguration>
export type PortalConfiguration = Wire<Stripe.BillingPortal.Configuration>
export type PortalSession = Wire<Stripe.BillingPortal.Session>
export type Price = Wire<Stripe.Price>
export type Product = Wire<Stripe.Product>
export type ProductFeature = Wire<Stripe.ProductFeature>
export type PromotionCode = Wire<Stripe.PromotionCode>
export type Refund = Wire<Stripe.Refund>
export type ShippingRate = Wire<Stripe.ShippingRate>
export type SetupAttempt = Wire<Stripe.SetupAttempt>
export type SetupIntent = Wire<Stripe.SetupIntent>
export type Subscription = Wire<Stripe.Subscription>
export type SubscriptionItem = Wire<Stripe.SubscriptionItem>
export type TestClock = Wire<Stripe.TestHelpers.TestClock>
export type SubscriptionSchedule = Wire<Stripe.SubscriptionSchedule>
export type TaxRate = Wire<Stripe.TaxRate>
export type TaxId = Wire<Stripe.TaxId>
export type WebhookEndpoint = Wire<Stripe.WebhookEndpoint>

/** The types of events that this sandbox emits. */
export type EventType = Extract<Stripe.Event['type'], string>

/** An event as it is delivered: the object as it was at that moment, and what an update changed. */
export interface StripeEvent {
  id: string
  object: 'event'
  api_version: string
  created: number
  data: { object: Record<string, unknown>; previous_attributes?: Record<string, unknown> }
  livemode: false
  pending_webhooks: number
  request: { id: string | null; idempotency_key: string | null }
  type: EventType
}

/** A page of a list, as Stripe answers it. */
export interface ListObject<Item> {
  object: 'list'
  data: Item[]
  has_more: boolean
  url: string
}

/** The API version that this sandbox speaks, the one that SDK 23.1 pins. */
export const API_VERSION = '2026-10-28.endive'
