import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { IEntitlementLedger } from '#src/features/billing/domain/interfaces/IEntitlementLedger.ts'
import type { ParsedEvent } from '#src/features/billing/domain/interfaces/IStripeWebhooks.ts'
import { type Buyer, type CheckoutHarness, startCheckoutHarness } from '#tests/support/checkout-harness.ts'
import { callsTo, forgetRequests } from '#tests/support/stripe-requests.ts'

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

describe('F49: an event that cannot be read has its object read', () => {
  test.each([
    ['customer.subscription.created', { outcome: 'applied' }],
    ['invoice.paid', { outcome: 'applied' }],
    ['invoice_payment.paid', { outcome: 'applied' }],
  ])('%s', async (type, expected) => {
    await apply(eventOf('customer.subscription.created'), harness.database)
    await forgetRequests(harness.stripe)
    const parsed = eventOf(type)
    const another = { ...parsed, event: { ...parsed.event, id: 'evt_another' } }
    expect(await apply(ofUnknownVersion(another))).toMatchObject(expected)
    expect(await callsTo(harness.stripe)).toHaveLength(1)
  })

  test('is kept where the read cannot be read either', async () => {
    const [subscription] = harness.stripe.state.subscriptions.values()
    Object.assign(subscription ?? {}, { items: { object: 'list', data: [], has_more: false } })
    expect(await apply(ofUnknownVersion(eventOf('customer.subscription.created')))).toMatchObject({
      outcome: 'unresolved',
      reason: 'unknown_shape',
    })
  })

  test('is kept where the object is gone', async () => {
    harness.stripe.state.invoices.clear()
    expect(await apply(ofUnknownVersion(eventOf('invoice.paid')))).toMatchObject({
      outcome: 'unresolved',
      reason: 'object_not_found',
    })
  })

  test('is kept where it names no object', async () => {
    const { event, facts } = ofUnknownVersion(eventOf('customer.subscription.created'))
    expect(await apply({ event: { ...event, objectId: null }, facts })).toMatchObject({
      reason: 'object_not_found',
    })
    expect(await callsTo(harness.stripe)).toEqual([])
  })

  test('F37: is not even read where it is of the other mode', async () => {
    const { event, facts } = ofUnknownVersion(eventOf('customer.subscription.created'))
    expect(await apply({ event: { ...event, livemode: true }, facts })).toMatchObject({
      outcome: 'unresolved',
      reason: 'wrong_livemode',
    })
    expect(await callsTo(harness.stripe)).toEqual([])
  })

  test('F78: is not taken for gone while Stripe is away: nothing is written', async () => {
    harness.stripe.addFault({ kind: 'status', status: 503 })
    await expect(apply(ofUnknownVersion(eventOf('customer.subscription.created')))).rejects.toMatchObject({
      code: 'stripe_unavailable',
      retryable: true,
    })
    expect(await harness.supabase.sql('select event_id from stripe_events')).toEqual([])
  })
})
