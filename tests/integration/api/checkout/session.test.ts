import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  CHECKOUT_BODY_MAX_BYTES,
  handleCheckoutRequest,
} from '#src/features/billing/application/checkout/checkout-request.ts'
import { freshUserFromRequest } from '#src/infrastructure/auth/request-user.ts'
import { type BillingStack, startBillingStack, type TestUser } from '#tests/support/billing-stack.ts'
import {
  bearer,
  expectRefused,
  openSessionsOf,
  PRO,
  postCheckout,
  problemOf,
  SESSIONS,
} from '#tests/support/checkout-endpoint.ts'
import { callsTo, forgetRequests } from '#tests/support/stripe-requests.ts'

const TEAM = { plan: 'team', interval: 'month', quantity: 3 }

let stack: BillingStack
let user: TestUser

beforeAll(async () => {
  stack = await startBillingStack()
})
afterAll(() => stack.close())
beforeEach(async () => {
  user = await stack.signUp()
  await forgetRequests(stack.stripe)
})
afterEach(() => {
  stack.stripe.clearFaults()
  stack.supabase.faults.clear()
  stack.upstash.faults.clear()
})

const post = (sent: Parameters<typeof postCheckout>[1] = {}) => postCheckout(stack, sent)
const byToken = (token = user.accessToken) => bearer(token)
const byCookie = () => ({ cookie: user.cookieHeader, origin: stack.appUrl })
const order = (body: unknown) => post({ headers: byToken(), body: JSON.stringify(body) })

describe('who is signed in gets a session', () => {
  test.each([
    ['by cookie', () => byCookie()],
    ['by bearer token', () => byToken()],
  ])('%s', async (_, headers) => {
    const response = await post({ headers: headers() })
    expect(response.status).toBe(201)
    expect(response.headers.get('cache-control')).toBe('private, no-store')
    const [session] = openSessionsOf(stack, user)
    expect(await response.json()).toEqual({
      sessionId: session?.id,
      url: session?.url,
      expiresAt: (session?.expires_at ?? 0) * 1000,
    })
    expect(session).toMatchObject({ mode: 'subscription', amount_total: 1_900 })
  })

  test('a first checkout asks Stripe and Postgres three times each; the next one asks Stripe for nothing', async () => {
    // A process asks once for the price behind a lookup key.
    await order(PRO)
    user = await stack.signUp()
    await forgetRequests(stack.stripe)
    stack.supabase.clearLog()
    await order(PRO)
    expect(await callsTo(stack.stripe)).toEqual([
      'POST /v1/customers',
      `POST /v1/customers/${openSessionsOf(stack, user)[0]?.customer}`,
      'POST /v1/checkout/sessions',
    ])
    const reserving = ['reserve_checkout_attempt', 'link_stripe_customer', 'open_checkout_attempt']
    expect(reserving.map((name) => stack.supabase.rpcCount(name))).toEqual([1, 1, 1])
    await forgetRequests(stack.stripe)
    expect((await order(PRO)).status).toBe(201)
    expect(await callsTo(stack.stripe)).toEqual([])
  })

  test('the ways back are of the configured origin, whatever the request calls this host', async () => {
    const headers = { ...byToken(), 'x-forwarded-host': 'elsewhere.test', forwarded: 'host=elsewhere.test' }
    expect((await post({ headers })).status).toBe(201)
    const [session] = openSessionsOf(stack, user)
    expect(session?.success_url).toMatch(`${stack.appUrl}/checkout/success?`)
    expect(session?.cancel_url).toMatch(`${stack.appUrl}/checkout/cancelled?`)
  })

  test('one line is logged, with ids alone', async () => {
    await order(PRO)
    const [line] = stack.logLines.filter(({ user_id }) => user_id === user.id)
    expect(line).toMatchObject({
      msg: 'checkout session',
      outcome: 'created',
      plan: 'pro',
      session_id: openSessionsOf(stack, user)[0]?.id,
      duration_ms: expect.any(Number),
    })
    expect(JSON.stringify(stack.logLines)).not.toContain(user.email)
    expect(JSON.stringify(stack.logLines)).not.toContain(user.accessToken)
  })
})

describe('a body that is not an order', () => {
  test.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', ''])(
    'of the type %j is refused with 415',
    async (type) => {
      const headers = { ...byToken(), 'content-type': type }
      await expectRefused(stack, await post({ headers }), 415, 'unsupported_media_type')
    },
  )

  test.each(['', '{', 'plan=pro', '{"plan":"pro"}}', '\u0000'])('%j is malformed', async (body) => {
    await expectRefused(stack, await post({ headers: byToken(), body }), 400, 'malformed_body')
  })

  test.each<[string, unknown, string[]]>([
    ['an unknown plan', { ...PRO, plan: 'gold' }, ['plan']],
    ['an unknown field', { ...PRO, colour: 'red' }, ['colour']],
    ['an amount', { ...PRO, amount: 1 }, ['amount']],
    ['a price id', { ...PRO, price: 'price_1' }, ['price']],
    ['a lookup key', { ...PRO, lookupKey: 'tollgate_pro_monthly_v1' }, ['lookupKey']],
    ['somebody else’s id', { ...PRO, userId: randomUUID() }, ['userId']],
    ['a quantity of 0', { ...TEAM, quantity: 0 }, ['quantity']],
    ['a quantity of -1', { ...TEAM, quantity: -1 }, ['quantity']],
    ['a quantity of 1e9', { ...TEAM, quantity: 1e9 }, ['quantity']],
    ['a quantity of 1.5', { ...TEAM, quantity: 1.5 }, ['quantity']],
    ['a quantity in words', { ...TEAM, quantity: '3' }, ['quantity']],
    ['no interval', { plan: 'pro' }, ['interval']],
    ['an interval that is not sold', { ...PRO, interval: 'day' }, ['interval']],
    ['a promotion code that is none', { ...PRO, promotionCode: 'a b' }, ['promotionCode']],
    ['a list', [PRO], ['body']],
    ['null', null, ['body']],
  ])('%s is refused with 400, and the field is named', async (_, body, fields) => {
    const response = await order(body)
    const problem = await problemOf(response)
    expect(problem).toMatchObject({ type: 'invalid_request', status: 400 })
    expect(problem.fields?.map(({ field }) => field)).toEqual(fields)
    expect(await callsTo(stack.stripe)).toEqual([])
  })

  test('a key named __proto__ is a field like any other', async () => {
    const response = await post({
      headers: byToken(),
      body: '{"plan":"pro","interval":"month","__proto__":{"a":1}}',
    })
    expect((await problemOf(response)).fields?.map(({ field }) => field)).toEqual(['__proto__'])
  })

  test('a promotion code that nobody gave out is named, and nothing is made', async () => {
    const response = await order({ ...PRO, promotionCode: 'NOBODY' })
    expect(await problemOf(response)).toMatchObject({
      type: 'invalid_promotion_code',
      status: 400,
      fields: [{ field: 'promotionCode' }],
    })
    expect(await callsTo(stack.stripe)).toEqual(['GET /v1/promotion_codes'])
  })

  const padded = (size: number) => JSON.stringify(PRO).padEnd(size, ' ')

  test('of 16 KiB is still read', async () => {
    expect((await post({ headers: byToken(), body: padded(CHECKOUT_BODY_MAX_BYTES) })).status).toBe(201)
  })

  test('of a byte more is refused with 413', async () => {
    const response = await post({ headers: byToken(), body: padded(CHECKOUT_BODY_MAX_BYTES + 1) })
    await expectRefused(stack, response, 413, 'body_too_large')
  })

  test('of a byte more is refused with 413 where nobody has told its length', async () => {
    const pieces = [padded(CHECKOUT_BODY_MAX_BYTES), ' '].map((piece) => new TextEncoder().encode(piece))
    const response = await post({ headers: byToken(), body: new Blob(pieces).stream() })
    await expectRefused(stack, response, 413, 'body_too_large')
  })
})

describe('409', () => {
  test('who has it already is shown where to manage it', async () => {
    await order(PRO)
    const [session] = openSessionsOf(stack, user)
    stack.stripe.pay(session?.id ?? '')
    await stack.stripe.settle()
    await forgetRequests(stack.stripe)
    expect(await problemOf(await order(TEAM))).toMatchObject({
      type: 'already_subscribed',
      status: 409,
      plan: 'pro',
      planStatus: 'active',
      manage: '/account/billing',
    })
    expect(await callsTo(stack.stripe)).toEqual([])
  })

  test('who is opening another session right now is told when to come back', async () => {
    stack.stripe.addFault({ kind: 'status', status: 429, ...SESSIONS, times: 1 })
    await order(PRO)
    const response = await order(TEAM)
    expect(response.headers.get('retry-after')).toBe('60')
    expect(await problemOf(response)).toMatchObject({ type: 'checkout_in_progress', status: 409 })
  })
})

test('F39: two clicks at once, in two processes, get one session', async () => {
  const other = stack.anotherProcess()
  const click = (billing: typeof other) =>
    handleCheckoutRequest(
      new Request(`${stack.appUrl}/api/checkout/session`, {
        method: 'POST',
        headers: { ...byToken(), 'content-type': 'application/json', 'x-forwarded-for': randomUUID() },
        body: JSON.stringify(PRO),
      }),
      { ...billing.checkoutRequest, authenticate: freshUserFromRequest },
    )
  const answers = await Promise.all([click(stack.billing), click(other)])
  const [first, second] = await Promise.all(answers.map((answer) => answer.json()))
  expect(answers.map(({ status }) => status)).toEqual([201, 201])
  expect(first).toEqual(second)
  expect(openSessionsOf(stack, user)).toHaveLength(1)
})
