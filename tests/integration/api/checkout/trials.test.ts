import { afterAll, beforeAll, expect, it } from 'vitest'
import { type BillingStack, startBillingStack, type TestUser } from '#tests/support/billing-stack.ts'
import { stripeOf } from '#tests/support/reconcile.ts'

let stack: BillingStack

beforeAll(async () => {
  stack = await startBillingStack()
})
afterAll(() => stack.close())

/** Buys Team, which has a trial, and gives what Stripe's page asked for at once and the subscription. */
async function subscribeToTeam(user: TestUser) {
  const result = await stack.billing.createCheckoutSession.execute({
    user,
    request: { plan: 'team', interval: 'month' },
  })
  if (result.kind !== 'created') throw new Error(result.kind)
  stack.stripe.pay(result.session.sessionId)
  await stack.stripe.settle()
  const session = await stripeOf(stack).checkout.sessions.retrieve(result.session.sessionId, {
    expand: ['subscription'],
  })
  if (session.subscription === null || typeof session.subscription === 'string') throw new Error('none')
  return { due: session.amount_total, subscription: session.subscription }
}

it('F89: the second subscription of a user has no trial, and Stripe’s page says what is due today', async () => {
  const user = await stack.signUp()
  const first = await subscribeToTeam(user)
  await stripeOf(stack).subscriptions.cancel(first.subscription.id)
  await stack.stripe.settle()

  const second = await subscribeToTeam(user)

  expect([first.subscription.status, first.due]).toEqual(['trialing', 0])
  expect(second.subscription.status).toBe('active')
  expect(second.due).toBeGreaterThan(0)
})

it('F89: a user is judged by their own subscriptions alone', async () => {
  await subscribeToTeam(await stack.signUp())

  expect((await subscribeToTeam(await stack.signUp())).subscription.status).toBe('trialing')
})
