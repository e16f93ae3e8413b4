import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { CheckoutOrder } from '#src/features/billing/domain/checkout/CheckoutSession.ts'
import { priceOrder } from '#src/features/billing/domain/checkout/CheckoutSession.ts'
import type { NewCheckoutSession } from '#src/features/billing/domain/checkout/interfaces/ICheckoutRepository.ts'
import {
  StripeCheckoutAdapter,
  TRIAL_NOTE,
} from '#src/features/billing/infrastructure/stripe/StripeCheckoutAdapter.ts'
import { createStripeClient } from '#src/infrastructure/config/clients.ts'
import { createStripeSandbox, type StripeSandbox } from '#src/sandbox/stripe/server.ts'
import { USER_ID } from '#tests/support/stripe-facts.ts'
import { callsTo } from '#tests/support/stripe-requests.ts'

const APP_URL = 'https://app.example.test'

let sandbox: StripeSandbox

beforeAll(async () => {
  sandbox = await createStripeSandbox()
})
afterAll(() => sandbox.close())
beforeEach(() => sandbox.reset())

function client(options: { deadlineMs?: number; retriesMax?: number } = {}) {
  const stripe = { secretKey: sandbox.secretKey, webhookSecrets: [], livemode: false, apiBase: sandbox.url }
  return createStripeClient(stripe, { deadlineMs: 2_000, ...options })
}

/** The adapter of one process. */
function adapter(options: { deadlineMs?: number; retriesMax?: number } = {}) {
  return new StripeCheckoutAdapter({ stripe: client(options), appUrl: APP_URL, environment: 'local' })
}

async function newSession(
  order: Partial<CheckoutOrder> = {},
  changes: Partial<NewCheckoutSession> = {},
): Promise<NewCheckoutSession> {
  const priced = priceOrder({ plan: 'pro', interval: 'month', quantity: 1, promotionCode: null, ...order })
  if (priced === null) throw new Error('not for sale')
  const customerId =
    changes.customerId ?? (await adapter().createCustomer({ id: USER_ID, email: 'ada@example.test' }))
  return {
    userId: USER_ID,
    customerId,
    order: priced,
    promotionCodeId: null,
    idempotencyKey: `key-${crypto.randomUUID()}`,
    ...changes,
  }
}

async function created(order: Partial<CheckoutOrder> = {}, changes: Partial<NewCheckoutSession> = {}) {
  const creation = await adapter().createSession(await newSession(order, changes))
  if (creation.kind !== 'created') throw new Error('no session')
  return client().checkout.sessions.retrieve(creation.session.sessionId)
}

describe('F14: one customer a user', () => {
  test('sixteen at once, in as many processes, make one', async () => {
    const user = { id: USER_ID, email: 'ada@example.test' }
    const ids = await Promise.all(Array.from({ length: 16 }, () => adapter().createCustomer(user)))
    expect(new Set(ids).size).toBe(1)
    expect(sandbox.state.customers.size).toBe(1)
  })

  test('it says whose it is and where it was made, and keeps up with the e-mail address', async () => {
    const before = await adapter().createCustomer({ id: USER_ID, email: 'ada@example.test' })
    const after = await adapter().createCustomer({ id: USER_ID, email: 'countess@example.test' })
    expect(after).toBe(before)
    expect(await client().customers.retrieve(after)).toMatchObject({
      email: 'countess@example.test',
      metadata: { tollgate_user_id: USER_ID, tollgate_environment: 'local' },
    })
  })

  test('somebody without an e-mail address is a customer too', async () => {
    const id = await adapter().createCustomer({ id: USER_ID, email: null })
    expect(await client().customers.retrieve(id)).toMatchObject({ email: null })
  })
})

describe('what a session is made of', () => {
  test('a subscription carries its metadata, so that every later event says whose it is', async () => {
    const session = await created()
    const metadata = {
      tollgate_user_id: USER_ID,
      tollgate_plan: 'pro',
      tollgate_lookup_key: 'tollgate_pro_monthly_v1',
      tollgate_environment: 'local',
    }
    expect(session).toMatchObject({ mode: 'subscription', client_reference_id: USER_ID, metadata })
    sandbox.pay(session.id)
    const [subscription] = (await client().subscriptions.list()).data
    expect(subscription?.metadata).toEqual(metadata)
    expect(subscription?.trial_end).toBeNull()
  })

  test('a payment carries its metadata on the payment intent', async () => {
    const session = await created({ plan: 'lifetime', interval: null })
    expect(session.mode).toBe('payment')
    sandbox.pay(session.id)
    const [intent] = (await client().paymentIntents.list()).data
    expect(intent?.metadata).toMatchObject({ tollgate_user_id: USER_ID, tollgate_plan: 'lifetime' })
  })

  test('a plan with a trial starts with it, and with the seats that were asked for', async () => {
    const session = await created({ plan: 'team', interval: 'year', quantity: 7 })
    sandbox.pay(session.id)
    const [subscription] = (await client().subscriptions.list()).data
    expect(subscription).toMatchObject({
      status: 'trialing',
      items: { data: [{ quantity: 7, price: { lookup_key: 'tollgate_team_yearly_v1' } }] },
    })
    expect((subscription?.trial_end ?? 0) - (subscription?.start_date ?? 0)).toBe(14 * 86_400)
  })

  test('F89: a trial that is once a card says so beside the button, and on the subscription', async () => {
    const { order } = await newSession({ plan: 'team' })
    const session = await created({}, { order: { ...order, trialOncePerCard: true } })
    sandbox.pay(session.id)
    const [subscription] = (await client().subscriptions.list()).data

    expect(session.custom_text.submit?.message).toBe(TRIAL_NOTE)
    expect(subscription?.metadata).toMatchObject({ tollgate_trial: 'once_per_card' })
  })

  test('F88: the ways back are of the configured origin', async () => {
    expect(await created({ plan: 'team', interval: 'year', quantity: 2 })).toMatchObject({
      success_url: `${APP_URL}/checkout/success?session_id={CHECKOUT_SESSION_ID}`,
      cancel_url: `${APP_URL}/checkout/cancelled?plan=team&interval=year`,
    })
    expect(await created({ plan: 'pass', interval: null })).toMatchObject({
      cancel_url: `${APP_URL}/checkout/cancelled?plan=pass`,
    })
  })

  test('a promotion code takes its share off', async () => {
    const coupon = await client().coupons.create({ percent_off: 50, duration: 'once' })
    await client().promotionCodes.create({ promotion: { type: 'coupon', coupon: coupon.id }, code: 'HALF' })
    const promotionCodeId = await adapter().findPromotionCode('HALF')
    expect(await created({ promotionCode: 'HALF' }, { promotionCodeId })).toMatchObject({ amount_total: 950 })
  })

  test('a code that nobody gave out is none', async () => {
    expect(await adapter().findPromotionCode('NOBODY')).toBeNull()
  })

  test('a code that is not active any more is none', async () => {
    const coupon = await client().coupons.create({ percent_off: 50, duration: 'once' })
    await client().promotionCodes.create({
      promotion: { type: 'coupon', coupon: coupon.id },
      code: 'OVER',
      active: false,
    })
    expect(await adapter().findPromotionCode('OVER')).toBeNull()
  })

  test('the price behind a lookup key is asked for once a process', async () => {
    const processA = adapter()
    const session = await newSession()
    await processA.createSession(session)
    await processA.createSession(session)
    expect((await callsTo(sandbox)).filter((call) => call === 'GET /v1/prices')).toHaveLength(1)
  })

  test('F19: a lookup key that Stripe does not know is refused for good, and makes nothing', async () => {
    const session = await newSession()
    const order = { ...session.order, lookupKey: 'tollgate_gold_v1' }
    await expect(adapter().createSession({ ...session, order })).rejects.toMatchObject({
      code: 'stripe_refused',
      retryable: false,
    })
    expect(sandbox.state.checkoutSessions.size).toBe(0)
  })
})

describe('F42: one key stands for one session', () => {
  test('sixteen at once under one key, in as many processes, make one session', async () => {
    const session = await newSession()
    const creations = await Promise.all(
      Array.from({ length: 16 }, () => adapter({ retriesMax: 5 }).createSession(session)),
    )
    const ids = creations.map((creation) => creation.kind === 'created' && creation.session.sessionId)
    expect(new Set(ids).size).toBe(1)
    expect(sandbox.state.checkoutSessions.size).toBe(1)
  })

  test('an answer that was lost on its way is given again', async () => {
    const session = await newSession()
    sandbox.addFault({ kind: 'reset', route: '/v1/checkout/sessions', method: 'POST', times: 1 })
    expect(await adapter().createSession(session)).toMatchObject({ kind: 'created' })
    expect(sandbox.state.checkoutSessions.size).toBe(1)
  })

  test('an error that Stripe has stored is final for its key', async () => {
    const session = await newSession()
    sandbox.addFault({ kind: 'error_after_effect', route: '/v1/checkout/sessions', method: 'POST', times: 1 })
    expect(await adapter().createSession(session)).toEqual({ kind: 'final_error' })
    expect(await adapter().createSession(session)).toEqual({ kind: 'final_error' })
  })

  test('a key that was used with other parameters is final', async () => {
    const session = await newSession()
    await adapter().createSession(session)
    const yearly = await newSession({ interval: 'year' }, session)
    const order = { ...session.order, lookupKey: 'tollgate_pro_yearly_v1' }
    expect(await adapter().createSession({ ...yearly, order })).toEqual({ kind: 'final_error' })
    expect(sandbox.state.checkoutSessions.size).toBe(1)
  })
})

describe('ending a session', () => {
  test('an open one can be paid on no more', async () => {
    const { id } = await created()
    expect(await adapter().expireSession(id)).toBe('expired')
    expect(sandbox.state.checkoutSessions.get(id)?.status).toBe('expired')
  })

  test('one that is over stays so', async () => {
    const { id } = await created()
    await adapter().expireSession(id)
    expect(await adapter().expireSession(id)).toBe('expired')
  })

  test('one that was paid is told apart', async () => {
    const { id } = await created()
    sandbox.pay(id)
    expect(await adapter().expireSession(id)).toBe('complete')
  })

  test('one that Stripe does not know is refused', async () => {
    await expect(adapter().expireSession('cs_test_nobody')).rejects.toMatchObject({ code: 'stripe_refused' })
  })

  test('Stripe being away is no verdict on the session', async () => {
    const { id } = await created()
    sandbox.addFault({ kind: 'status', status: 503 })
    await expect(adapter({ retriesMax: 0 }).expireSession(id)).rejects.toMatchObject({ retryable: true })
  })
})

test('only open sessions that this environment made are listed', async () => {
  const open = await created()
  const over = await created()
  await adapter().expireSession(over.id)
  await client().checkout.sessions.create({
    mode: 'payment',
    customer: String(open.customer),
    line_items: [{ price: String((await client().prices.list()).data[0]?.id), quantity: 1 }],
    success_url: 'https://elsewhere.test',
    metadata: { tollgate_environment: 'preview' },
  })
  expect(await adapter().listOpenSessions(String(open.customer))).toEqual([open.id])
})

test('the customer portal comes back to a path of ours', async () => {
  const customerId = await adapter().createCustomer({ id: USER_ID, email: null })
  const url = await adapter().createPortalSession(customerId, '/account/billing')
  expect(new URL(url).origin).toBe(sandbox.url)
  expect([...sandbox.state.portalSessions.values()].map((portal) => portal.return_url)).toEqual([
    `${APP_URL}/account/billing`,
  ])
})
