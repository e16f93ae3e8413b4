import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { READS_PER_EVENT_MAX } from '#src/features/billing/application/ApplyStripeEvent.ts'
import type { CreateCheckoutSessionRequest } from '#src/features/billing/application/checkout/dto/CreateCheckoutSessionRequest.ts'
import type { PayRequest } from '#src/sandbox/stripe/control/pay.ts'
import {
  type Buyer,
  type CheckoutHarness,
  createEventMemory,
  type ProcessOptions,
  startCheckoutHarness,
} from '#tests/support/checkout-harness.ts'
import { callsTo, forgetRequests } from '#tests/support/stripe-requests.ts'

const PRO: CreateCheckoutSessionRequest = { plan: 'pro', interval: 'month' }
const LIFETIME: CreateCheckoutSessionRequest = { plan: 'lifetime' }
const NOT_FOUND = { kind: 'not_found' }

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

async function open(request = PRO): Promise<string> {
  const result = await harness.startProcess().create(user, request)
  if (result.kind !== 'created') throw new Error(result.kind)
  return result.session.sessionId
}

async function buy(request = PRO, payment: PayRequest = {}): Promise<string> {
  const sessionId = await open(request)
  harness.stripe.pay(sessionId, payment)
  return sessionId
}

function confirm(sessionId: string, { id: userId } = user, options: ProcessOptions = {}) {
  return harness.startProcess(options).confirm.execute({ userId, sessionId })
}

/** Applies all that Stripe has to tell, in the order in which it happened. */
async function deliverEverything() {
  const { apply } = harness.startProcess()
  for (const event of harness.eventsOf()) await apply.execute(event)
}

const grants = () => harness.supabase.sql('select user_id, source_kind, status from user_entitlements')
const versionOf = async ({ id }: Buyer) => (await harness.entitlementsOf(id)).version.counter
const attemptStatuses = () => harness.supabase.sql('select status from checkout_attempts')

describe('I8: the page shows the purchase, whether or not the webhook has come', () => {
  test('a subscription', async () => {
    const sessionId = await buy()
    expect(await confirm(sessionId)).toMatchObject({
      kind: 'granted',
      plan: 'pro',
      receipt: { amountTotal: 1_900, currency: 'eur', arrived: true },
      entitlements: {
        userId: user.id,
        layer: 'postgres',
        features: ['projects', 'insights', 'export', 'api'],
        active: [{ kind: 'subscription', status: 'active', plan: 'pro', stripeEventId: null }],
      },
    })
    expect(await attemptStatuses()).toEqual([{ status: 'completed' }])
  })

  test('a trial, which costs nothing yet', async () => {
    expect(await confirm(await buy({ plan: 'team', interval: 'month' }))).toMatchObject({
      kind: 'granted',
      receipt: { amountTotal: 0 },
      entitlements: { active: [{ status: 'trialing', quantity: 2 }] },
    })
  })

  test('a payment', async () => {
    expect(await confirm(await buy(LIFETIME))).toMatchObject({
      kind: 'granted',
      plan: 'lifetime',
      entitlements: { active: [{ kind: 'payment', expiresAt: null }] },
    })
  })

  test('with one call to Stripe and one to Postgres', async () => {
    const sessionId = await buy()
    await forgetRequests(harness.stripe)
    harness.supabase.clearLog()
    await confirm(sessionId)
    expect(await callsTo(harness.stripe)).toEqual([`GET /v1/checkout/sessions/${sessionId}`])
    expect(harness.supabase.rpcCount()).toBe(1)
  })

  test('and the caches are told', async () => {
    const memory = createEventMemory()
    await confirm(await buy(), user, { memory })
    expect(memory.users.get(user.id)?.sources).toMatchObject([{ status: 'active' }])
  })

  test('caches that take nothing are reported, and the purchase is shown', async () => {
    const fault = new Error('redis is away')
    const memory = { ...createEventMemory(), remember: () => Promise.reject(fault) }
    expect(await confirm(await buy(), user, { memory })).toMatchObject({ kind: 'granted' })
    expect(harness.reported).toEqual([fault])
  })
})

describe('I1: page and webhook give one grant, whichever comes first', () => {
  test('the page first', async () => {
    const sessionId = await buy()
    expect(await confirm(sessionId)).toMatchObject({ kind: 'granted' })
    const version = await versionOf(user)
    await deliverEverything()
    expect(await grants()).toEqual([{ user_id: user.id, source_kind: 'subscription', status: 'active' }])
    // The one thing that the page did not know: the invoice tells which period was paid.
    expect(await versionOf(user)).toBe(version + 1)
  })

  test('the webhook first', async () => {
    const sessionId = await buy()
    await deliverEverything()
    const version = await versionOf(user)
    expect(await confirm(sessionId)).toMatchObject({ kind: 'granted' })
    expect(await grants()).toHaveLength(1)
    expect(await versionOf(user)).toBe(version)
  })

  test('both at once, and the page twice', async () => {
    const sessionId = await buy()
    const { apply } = harness.startProcess()
    const pages = [confirm(sessionId), confirm(sessionId)]
    await Promise.all([...pages, ...harness.eventsOf().map((event) => apply.execute(event))])
    expect(await Promise.all(pages)).toMatchObject([{ kind: 'granted' }, { kind: 'granted' }])
    expect(await grants()).toHaveLength(1)
    // The purchase, and the period that its invoice paid.
    expect(await versionOf(user)).toBe(2)
  })

  test('a pass lasts from the payment, not from the moment the page was opened', async () => {
    const sessionId = await buy({ plan: 'pass' })
    await harness.stripe.advance({ seconds: 3_600 })
    await confirm(sessionId)
    await deliverEverything()
    const [completed] = harness.eventsOf('checkout.session.completed')
    const [source] = (await harness.entitlementsOf(user.id)).sources
    expect(source?.expiresAt).toBe(((completed?.event.created ?? 0) + 30 * 86_400) * 1000)
  })
})

describe('F21: what is not paid for gives nothing', () => {
  test('an open session can be gone on with', async () => {
    const sessionId = await open()
    expect(await confirm(sessionId)).toEqual({
      kind: 'open',
      url: harness.stripe.state.checkoutSessions.get(sessionId)?.url,
    })
    expect(await grants()).toEqual([])
  })

  test('an open one without an address cannot', async () => {
    const sessionId = await open()
    Object.assign(harness.stripe.state.checkoutSessions.get(sessionId) ?? {}, { url: null })
    expect(await confirm(sessionId)).toEqual(NOT_FOUND)
  })

  test('an expired one is over, and its attempt is closed', async () => {
    const sessionId = await open()
    await harness.client.checkout.sessions.expire(sessionId)
    expect(await confirm(sessionId)).toEqual(NOT_FOUND)
    expect(await attemptStatuses()).toEqual([{ status: 'expired' }])
  })

  test('a complete session whose payment is on its way is pending, and granted when it has arrived', async () => {
    const sessionId = await buy(LIFETIME, { outcome: 'bank_debit_succeeds' })
    expect(await confirm(sessionId)).toEqual({ kind: 'pending', plan: 'lifetime' })
    expect(await grants()).toEqual([])
    await harness.stripe.advance({ seconds: 2 * 86_400 })
    expect(await confirm(sessionId)).toMatchObject({ kind: 'granted' })
  })

  test('a payment that the bank refuses in the end is never granted', async () => {
    const sessionId = await buy(LIFETIME, { outcome: 'bank_debit_fails' })
    await harness.stripe.advance({ seconds: 2 * 86_400 })
    await deliverEverything()
    expect(await confirm(sessionId)).toEqual({ kind: 'pending', plan: 'lifetime' })
    expect(await grants()).toEqual([])
  })

  test.each([
    ['incomplete', { kind: 'pending', plan: 'pro' }, []],
    ['unpaid', NOT_FOUND, []],
    ['paused', NOT_FOUND, [{ holds: [{ kind: 'pause' }] }]],
    ['canceled', NOT_FOUND, []],
    ['incomplete_expired', NOT_FOUND, []],
    ['a_word_of_tomorrow', NOT_FOUND, []],
  ])('a complete session whose subscription is %s shows no access', async (status, expected, sources) => {
    const sessionId = await buy()
    const [subscription] = harness.stripe.state.subscriptions.values()
    Object.assign(subscription ?? {}, { status, ended_at: harness.stripe.clock.now })
    expect(await confirm(sessionId)).toEqual(expected)
    expect((await harness.entitlementsOf(user.id)).sources).toMatchObject(sources)
  })

  test('a complete session that names no subscription yet is pending', async () => {
    const sessionId = await buy()
    Object.assign(harness.stripe.state.checkoutSessions.get(sessionId) ?? {}, { subscription: null })
    expect(await confirm(sessionId)).toEqual({ kind: 'pending', plan: 'pro' })
  })
})

describe('I4: a read of the object never undoes what came after it', () => {
  test('the page opened again after the subscription has ended shows no access', async () => {
    const sessionId = await buy()
    await confirm(sessionId)
    const [subscription] = harness.stripe.state.subscriptions.values()
    await harness.client.subscriptions.cancel(subscription?.id ?? '')
    await deliverEverything()
    expect(await confirm(sessionId)).toEqual(NOT_FOUND)
  })

  test('a subscription on a test clock, whose time may be years off, is older than any of its events', async () => {
    const sessionId = await buy()
    const [subscription] = harness.stripe.state.subscriptions.values()
    Object.assign(subscription ?? {}, { test_clock: 'clock_1' })
    expect(await confirm(sessionId)).toMatchObject({ kind: 'granted' })
    expect(
      await harness.supabase.sql('select extract(epoch from snapshot_at)::int as at from user_entitlements'),
    ).toEqual([{ at: 0 }])
  })

  test('a true tie is read again, and bounded', async () => {
    const sessionId = await buy()
    await forgetRequests(harness.stripe)
    const ledger = {
      applyStripeEvent: async () => ({ outcome: 'ambiguous' as const, reason: 'same_second', revision: 3 }),
    }
    await expect(confirm(sessionId, user, { ledger })).rejects.toMatchObject({ retryable: true })
    expect(await callsTo(harness.stripe)).toHaveLength(READS_PER_EVENT_MAX)
  })

  test('a tie that the next read resolves is granted', async () => {
    const sessionId = await buy()
    const revisions: unknown[] = []
    const ledger: ProcessOptions['ledger'] = {
      applyStripeEvent: async (event, change, now) => {
        revisions.push(change.kind === 'change' ? change.source?.read_after_revision : change)
        return revisions.length === 1
          ? { outcome: 'ambiguous', reason: 'same_second', revision: 7 }
          : harness.database.applyStripeEvent(event, change, now)
      },
    }
    expect(await confirm(sessionId, user, { ledger })).toMatchObject({ kind: 'granted' })
    expect(revisions).toEqual([null, 7])
  })
})

describe('what is away is not "not found"', () => {
  test('Stripe', async () => {
    const sessionId = await buy()
    harness.stripe.addFault({ kind: 'status', status: 503 })
    await expect(confirm(sessionId)).rejects.toMatchObject({ code: 'stripe_unavailable', retryable: true })
  })

  test('Postgres', async () => {
    const sessionId = await buy()
    harness.supabase.faults.set({ kind: 'down' })
    await expect(confirm(sessionId)).rejects.toMatchObject({ code: 'database_unavailable', retryable: true })
  })
})
