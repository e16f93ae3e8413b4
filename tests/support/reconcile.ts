import { createStripeClient } from '#src/infrastructure/config/clients.ts'
import type { BillingStack, TestUser } from './billing-stack.ts'

/** Stripe's own SDK for this stack: what a person does at Stripe's dashboard. */
export function stripeOf(stack: BillingStack) {
  return createStripeClient(stack.config.stripe)
}

/** Buys, and gives the session with its subscription. */
export async function buy(
  stack: BillingStack,
  user: TestUser,
  request: { readonly plan: 'pro'; readonly interval: 'month' } | { readonly plan: 'pass' },
) {
  // A process that has just started: one that has run for longer remembers the ids of prices.
  const result = await stack.anotherProcess().createCheckoutSession.execute({ user, request })
  if (result.kind !== 'created') throw new Error(`not created: ${result.kind}`)
  const { sessionId } = result.session
  stack.stripe.pay(sessionId)
  if (!stack.stripe.account.delivery.paused) await stack.stripe.settle()
  return stripeOf(stack).checkout.sessions.retrieve(sessionId, { expand: ['subscription'] })
}

/** Buys Pro by the month, and gives the subscription. Webhooks arrive or not, as the stack's deliveries are set. */
export async function subscribe(stack: BillingStack, user: TestUser) {
  const { subscription } = await buy(stack, user, { plan: 'pro', interval: 'month' })
  if (subscription === null || typeof subscription === 'string') throw new Error('no subscription')
  return subscription
}

/** A whole reconciliation, however many calls it takes. */
export async function reconcile(stack: BillingStack, { repairs }: { repairs: boolean }) {
  return stack.billing.operations.reconcile.execute({ repairs, budgetMs: Number.POSITIVE_INFINITY })
}

/** What the user may do, as a process with empty memory is told. */
export async function featuresOf(stack: BillingStack, user: TestUser): Promise<readonly string[]> {
  return (await stack.anotherProcess().checkEntitlements.execute(user.id)).features
}
