import { describe, expect, it } from 'vitest'
import { emptyChange } from '#src/features/billing/domain/change/Change.ts'
import {
  disputeChange,
  fraudWarningChange,
  refundsChange,
  withPayment,
} from '#src/features/billing/domain/change/reversal-change.ts'
import { metadataKeys } from '#src/features/billing/domain/facts/Metadata.ts'
import { policy } from '#src/features/billing/domain/policy/policy.ts'
import { invoiceFacts } from '#tests/support/stripe-facts.ts'

const VERSION = { snapshot_at: 100, snapshot_rank: 1, read_after_revision: null }
const USER = '11111111-1111-4111-8111-111111111111'
const READ = { readAt: 200, environment: 'local' }

const refund = (changes: object = {}) => ({
  refundId: 're_1',
  paymentId: 'pi_1',
  amount: 900,
  status: 'succeeded',
  ...changes,
})

describe('refunds of a payment', () => {
  it('are facts of that payment, each with its own status', () => {
    const change = refundsChange([refund(), refund({ refundId: 're_2', status: 'failed' })], VERSION)

    expect(change).toMatchObject({
      required_payment_id: 'pi_1',
      reversals: [
        { object_id: 're_1', status: 'succeeded', terminal: false },
        { object_id: 're_2', status: 'failed', terminal: true },
      ],
    })
  })

  it('are all that such a change consists of, and name nobody', () => {
    expect(refundsChange([refund()], VERSION)).toEqual({
      ...emptyChange,
      required_payment_id: 'pi_1',
      reversals: [
        {
          ...VERSION,
          kind: 'refund',
          object_id: 're_1',
          payment_id: 'pi_1',
          status: 'succeeded',
          terminal: false,
          amount: 900,
        },
      ],
    })
  })

  it.each([
    ['pending', false],
    ['requires_action', false],
    ['succeeded', false],
    ['failed', true],
    ['canceled', true],
  ])('%s: nothing can follow: %s', (status, terminal) => {
    expect(refundsChange([refund({ status })], VERSION)).toMatchObject({ reversals: [{ status, terminal }] })
  })

  it('belong to the payment that any of them names', () => {
    const change = refundsChange([refund({ paymentId: null }), refund({ refundId: 're_2' })], VERSION)

    expect(change).toMatchObject({ reversals: [{ payment_id: 'pi_1' }, { payment_id: 'pi_1' }] })
  })

  it('of no payment mean nothing, and none at all neither', () => {
    const nothing = { kind: 'ignored', reason: 'no_payment', user_id: null, customer_id: null }

    expect(refundsChange([refund({ paymentId: null })], VERSION)).toEqual(nothing)
    expect(refundsChange([], VERSION)).toEqual(nothing)
  })

  it('in a word of tomorrow are kept, with those that we can read', () => {
    const tomorrows = refund({ refundId: 're_2', status: 'a_word_of_tomorrow' })

    expect(refundsChange([refund(), tomorrows], VERSION)).toEqual({
      kind: 'unresolved',
      reason: 'unknown_status',
      user_id: null,
      customer_id: null,
    })
  })
})

describe('a dispute', () => {
  it('in a word of tomorrow is kept', () => {
    const dispute = { disputeId: 'du_1', paymentId: 'pi_1', amount: 1, status: 'a_word_of_tomorrow' }

    expect(disputeChange(dispute, VERSION, policy)).toEqual({
      kind: 'unresolved',
      reason: 'unknown_status',
      user_id: null,
      customer_id: null,
    })
  })

  it.each(['needs_response', 'won', 'lost'])(
    'is a fact of its payment that another may follow: %s',
    (status) => {
      const dispute = { disputeId: 'du_1', paymentId: 'pi_1', amount: 1900, status }

      expect(disputeChange(dispute, VERSION, policy)).toEqual({
        ...emptyChange,
        required_payment_id: 'pi_1',
        reversals: [
          {
            ...VERSION,
            kind: 'dispute',
            object_id: 'du_1',
            payment_id: 'pi_1',
            status,
            terminal: false,
            amount: 1900,
          },
        ],
      })
    },
  )
})

describe("an issuer's warning of fraud", () => {
  it('is a fact of its payment, final, and reported', () => {
    expect(fraudWarningChange({ warningId: 'issfr_1', paymentId: 'pi_1' }, VERSION)).toEqual({
      ...emptyChange,
      reason: 'fraud_warning',
      required_payment_id: 'pi_1',
      reversals: [
        {
          ...VERSION,
          kind: 'fraud_warning',
          object_id: 'issfr_1',
          payment_id: 'pi_1',
          status: 'warned',
          terminal: true,
          amount: 0,
        },
      ],
    })
  })
})

describe('a change without parts', () => {
  it('changes nothing, says nothing, and needs to know whom it is about', () => {
    expect(emptyChange).toEqual({
      kind: 'change',
      reason: null,
      user_id: null,
      customer_id: null,
      needs_user: true,
      links_customer: false,
      ends_customer: false,
      source: null,
      required_source_id: null,
      required_payment_id: null,
      reversals: [],
      invoices: [],
      invoice_payments: [],
      checkout: null,
      notice: null,
    })
  })
})

describe('what Stripe says of the payment', () => {
  const payment = (metadata: Record<string, string>) => ({
    paymentId: 'pi_1',
    customerId: 'cus_1',
    metadata,
    invoices: [],
  })

  it('names the user and the customer where the event did not', () => {
    const change = withPayment(emptyChange, payment({ [metadataKeys.userId]: USER }), READ)

    expect(change).toMatchObject({ user_id: USER, customer_id: 'cus_1', required_payment_id: null })
  })

  it('does not unsay what the event named', () => {
    const named = { ...emptyChange, user_id: '22222222-2222-4222-8222-222222222222', customer_id: 'cus_2' }

    expect(withPayment(named, payment({ [metadataKeys.userId]: USER }), READ)).toMatchObject({
      user_id: named.user_id,
      customer_id: 'cus_2',
    })
  })

  it('of another environment is none of ours', () => {
    const foreign = payment({ [metadataKeys.environment]: 'production' })

    expect(withPayment(emptyChange, foreign, READ)).toEqual({
      kind: 'unresolved',
      reason: 'other_environment',
      user_id: null,
      customer_id: null,
    })
    expect(withPayment(emptyChange, payment({ [metadataKeys.environment]: 'local' }), READ)).toMatchObject({
      kind: 'change',
    })
  })

  it('names the invoices that it paid, as of the read, and with them whose they are', () => {
    const paid = {
      invoicePaymentId: 'inpay_1',
      invoiceId: 'in_1',
      paymentKind: 'payment_intent',
      paymentId: 'pi_1',
      amountPaid: 1900,
      paidAt: 150,
    } as const
    const invoices = [
      { invoice: invoiceFacts({ metadata: { [metadataKeys.userId]: USER } }), payment: paid },
      { invoice: invoiceFacts({ subscriptionId: null }), payment: { ...paid, invoicePaymentId: 'inpay_2' } },
    ]

    expect(withPayment(emptyChange, { ...payment({}), invoices }, READ)).toMatchObject({
      user_id: USER,
      invoices: [{ invoice_id: 'in_1', snapshot_at: READ.readAt }],
      invoice_payments: [
        { invoice_payment_id: 'inpay_1', payment_id: 'pi_1', amount_paid: 1900, paid_at: 150 },
        { invoice_payment_id: 'inpay_2' },
      ],
    })
  })
})
