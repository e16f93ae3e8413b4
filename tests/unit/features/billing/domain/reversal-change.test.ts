import { describe, expect, it } from 'vitest'
import { emptyChange } from '#src/features/billing/domain/change/Change.ts'
import {
  disputeChange,
  refundsChange,
  withPayment,
} from '#src/features/billing/domain/change/reversal-change.ts'
import { metadataKeys } from '#src/features/billing/domain/facts/Metadata.ts'
import { policy } from '#src/features/billing/domain/policy/policy.ts'

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

  it('of no payment mean nothing, and none at all neither', () => {
    expect(refundsChange([refund({ paymentId: null })], VERSION)).toMatchObject({ reason: 'no_payment' })
    expect(refundsChange([], VERSION)).toMatchObject({ kind: 'ignored', reason: 'no_payment' })
  })

  it('in a word of tomorrow are kept', () => {
    expect(refundsChange([refund({ status: 'a_word_of_tomorrow' })], VERSION)).toMatchObject({
      kind: 'unresolved',
      reason: 'unknown_status',
    })
  })
})

describe('a dispute', () => {
  it('in a word of tomorrow is kept', () => {
    const dispute = { disputeId: 'du_1', paymentId: 'pi_1', amount: 1, status: 'a_word_of_tomorrow' }

    expect(disputeChange(dispute, VERSION, policy)).toMatchObject({ reason: 'unknown_status' })
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

    expect(withPayment(emptyChange, foreign, READ)).toMatchObject({
      kind: 'unresolved',
      reason: 'other_environment',
    })
    expect(withPayment(emptyChange, payment({ [metadataKeys.environment]: 'local' }), READ)).toMatchObject({
      kind: 'change',
    })
  })
})
