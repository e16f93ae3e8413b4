import { Collection } from './collection.ts'
import type {
  Charge,
  CheckoutSession,
  Coupon,
  Customer,
  Discount,
  Invoice,
  InvoicePayment,
  LineItem,
  PaymentIntent,
  PaymentMethod,
  PortalConfiguration,
  PortalSession,
  Price,
  Product,
  PromotionCode,
  StripeEvent,
  Subscription,
  TestClock,
  WebhookEndpoint,
} from './wire.ts'

/** What a checkout session knows and does not show. */
export interface CheckoutDetails {
  line_items: LineItem[]
  subscription_data: {
    metadata: Record<string, string>
    description: string | null
    trial_end: number | null
  }
  payment_intent_data: { metadata: Record<string, string>; description: string | null }
  /** The payment that was declined or waits to be confirmed; the next try uses it again. */
  payment_intent: string | null
  /** The payment that waits for the customer's confirmation. */
  confirming: { number: string; name: string; email: string } | null
  /** Where a bank debit ends when it settles. */
  settles: 'succeeded' | 'failed' | null
}

/** What happens when a payment method is charged without its holder. */
export interface CardBehaviour {
  off_session: 'succeeds' | 'declined'
}

const MAX_EVENTS = 200_000

/** Everything that the sandbox holds, in memory. Each collection is one kind of Stripe object. */
export class State {
  readonly customers = new Collection<Customer>('customer')
  readonly products = new Collection<Product>('product')
  readonly prices = new Collection<Price>('price')
  readonly coupons = new Collection<Coupon>('coupon')
  readonly promotionCodes = new Collection<PromotionCode>('promotion code')
  readonly discounts = new Collection<Discount>('discount')
  readonly checkoutSessions = new Collection<CheckoutSession>('checkout.session')
  readonly paymentIntents = new Collection<PaymentIntent>('payment_intent')
  readonly paymentMethods = new Collection<PaymentMethod>('PaymentMethod')
  readonly charges = new Collection<Charge>('charge')
  readonly subscriptions = new Collection<Subscription>('subscription')
  readonly invoices = new Collection<Invoice>('invoice')
  readonly invoicePayments = new Collection<InvoicePayment>('invoice_payment')
  readonly events = new Collection<StripeEvent>('event', MAX_EVENTS)
  readonly testClocks = new Collection<TestClock>('test clock')
  readonly webhookEndpoints = new Collection<WebhookEndpoint>('webhook endpoint')
  readonly portalSessions = new Collection<PortalSession>('billing_portal.session')
  readonly portalConfigurations = new Collection<PortalConfiguration>('billing_portal.configuration')

  /** Ids of customers that were deleted: they can still be retrieved, as deleted. */
  readonly deletedCustomers = new Set<string>()
  readonly checkoutDetails = new Map<string, CheckoutDetails>()
  /** The invoice payment of each invoice that has one. */
  readonly paymentsByInvoice = new Map<string, string>()
  readonly cardBehaviours = new Map<string, CardBehaviour>()
  readonly endpointSecrets = new Map<string, { secret: string; expires_at_ms: number | null }[]>()

  /** The object that this id names, of whatever kind; expanding needs no more than the id. */
  find(id: string): object | undefined {
    if (this.deletedCustomers.has(id)) return { id, object: 'customer', deleted: true }
    const prefix = id.slice(0, id.indexOf('_'))
    return this.#byPrefix[prefix]?.get(id) ?? this.coupons.get(id)
  }

  clear(): void {
    for (const part of Object.values(this)) {
      if (part instanceof Collection || part instanceof Map || part instanceof Set) part.clear()
    }
  }

  readonly #byPrefix: Record<string, Collection<{ id: string }>> = {
    bpc: this.portalConfigurations,
    ch: this.charges,
    clock: this.testClocks,
    cs: this.checkoutSessions,
    cus: this.customers,
    di: this.discounts,
    evt: this.events,
    in: this.invoices,
    inpay: this.invoicePayments,
    pi: this.paymentIntents,
    pm: this.paymentMethods,
    price: this.prices,
    prod: this.products,
    promo: this.promotionCodes,
    py: this.charges,
    sub: this.subscriptions,
    we: this.webhookEndpoints,
  } as unknown as Record<string, Collection<{ id: string }>>
}
