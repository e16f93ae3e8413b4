import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { READS_PER_EVENT_MAX } from '#src/features/billing/application/ApplyStripeEvent.ts'
import type { Change } from '#src/features/billing/domain/change/Change.ts'
import { BillingError } from '#src/features/billing/domain/errors.ts'
import type {
  Applied,
  IEntitlementLedger,
  RecordedEvent,
} from '#src/features/billing/domain/interfaces/IEntitlementLedger.ts'
import type { ParsedEvent } from '#src/features/billing/domain/interfaces/IStripeWebhooks.ts'
import { type Buyer, type CheckoutHarness, startCheckoutHarness } from '#tests/support/checkout-harness.ts'
import { callsTo, forgetRequests } from '#tests/support/stripe-requests.ts'

const AMBIGUOUS: Applied = { outcome: 'ambiguous', reason: 'same_second', revision: 7 }
const APPLIED: Applied = {
  outcome: 'applied',
  reason: null,
  userId: null,
  entitlements: null,
  kept: [],
  trials: [],
}
const UNKNOWN_VERSION = { kind: 'unreadable', reason: 'unknown_api_version' } as const

let harness: CheckoutHarness
let user: Buyer
let sessionId: string

beforeAll(async () => {
  harness = await startCheckoutHarness()
}, 30_000)
afterAll(() => harness.close())
beforeEach(async () => {
  await harness.reset()
  user = await harness.addUser()
  const result = await harness.startProcess().create(user, { plan: 'pro', interval: 'month' })
  sessionId = result.kind === 'created' ? result.session.sessionId : ''
  harness.stripe.pay(sessionId)
  await forgetRequests(harness.stripe)
})

/** The newest event of a type, as the webhook reads it. */
function eventOf(type: string): ParsedEvent {
  const event = harness.eventsOf(type).at(-1)
  if (event === undefined) throw new Error(`no ${type}`)
  return event
}

/** The same event, as an endpoint on an API version that nobody knows would send it. */
const ofUnknownVersion = (parsed: ParsedEvent): ParsedEvent => ({
  event: { ...parsed.event, apiVersion: '2030-01-01.zinnia' },
  facts: UNKNOWN_VERSION,
})

const apply = (event: ParsedEvent, ledger?: IEntitlementLedger) =>
  harness.startProcess(ledger === undefined ? {} : { ledger }).apply.execute(event)

/** A ledger that gives these answers, the last one for ever, and keeps what it was given. */
function ledgerThatAnswers(...answers: readonly (Applied | BillingError)[]) {
  const changes: Change[] = []
  const applyStripeEvent = async (_: RecordedEvent | null, change: Change) => {
    const answer = answers[Math.min(changes.length, answers.length - 1)] ?? APPLIED
    changes.push(change)
    if (answer instanceof BillingError) throw answer
    return answer
  }
  return { changes, applyStripeEvent }
}

const sourceOf = (change: Change | undefined) => (change?.kind === 'change' ? change.source : null)
const activePlans = async () =>
  (await harness.entitlementsOf(user.id)).sources.flatMap(({ items }) => items.map(({ plan }) => plan))

describe('an event that says all is applied as it is', () => {
  test('in one call of the database and none of Stripe', async () => {
    harness.supabase.clearLog()
    expect(await apply(eventOf('customer.subscription.created'))).toMatchObject({
      outcome: 'applied',
      reason: null,
      userId: user.id,
      entitlements: { sources: [{ status: 'active' }] },
    })
    expect(harness.supabase.rpcCount()).toBe(1)
    expect(await callsTo(harness.stripe)).toEqual([])
  })

  test('I1: a second time it is a duplicate', async () => {
    const event = eventOf('customer.subscription.created')
    await apply(event)
    expect(await apply(event)).toMatchObject({ outcome: 'duplicate', userId: user.id })
    expect((await harness.entitlementsOf(user.id)).version.counter).toBe(1)
  })

  test('one that means nothing is recorded as that', async () => {
    expect(await apply(eventOf('payment_intent.succeeded'))).toMatchObject({
      outcome: 'ignored',
      reason: 'unhandled_type',
    })
  })
})

test('F83: a subscription that is cancelled ends, though its price has left the catalogue since', async () => {
  const created = eventOf('customer.subscription.created')
  await apply(created)
  const [subscription] = harness.stripe.state.subscriptions.values()
  Object.assign(subscription?.items.data[0]?.price ?? {}, { lookup_key: 'sold_no_more' })
  await harness.client.subscriptions.cancel(subscription?.id ?? '')
  expect(await apply(eventOf('customer.subscription.deleted'))).toMatchObject({
    outcome: 'applied',
    reason: 'unknown_price',
    entitlements: { sources: [] },
  })
})

describe('F6: a session whose subscription nobody has told of', () => {
  test('has it read, and closes its attempt', async () => {
    const [subscription] = harness.stripe.state.subscriptions.values()
    expect(await apply(eventOf('checkout.session.completed'))).toMatchObject({ outcome: 'applied' })
    expect(await activePlans()).toEqual(['pro'])
    expect(await callsTo(harness.stripe)).toEqual([`GET /v1/subscriptions/${subscription?.id}`])
    expect(await harness.supabase.sql('select status from checkout_attempts')).toEqual([
      { status: 'completed' },
    ])
  })

  test('needs no read where the subscription’s own event came first', async () => {
    await apply(eventOf('customer.subscription.created'))
    expect(await apply(eventOf('checkout.session.completed'))).toMatchObject({ outcome: 'applied' })
    expect(await callsTo(harness.stripe)).toEqual([])
  })

  test('F49: of an unknown API version is read, and then its subscription', async () => {
    const [subscription] = harness.stripe.state.subscriptions.values()
    expect(await apply(ofUnknownVersion(eventOf('checkout.session.completed')))).toMatchObject({
      outcome: 'applied',
      userId: user.id,
    })
    expect(await activePlans()).toEqual(['pro'])
    expect(await callsTo(harness.stripe)).toEqual([
      `GET /v1/checkout/sessions/${sessionId}`,
      `GET /v1/subscriptions/${subscription?.id}`,
    ])
    expect(await harness.supabase.sql('select status from checkout_attempts')).toEqual([
      { status: 'completed' },
    ])
  })

  test('says so where the subscription has a price beside ours that nobody knows', async () => {
    const [subscription] = harness.stripe.state.subscriptions.values()
    const [item] = subscription?.items.data ?? []
    subscription?.items.data.push({
      ...structuredClone(item),
      id: 'si_2',
      price: { ...item?.price, lookup_key: 'x' },
    } as never)
    expect(await apply(eventOf('checkout.session.completed'))).toMatchObject({
      outcome: 'applied',
      reason: 'unknown_price',
    })
  })

  test('is kept where the subscription can open nothing', async () => {
    const [subscription] = harness.stripe.state.subscriptions.values()
    Object.assign(subscription?.items.data[0]?.price ?? {}, { lookup_key: 'gold' })
    expect(await apply(eventOf('checkout.session.completed'))).toMatchObject({
      outcome: 'unresolved',
      reason: 'unknown_price',
    })
    expect(await activePlans()).toEqual([])
  })

  test('is kept where the subscription is gone', async () => {
    harness.stripe.state.subscriptions.clear()
    expect(await apply(eventOf('checkout.session.completed'))).toMatchObject({
      outcome: 'unresolved',
      reason: 'object_not_found',
    })
  })
})

describe('F13: a true tie has the object read', () => {
  test('and what Stripe says then is in force', async () => {
    const created = eventOf('customer.subscription.created')
    const [subscription] = harness.stripe.state.subscriptions.values()
    await apply(created)
    const tie = (id: string, status: string): ParsedEvent => ({
      event: { ...created.event, id, type: 'customer.subscription.updated' },
      facts:
        created.facts.kind === 'subscription'
          ? { ...created.facts, now: { ...created.facts.now, status } }
          : created.facts,
    })
    await apply(tie('evt_tie_1', 'past_due'))
    Object.assign(subscription ?? {}, { status: 'unpaid' })
    expect(await apply(tie('evt_tie_2', 'active'))).toMatchObject({ outcome: 'applied' })
    expect(await callsTo(harness.stripe)).toEqual([`GET /v1/subscriptions/${subscription?.id}`])
    expect(await harness.supabase.sql('select status from user_entitlements')).toEqual([{ status: 'unpaid' }])
  })

  test('as newer than the revision that was seen before the read, and as of the later of two moments', async () => {
    const ledger = ledgerThatAnswers(AMBIGUOUS, APPLIED)
    const event = eventOf('customer.subscription.created')
    await apply(event, ledger)
    expect(ledger.changes).toHaveLength(2)
    expect(sourceOf(ledger.changes[0])).toMatchObject({ snapshot_rank: 0, read_after_revision: null })
    expect(sourceOf(ledger.changes[1])).toMatchObject({ snapshot_rank: 1, read_after_revision: 7 })
    expect(sourceOf(ledger.changes[1])?.snapshot_at).toBeGreaterThanOrEqual(event.event.created)
  })

  test('never as older than the event itself, whatever Stripe’s clock says', async () => {
    const ledger = ledgerThatAnswers(AMBIGUOUS, APPLIED)
    const { event, facts } = eventOf('customer.subscription.created')
    await apply({ event: { ...event, created: event.created + 5_000 }, facts }, ledger)
    expect(sourceOf(ledger.changes[1])?.snapshot_at).toBe(event.created + 5_000)
  })

  test('as of the event’s own second where the object lives on a test clock', async () => {
    const [subscription] = harness.stripe.state.subscriptions.values()
    Object.assign(subscription ?? {}, { test_clock: 'clock_1' })
    const ledger = ledgerThatAnswers(AMBIGUOUS, APPLIED)
    const { event, facts } = eventOf('customer.subscription.created')
    await apply({ event: { ...event, created: event.created - 5_000 }, facts }, ledger)
    expect(sourceOf(ledger.changes[1])?.snapshot_at).toBe(event.created - 5_000)
  })

  test.each([
    ['readable', (event: ParsedEvent) => event, READS_PER_EVENT_MAX + 1],
    ['unreadable', ofUnknownVersion, READS_PER_EVENT_MAX],
  ])(
    'a bounded number of times, for a %s event: then Stripe is asked to deliver it again',
    async (_, change, writes) => {
      const ledger = ledgerThatAnswers(AMBIGUOUS)
      await expect(apply(change(eventOf('customer.subscription.created')), ledger)).rejects.toMatchObject({
        code: 'stripe_unavailable',
        retryable: true,
      })
      expect(ledger.changes).toHaveLength(writes)
      expect(await callsTo(harness.stripe)).toHaveLength(READS_PER_EVENT_MAX)
    },
  )
})

describe('F7: what was kept and cannot be put in order', () => {
  test('is read with the event that its user has next, and the access after it is the answer', async () => {
    const { event } = eventOf('customer.subscription.created')
    const entitlements = await harness.entitlementsOf(user.id)
    const named: Applied = { ...APPLIED, reason: 'as it is', kept: [event] }
    const ledger = ledgerThatAnswers(named, { ...APPLIED, entitlements })

    const applied = await apply(eventOf('customer.subscription.created'), ledger)

    expect(applied).toMatchObject({ reason: 'as it is', entitlements })
    expect(await callsTo(harness.stripe)).toEqual([`GET /v1/subscriptions/${event.objectId}`])
    expect(sourceOf(ledger.changes[1])).toMatchObject({ source_id: event.objectId, status: 'active' })
  })
})

describe('F8: what the database cannot store', () => {
  const refused = new BillingError('database_refused', { retryable: false, cause: 'check constraint' })

  test('is kept for an operator, and acknowledged', async () => {
    const kept: Applied = { ...APPLIED, outcome: 'unresolved', reason: 'refused_by_database' }
    const ledger = ledgerThatAnswers(refused, kept)
    expect(await apply(eventOf('customer.subscription.created'), ledger)).toEqual(kept)
    expect(ledger.changes[1]).toEqual({
      kind: 'unresolved',
      reason: 'refused_by_database',
      user_id: null,
      customer_id: null,
    })
  })

  test('is a failure where it cannot be kept either', async () => {
    const ledger = ledgerThatAnswers(refused)
    await expect(apply(eventOf('customer.subscription.created'), ledger)).rejects.toBe(refused)
    expect(ledger.changes).toHaveLength(2)
  })

  test('is not what a database that is away cannot store', async () => {
    const away = new BillingError('database_unavailable', { retryable: true, cause: null })
    const ledger = ledgerThatAnswers(away)
    await expect(apply(eventOf('customer.subscription.created'), ledger)).rejects.toBe(away)
    expect(ledger.changes).toHaveLength(1)
  })
})
