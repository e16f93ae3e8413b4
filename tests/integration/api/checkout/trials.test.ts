import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type BillingStack, startBillingStack, type TestUser } from '#tests/support/billing-stack.ts'
import { featuresOf, stripeOf } from '#tests/support/reconcile.ts'

let stack: BillingStack
let user: TestUser
/** A card that nobody has paid with. */
let card: string

beforeAll(async () => {
  stack = await startBillingStack()
})
beforeEach(async () => {
  user = await stack.signUp()
  card = CARDS.pop() ?? ''
})
afterAll(() => stack.close())

const CARDS = [
  '4242424242424242',
  '4000056655665556',
  '5555555555554444',
  '5200828282828210',
  '378282246310005',
  '6011111111111117',
  '3056930009020004',
  '3566002020360505',
  '6200000000000005',
]
/** It can be saved, and every payment with it fails. */
const DECLINES_LATER = '4000000000000341'

/** Opens a checkout of Team, which has a trial. */
async function checkoutOfTeam(buyer: TestUser): Promise<string> {
  const result = await stack.billing.createCheckoutSession.execute({
    user: buyer,
    request: { plan: 'team', interval: 'month' },
  })
  if (result.kind !== 'created') throw new Error(result.kind)
  return result.session.sessionId
}

/** The session as it is now, with its subscription. */
async function read(sessionId: string) {
  const session = await stripeOf(stack).checkout.sessions.retrieve(sessionId, { expand: ['subscription'] })
  if (session.subscription === null || typeof session.subscription === 'string') throw new Error('none')
  return { sessionId, due: session.amount_total, session, subscription: session.subscription }
}

/** Buys Team with this card, and gives what Stripe's page asked for at once, and what the webhooks left. */
async function subscribeToTeam(buyer: TestUser, using = card) {
  const sessionId = await checkoutOfTeam(buyer)
  stack.stripe.pay(sessionId, { card: using })
  await stack.stripe.settle()
  return read(sessionId)
}

/** As `subscribeToTeam`, and holds Stripe's deliveries back. */
async function subscribeUntold(buyer: TestUser, using = card): Promise<string> {
  const sessionId = await checkoutOfTeam(buyer)
  stack.stripe.pauseDelivery()
  stack.stripe.pay(sessionId, { card: using })
  return sessionId
}

async function deliverAll(): Promise<void> {
  stack.stripe.resumeDelivery()
  await stack.stripe.settle()
}

const paidInvoicesOf = async (subscription: string) =>
  (await stripeOf(stack).invoices.list({ subscription, status: 'paid' })).data.filter(
    ({ amount_paid }) => amount_paid > 0,
  )

describe('F89: a trial is once a user', () => {
  it('a second subscription has none, and Stripe’s page says what is due today', async () => {
    const first = await subscribeToTeam(user)
    await stripeOf(stack).subscriptions.cancel(first.subscription.id)
    await stack.stripe.settle()

    const second = await subscribeToTeam(user)

    expect([first.subscription.status, first.due]).toEqual(['trialing', 0])
    expect(second.subscription.status).toBe('active')
    expect(second.due).toBeGreaterThan(0)
  })

  it('a user is judged by their own subscriptions alone', async () => {
    await subscribeToTeam(await stack.signUp(), CARDS.pop())

    expect((await subscribeToTeam(user)).subscription.status).toBe('trialing')
  })
})

describe('F89: a trial is once a card', () => {
  it('another user with the same card pays at once, as Stripe’s page said beside the button', async () => {
    await subscribeToTeam(await stack.signUp())

    const { session, subscription } = await subscribeToTeam(user)

    expect(session.custom_text.submit?.message).toMatch(/once for each card.*paid from today/)
    expect(subscription.status).toBe('active')
    expect(await paidInvoicesOf(subscription.id)).toHaveLength(1)
    expect(await featuresOf(stack, user)).toContain('insights')
    expect((await stack.billing.readBillingAccount.execute(user.id)).paidFromFirstDay).toEqual([
      subscription.id,
    ])
    const told = await stack.supabase.sql(
      "select 1 from outbox where user_id = $1 and topic = 'trial.card_had_one'",
      [user.id],
    )
    expect(told).toHaveLength(1)
  })

  it('of two who begin at once with one card, one tries and one pays', async () => {
    const other = await stack.signUp()
    const sessions = [await subscribeUntold(user), await subscribeUntold(other)]
    await deliverAll()

    const statuses = await Promise.all(sessions.map(async (id) => (await read(id)).subscription.status))
    expect(statuses.toSorted()).toEqual(['active', 'trialing'])
  })

  it('where the card cannot be charged the subscription ends, without the grace of who has paid before', async () => {
    await subscribeToTeam(await stack.signUp(), DECLINES_LATER)

    const { sessionId, subscription } = await subscribeToTeam(user, DECLINES_LATER)

    expect(subscription.status).toBe('canceled')
    expect(await featuresOf(stack, user)).not.toContain('insights')
    expect(await stack.billing.confirmCheckout.execute({ userId: user.id, sessionId })).toEqual({
      kind: 'trial_refused',
      plan: 'team',
    })
  })

  it('I8: the page that Stripe redirects to settles it where it comes before the webhook', async () => {
    await subscribeToTeam(await stack.signUp())
    const sessionId = await subscribeUntold(user)

    const page = await stack.billing.confirmCheckout.execute({ userId: user.id, sessionId })

    expect(page).toMatchObject({ kind: 'granted', trial: { verdict: 'card_had_one', isOpen: false } })
    await deliverAll()
    expect((await read(sessionId)).subscription.status).toBe('active')
  })

  it('what is cut off before the trial is ended is done when Stripe delivers again, once', async () => {
    await subscribeToTeam(await stack.signUp())
    const sessionId = await subscribeUntold(user)
    stack.stripe.addFault({ kind: 'down', route: '/v1/subscriptions', method: 'POST' })
    await deliverAll()
    const cutOff = (await read(sessionId)).subscription

    stack.stripe.clearFaults()
    await fetch(`${stack.stripe.url}/_sandbox/clock/advance`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ seconds: 6 * 3600 }),
    })
    await stack.stripe.settle()

    expect(cutOff.status).toBe('trialing')
    expect((await read(sessionId)).subscription.status).toBe('active')
    expect(await paidInvoicesOf(cutOff.id)).toHaveLength(1)
  })

  it('what no event tells of is settled by the scheduled check', async () => {
    await subscribeToTeam(await stack.signUp())
    const sessionId = await subscribeUntold(user)
    await stack.billing.scheduledCheck.reconcile.execute({
      repairs: true,
      budgetMs: Number.POSITIVE_INFINITY,
    })

    expect(await stack.billing.scheduledCheck.settleTrials.sweep()).toBe(1)

    expect((await read(sessionId)).subscription.status).toBe('active')
    await deliverAll()
    expect(await stack.billing.scheduledCheck.settleTrials.sweep()).toBe(0)
  })
})
