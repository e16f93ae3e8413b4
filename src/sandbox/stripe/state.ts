import { Collection, OverlayCollection, OverlayMap } from './collection.ts'
import type { DeliveryAttempt, PendingDelivery } from './delivery/records.ts'
import type { EndpointSecret } from './delivery/signature.ts'
import type { ArmedFault } from './faults/armed-fault.ts'
import type {
  BillingSettings,
  CurrencyOption,
  Debit,
  ItemTax,
  PendingChange,
  Tier,
} from './life/billing-records.ts'
import type { CheckoutDetails } from './life/checkout/details.ts'
import type {
  ActiveEntitlement,
  AmountDetailsLine,
  BalanceTransaction,
  Card,
  CashBalanceTransaction,
  Charge,
  CheckoutSession,
  ConfirmationToken,
  Coupon,
  Customer,
  CustomerBalanceTransaction,
  Discount,
  Dispute,
  EarlyFraudWarning,
  Feature,
  Invoice,
  InvoiceItem,
  InvoiceLineItem,
  InvoicePayment,
  Mandate,
  PaymentIntent,
  PaymentMethod,
  PaymentMethodConfiguration,
  PortalConfiguration,
  PortalSession,
  Price,
  Product,
  PromotionCode,
  Refund,
  SetupAttempt,
  SetupIntent,
  ShippingRate,
  StripeEvent,
  Subscription,
  SubscriptionSchedule,
  TaxId,
  TaxRate,
  TestClock,
  WebhookEndpoint,
} from './wire.ts'

/** What is behind a payment method, and what became of it. */
export interface MethodBacking {
  /** Of a test card or a test account. */
  number: string
  /** Its holder agreed to payments without them. */
  is_set_up: boolean
  /** It was used without a customer, or detached from one: it cannot be used again. */
  is_spent: boolean
  /** The id of the mandate under which it is debited. */
  mandate: string | null
}

/** What a payment intent knows and does not show. */
export interface IntentDetails {
  /** Where the customer comes back to after the bank's page. */
  return_url: string | null
  is_off_session: boolean
  /** The method whose holder the bank has asked, for an intent that is confirmed by hand. */
  authenticated_method: string | null
}

/** Which feature is attached to which product. */
export interface ProductFeatureLink {
  readonly id: string
  readonly product: string
  readonly feature: string
}

const MAX_EVENTS = 200_000

/**
 * Everything that the sandbox holds, in memory. Each collection is one kind of Stripe object. Whatever is to survive a
 * restart is a field of this class: a `Collection`, `Map` or `Set` of JSON values. It is kept without another line.
 */
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
  readonly balanceTransactions = new Collection<BalanceTransaction>('balance transaction')
  readonly confirmationTokens = new Collection<ConfirmationToken>('confirmation token')
  readonly customerBalanceTransactions = new Collection<CustomerBalanceTransaction>('balance transaction')
  readonly cashBalanceTransactions = new Collection<CashBalanceTransaction>('cash balance transaction')
  readonly paymentMethodConfigurations = new Collection<PaymentMethodConfiguration>('configuration')
  readonly cards = new Collection<Card>('source')
  readonly charges = new Collection<Charge>('charge')
  readonly refunds = new Collection<Refund>('refund')
  readonly disputes = new Collection<Dispute>('dispute')
  readonly earlyFraudWarnings = new Collection<EarlyFraudWarning>('early fraud warning')
  readonly taxIds = new Collection<TaxId>('tax_id')
  readonly mandates = new Collection<Mandate>('mandate')
  readonly setupIntents = new Collection<SetupIntent>('setupintent')
  readonly setupAttempts = new Collection<SetupAttempt>('setup attempt')
  readonly shippingRates = new Collection<ShippingRate>('shipping_rate')
  readonly subscriptions = new Collection<Subscription>('subscription')
  readonly invoices = new Collection<Invoice>('invoice')
  readonly invoiceItems = new Collection<InvoiceItem>('invoiceitem')
  readonly invoicePayments = new Collection<InvoicePayment>('invoice_payment')
  readonly subscriptionSchedules = new Collection<SubscriptionSchedule>('subscription_schedule')
  readonly taxRates = new Collection<TaxRate>('tax_rate')
  readonly events = new Collection<StripeEvent>('event', MAX_EVENTS)
  readonly features = new Collection<Feature>('entitlements feature')
  readonly productFeatures = new Collection<ProductFeatureLink>('product feature')
  readonly activeEntitlements = new Collection<ActiveEntitlement>('active entitlement')
  readonly testClocks = new Collection<TestClock>('test clock')
  readonly webhookEndpoints = new Collection<WebhookEndpoint>('webhook endpoint')
  readonly portalSessions = new Collection<PortalSession>('billing_portal.session')
  readonly portalConfigurations = new Collection<PortalConfiguration>('billing_portal.configuration')

  /** Ids of customers that were deleted: they can still be retrieved, as deleted. */
  readonly deletedCustomers = new Set<string>()
  /** Ids of coupons that were deleted: what they already reduce stays reduced. */
  readonly deletedCoupons = new Set<string>()
  readonly checkoutDetails = new Map<string, CheckoutDetails>()
  /** The checkout session that each payment intent of one pays. */
  readonly sessionsByIntent = new Map<string, string>()
  /** The invoice payment of each invoice that has one. */
  readonly paymentsByInvoice = new Map<string, string>()
  readonly methodBackings = new Map<string, MethodBacking>()
  /** Of payment and setup intents. */
  readonly intentDetails = new Map<string, IntentDetails>()
  /** The invoice that each payment intent of an invoice pays. */
  readonly invoicesByIntent = new Map<string, string>()
  /** The invoices of each subscription, oldest first. */
  readonly invoicesBySubscription = new Map<string, string[]>()
  /** The invoice items of each customer that no invoice has taken yet, oldest first. */
  readonly pendingInvoiceItems = new Map<string, string[]>()
  /** Tax rates that an invoice line names of its own: the line shows what they came to, not which they were. */
  readonly lineTaxRates = new Map<string, string[]>()
  /** The taxes of each invoice line for which a request gave them. */
  readonly lineTaxes = new Map<string, NonNullable<InvoiceLineItem['taxes']>>()
  /** Tiers of each tiered price: shown only where a request expands them. */
  readonly priceTiers = new Map<string, Tier[]>()
  /** What prices cost in other currencies than their own: shown only where a request expands it. */
  readonly priceCurrencies = new Map<string, Record<string, CurrencyOption>>()
  /** The products that a coupon is for, where it is not for all: shown only where a request expands them. */
  readonly couponProducts = new Map<string, string[]>()
  /** What coupons take off in other currencies than their own: shown only where a request expands it. */
  readonly couponCurrencies = new Map<string, Record<string, { amount_off: number }>>()
  /** How invoice items are taxed that say so themselves. */
  readonly itemTaxes = new Map<string, ItemTax>()
  /** The subscription of each subscription item that there is. */
  readonly subscriptionsByItem = new Map<string, string>()
  /** What was billed for the current period of each subscription item: credits are worked out from it. */
  readonly itemDebits = new Map<string, Debit[]>()
  /** The schedules that customers made in the portal; what another made, they cannot take back there. */
  readonly portalSchedules = new Set<string>()
  /** The change that waits for a payment, of each subscription that has a `pending_update`. */
  readonly pendingChanges = new Map<string, PendingChange>()
  /** The `invoice.created` event of each draft that waits for its webhooks. */
  readonly draftEvents = new Map<string, string>()
  /** What an account sets in Stripe's dashboard, where it differs from the defaults. */
  readonly billingSettings = new Map<'settings', BillingSettings>()
  /** The cash of each customer who ever had some, by currency, in the minor unit. */
  readonly cashBalances = new Map<string, Record<string, number>>()
  /** Fingerprints of bank accounts whose holders have shown that they are theirs. */
  readonly verifiedAccounts = new Set<string>()
  /** How often each intent's microdeposits were guessed. */
  readonly depositAttempts = new Map<string, number>()
  /** The lines that the amount of a payment is made of, by the id of its intent. */
  readonly amountDetailsLines = new Map<string, AmountDetailsLine[]>()
  /** What each setup intent that asks for a mandate for one payment wants it for. */
  readonly singleUses = new Map<string, { amount: number; currency: string }>()
  /** The payment method that each confirmation token stands for. */
  readonly tokenMethods = new Map<string, string>()
  /** How cash is reconciled, of each customer for whom it was decided. */
  readonly reconciliationModes = new Map<string, 'automatic' | 'manual'>()
  /** The active entitlements of each customer that ever had one, by id. */
  readonly entitlementsByCustomer = new Map<string, readonly string[]>()
  readonly endpointSecrets = new Map<string, EndpointSecret[]>()
  /** Deliveries that are not over. */
  readonly pendingDeliveries = new Map<string, PendingDelivery>()
  /** Every try to deliver an event, oldest first, by the event's id. */
  readonly deliveryAttempts = new Map<string, DeliveryAttempt[]>()
  /** The account's own API key, and what signs for the command line. */
  readonly keys = new Map<'secret' | 'cli_webhook_secret', string>()
  readonly faults = new Collection<ArmedFault>('fault')
  /** Deliveries that a fault holds back, by the fault and the endpoint. */
  readonly heldDeliveries = new Map<string, string[]>()
  readonly counters = new Map<'fault_seed' | 'faults_added', number>()
  readonly switches = new Set<'delivery_paused'>()

  /** The object that this id names, of whatever kind; expanding needs no more than the id. */
  find(id: string): object | undefined {
    if (this.deletedCustomers.has(id)) return { id, object: 'customer', deleted: true }
    const prefix = id.slice(0, id.indexOf('_'))
    return this.#byPrefix[prefix]?.get(id) ?? this.subscriptionSchedules.get(id) ?? this.coupons.get(id)
  }

  /** A state over this one: it shows what this one holds, and what is written to it stays in it. */
  overlay(): State {
    const over = new State()
    for (const [name, part] of Object.entries(this)) {
      if (part === this.webhookEndpoints) continue
      if (part instanceof Collection) Object.assign(over, { [name]: new OverlayCollection(part) })
      else if (part instanceof Map) Object.assign(over, { [name]: new OverlayMap(part) })
      else if (part instanceof Set) Object.assign(over, { [name]: new Set(part) })
    }
    return over
  }

  clear(): void {
    for (const part of Object.values(this)) {
      if (part instanceof Collection || part instanceof Map || part instanceof Set) part.clear()
    }
  }

  get #byPrefix(): Record<string, Collection<{ id: string }>> {
    return {
      bpc: this.portalConfigurations,
      card: this.cards,
      cbtxn: this.customerBalanceTransactions,
      ccsbtxn: this.cashBalanceTransactions,
      ch: this.charges,
      clock: this.testClocks,
      cs: this.checkoutSessions,
      ctoken: this.confirmationTokens,
      cus: this.customers,
      di: this.discounts,
      du: this.disputes,
      ent: this.activeEntitlements,
      evt: this.events,
      feat: this.features,
      ii: this.invoiceItems,
      in: this.invoices,
      inpay: this.invoicePayments,
      issfr: this.earlyFraudWarnings,
      mandate: this.mandates,
      pi: this.paymentIntents,
      pm: this.paymentMethods,
      pmc: this.paymentMethodConfigurations,
      price: this.prices,
      prod: this.products,
      promo: this.promotionCodes,
      py: this.charges,
      pyr: this.refunds,
      re: this.refunds,
      setatt: this.setupAttempts,
      seti: this.setupIntents,
      shr: this.shippingRates,
      sub: this.subscriptions,
      txi: this.taxIds,
      txn: this.balanceTransactions,
      txr: this.taxRates,
      we: this.webhookEndpoints,
    } as unknown as Record<string, Collection<{ id: string }>>
  }
}
