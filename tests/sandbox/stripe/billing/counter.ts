import type Stripe from 'stripe'
import { attach, methodFor } from '#src/sandbox/stripe/life/payment-methods.ts'
import { openShop, type Shop } from '#tests/sandbox/stripe/shop.ts'

export const HOUR = 3_600
export const DAY = 24 * HOUR

/** The moment at which each story begins: noon of a 1st, so that every month ahead has this day. */
export const NOON = Date.UTC(2027, 2, 1, 12) / 1000

type Subscribing = Omit<Stripe.SubscriptionCreateParams, 'customer' | 'items'>

/** Where subscriptions are sold: two plans by the month, one by the year, in euros. */
export interface Counter extends Shop {
  readonly pro: Stripe.Price
  readonly team: Stripe.Price
  readonly yearly: Stripe.Price
  /** A customer whose default card is one of Stripe's fixtures; null has none. */
  customer(card?: string | null): Promise<Stripe.Customer>
  /** Makes another fixture the customer's default card. */
  giveCard(customer: string, card: string): Promise<void>
  /** Subscribes a new customer, who pays with a card that works, to a plan of which there is one. */
  sell(price: Stripe.Price, parameters?: Subscribing): Promise<Stripe.Subscription>
  subscription(id: string): Promise<Stripe.Subscription>
  latestInvoice(subscription: Stripe.Subscription): Promise<Stripe.Invoice>
  advance(seconds: number): Promise<void>
  /** Types and, for updates of a subscription or invoice, the status, since `forget`. */
  story(...prefixes: string[]): string[]
}

/** Opens a counter, its clock at `NOON`. */
export async function openCounter(): Promise<Counter> {
  const shop = await openShop({ seed: false })
  const { sandbox, stripe } = shop
  await sandbox.advance({ to: NOON })
  const product = await stripe.products.create({ name: 'Pro' })
  const larger = await stripe.products.create({ name: 'Team' })
  const price = (unit_amount: number, interval: 'month' | 'year', of: Stripe.Product) =>
    stripe.prices.create({ currency: 'eur', unit_amount, recurring: { interval }, product: of.id })
  const counter: Counter = {
    ...shop,
    pro: await price(1_900, 'month', product),
    team: await price(4_900, 'month', larger),
    yearly: await price(19_000, 'year', product),
    async customer(card = 'pm_card_visa') {
      const customer = await stripe.customers.create({ email: 'buyer@example.test' })
      if (card !== null) await counter.giveCard(customer.id, card)
      return customer
    },
    async giveCard(customer, card) {
      const method = methodFor(sandbox.account, card, 'payment_method')
      attach(sandbox.account, method, customer)
      await stripe.customers.update(customer, { invoice_settings: { default_payment_method: method.id } })
    },
    async sell(of, parameters = {}) {
      const customer = await counter.customer()
      return stripe.subscriptions.create({ customer: customer.id, items: [{ price: of.id }], ...parameters })
    },
    subscription: (id) => stripe.subscriptions.retrieve(id),
    latestInvoice: ({ latest_invoice: id }) => stripe.invoices.retrieve(String(id)),
    async advance(seconds) {
      await sandbox.advance({ seconds })
    },
    story: (...prefixes) =>
      shop.eventTypes().filter((type) => prefixes.some((prefix) => type.startsWith(prefix))),
  }
  return counter
}
