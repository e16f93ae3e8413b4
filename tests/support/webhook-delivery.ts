import type { BillingStack, TestUser } from './billing-stack.ts'
import { WEBHOOK_SECRET } from './billing-stack.ts'
import { bytes, signatureHeader } from './stripe-event.ts'

/** How a delivery differs from one of Stripe's own. */
interface DeliveryOptions {
  readonly secret?: string
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Posts these bytes to the webhook, signed as Stripe signs. */
export function deliver(
  stack: BillingStack,
  body: Uint8Array,
  options: DeliveryOptions = {},
): Promise<Response> {
  const { secret = WEBHOOK_SECRET, path = '/api/webhooks/stripe', headers = {} } = options
  return fetch(`${stack.appUrl}${path}`, {
    method: 'POST',
    redirect: 'manual',
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'stripe-signature': signatureHeader(secret, Math.floor(Date.now() / 1000), body),
      ...headers,
    },
    body: Buffer.from(body),
  })
}

/** As `deliver`, and the outcome that the answer names. */
export async function outcomeOf(delivery: Promise<Response>): Promise<string> {
  const { outcome } = (await (await delivery).json()) as { outcome: string }
  return outcome
}

/** What a person bought, with the bodies of Stripe's events about it, none of which was delivered. */
export interface Purchase {
  readonly sessionId: string
  /** The body of the newest event of this type. */
  body(type: string): Uint8Array
  /** The newest event of this type with some of its members changed, as another event. */
  variant(type: string, changes: Record<string, unknown>, object?: Record<string, unknown>): Uint8Array
}

/** Buys Pro by the month for this user, and holds Stripe's deliveries back. */
export function purchasePro(stack: BillingStack, user: TestUser): Promise<Purchase> {
  return purchase(stack, user, 'pro')
}

/** Buys this plan by the month for this user, and holds Stripe's deliveries back. */
export async function purchase(stack: BillingStack, user: TestUser, plan: 'pro' | 'team'): Promise<Purchase> {
  stack.stripe.pauseDelivery()
  const result = await stack.billing.createCheckoutSession.execute({
    user,
    request: { plan, interval: 'month' },
  })
  if (result.kind !== 'created') throw new Error(`not created: ${result.kind}`)
  stack.stripe.pay(result.session.sessionId, { card: '4242424242424242' })
  const newest = (type: string) => {
    const event = [...stack.stripe.state.events.values()].findLast((candidate) => candidate.type === type)
    if (event === undefined) throw new Error(`Stripe sent no ${type}`)
    return event
  }
  return {
    sessionId: result.session.sessionId,
    body: (type) => bytes(JSON.stringify(newest(type))),
    variant: (type, changes, object = {}) => {
      const event = newest(type)
      const data = { ...event.data, object: { ...event.data.object, ...object } }
      return bytes(JSON.stringify({ ...event, data, ...changes }))
    },
  }
}
