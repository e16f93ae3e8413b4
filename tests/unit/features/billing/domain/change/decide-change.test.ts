import { describe, expect, test } from 'vitest'
import { decideChange, type ReadStamp } from '#src/features/billing/domain/change/decide-change.ts'
import { handledEvent, handledEvents } from '#src/features/billing/domain/change/handled-events.ts'
import type { StripeFacts } from '#src/features/billing/domain/facts/StripeFacts.ts'
import { policy } from '#src/features/billing/domain/policy/policy.ts'
import {
  ENVIRONMENT,
  invoiceFacts,
  OUR_METADATA,
  sessionFacts,
  subscriptionFacts,
} from '#tests/support/stripe-facts.ts'

const CREATED = 1_800_000_000
const SURROUNDINGS = { livemode: false, environment: ENVIRONMENT }
const ELSEWHERE = { ...OUR_METADATA, tollgate_environment: 'preview' }

const SUBSCRIPTION: StripeFacts = { kind: 'subscription', now: subscriptionFacts(), before: null }
const SESSION: StripeFacts = { kind: 'checkout_session', session: sessionFacts() }
const INVOICE: StripeFacts = { kind: 'invoice', invoice: invoiceFacts() }
const INVOICE_PAYMENT: StripeFacts = {
  kind: 'invoice_payment',
  payment: {
    invoicePaymentId: 'inpay_1',
    invoiceId: 'in_1',
    paymentKind: 'charge',
    paymentId: 'ch_1',
    amountPaid: 1900,
    paidAt: 1,
  },
}

const PRICE: StripeFacts = {
  kind: 'price',
  price: {
    priceId: 'price_1',
    lookupKey: 'tollgate_pro_monthly_v1',
    active: true,
    currency: 'eur',
    unitAmount: 1_900,
    interval: 'month',
    intervalCount: 1,
  },
}

const nobody = { user_id: null, customer_id: null }

function decide(facts: StripeFacts, event: { type?: string; livemode?: boolean } = {}, read?: ReadStamp) {
  const { type = 'customer.subscription.updated', livemode = false } = event
  return decideChange({ type, livemode, created: CREATED }, facts, SURROUNDINGS, policy, read)
}

describe('F37: what is not of here is kept and changes nothing', () => {
  test.each([SUBSCRIPTION, SESSION, INVOICE, INVOICE_PAYMENT])('an event of the other mode: %o', (facts) => {
    expect(decide(facts, { livemode: true })).toEqual({
      kind: 'unresolved',
      reason: 'wrong_livemode',
      ...nobody,
    })
  })

  test('a test event in production', () => {
    const production = { livemode: true, environment: 'production' }
    const event = { type: 'customer.subscription.updated', livemode: false, created: CREATED }
    expect(decideChange(event, SUBSCRIPTION, production, policy)).toMatchObject({ reason: 'wrong_livemode' })
  })

  test.each<[string, StripeFacts]>([
    ['subscription', { kind: 'subscription', now: subscriptionFacts({ metadata: ELSEWHERE }), before: null }],
    ['session', { kind: 'checkout_session', session: sessionFacts({ metadata: ELSEWHERE }) }],
    ['invoice', { kind: 'invoice', invoice: invoiceFacts({ metadata: ELSEWHERE }) }],
  ])('the %s of another environment', (_, facts) => {
    expect(decide(facts)).toEqual({ kind: 'unresolved', reason: 'other_environment', ...nobody })
  })

  test('what names no environment may be ours: it was made at Stripe by hand', () => {
    const facts: StripeFacts = {
      kind: 'subscription',
      now: subscriptionFacts({ metadata: {} }),
      before: null,
    }
    expect(decide(facts)).toMatchObject({ kind: 'change', user_id: null, customer_id: 'cus_1' })
  })
})

describe('what an event is about decides what it changes', () => {
  test.each<[string, StripeFacts, object]>([
    ['a subscription', SUBSCRIPTION, { kind: 'change', source: { source_id: 'sub_1' } }],
    ['a session', SESSION, { kind: 'change', checkout: { session_id: 'cs_test_1', status: 'completed' } }],
    ['an invoice', INVOICE, { kind: 'change', invoices: [{ invoice_id: 'in_1', snapshot_at: CREATED }] }],
    ['an invoice payment', INVOICE_PAYMENT, { kind: 'change', invoice_payments: [{ payment_id: 'ch_1' }] }],
    [
      'an unknown API version',
      { kind: 'unreadable', reason: 'unknown_api_version' },
      { kind: 'unresolved', reason: 'unknown_api_version', ...nobody },
    ],
    [
      'an unknown shape',
      { kind: 'unreadable', reason: 'unknown_shape' },
      { kind: 'unresolved', reason: 'unknown_shape', ...nobody },
    ],
    [
      'a charge, which does not name its refunds',
      { kind: 'charge', paymentId: 'pi_1' },
      { kind: 'unresolved', reason: 'refunds_unread', ...nobody },
    ],
    [
      'refunds',
      {
        kind: 'refunds',
        refunds: [{ refundId: 're_1', paymentId: 'pi_1', amount: 1, status: 'succeeded' }],
      },
      { kind: 'change', reversals: [{ object_id: 're_1', snapshot_at: CREATED }] },
    ],
    [
      'a dispute',
      { kind: 'dispute', dispute: { disputeId: 'dp_1', paymentId: 'pi_1', amount: 1, status: 'lost' } },
      { kind: 'change', reversals: [{ object_id: 'dp_1', snapshot_at: CREATED }] },
    ],
    [
      'a warning of fraud',
      { kind: 'fraud_warning', warning: { warningId: 'issfr_1', paymentId: 'pi_1' } },
      { kind: 'change', reversals: [{ object_id: 'issfr_1', snapshot_at: CREATED }] },
    ],
    ['a price', PRICE, { kind: 'ignored', reason: 'agrees', ...nobody }],
    [
      "Stripe's own entitlements",
      {
        kind: 'entitlement_summary',
        summary: { customerId: 'cus_1', lookupKeys: ['insights'], isWhole: true },
      },
      { kind: 'change', customer_id: 'cus_1', needs_user: false, source: null },
    ],
    ['what is only kept', { kind: 'recorded' }, { kind: 'ignored', reason: 'recorded', ...nobody }],
    ['anything else', { kind: 'unhandled' }, { kind: 'ignored', reason: 'unhandled_type', ...nobody }],
  ])('%s', (_, facts, expected) => {
    expect(decide(facts)).toMatchObject(expected)
  })

  test('a session whose bank refused afterwards is a failed attempt, whatever the session says', () => {
    expect(decide(SESSION, { type: 'checkout.session.async_payment_failed' })).toMatchObject({
      source: null,
      checkout: { status: 'failed' },
    })
  })
})

describe('what is gone at Stripe', () => {
  const customer: StripeFacts = { kind: 'customer', customerId: 'cus_1' }

  test('a customer that is deleted is nobody’s any more', () => {
    expect(decide(customer, { type: 'customer.deleted' })).toMatchObject({
      kind: 'change',
      customer_id: 'cus_1',
      ends_customer: true,
    })
  })

  test('a customer that is changed changes nothing here', () => {
    expect(decide(customer, { type: 'customer.updated' })).toEqual({
      kind: 'ignored',
      reason: 'recorded',
      user_id: null,
      customer_id: 'cus_1',
    })
  })

  test('a price that is deleted sells nothing any more; one that is changed goes on', () => {
    expect(decide(PRICE, { type: 'price.deleted' })).toMatchObject({ reason: 'catalogue_inactive_price' })
    expect(decide(PRICE, { type: 'price.updated' })).toMatchObject({ reason: 'agrees' })
  })
})

describe('what others are told beside a change of access', () => {
  test.each([
    ['customer.subscription.trial_will_end', SUBSCRIPTION, 'trial.will_end'],
    ['invoice.payment_failed', INVOICE, 'payment.failed'],
    ['invoice.payment_action_required', INVOICE, 'payment.action_required'],
    ['customer.subscription.updated', SUBSCRIPTION, null],
    ['a.type.of.tomorrow', SUBSCRIPTION, null],
  ])('%s', (type, facts, notice) => {
    expect(decide(facts, { type })).toMatchObject({ kind: 'change', notice })
  })

  test('is nothing where there is no change', () => {
    expect(decide({ kind: 'recorded' }, { type: 'invoice.payment_failed' })).not.toHaveProperty('notice')
  })
})

describe('I4: the version of a snapshot', () => {
  test.each([
    ['customer.subscription.created', 0],
    ['customer.subscription.updated', 1],
    ['customer.subscription.paused', 1],
    ['customer.subscription.resumed', 1],
    ['customer.subscription.deleted', 2],
    ['a.type.of.tomorrow', 1],
  ])('%s is of its second with rank %i', (type, rank) => {
    expect(decide(SUBSCRIPTION, { type })).toMatchObject({
      source: { snapshot_at: CREATED, snapshot_rank: rank, read_after_revision: null },
    })
  })

  test('a read is of the moment it was made at, and newer than the revision seen before it', () => {
    const read = { at: CREATED + 9, afterRevision: 4 }
    expect(decide(SUBSCRIPTION, { type: 'customer.subscription.deleted' }, read)).toMatchObject({
      source: { snapshot_at: CREATED + 9, snapshot_rank: 1, read_after_revision: 4 },
    })
  })

  test('the invoice of a read is of the moment of the read as well', () => {
    expect(decide(INVOICE, {}, { at: CREATED + 9, afterRevision: null })).toMatchObject({
      invoices: [{ snapshot_at: CREATED + 9 }],
    })
  })
})

describe('the one list of handled types', () => {
  test('F55: is the one that docs/events.md shows', async () => {
    const cells = [
      ['event', 'what it does'],
      ...Object.entries(handledEvents).map(([type, { does }]) => [`\`${type}\``, does]),
    ]
    const widths = [0, 1].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)))
    const line = (row: readonly string[]) =>
      `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
    const rule = line(widths.map((width) => '-'.repeat(width)))
    const [head = '', ...rows] = cells.map(line)
    const page = [
      '# The events that are handled',
      '',
      "Made from `src/features/billing/domain/change/handled-events.ts`, which is also the webhook endpoint's list. Any other",
      'type is kept as `ignored`.',
      '',
      head,
      rule,
      ...rows,
      '',
    ]
    await expect(page.join('\n')).toMatchFileSnapshot('../../../../../../docs/events.md')
  })

  test.each(['charge.captured', 'toString', '__proto__', ''])('%j is not one of them', (type) => {
    expect(handledEvent(type)).toBeNull()
  })
})
