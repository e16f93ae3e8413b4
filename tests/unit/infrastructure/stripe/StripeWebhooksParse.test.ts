import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { StripeWebhooks } from '#src/features/billing/infrastructure/stripe/StripeWebhooks.ts'
import {
  bytes,
  eventBody,
  NEWEST_VERSION,
  OLDER_SUBSCRIPTION,
  SECRET_A,
  SUBSCRIPTION,
} from '#tests/support/stripe-event.ts'

/** Half a second into a second, so that rounding shows. */
const NOW_SECONDS = 1_800_000_000
const NOW_MS = NOW_SECONDS * 1000 + 500

const BODY = eventBody()

function webhooks(secrets: readonly string[] = [SECRET_A], nowMs = NOW_MS) {
  return new StripeWebhooks({ secrets, realClock: { now: () => nowMs } })
}

describe('an event is read with what is recorded of it', () => {
  test('its bytes are kept as they came', () => {
    expect(webhooks().parse(BODY)?.event).toEqual({
      id: 'evt_1',
      type: 'customer.subscription.updated',
      created: 1_800_000_000,
      livemode: false,
      apiVersion: NEWEST_VERSION,
      account: null,
      objectId: 'sub_1',
      payload: BODY,
    })
  })

  test('an event of a connected account names it', () => {
    expect(webhooks().parse(eventBody({ account: 'acct_1' }))?.event.account).toBe('acct_1')
  })

  test("a summary of entitlements, which has no id, is its customer's", () => {
    const summary = {
      customer: 'cus_1',
      entitlements: { data: [{ lookup_key: 'insights' }], has_more: false },
    }
    const body = eventBody({ type: 'entitlements.active_entitlement_summary.updated' }, summary)
    expect(webhooks().parse(body)).toMatchObject({
      event: { objectId: 'cus_1' },
      facts: { kind: 'entitlement_summary', summary: { lookupKeys: ['insights'], isWhole: true } },
    })
  })

  test.each([
    ['an object that is a list', eventBody({ data: { object: [] } })],
    ['no object', eventBody({ data: {} })],
    ['F75: an id of the object with NUL', eventBody({}, { id: 'sub_\u0000' })],
    ['an id of the object that is a list', eventBody({}, { id: [] })],
  ])('%s is an event all the same, and cannot be read', (_, body) => {
    expect(webhooks().parse(body)).toMatchObject({
      event: { id: 'evt_1', objectId: null },
      facts: { kind: 'unreadable', reason: 'unknown_shape' },
    })
  })

  test('F75: half a surrogate pair where an account is named names none', () => {
    expect(webhooks().parse(eventBody({ account: 'acct_\ud800' }))?.event.account).toBeNull()
  })

  test.each([
    ['not JSON', bytes('<html></html>')],
    ['nothing', new Uint8Array()],
    ['null', bytes('null')],
    ['a list', bytes('[]')],
    ['a word', bytes('"evt_1"')],
    ['a customer', bytes('{"id":"cus_1","object":"customer"}')],
    ['a thin event', eventBody({ object: 'v2.core.event' })],
    ['an id of something else', eventBody({ id: 'sub_1' })],
    ['an id that is a query', eventBody({ id: "evt_1'; drop table" })],
    ['no type', eventBody({ type: '' })],
    ['a time in words', eventBody({ created: 'yesterday' })],
    ['a time with a fraction', eventBody({ created: 1.5 })],
    ['a time before 1970', eventBody({ created: -1 })],
    ['a time after 2106', eventBody({ created: 4_294_967_296 })],
    ['no mode', eventBody({ livemode: null })],
    ['no data', eventBody({ data: null })],
    ['F75: a type with NUL', eventBody({ type: 'a\u0000b' })],
  ])('%s is no event', (_, body) => {
    expect(webhooks().parse(body)).toBeNull()
  })

  test.each([0, 4_294_967_295])('%i seconds is a time', (created) => {
    expect(webhooks().parse(eventBody({ created }))?.event.created).toBe(created)
  })

  test('F75: whatever is in an object, parsing it answers and keeps its bytes', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (extra) => {
        const body = eventBody({}, { ...SUBSCRIPTION, ...extra })
        expect(webhooks().parse(body)?.event.payload ?? body).toBe(body)
      }),
    )
  })
})

describe('F10, F49: the API version of an event decides how it is read', () => {
  test.each(['2024-06-20', '2024-11-20.acacia', '2025-02-24.acacia'])(
    '%s: the period is the subscription’s',
    (version) => {
      expect(webhooks().parse(eventBody({ api_version: version }, OLDER_SUBSCRIPTION))?.facts).toMatchObject({
        kind: 'subscription',
        now: { items: [{ itemId: 'si_1', currentPeriodEnd: 1_900_000_000 }] },
      })
    },
  )

  test.each(['2025-03-31.basil', '2025-09-30.clover', NEWEST_VERSION])(
    '%s: the period is the item’s',
    (version) => {
      expect(webhooks().parse(eventBody({ api_version: version }))?.facts).toMatchObject({
        kind: 'subscription',
        now: { items: [{ itemId: 'si_1', currentPeriodEnd: 1_900_000_000 }] },
      })
    },
  )

  test.each([
    '2024-06-19',
    '2019-12-03',
    '2026-10-29',
    '2030-01-01.zinnia',
    'yesterday',
    '',
    null,
    undefined,
  ])('%j is not known: its object must be asked for', (version) => {
    expect(webhooks().parse(eventBody({ api_version: version }))?.facts).toEqual({
      kind: 'unreadable',
      reason: 'unknown_api_version',
    })
  })

  test('a type that means nothing for access needs no version', () => {
    const body = eventBody({ type: 'tax_rate.created', api_version: '2030-01-01.zinnia' }, { id: 'prod_1' })
    expect(webhooks().parse(body)?.facts).toEqual({ kind: 'unhandled' })
  })

  test('a handled type whose object has another shape must be asked for', () => {
    expect(webhooks().parse(eventBody({}, { id: 'sub_1' }))?.facts).toEqual({
      kind: 'unreadable',
      reason: 'unknown_shape',
    })
  })

  test('what it was before stands beside what it is', () => {
    const data = { object: SUBSCRIPTION, previous_attributes: { status: 'past_due' } }
    expect(webhooks().parse(eventBody({ data }))?.facts).toMatchObject({
      now: { status: 'active' },
      before: { status: 'past_due', subscriptionId: 'sub_1' },
    })
  })
})
