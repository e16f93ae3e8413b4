import type { PlanKey } from '#src/features/billing/domain/catalogue/catalogue.ts'
import { priceOrder } from '#src/features/billing/domain/checkout/CheckoutSession.ts'
import { StripeCheckoutAdapter } from '#src/features/billing/infrastructure/stripe/StripeCheckoutAdapter.ts'
import { createStripeClient } from '#src/infrastructure/config/clients.ts'
import { createStripeSandbox } from '#src/sandbox/stripe/server.ts'

/** An event as Stripe would post it. */
export interface SandboxEvent {
  readonly id: string
  readonly type: string
  readonly created: number
  readonly data: { readonly object: Record<string, unknown>; readonly previous_attributes?: unknown }
}

/**
 * The events of a short life at Stripe: this user buys Pro and a pass, is disputed, is given the pass back, and
 * cancels. Made by the stand-in, so they have the shape of Stripe's own.
 */
export async function sandboxEvents(userId: string): Promise<readonly SandboxEvent[]> {
  const sandbox = await createStripeSandbox({ seed: true })
  try {
    const stripe = createStripeClient({
      secretKey: sandbox.secretKey,
      webhookSecrets: [],
      apiBase: sandbox.url,
      livemode: false,
    })
    const checkout = new StripeCheckoutAdapter({ stripe, appUrl: sandbox.url, environment: 'local' })
    const customerId = await checkout.createCustomer({ id: userId, email: null })
    const buy = async (plan: PlanKey, interval: 'month' | null, card: string) => {
      const order = priceOrder({ plan, interval, quantity: 1, promotionCode: null })
      if (order === null) throw new Error(`no price of ${plan}`)
      const request = { userId, customerId, order, promotionCodeId: null, idempotencyKey: `buy ${plan}` }
      const created = await checkout.createSession(request)
      if (created.kind !== 'created') throw new Error(created.kind)
      sandbox.pay(created.session.sessionId, { card })
      return stripe.checkout.sessions.retrieve(created.session.sessionId)
    }
    const pro = await buy('pro', 'month', DISPUTED_CARD)
    const pass = await buy('pass', null, GOOD_CARD)
    await stripe.refunds.create({ payment_intent: String(pass.payment_intent), amount: 500 })
    await stripe.subscriptions.cancel(String(pro.subscription))
    return [...sandbox.state.events.values()].map(
      (event) => structuredClone(event) as unknown as SandboxEvent,
    )
  } finally {
    await sandbox.close()
  }
}

const GOOD_CARD = '4242424242424242'
/** Succeeds and is disputed at once: docs.stripe.com/testing#disputes */
const DISPUTED_CARD = '4000000000000259'
