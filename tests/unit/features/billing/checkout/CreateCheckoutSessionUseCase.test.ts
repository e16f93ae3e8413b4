import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { CreateCheckoutSessionResult } from '#src/features/billing/application/checkout/CreateCheckoutSessionUseCase.ts'
import type { CreateCheckoutSessionRequest } from '#src/features/billing/application/checkout/dto/CreateCheckoutSessionRequest.ts'
import {
  APP_URL,
  type Buyer,
  type CheckoutHarness,
  startCheckoutHarness,
} from '#tests/support/checkout-harness.ts'
import { callsTo, forgetRequests } from '#tests/support/stripe-requests.ts'

const PRO: CreateCheckoutSessionRequest = { plan: 'pro', interval: 'month' }
const TEAM: CreateCheckoutSessionRequest = { plan: 'team', interval: 'year', quantity: 3 }
const PASS: CreateCheckoutSessionRequest = { plan: 'pass' }

let harness: CheckoutHarness
let user: Buyer

beforeAll(async () => {
  harness = await startCheckoutHarness()
}, 30_000)
afterAll(() => harness.close())
beforeEach(async () => {
  await harness.reset()
  user = await harness.addUser()
})

/** The id of the session that was opened. */
function idOf(result: CreateCheckoutSessionResult): string {
  if (result.kind !== 'created') throw new Error(`not created: ${result.kind}`)
  return result.session.sessionId
}

const create = async (request = PRO) => idOf(await harness.startProcess().create(user, request))
const statusOf = (sessionId: string) => harness.stripe.state.checkoutSessions.get(sessionId)?.status
const sessionsMade = () => harness.stripe.state.checkoutSessions.size
const moveOn = (seconds: number) => {
  harness.clock.offsetMs += seconds * 1000
}
const attempts = () =>
  harness.supabase.sql(
    'select plan, status, attempt_number, session_id from checkout_attempts order by reserved_at',
  )

describe('what is opened', () => {
  test('is a session at Stripe, and the answer says where and until when', async () => {
    const result = await harness.startProcess().create(user, PRO)
    const [session] = harness.stripe.state.checkoutSessions.values()
    expect(result).toEqual({
      kind: 'created',
      session: { sessionId: session?.id, url: session?.url, expiresAt: (session?.expires_at ?? 0) * 1000 },
    })
    expect(session).toMatchObject({ mode: 'subscription', client_reference_id: user.id, status: 'open' })
    expect(await attempts()).toEqual([
      { plan: 'pro', status: 'open', attempt_number: 1, session_id: session?.id },
    ])
  })

  test('is paid once for what lasts a time', async () => {
    expect(harness.stripe.state.checkoutSessions.get(await create(PASS))).toMatchObject({
      mode: 'payment',
      amount_total: 2_500,
    })
  })

  test('has the seats that were asked for, or the least that the plan has, and its trial', async () => {
    harness.stripe.pay(await create({ plan: 'team', interval: 'month' }))
    const [subscription] = harness.stripe.state.subscriptions.values()
    expect(subscription).toMatchObject({ status: 'trialing', items: { data: [{ quantity: 2 }] } })
  })

  test('F88: leads back to the configured origin and nowhere else', async () => {
    const session = harness.stripe.state.checkoutSessions.get(await create(TEAM))
    expect([session?.success_url, session?.cancel_url]).toEqual([
      `${APP_URL}/checkout/success?session_id={CHECKOUT_SESSION_ID}`,
      `${APP_URL}/checkout/cancelled?plan=team&interval=year`,
    ])
  })

  test('a request that was not validated opens nothing', async () => {
    await expect(create({ plan: 'pro' })).rejects.toThrow(RangeError)
    expect(await callsTo(harness.stripe)).toEqual([])
  })
})

describe('a promotion code', () => {
  async function giveOut(code: string) {
    const coupon = await harness.client.coupons.create({ percent_off: 25, duration: 'once' })
    await harness.client.promotionCodes.create({ promotion: { type: 'coupon', coupon: coupon.id }, code })
  }

  test('takes its share off', async () => {
    await giveOut('SPRING')
    const id = await create({ ...PRO, promotionCode: 'SPRING' })
    expect(harness.stripe.state.checkoutSessions.get(id)?.amount_total).toBe(1_425)
  })

  test('that nobody gave out makes nothing: no customer, no session, no reservation', async () => {
    const result = await harness.startProcess().create(user, { ...PRO, promotionCode: 'NOBODY' })
    expect(result).toEqual({ kind: 'invalid_promotion_code' })
    expect(await callsTo(harness.stripe)).toEqual(['GET /v1/promotion_codes'])
    expect(await attempts()).toEqual([])
  })

  test('is another purchase than the same plan without it', async () => {
    await giveOut('SPRING')
    const without = await create()
    const withCode = await create({ ...PRO, promotionCode: 'SPRING' })
    expect([statusOf(without), statusOf(withCode)]).toEqual(['expired', 'open'])
  })
})

describe('F39, F40: however often it is clicked, one session can be paid on', () => {
  test('two clicks at once in two processes get one session', async () => {
    const results = await Promise.all([
      harness.startProcess({ retriesMax: 3 }).create(user, PRO),
      harness.startProcess({ retriesMax: 3 }).create(user, PRO),
    ])
    expect(idOf(results[0])).toBe(idOf(results[1]))
    expect(sessionsMade()).toBe(1)
  })

  test('F14: sixteen at once make one session and one customer', async () => {
    const results = await Promise.all(
      Array.from({ length: 16 }, () => harness.startProcess({ retriesMax: 5 }).create(user, PRO)),
    )
    expect(new Set(results.map(idOf)).size).toBe(1)
    expect([sessionsMade(), harness.stripe.state.customers.size]).toEqual([1, 1])
    expect(await harness.supabase.sql('select stripe_customer_id from billing_users')).toEqual([
      { stripe_customer_id: [...harness.stripe.state.customers.values()][0]?.id },
    ])
  })

  test('an open session is given back without a call to Stripe', async () => {
    const first = await create()
    await forgetRequests(harness.stripe)
    expect(await create()).toBe(first)
    expect(await callsTo(harness.stripe)).toEqual([])
  })

  test('another plan expires the open session before its own is opened', async () => {
    const pro = await create(PRO)
    await forgetRequests(harness.stripe)
    const team = await create(TEAM)
    expect([statusOf(pro), statusOf(team)]).toEqual(['expired', 'open'])
    const posts = (await callsTo(harness.stripe)).filter((call) => call.startsWith('POST'))
    expect(posts).toEqual([`POST /v1/checkout/sessions/${pro}/expire`, 'POST /v1/checkout/sessions'])
    expect(await attempts()).toMatchObject([
      { plan: 'pro', status: 'expired' },
      { plan: 'team', status: 'open' },
    ])
  })

  test('a session that ran out of time is followed by a new one', async () => {
    const first = await create()
    await harness.stripe.advance({ seconds: 24 * 3_600 + 1 })
    moveOn(24 * 3_600 + 1)
    const second = await create()
    expect([statusOf(first), statusOf(second)]).toEqual(['expired', 'open'])
  })

  test('a customer who is known already is not made again', async () => {
    await create()
    await forgetRequests(harness.stripe)
    await create(TEAM)
    expect(await callsTo(harness.stripe)).not.toContain('POST /v1/customers')
  })

  test('F14: the customer that the user was linked to first is the one who pays', async () => {
    const linked = await harness.client.customers.create({})
    harness.stripe.addFault({ kind: 'delay', route: '/v1/customers', delay_ms: 200, times: 1 })
    const creating = create()
    await harness.database.linkCustomer(user.id, linked.id, harness.clock.now())
    expect(harness.stripe.state.checkoutSessions.get(await creating)?.customer).toBe(linked.id)
  })
})

describe('who has it already', () => {
  async function buy(request: CreateCheckoutSessionRequest) {
    const sessionId = await create(request)
    harness.stripe.pay(sessionId)
    await harness.startProcess().confirm.execute({ userId: user.id, sessionId })
    return sessionId
  }

  test.each([
    ['the same plan', PRO],
    ['another plan, which is a change of the first', TEAM],
  ])('F47: is not sold %s from a page that is older than the purchase', async (_, request) => {
    await buy(PRO)
    await forgetRequests(harness.stripe)
    expect(await harness.startProcess().create(user, request)).toEqual({
      kind: 'already_subscribed',
      plan: 'pro',
      status: 'active',
    })
    expect(await callsTo(harness.stripe)).toEqual([])
  })

  test('is not sold for a second lifetime', async () => {
    await buy({ plan: 'lifetime' })
    expect(await harness.startProcess().create(user, { plan: 'lifetime' })).toMatchObject({
      kind: 'already_subscribed',
      plan: 'lifetime',
    })
  })

  test('may buy another pass', async () => {
    await buy(PASS)
    expect(await harness.startProcess().create(user, PASS)).toMatchObject({ kind: 'created' })
  })

  test('F40: who has just paid on the open session is not sold another plan, though no webhook has come', async () => {
    harness.stripe.pay(await create(PRO))
    const team = await harness.startProcess().create(user, TEAM)
    expect(team).toEqual({ kind: 'already_subscribed', plan: 'pro', status: 'active' })
    expect(sessionsMade()).toBe(1)
    expect(await attempts()).toMatchObject([{ plan: 'pro', status: 'completed' }])
    expect((await harness.entitlementsOf(user.id)).sources).toMatchObject([{ status: 'active' }])
  })

  test('who has just paid for a pass keeps it and may subscribe', async () => {
    harness.stripe.pay(await create(PASS))
    expect(statusOf(await create(PRO))).toBe('open')
    expect((await harness.entitlementsOf(user.id)).sources).toMatchObject([{ kind: 'payment' }])
  })

  test('F42: buy, cancel and buy again within a minute works', async () => {
    await buy(PRO)
    const [subscription] = harness.stripe.state.subscriptions.values()
    await harness.client.subscriptions.cancel(subscription?.id ?? '')
    const process = harness.startProcess()
    const [deleted] = harness.eventsOf('customer.subscription.deleted')
    if (deleted === undefined) throw new Error('no event')
    await process.apply.execute(deleted)
    expect(await process.create(user, PRO)).toMatchObject({ kind: 'created' })
    expect(sessionsMade()).toBe(2)
  })
})

test('who asks too often is told when to come back, before anything is asked or made', async () => {
  const limiter = { take: async () => ({ allowed: false as const, retryAfterSeconds: 7 }) }
  harness.supabase.clearLog()
  expect(await harness.startProcess({ limiter }).create(user, { ...PRO, promotionCode: 'GUESS1' })).toEqual({
    kind: 'rate_limited',
    retryAfterSeconds: 7,
  })
  expect(await callsTo(harness.stripe)).toEqual([])
  expect(harness.supabase.rpcCount()).toBe(0)
})
