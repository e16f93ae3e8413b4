import type Stripe from 'stripe'
import { createStripeClient } from '#src/infrastructure/config/clients.ts'
import type { PayRequest } from '#src/sandbox/stripe/control/pay.ts'
import {
  createStripeSandbox,
  type StripeSandbox,
  type StripeSandboxOptions,
} from '#src/sandbox/stripe/server.ts'
import { recordShapes } from '#tests/support/stripe-shapes/recorder.ts'

/** A sandbox with the official SDK pointed at it, and short ways to what the tests do often. */
export interface Shop {
  readonly sandbox: StripeSandbox
  readonly stripe: Stripe
  /** Opens a checkout of the price behind a lookup key, for a new customer where none is given. */
  checkout(
    lookupKey: string,
    parameters?: Partial<Stripe.Checkout.SessionCreateParams>,
  ): Promise<Stripe.Checkout.Session>
  /** Subscribes a new customer to Pro by the month, and pays as asked. */
  subscribe(request?: PayRequest): Promise<Stripe.Subscription>
  /** The types of all events since `forget`, oldest first. */
  eventTypes(): string[]
  /** The newest event of a type. */
  event(type: string): Stripe.Event
  forget(): void
}

/** Opens a shop for a test file. */
export async function openShop(options: StripeSandboxOptions = {}): Promise<Shop> {
  const sandbox = await createStripeSandbox(options)
  recordShapes(sandbox)
  const stripe = createStripeClient(
    { secretKey: sandbox.secretKey, apiBase: sandbox.url, livemode: false, webhookSecrets: [] },
    { retriesMax: 0, deadlineMs: 120_000 },
  )
  let forgotten = 0
  const events = () => [...sandbox.state.events.values()] as unknown as Stripe.Event[]
  const shop: Shop = {
    sandbox,
    stripe,
    async checkout(lookupKey, parameters = {}) {
      const { data } = await stripe.prices.list({ lookup_keys: [lookupKey] })
      const customer = await stripe.customers.create({ email: 'buyer@example.test' })
      return stripe.checkout.sessions.create({
        mode: 'subscription',
        customer: customer.id,
        line_items: [{ price: data[0]?.id ?? '', quantity: 1 }],
        success_url: 'http://127.0.0.1/success?session_id={CHECKOUT_SESSION_ID}',
        ...parameters,
      })
    },
    async subscribe(request = {}) {
      const session = await shop.checkout('tollgate_pro_monthly_v1')
      const { session: paid } = sandbox.pay(session.id, request)
      return stripe.subscriptions.retrieve(String(paid.subscription))
    },
    eventTypes: () =>
      events()
        .slice(forgotten)
        .map(({ type }) => type),
    event(type) {
      const found = events().findLast((event) => event.type === type)
      if (found === undefined) throw new Error(`no ${type}`)
      return found
    },
    forget() {
      forgotten = events().length
    },
  }
  return shop
}
