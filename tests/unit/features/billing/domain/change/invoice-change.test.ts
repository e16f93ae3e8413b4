import { expect, test } from 'vitest'
import {
  invoiceChange,
  invoicePaymentChange,
  invoiceSnapshot,
  isPaidMonth,
} from '#src/features/billing/domain/change/invoice-change.ts'
import { invoiceFacts, PERIOD_END, USER_ID } from '#tests/support/stripe-facts.ts'

test('an invoice of a subscription is recorded, and moves no access by itself', () => {
  expect(invoiceChange(invoiceFacts({ status: 'open', amountPaid: 0 }), 1_800_000_005)).toMatchObject({
    kind: 'change',
    user_id: USER_ID,
    customer_id: 'cus_1',
    needs_user: true,
    links_customer: false,
    source: null,
    checkout: null,
    invoices: [
      {
        invoice_id: 'in_1',
        subscription_id: 'sub_1',
        status: 'open',
        billing_reason: 'subscription_cycle',
        amount_due: 1900,
        amount_paid: 0,
        invoiced_at: 1_800_000_000,
        snapshot_at: 1_800_000_005,
      },
    ],
  })
})

test('an invoice without a subscription is none of ours', () => {
  expect(invoiceChange(invoiceFacts({ subscriptionId: null, metadata: {} }), 1)).toEqual({
    kind: 'ignored',
    reason: 'no_subscription',
    user_id: null,
    customer_id: 'cus_1',
  })
})

test('which payment paid which invoice is remembered, though it names nobody', () => {
  const payment = {
    invoicePaymentId: 'inpay_1',
    invoiceId: 'in_1',
    paymentKind: 'payment_intent',
    paymentId: 'pi_1',
    amountPaid: 1900,
    paidAt: 7,
  } as const
  expect(invoicePaymentChange(payment)).toMatchObject({
    kind: 'change',
    needs_user: false,
    user_id: null,
    customer_id: null,
    source: null,
    invoice_payments: [
      {
        invoice_payment_id: 'inpay_1',
        invoice_id: 'in_1',
        payment_kind: 'payment_intent',
        payment_id: 'pi_1',
        amount_paid: 1900,
        paid_at: 7,
      },
    ],
  })
})

const snapshotOf = (changes: Parameters<typeof invoiceFacts>[0]) => {
  const change = invoiceChange(invoiceFacts(changes), 7)
  return change.kind === 'change' ? change.invoices[0] : null
}

test('an invoice is kept whole', () => {
  expect(snapshotOf({})).toEqual({
    invoice_id: 'in_1',
    subscription_id: 'sub_1',
    status: 'paid',
    billing_reason: 'subscription_cycle',
    number: 'TG-0001',
    amount_due: 1900,
    amount_paid: 1900,
    currency: 'eur',
    hosted_invoice_url: 'https://invoice.stripe.com/i/1',
    period_end: PERIOD_END,
    invoiced_at: 1_800_000_000,
    snapshot_at: 7,
    snapshot_rank: 4,
    terminal: true,
  })
})

test.each([
  ['draft', 0, false],
  ['open', 1, false],
  ['uncollectible', 2, false],
  ['void', 3, true],
  ['paid', 4, true],
])('within one second %s is state %i of its life, and final: %s', (status, snapshot_rank, terminal) => {
  expect(snapshotOf({ status })).toMatchObject({ status, snapshot_rank, terminal })
})

test('an invoice in a word of tomorrow is kept', () => {
  expect(invoiceChange(invoiceFacts({ status: 'a_word_of_tomorrow' }), 7)).toEqual({
    kind: 'unresolved',
    reason: 'unknown_status',
    user_id: USER_ID,
    customer_id: 'cus_1',
  })
})

test('an invoice of no subscription is no row of the table, whatever names it', () => {
  expect(invoiceSnapshot(invoiceFacts({ subscriptionId: null }), 7)).toBeNull()
})

const paymentsOf = (changes: Parameters<typeof invoiceFacts>[0]) => {
  const change = invoiceChange(invoiceFacts(changes), 7)
  return change.kind === 'change' ? change.invoice_payments : null
}

test.each([
  ['pi_1', 'payment_intent'],
  ['ch_1_pi_', 'charge'],
])('before 2025-03-31 a paid invoice names its payment itself: %s is a %s', (paymentId, paymentKind) => {
  expect(paymentsOf({ paymentId, amountPaid: 1800 })).toEqual([
    {
      invoice_payment_id: `in_1/${paymentId}`,
      invoice_id: 'in_1',
      payment_kind: paymentKind,
      payment_id: paymentId,
      amount_paid: 1800,
      paid_at: 1_800_000_000,
    },
  ])
})

test('an invoice that was not paid yet, or names no payment, proves none', () => {
  expect(paymentsOf({ paymentId: 'pi_1', status: 'open' })).toEqual([])
  expect(paymentsOf({ paymentId: null })).toEqual([])
})

test.each([
  ['paid', 'subscription_create', true],
  ['paid', 'subscription_cycle', true],
  ['paid', 'subscription_update', false],
  ['paid', null, false],
  ['open', 'subscription_create', false],
  ['void', 'subscription_cycle', false],
])('an invoice that is %s, of %s: a month was paid is %s', (status, billingReason, isPaid) => {
  expect(isPaidMonth(invoiceFacts({ status, billingReason }))).toBe(isPaid)
})
