import { describe, expect, test } from 'vitest'
import { factsOf } from '#src/features/billing/infrastructure/stripe/facts/facts-of.ts'
import {
  invoiceFacts,
  invoicePaymentFacts,
} from '#src/features/billing/infrastructure/stripe/facts/invoice.ts'

const UNREADABLE = { kind: 'unreadable', reason: 'unknown_shape' }

describe('an invoice payment', () => {
  const PAYMENT = {
    id: 'inpay_1',
    invoice: 'in_1',
    created: 5,
    status_transitions: { paid_at: 9 },
    payment: { type: 'payment_intent', payment_intent: 'pi_1' },
  }

  test.each([
    ['a payment intent', PAYMENT.payment, 'pi_1'],
    ['a charge', { type: 'charge', charge: 'ch_1' }, 'ch_1'],
    ['a charge of the older kind', { type: 'charge', charge: 'py_1' }, 'py_1'],
    ['a payment record', { type: 'payment_record', payment_record: 'prec_1' }, 'prec_1'],
    ['an expanded payment intent', { type: 'payment_intent', payment_intent: { id: 'pi_1' } }, 'pi_1'],
  ])('was made by %s', (_, payment, paymentId) => {
    expect(invoicePaymentFacts({ ...PAYMENT, payment })).toEqual({
      invoicePaymentId: 'inpay_1',
      invoiceId: 'in_1',
      paymentKind: payment.type,
      paymentId,
      amountPaid: null,
      paidAt: 9,
    })
  })

  test('that does not say when it was paid was paid when it was made', () => {
    expect(invoicePaymentFacts({ ...PAYMENT, status_transitions: null })?.paidAt).toBe(5)
  })

  test.each([
    ['a payment of a kind of tomorrow', { ...PAYMENT, payment: { type: 'promise', promise: 'pr_1' } }],
    [
      'a payment of another kind than it says',
      { ...PAYMENT, payment: { type: 'charge', payment_intent: 'pi_1' } },
    ],
    ['no invoice', { ...PAYMENT, invoice: null }],
  ])('%s is not the shape of one', (_, object) => {
    expect(invoicePaymentFacts(object)).toBeNull()
  })
})

describe('a refund', () => {
  const REFUND = { id: 're_1', charge: 'ch_1', payment_intent: 'pi_1', amount: 500, status: 'pending' }
  const refundOf = (object: object) => factsOf('refund', object)

  test('belongs to its payment intent', () => {
    expect(refundOf(REFUND)).toEqual({
      kind: 'refunds',
      refunds: [{ refundId: 're_1', paymentId: 'pi_1', amount: 500, status: 'pending' }],
    })
  })

  test.each([
    [
      'of a charge without a payment intent belongs to the charge',
      { payment_intent: null },
      { paymentId: 'ch_1' },
    ],
    ['of neither belongs to no payment', { payment_intent: null, charge: null }, { paymentId: null }],
    ['of another payment method is one too', { id: 'pyr_1' }, { refundId: 'pyr_1' }],
    ['without a status has succeeded', { status: null }, { status: 'succeeded' }],
  ])('%s', (_, changes, expected) => {
    expect(refundOf({ ...REFUND, ...changes })).toMatchObject({ refunds: [expected] })
  })

  test.each([
    ['half a cent', { amount: 0.5 }],
    ['less than nothing', { amount: -1 }],
    ['an id of something else', { id: 'ch_1' }],
  ])('%s is not the shape of one', (_, changes) => {
    expect(refundOf({ ...REFUND, ...changes })).toEqual(UNREADABLE)
  })
})

describe('a dispute and a warning', () => {
  const DISPUTE = {
    id: 'dp_1',
    charge: 'ch_1',
    payment_intent: 'pi_1',
    amount: 500,
    status: 'needs_response',
  }

  test('a dispute belongs to the payment that is disputed', () => {
    expect(factsOf('dispute', DISPUTE)).toEqual({
      kind: 'dispute',
      dispute: { disputeId: 'dp_1', paymentId: 'pi_1', amount: 500, status: 'needs_response' },
    })
    expect(factsOf('dispute', { ...DISPUTE, id: 'du_1', payment_intent: null })).toMatchObject({
      dispute: { disputeId: 'du_1', paymentId: 'ch_1' },
    })
  })

  test('a warning likewise', () => {
    expect(factsOf('fraud_warning', { id: 'issfr_1', charge: 'ch_1', payment_intent: 'pi_1' })).toEqual({
      kind: 'fraud_warning',
      warning: { warningId: 'issfr_1', paymentId: 'pi_1' },
    })
  })

  test.each(['dispute', 'fraud_warning', 'charge', 'customer', 'price', 'entitlement_summary'] as const)(
    'a %s of another shape is unreadable',
    (kind) => {
      expect(factsOf(kind, { id: 'x' })).toEqual(UNREADABLE)
    },
  )
})

describe('F10: an invoice of before 2025-03-31 names its payment itself', () => {
  const OLDER = {
    id: 'in_1',
    status: 'paid',
    amount_due: 1900,
    amount_paid: 1900,
    currency: 'eur',
    created: 5,
    subscription: 'sub_1',
  }

  test.each([
    ['its payment intent', { payment_intent: 'pi_1', charge: 'ch_1' }, 'pi_1'],
    ['its charge where there is no intent', { payment_intent: null, charge: 'ch_1' }, 'ch_1'],
    ['none where nothing was to be paid', { payment_intent: null, charge: null }, null],
  ])('%s', (_, payment, paymentId) => {
    expect(invoiceFacts({ ...OLDER, ...payment })?.paymentId).toBe(paymentId)
  })
})
