import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { CreateCheckoutSessionUseCase } from '#src/features/billing/application/checkout/CreateCheckoutSessionUseCase.ts'
import {
  CHECKOUT_RETRY_AFTER_SECONDS,
  handleCheckoutRequest,
} from '#src/features/billing/application/checkout/checkout-request.ts'
import { policy } from '#src/features/billing/domain/policy/policy.ts'
import { StripeCheckoutAdapter } from '#src/features/billing/infrastructure/stripe/StripeCheckoutAdapter.ts'
import { freshUserFromRequest } from '#src/infrastructure/auth/request-user.ts'
import { CHECKOUTS_PER_ADDRESS, CHECKOUTS_PER_USER } from '#src/infrastructure/composition-root.ts'
import { createStripeClient, createSupabaseServiceClient } from '#src/infrastructure/config/clients.ts'
import { DatabaseService } from '#src/infrastructure/db/database-service.ts'
import { supabaseRpc } from '#src/infrastructure/db/supabase-rpc.ts'
import { type BillingStack, startBillingStack, type TestUser } from '#tests/support/billing-stack.ts'
import {
  bearer,
  openSessionsOf,
  PRO,
  postCheckout,
  problemOf,
  SESSIONS,
} from '#tests/support/checkout-endpoint.ts'
import { callsTo, forgetRequests } from '#tests/support/stripe-requests.ts'

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
const order = (body: unknown) => post({ headers: byToken(), body: JSON.stringify(body) })

describe('too many are refused with 429 and told when to come back', () => {
  test('of one user, from however many addresses', async () => {
    const responses: Response[] = []
    // One after the other: at once they wait for each other, and on a busy machine beyond a deadline.
    while (responses.length <= CHECKOUTS_PER_USER.requests) {
      responses.push(await order({ ...PRO, promotionCode: 'GUESS' }))
    }
    const statuses = responses.map(({ status }) => status)
    expect(statuses).toEqual([...Array.from({ length: CHECKOUTS_PER_USER.requests }, () => 400), 429])
    const refused = responses.at(-1)
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
    expect(await problemOf(refused ?? new Response())).toMatchObject({ type: 'rate_limited' })
    expect(openSessionsOf(stack, user).length).toBe(0)
  })

  test('of one address, before anybody is asked who it is', async () => {
    const headers = { 'x-forwarded-for': '192.0.2.1', origin: stack.appUrl }
    stack.supabase.clearLog()
    const responses = await Promise.all(
      Array.from({ length: CHECKOUTS_PER_ADDRESS.requests + 1 }, () => post({ headers })),
    )
    const statuses = responses.map(({ status }) => status).toSorted()
    expect(statuses).toEqual([...Array.from({ length: CHECKOUTS_PER_ADDRESS.requests }, () => 401), 429])
    const refused = responses.find(({ status }) => status === 429)
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
    expect(stack.supabase.requests()).toEqual([])
  })
})

describe('a service behind it being away is 503, and the next try goes on', () => {
  async function expectUnavailable(response: Response): Promise<void> {
    expect(response.headers.get('retry-after')).toBe(String(CHECKOUT_RETRY_AFTER_SECONDS))
    expect(await problemOf(response)).toMatchObject({ type: 'unavailable', status: 503 })
  }

  test.each([
    ['is down', { kind: 'down' }],
    ['answers 503', { kind: 'status', status: 503 }],
    ['answers 429', { kind: 'status', status: 429 }],
  ] as const)('Stripe %s: the next try makes one session', async (_, fault) => {
    stack.stripe.addFault({ ...fault, ...SESSIONS })
    await expectUnavailable(await order(PRO))
    stack.stripe.clearFaults()
    expect((await order(PRO)).status).toBe(201)
    expect(openSessionsOf(stack, user)).toHaveLength(1)
  })

  test('Stripe is slow beyond the deadline and makes the session all the same: the next try gets that one', async () => {
    const database = new DatabaseService(supabaseRpc(createSupabaseServiceClient(stack.config.supabase)))
    const impatient = createStripeClient(stack.config.stripe, { deadlineMs: 200, retriesMax: 0 })
    const createCheckoutSession = new CreateCheckoutSessionUseCase({
      policy,
      attempts: database,
      checkout: new StripeCheckoutAdapter({ stripe: impatient, appUrl: stack.appUrl, environment: 'local' }),
      limiter: { take: async () => ({ allowed: true }) },
      clock: stack.clock,
      confirmCheckout: stack.billing.confirmCheckout,
      environment: 'local',
    })
    const request = new Request(`${stack.appUrl}/api/checkout/session`, {
      method: 'POST',
      headers: { ...byToken(), 'content-type': 'application/json' },
      body: JSON.stringify(PRO),
    })
    stack.stripe.addFault({ kind: 'delay', delay_ms: 500, ...SESSIONS, times: 1 })
    await expectUnavailable(
      await handleCheckoutRequest(request, {
        ...stack.billing.checkoutRequest,
        createCheckoutSession,
        authenticate: freshUserFromRequest,
      }),
    )
    await vi.waitFor(async () => expect(openSessionsOf(stack, user)).toHaveLength(1))
    const response = await order(PRO)
    expect(await response.json()).toMatchObject({ sessionId: openSessionsOf(stack, user)[0]?.id })
    expect(openSessionsOf(stack, user)).toHaveLength(1)
  })

  test('Postgres', async () => {
    stack.supabase.faults.set({ kind: 'down' })
    await expectUnavailable(await order(PRO))
    expect(await callsTo(stack.stripe)).toEqual([])
    stack.supabase.faults.clear()
    expect((await order(PRO)).status).toBe(201)
  })

  test('the auth server: nobody is taken for signed out', async () => {
    stack.supabase.faults.set({ kind: 'status', status: 503, match: '/auth/v1/user' })
    await expectUnavailable(await order(PRO))
    expect(await callsTo(stack.stripe)).toEqual([])
  })

  test('Redis being away opens sessions all the same', async () => {
    stack.upstash.faults.set({ kind: 'down' })
    expect((await order(PRO)).status).toBe(201)
  })

  test('what trying again cannot cure is 500, without a word of the service’s own', async () => {
    stack.stripe.addFault({ kind: 'status', status: 400, ...SESSIONS })
    const response = await order(PRO)
    expect(response.headers.has('retry-after')).toBe(false)
    expect(await response.clone().text()).not.toContain('fault')
    expect(await problemOf(response)).toMatchObject({ type: 'internal', status: 500 })
    expect(stack.logLines.filter(({ msg }) => msg === 'checkout failed').at(-1)).toMatchObject({
      error_code: 'stripe_refused',
      error_name: 'BillingError',
    })
  })
})
