import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  type CreateCheckoutSessionResult,
  RESERVATION_TRIES_MAX,
} from '#src/features/billing/application/checkout/CreateCheckoutSessionUseCase.ts'
import type { CreateCheckoutSessionRequest } from '#src/features/billing/application/checkout/dto/CreateCheckoutSessionRequest.ts'
import { RESERVATION_TAKEOVER_SECONDS } from '#src/features/billing/domain/checkout/CheckoutSession.ts'
import { type Buyer, type CheckoutHarness, startCheckoutHarness } from '#tests/support/checkout-harness.ts'
import { callsTo, requestsTo } from '#tests/support/stripe-requests.ts'

const PRO: CreateCheckoutSessionRequest = { plan: 'pro', interval: 'month' }
const TEAM: CreateCheckoutSessionRequest = { plan: 'team', interval: 'year', quantity: 3 }
const SESSIONS = { route: '/v1/checkout/sessions', method: 'POST' } as const

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

describe('F61: a reservation whose holder is busy, slow or gone', () => {
  /** Reserves for Pro and fails before anything is made at Stripe. */
  async function abandonPro() {
    harness.stripe.addFault({ kind: 'status', status: 503, ...SESSIONS, times: 1 })
    await expect(create(PRO)).rejects.toMatchObject({ retryable: true })
  }

  test('another plan waits while somebody is opening a session', async () => {
    await abandonPro()
    // The harness' clock runs on while the machine is busy.
    moveOn(RESERVATION_TAKEOVER_SECONDS - 20)
    expect(await harness.startProcess().create(user, TEAM)).toEqual({
      kind: 'checkout_in_progress',
      retryAfterSeconds: RESERVATION_TAKEOVER_SECONDS,
    })
    expect(sessionsMade()).toBe(0)
  })

  test('after a minute it is taken over', async () => {
    await abandonPro()
    moveOn(RESERVATION_TAKEOVER_SECONDS)
    expect(statusOf(await create(TEAM))).toBe('open')
    expect(await attempts()).toMatchObject([
      { plan: 'pro', status: 'failed' },
      { plan: 'team', status: 'open' },
    ])
  })

  test('a session that the gone holder left at Stripe is expired', async () => {
    harness.supabase.faults.set({ kind: 'status', status: 503, match: 'open_checkout_attempt', times: 1 })
    await expect(create(PRO)).rejects.toMatchObject({ code: 'database_unavailable', retryable: true })
    const [forgotten] = harness.stripe.state.checkoutSessions.values()
    moveOn(RESERVATION_TAKEOVER_SECONDS)
    const team = await create(TEAM)
    expect([statusOf(forgotten?.id ?? ''), statusOf(team)]).toEqual(['expired', 'open'])
  })

  test('a holder that was slow to link the customer asks anew before it opens a session', async () => {
    harness.supabase.faults.set({ kind: 'slow', delayMs: 4_000, match: 'link_stripe_customer', times: 1 })
    const slow = harness.startProcess().create(user, PRO)
    await vi.waitFor(() => expect(harness.stripe.state.customers.size).toBe(1), 3_000)
    moveOn(RESERVATION_TAKEOVER_SECONDS)
    const team = await create(TEAM)
    const pro = idOf(await slow)
    expect([statusOf(team), statusOf(pro)]).toEqual(['expired', 'open'])
  })

  test('a holder that comes late is refused, and what it opened is expired', async () => {
    harness.stripe.addFault({ kind: 'delay', delay_ms: 4_000, ...SESSIONS, times: 1 })
    const late = harness.startProcess({ deadlineMs: 20_000 }).create(user, { plan: 'lifetime' })
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    moveOn(RESERVATION_TAKEOVER_SECONDS)
    const team = await create(TEAM)
    expect(await late).toMatchObject({ kind: 'checkout_in_progress' })
    const open = [...harness.stripe.state.checkoutSessions.values()].filter(({ status }) => status === 'open')
    expect(open.map(({ id }) => id)).toEqual([team])
  })
})

describe('F42: after a failure the same call goes on with the same attempt', () => {
  test.each([
    // The SDK tries a cut connection once more on its own.
    ['is down', { kind: 'down', times: 2 }],
    ['answers 503', { kind: 'status', status: 503, times: 1 }],
    ['answers 429', { kind: 'status', status: 429, times: 1 }],
    [
      'is slow beyond the deadline, and makes the session all the same',
      { kind: 'delay', delay_ms: 400, times: 1 },
    ],
  ] as const)('Stripe %s: retryable, and the next try makes no second session', async (_, fault) => {
    harness.stripe.addFault({ ...fault, ...SESSIONS })
    const process = harness.startProcess({ deadlineMs: 200 })
    await expect(process.create(user, PRO)).rejects.toMatchObject({
      code: 'stripe_unavailable',
      retryable: true,
    })
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(statusOf(await create(PRO))).toBe('open')
    expect(sessionsMade()).toBe(1)
  })

  test('an answer that was lost on its way is asked for again, and there is one session', async () => {
    harness.stripe.addFault({ kind: 'reset', ...SESSIONS, times: 1 })
    expect(statusOf(await create())).toBe('open')
    expect(sessionsMade()).toBe(1)
  })

  test('F78: a customer that could not be made is not taken for one that is not needed', async () => {
    harness.stripe.addFault({ kind: 'status', status: 500, route: '/v1/customers', times: 1 })
    await expect(create()).rejects.toMatchObject({ retryable: true })
    expect(sessionsMade()).toBe(0)
    await create()
    expect(harness.stripe.state.customers.size).toBe(1)
  })

  test('a 500 that Stripe has stored for the key begins a new attempt', async () => {
    harness.stripe.addFault({ kind: 'status', status: 500, keep: true, ...SESSIONS, times: 1 })
    const process = harness.startProcess()
    await expect(process.create(user, PRO)).rejects.toMatchObject({ retryable: true })
    expect(statusOf(idOf(await process.create(user, PRO)))).toBe('open')
    const tried = (await requestsTo(harness.stripe)).filter(({ path }) => path === SESSIONS.route)
    expect(tried.map(({ status, replayed }) => [status, replayed])).toEqual([
      [500, false],
      [500, true],
      [200, false],
    ])
    expect(await attempts()).toMatchObject([{ status: 'open', attempt_number: 2 }])
  })

  test('a session that is over already begins a new attempt', async () => {
    harness.supabase.faults.set({ kind: 'status', status: 503, match: 'open_checkout_attempt', times: 1 })
    await expect(create()).rejects.toMatchObject({ retryable: true })
    // Stripe still remembers the key, and the session ran out a moment ago.
    await harness.stripe.advance({ seconds: 24 * 3_600 - 10 })
    moveOn(24 * 3_600)
    const [first] = harness.stripe.state.checkoutSessions.values()
    const second = await create()
    expect(second).not.toBe(first?.id)
    expect(statusOf(second)).toBe('open')
    expect(await attempts()).toMatchObject([{ status: 'open', attempt_number: 2 }])
  })

  test('a key whose parameters have changed since begins a new attempt', async () => {
    harness.supabase.faults.set({ kind: 'status', status: 503, match: 'open_checkout_attempt', times: 1 })
    await expect(create()).rejects.toMatchObject({ retryable: true })
    const [price] = (await harness.client.prices.list({ lookup_keys: ['tollgate_pro_monthly_v1'] })).data
    await harness.client.prices.create({
      currency: 'eur',
      unit_amount: 2_100,
      recurring: { interval: 'month' },
      product: String(price?.product),
      lookup_key: 'tollgate_pro_monthly_v1',
      transfer_lookup_key: true,
    })
    expect(harness.stripe.state.checkoutSessions.get(await create())?.amount_total).toBe(2_100)
  })

  test('where every answer is final it gives up after its tries, and may be tried again', async () => {
    harness.stripe.addFault({ kind: 'error_after_effect', ...SESSIONS })
    const process = harness.startProcess({ retriesMax: 1 })
    await expect(process.create(user, PRO)).rejects.toMatchObject({
      code: 'stripe_unavailable',
      retryable: true,
    })
    expect(await attempts()).toMatchObject([
      { status: 'reserved', attempt_number: RESERVATION_TRIES_MAX + 1 },
    ])
  })

  test('what Stripe refuses is no reason to try again', async () => {
    harness.stripe.addFault({ kind: 'status', status: 400, ...SESSIONS })
    await expect(create()).rejects.toMatchObject({ code: 'stripe_refused', retryable: false })
  })

  test('Postgres being away opens nothing', async () => {
    harness.supabase.faults.set({ kind: 'down' })
    await expect(create()).rejects.toMatchObject({ code: 'database_unavailable', retryable: true })
    expect(await callsTo(harness.stripe)).toEqual([])
  })
})
