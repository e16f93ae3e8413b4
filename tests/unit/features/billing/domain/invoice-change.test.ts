import { expect, test } from 'vitest'
import { invoiceChange, invoicePaymentChange } from '#src/features/billing/domain/change/invoice-change.ts'
import { invoiceFacts, USER_ID } from '#tests/support/stripe-facts.ts'

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
