import { describe, expect, test } from 'vitest'
import { checkoutChange } from '#src/features/billing/domain/change/checkout-change.ts'
import type { CheckoutSessionFacts } from '#src/features/billing/domain/facts/StripeFacts.ts'
import { OUR_METADATA, sessionFacts, USER_ID } from '#tests/support/stripe-facts.ts'

const VERSION = { snapshot_at: 1_800_000_000, snapshot_rank: 1, read_after_revision: null }
const SOMEBODY_ELSE = '22222222-2222-4222-8222-222222222222'

const changeOf = (changes: Partial<CheckoutSessionFacts> = {}) =>
  checkoutChange(sessionFacts(changes), VERSION)
const unresolved = (reason: string) => ({
  kind: 'unresolved',
  reason,
  user_id: USER_ID,
  customer_id: 'cus_1',
})

describe('F21: only payment_status proves a payment', () => {
  test.each(['paid', 'no_payment_required'])('%s grants', (paymentStatus) => {
    expect(changeOf({ paymentStatus })).toMatchObject({
      kind: 'change',
      links_customer: true,
      checkout: { session_id: 'cs_test_1', status: 'completed' },
      source: {
        kind: 'payment',
        source_id: 'pi_1',
        status: 'paid',
        terminal: false,
        grants_access: true,
        trial_once_per_card: false,
        plan: 'pass',
        items: [
          {
            item_id: 'cs_test_1',
            plan: 'pass',
            plan_version: 1,
            quantity: 1,
            interval: null,
            expires_at: null,
          },
        ],
        content: { status: 'paid', plan: 'pass', plan_version: 1, quantity: 1 },
      },
    })
  })

  test('a complete session that is unpaid grants nothing and says why', () => {
    expect(changeOf({ paymentStatus: 'unpaid' })).toMatchObject({
      kind: 'change',
      reason: 'payment_pending',
      source: null,
      checkout: { status: 'completed' },
    })
  })

  test('a word of tomorrow grants nothing and is kept', () => {
    expect(changeOf({ paymentStatus: 'promised' })).toEqual(unresolved('unknown_status'))
  })

  test.each(['open', 'on_its_way', null])(
    'a session whose status is %s grants nothing, even if paid',
    (status) => {
      expect(changeOf({ status })).toEqual(unresolved('unknown_status'))
    },
  )
})

describe('how long a payment lasts', () => {
  test('a timed pass lasts for its days from the payment', () => {
    expect(changeOf()).toMatchObject({
      source: { duration_seconds: 30 * 86_400, paid_at: VERSION.snapshot_at, expires_at: null },
    })
  })

  test('a plan for life has no end', () => {
    const metadata = { ...OUR_METADATA, tollgate_lookup_key: 'tollgate_lifetime_v1' }
    expect(changeOf({ metadata })).toMatchObject({ source: { plan: 'lifetime', duration_seconds: null } })
  })

  test('a free session without a payment intent is its own source', () => {
    expect(changeOf({ paymentIntentId: null, paymentStatus: 'no_payment_required' })).toMatchObject({
      source: { source_id: 'cs_test_1' },
    })
  })
})

describe('F87: what was bought is what the catalogue says', () => {
  test.each([
    ['no lookup key', OUR_METADATA],
    ['a key that nobody knows', { ...OUR_METADATA, tollgate_lookup_key: 'gold' }],
    ['the key of a subscription', { ...OUR_METADATA, tollgate_lookup_key: 'tollgate_pro_yearly_v1' }],
  ])('%s is kept as an unknown price', (_, metadata) => {
    expect(changeOf({ metadata })).toEqual(unresolved('unknown_price'))
  })
})

describe('I7: whose session it is', () => {
  test.each([
    ['another client_reference_id', { clientReferenceId: SOMEBODY_ELSE }],
    ['no client_reference_id', { clientReferenceId: null }],
  ])('%s than the metadata says is not one of ours', (_, changes) => {
    expect(changeOf(changes)).toEqual(unresolved('reference_differs_from_metadata'))
  })

  test('a client_reference_id alone makes nobody the buyer, and links nobody', () => {
    const metadata = { tollgate_lookup_key: 'tollgate_pass_30_days_v1' }
    expect(changeOf({ metadata, clientReferenceId: SOMEBODY_ELSE })).toMatchObject({
      user_id: null,
      customer_id: 'cus_1',
      links_customer: false,
    })
  })
})

describe('in subscription mode the subscription carries the state', () => {
  const session = { mode: 'subscription', subscriptionId: 'sub_1', paymentIntentId: null }

  test.each(['paid', 'unpaid', 'no_payment_required'])(
    '%s: it must be known, and grants nothing itself',
    (paymentStatus) => {
      expect(changeOf({ ...session, paymentStatus })).toMatchObject({
        source: null,
        required_source_id: 'sub_1',
        checkout: { status: 'completed' },
      })
    },
  )

  test('a mode that opens nothing is ignored', () => {
    expect(changeOf({ mode: 'setup' })).toMatchObject({ kind: 'ignored', reason: 'mode_without_access' })
  })
})

describe('a session that is over without a purchase', () => {
  test('closes its attempt as expired', () => {
    expect(changeOf({ status: 'expired', paymentStatus: 'unpaid' })).toMatchObject({
      kind: 'change',
      source: null,
      links_customer: false,
      checkout: { session_id: 'cs_test_1', status: 'expired' },
    })
  })

  test('closes its attempt as failed where the bank refused afterwards, and grants nothing', () => {
    const change = checkoutChange(sessionFacts({ paymentStatus: 'unpaid' }), VERSION, 'payment_failed')
    expect(change).toMatchObject({ kind: 'change', source: null, checkout: { status: 'failed' } })
  })
})
