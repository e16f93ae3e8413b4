import type { Account } from '../../account.ts'
import { refused } from '../../errors.ts'
import { newId } from '../../ids.ts'
import { previousAttributes } from '../../previous-attributes.ts'
import type { Charge, Refund } from '../../wire.ts'
import { SECONDS_PER_DAY, SECONDS_PER_HOUR } from '../calendar.ts'
import { cardOf } from '../payment-methods.ts'
import { recordTransaction } from './balance.ts'
import { availableCash, moveCash } from './cash-balance.ts'
import { closeInquiries } from './disputes.ts'
import { closeWarnings } from './early-fraud-warnings.ts'
import { transferTypeOf } from './funding-instructions.ts'

/** When a refund that is not final at once becomes so; Stripe says only that it takes some time. */
export const REFUND_SETTLES_SECONDS = SECONDS_PER_HOUR

/** How long a card's refund can be taken back in the dashboard (docs.stripe.com/testing#refunds). */
export const REFUND_CANCEL_SECONDS = 30 * 60

/** How long a customer may take to say where the money shall go (docs.stripe.com/refunds#refund-requires_action): 45 days. */
export const REFUND_ACTION_SECONDS = 45 * SECONDS_PER_DAY

export interface RefundRequest {
  /** In the currency's minor unit; null refunds all that is left. */
  amount: number | null
  reason: Refund['reason']
  metadata: Record<string, string>
  /** The customer is asked by e-mail where the money shall go. */
  instructionsEmail: string | null
}

/** What is left to refund. */
export function refundable(charge: Charge): number {
  return charge.amount - charge.amount_refunded
}

/**
 * Gives money back (docs.stripe.com/api/refunds/create).
 * @throws StripeError 400 where the charge has no such money, or is disputed.
 */
export function createRefund(account: Account, charge: Charge, request: RefundRequest): Refund {
  checkRefundable(account, charge, request.amount)
  const amount = request.amount ?? refundable(charge)
  const transaction = recordTransaction(account, {
    type: charge.payment_method_details?.type === 'card' ? 'refund' : 'payment_refund',
    reporting_category: 'refund',
    amount: -amount,
    currency: charge.currency,
    source: charge.id,
    description: 'REFUND FOR CHARGE',
    isAvailable: true,
  })
  const status = firstStatus(account, charge, request)
  const refund: Refund = {
    id: charge.payment_method_details?.type === 'card' ? newId.refund() : newId.bankDebitRefund(),
    object: 'refund',
    amount,
    balance_transaction: transaction.id,
    charge: charge.id,
    created: account.now,
    currency: charge.currency,
    customer: charge.customer,
    customer_account: null,
    destination_details: destinationOf(account, charge),
    metadata: request.metadata,
    payment_intent: charge.payment_intent,
    payment_method: charge.payment_method,
    reason: request.reason,
    receipt_number: null,
    source_transfer_reversal: null,
    status,
    transfer_reversal: null,
    ...(status === 'pending' ? { pending_reason: 'processing' as const } : {}),
    ...(request.instructionsEmail === null
      ? {}
      : { instructions_email: request.instructionsEmail, next_action: instructions(account, request) }),
  }
  account.change(transaction, { source: refund.id })
  account.state.refunds.add(refund)
  countRefund(account, charge, amount)
  account.emit('refund.created', refund)
  account.emit('charge.refunded', charge)
  if (charge.refunded) {
    closeInquiries(account, charge)
    closeWarnings(account, charge)
  }
  planOutcome(account, charge, refund)
  if (refund.destination_details?.type === 'customer_cash_balance' && charge.customer !== null) {
    moveCash(account, String(charge.customer), {
      currency: charge.currency,
      net_amount: amount,
      type: 'refunded_from_payment',
      refunded_from_payment: { refund: refund.id },
    })
  }
  return refund
}

/**
 * Sends cash that a customer has not spent back to their bank (docs.stripe.com/payments/customer-balance/refunding).
 * @throws StripeError 400 where there is no such cash.
 */
export function returnCash(
  account: Account,
  customer: string,
  request: RefundRequest & { amount: number; currency: string },
): Refund {
  const { amount, currency } = request
  if (availableCash(account, customer, currency) < amount) {
    throw refused('The customer does not have as much cash.', 'amount', 'balance_insufficient')
  }
  moveCash(account, customer, { currency, net_amount: -amount, type: 'return_initiated' })
  const type = transferTypeOf(currency) ?? 'customer_cash_balance'
  const waits = request.instructionsEmail !== null
  const refund = account.state.refunds.add({
    id: newId.bankDebitRefund(),
    object: 'refund',
    amount,
    balance_transaction: null,
    charge: null,
    created: account.now,
    currency,
    customer,
    customer_account: null,
    destination_details: { type },
    metadata: request.metadata,
    payment_intent: null,
    payment_method: null,
    reason: request.reason,
    receipt_number: null,
    source_transfer_reversal: null,
    status: waits ? 'requires_action' : 'pending',
    transfer_reversal: null,
    ...(waits
      ? { instructions_email: request.instructionsEmail ?? '', next_action: instructions(account, request) }
      : { pending_reason: 'processing' as const }),
  })
  account.emit('refund.created', refund)
  const after = waits ? REFUND_ACTION_SECONDS : REFUND_SETTLES_SECONDS
  account.scheduler.plan('refund.settle', refund.id, account.now + after)
  return refund
}

/** A refund that took its time has arrived, or has come back. */
export function settleRefund(account: Account, refund: Refund): void {
  if (refund.status === 'pending') changeRefund(account, refund, { status: 'succeeded' }, 'pending_reason')
  else takeBack(account, refund, 'failed', 'expired_or_canceled_card')
}

/** The money returns to the account: the refund failed, or was called off. */
export function takeBack(
  account: Account,
  refund: Refund,
  status: 'failed' | 'canceled',
  reason: string,
): void {
  const charge = account.state.charges.get(refund.charge ?? '')
  const transaction = recordTransaction(account, {
    type: 'refund_failure',
    reporting_category: 'refund_failure',
    amount: refund.amount,
    currency: refund.currency,
    source: refund.id,
    description: status === 'failed' ? 'REFUND FAILURE' : 'REFUND CANCELED',
    isAvailable: true,
  })
  account.scheduler.cancel('refund.settle', refund.id)
  if (charge) countRefund(account, charge, -refund.amount)
  else if (refund.customer !== null) {
    const { amount, currency } = refund
    moveCash(account, String(refund.customer), { currency, net_amount: amount, type: 'return_canceled' })
  }
  const patch = { status, failure_reason: reason, failure_balance_transaction: transaction.id }
  changeRefund(account, refund, patch, 'next_action')
  if (status === 'failed') account.emit('refund.failed', refund)
}

/**
 * Changes a refund, and drops what no longer holds. Two events tell it: `charge.refund.updated` is the name that
 * endpoints of versions before 2024-10-28 know.
 */
export function changeRefund(
  account: Account,
  refund: Refund,
  patch: Partial<Refund>,
  dropped?: 'pending_reason' | 'next_action',
): void {
  const before = structuredClone(refund)
  if (dropped) delete refund[dropped]
  account.change(refund, patch)
  const previous = previousAttributes({ ...before }, { ...refund })
  if (Object.keys(previous).length === 0) return
  account.emit('refund.updated', refund, previous)
  account.emit('charge.refund.updated', refund, previous)
}

function checkRefundable(account: Account, charge: Charge, amount: number | null): void {
  if (charge.status !== 'succeeded') {
    throw refused(`The payment of charge ${charge.id} did not succeed: there is nothing to refund.`)
  }
  if (!charge.captured) {
    throw refused(
      `Charge ${charge.id} has not been captured. Cancel its PaymentIntent to let go of what was authorized.`,
    )
  }
  for (const dispute of account.state.disputes.values()) {
    if (dispute.charge === charge.id && !dispute.is_charge_refundable) {
      throw refused(
        `Charge ${charge.id} has been charged back; cannot issue a refund.`,
        undefined,
        'charge_disputed',
      )
    }
  }
  const left = refundable(charge)
  if (left === 0) {
    throw refused(`Charge ${charge.id} has already been refunded.`, undefined, 'charge_already_refunded')
  }
  if (amount !== null && amount > left) {
    throw refused(
      `Refund amount (${money(amount, charge)}) is greater than unrefunded amount on charge (${money(left, charge)})`,
      'amount',
    )
  }
}

function money(amount: number, charge: Charge): string {
  const format = new Intl.NumberFormat('en-US', { style: 'currency', currency: charge.currency })
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2
  return format.format(amount / 10 ** digits)
}

function countRefund(account: Account, charge: Charge, amount: number): void {
  const refunded = charge.amount_refunded + amount
  account.change(charge, { amount_refunded: refunded, refunded: refunded >= charge.amount })
}

function firstStatus(account: Account, charge: Charge, request: RefundRequest): string {
  if (charge.payment_method_details?.type === 'customer_balance') return 'succeeded'
  if (request.instructionsEmail !== null) return 'requires_action'
  const method = account.state.paymentMethods.get(charge.payment_method ?? '')
  const card = method && cardOf(account, method)
  return card === undefined || card.refund === 'succeeds_later' ? 'pending' : 'succeeded'
}

function planOutcome(account: Account, charge: Charge, refund: Refund): void {
  const method = account.state.paymentMethods.get(charge.payment_method ?? '')
  const failsLater = method !== undefined && cardOf(account, method)?.refund === 'fails_later'
  if (refund.status === 'requires_action') {
    account.scheduler.plan('refund.settle', refund.id, account.now + REFUND_ACTION_SECONDS)
  } else if (refund.status === 'pending' || failsLater) {
    account.scheduler.plan('refund.settle', refund.id, account.now + REFUND_SETTLES_SECONDS)
  }
}

function instructions(account: Account, request: RefundRequest): Refund['next_action'] {
  return {
    type: 'display_details',
    display_details: {
      email_sent: { email_sent_at: account.now, email_sent_to: request.instructionsEmail ?? '' },
      expires_at: account.now + REFUND_ACTION_SECONDS,
    },
  }
}

function destinationOf(account: Account, charge: Charge): Refund['destination_details'] {
  const type = charge.payment_method_details?.type ?? 'card'
  const isCustomers = account.state.customers.get(String(charge.customer)) !== undefined
  if (type === 'customer_balance' && isCustomers) {
    return { customer_cash_balance: {}, type: 'customer_cash_balance' }
  }
  if (type !== 'card') return { type }
  return {
    card: { reference_status: 'pending', reference_type: 'acquirer_reference_number', type: 'refund' },
    type: 'card',
  }
}
