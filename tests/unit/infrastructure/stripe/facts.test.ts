import { describe, expect, test } from 'vitest'
import { checkoutSessionFacts } from '#src/features/billing/infrastructure/stripe/facts/checkout-session.ts'
import { factsOf } from '#src/features/billing/infrastructure/stripe/facts/facts-of.ts'
import { invoiceFacts } from '#src/features/billing/infrastructure/stripe/facts/invoice.ts'
import {
  subscriptionFacts,
  subscriptionFactsBefore,
} from '#src/features/billing/infrastructure/stripe/facts/subscription.ts'
import { OLDER_SUBSCRIPTION, SUBSCRIPTION } from '#tests/support/stripe-event.ts'

const [ITEM] = SUBSCRIPTION.items.data
const withItem = (changes: object) => ({ ...SUBSCRIPTION, items: { data: [{ ...ITEM, ...changes }] } })
const UNREADABLE = { kind: 'unreadable', reason: 'unknown_shape' }

describe('a subscription', () => {
  const FACTS = {
    subscriptionId: 'sub_1',
    customerId: 'cus_1',
    status: 'active',
    metadata: SUBSCRIPTION.metadata,
    items: [
      { itemId: 'si_1', lookupKey: 'tollgate_pro_monthly_v1', quantity: 1, currentPeriodEnd: 1_900_000_000 },
    ],
    cancelAt: null,
    cancelAtPeriodEnd: false,
    endedAt: null,
    trialEnd: null,
    collectionPaused: false,
    testClockId: null,
  }

  test('F10: says the same in the shape until 2025-02 and in the one since', () => {
    expect(subscriptionFacts(SUBSCRIPTION)).toEqual(FACTS)
    expect(subscriptionFacts(OLDER_SUBSCRIPTION)).toEqual(FACTS)
  })

  test('F10: without a period anywhere has none, which is not zero', () => {
    expect(subscriptionFacts(withItem({ current_period_end: undefined }))).toMatchObject({
      items: [{ currentPeriodEnd: null }],
    })
  })

  test('an item’s own period counts before the subscription’s', () => {
    expect(subscriptionFacts({ ...SUBSCRIPTION, current_period_end: 5 })).toMatchObject({
      items: [{ currentPeriodEnd: 1_900_000_000 }],
    })
  })

  test.each<[string, object, object]>([
    ['an expanded customer', { customer: { id: 'cus_9', object: 'customer' } }, { customerId: 'cus_9' }],
    ['paused collection', { pause_collection: { behavior: 'void' } }, { collectionPaused: true }],
    ['a test clock', { test_clock: 'clock_1' }, { testClockId: 'clock_1' }],
    ['a trial', { trial_end: 7 }, { trialEnd: 7 }],
    ['a cancellation at a date', { cancel_at: 8 }, { cancelAt: 8 }],
    ['its end', { ended_at: 9, status: 'canceled' }, { endedAt: 9, status: 'canceled' }],
    ['no metadata', { metadata: null }, { metadata: {} }],
    ['fields of tomorrow', { something: { new: true } }, { status: 'active' }],
    ['a status of tomorrow', { status: 'hibernating' }, { status: 'hibernating' }],
  ])('%s', (_, changes, expected) => {
    expect(subscriptionFacts({ ...SUBSCRIPTION, ...changes })).toMatchObject(expected)
  })

  test.each<[string, object, object]>([
    ['a price without a lookup key', { price: { id: 'price_1', lookup_key: null } }, { lookupKey: null }],
    ['a metered price, which has no quantity', { quantity: undefined }, { quantity: 1 }],
    ['no seat', { quantity: 0 }, { quantity: 0 }],
    ['the first second of all', { current_period_end: 0 }, { currentPeriodEnd: 0 }],
    ['the last second of 2106', { current_period_end: 4_294_967_295 }, { currentPeriodEnd: 4_294_967_295 }],
  ])('its item with %s', (_, changes, expected) => {
    expect(subscriptionFacts(withItem(changes))).toMatchObject({ items: [expected] })
  })

  test.each<[string, unknown]>([
    [
      'F12: a list of items that goes on',
      { ...SUBSCRIPTION, items: { ...SUBSCRIPTION.items, has_more: true } },
    ],
    ['no item', { ...SUBSCRIPTION, items: { data: [] } }],
    ['no list of items', { ...SUBSCRIPTION, items: undefined }],
    ['a quantity below zero', withItem({ quantity: -1 })],
    ['a quantity with a fraction', withItem({ quantity: 1.5 })],
    ['a quantity beyond reason', withItem({ quantity: 1e9 })],
    ['F75: a lookup key with NUL', withItem({ price: { lookup_key: 'a\u0000' } })],
    ['F75: a status with half a surrogate pair', { ...SUBSCRIPTION, status: '\udc00' }],
    ['F75: a status without end', { ...SUBSCRIPTION, status: 'x'.repeat(2_001) }],
    ['a period in words', withItem({ current_period_end: '2030-01-01' })],
    ['a period after 2106', withItem({ current_period_end: 4_294_967_296 })],
    ['a period with a fraction', withItem({ current_period_end: 1.5 })],
    ['another id', { ...SUBSCRIPTION, id: 'si_1' }],
    ['another customer', { ...SUBSCRIPTION, customer: 'acct_1' }],
    ['no customer', { ...SUBSCRIPTION, customer: null }],
    ['metadata that is not text', { ...SUBSCRIPTION, metadata: { a: 1 } }],
    ['null', null],
    ['a word', 'sub_1'],
  ])('%s is not the shape of one', (_, object) => {
    expect(subscriptionFacts(object)).toBeNull()
  })
})

describe('a subscription as it was before an update', () => {
  test('has the old values of what changed, and the rest as it is', () => {
    const previous = { status: 'trialing', trial_end: 5, items: { data: [{ ...ITEM, quantity: 3 }] } }
    expect(subscriptionFactsBefore(SUBSCRIPTION, previous)).toMatchObject({
      subscriptionId: 'sub_1',
      status: 'trialing',
      trialEnd: 5,
      items: [{ itemId: 'si_1', quantity: 3 }],
    })
  })

  test.each([
    ['nothing is told', undefined],
    ['null is told', null],
    ['a word is told', 'status'],
    ['what is told has another shape', { items: { data: 'all of them' } }],
  ])('cannot be told where %s', (_, previous) => {
    expect(subscriptionFactsBefore(SUBSCRIPTION, previous)).toBeNull()
  })

  test('cannot be told of what is no object', () => {
    expect(subscriptionFactsBefore('sub_1', {})).toBeNull()
  })
})

describe('a Checkout session', () => {
  const SESSION = {
    id: 'cs_test_1',
    mode: 'payment',
    status: 'complete',
    payment_status: 'paid',
    customer: 'cus_1',
    client_reference_id: 'somebody',
    subscription: null,
    payment_intent: 'pi_1',
    metadata: { tollgate_plan: 'pass' },
  }

  test('says what was paid for, and by whom', () => {
    expect(checkoutSessionFacts(SESSION)).toEqual({
      sessionId: 'cs_test_1',
      mode: 'payment',
      status: 'complete',
      paymentStatus: 'paid',
      customerId: 'cus_1',
      clientReferenceId: 'somebody',
      subscriptionId: null,
      paymentIntentId: 'pi_1',
      amountTotal: null,
      metadata: { tollgate_plan: 'pass' },
    })
  })

  test('may lack all that a session needs not have', () => {
    expect(checkoutSessionFacts({ id: 'cs_1', mode: 'setup', payment_status: 'unpaid' })).toEqual({
      sessionId: 'cs_1',
      mode: 'setup',
      status: null,
      paymentStatus: 'unpaid',
      customerId: null,
      clientReferenceId: null,
      subscriptionId: null,
      paymentIntentId: null,
      amountTotal: null,
      metadata: {},
    })
  })

  test('names its subscription, expanded or not', () => {
    expect(checkoutSessionFacts({ ...SESSION, subscription: { id: 'sub_1' } })?.subscriptionId).toBe('sub_1')
    expect(checkoutSessionFacts({ ...SESSION, subscription: 'sub_1' })?.subscriptionId).toBe('sub_1')
  })

  test.each([
    ['F21: no payment status', { ...SESSION, payment_status: undefined }],
    ['another id', { ...SESSION, id: 'pi_1' }],
    ['a payment intent of another kind', { ...SESSION, payment_intent: 'seti_1' }],
    ['a reference with NUL', { ...SESSION, client_reference_id: '\u0000' }],
  ])('%s is not the shape of one', (_, object) => {
    expect(checkoutSessionFacts(object)).toBeNull()
  })
})

describe('an invoice', () => {
  const NEWER = {
    id: 'in_1',
    customer: 'cus_1',
    status: 'paid',
    billing_reason: 'subscription_cycle',
    number: 'TG-1',
    amount_due: 1900,
    amount_paid: 1900,
    currency: 'eur',
    hosted_invoice_url: 'https://invoice.stripe.com/i/1',
    created: 1_800_000_000,
    lines: { data: [{ period: { end: 5 } }, { period: { end: 9 } }, { period: { end: 7 } }] },
    parent: { subscription_details: { subscription: 'sub_1', metadata: { a: 'b' } } },
  }
  const { parent: _, ...REST } = NEWER
  const OLDER = { ...REST, subscription: 'sub_1', subscription_details: { metadata: { a: 'b' } } }
  const FACTS = {
    invoiceId: 'in_1',
    subscriptionId: 'sub_1',
    customerId: 'cus_1',
    status: 'paid',
    billingReason: 'subscription_cycle',
    number: 'TG-1',
    amountDue: 1900,
    amountPaid: 1900,
    currency: 'eur',
    hostedInvoiceUrl: 'https://invoice.stripe.com/i/1',
    periodEnd: 9,
    created: 1_800_000_000,
    paymentId: null,
    metadata: { a: 'b' },
  }

  test('F10: says the same in the shape until 2025-02 and in the one since', () => {
    expect(invoiceFacts(NEWER)).toEqual(FACTS)
    expect(invoiceFacts(OLDER)).toEqual(FACTS)
  })

  test('may be a draft that is about no subscription', () => {
    const draft = { id: 'in_2', status: 'draft', amount_due: 0, amount_paid: 0, currency: 'eur', created: 1 }
    expect(invoiceFacts(draft)).toEqual({
      invoiceId: 'in_2',
      subscriptionId: null,
      customerId: null,
      status: 'draft',
      billingReason: null,
      number: null,
      amountDue: 0,
      amountPaid: 0,
      currency: 'eur',
      hostedInvoiceUrl: null,
      periodEnd: null,
      created: 1,
      paymentId: null,
      metadata: {},
    })
  })

  test.each([
    ['half a cent', { ...NEWER, amount_paid: 0.5 }],
    ['no status', { ...NEWER, status: null }],
    ['a line without a period', { ...NEWER, lines: { data: [{}] } }],
  ])('%s is not the shape of one', (_name, object) => {
    expect(invoiceFacts(object)).toBeNull()
  })
})

test.each(['subscription', 'checkout_session', 'invoice', 'invoice_payment'] as const)(
  'a %s of another shape is unreadable',
  (kind) => {
    expect(factsOf(kind, { id: 'x' })).toEqual(UNREADABLE)
  },
)
