import type { Account } from '../../account.ts'
import { newId } from '../../ids.ts'
import type { BalanceTransaction } from '../../wire.ts'
import { SECONDS_PER_DAY } from '../calendar.ts'

/**
 * What the sandbox charges for a payment: 2.9 % and 30 of the currency's minor unit. Stripe's fees depend on the
 * account's country and the card; none is documented for test accounts.
 */
export const FEE_PERCENT = 2.9
export const FEE_FIXED = 30

/** What a dispute costs, in the currency's minor unit (stripe.com/pricing: 15.00; the sandbox knows no other currency's). */
export const DISPUTE_FEE = 1500

/** Days until a payment is available (docs.stripe.com/payouts#payout-speed: two in most countries). */
export const AVAILABLE_AFTER_DAYS = 2

export interface TransactionRequest {
  type: BalanceTransaction['type']
  /** docs.stripe.com/reports/reporting-categories */
  reporting_category: string
  /** In the currency's minor unit; negative where money leaves. */
  amount: number
  currency: string
  fee?: number
  source: string
  description: string | null
  /** Default: after `AVAILABLE_AFTER_DAYS`. */
  isAvailable?: boolean
}

/** Money that came in or left. Nothing is emitted: Stripe has no event for it. */
export function recordTransaction(account: Account, request: TransactionRequest): BalanceTransaction {
  const { fee = 0, isAvailable = false } = request
  const availableOn = isAvailable ? account.now : account.now + AVAILABLE_AFTER_DAYS * SECONDS_PER_DAY
  return account.state.balanceTransactions.add({
    id: newId.balanceTransaction(),
    object: 'balance_transaction',
    amount: request.amount,
    available_on: availableOn,
    balance_type: 'payments',
    created: account.now,
    currency: request.currency,
    description: request.description,
    exchange_rate: null,
    fee,
    fee_details:
      fee === 0
        ? []
        : [
            {
              amount: fee,
              application: null,
              currency: request.currency,
              description: request.type === 'adjustment' ? 'Dispute fee' : 'Stripe processing fees',
              type: 'stripe_fee',
            },
          ],
    net: request.amount - fee,
    reporting_category: request.reporting_category,
    source: request.source,
    status: isAvailable ? 'available' : 'pending',
    type: request.type,
  })
}

/** The transaction as it stands now: what was pending becomes available with time. */
export function asOfNow(account: Account, transaction: BalanceTransaction): BalanceTransaction {
  const isAvailable = transaction.available_on <= account.now
  return { ...transaction, status: isAvailable ? 'available' : 'pending' }
}

/** The fee of a payment of `amount`, in the currency's minor unit; never more than the payment. */
export function feeOf(amount: number): number {
  return Math.min(amount, Math.round((amount * FEE_PERCENT) / 100) + FEE_FIXED)
}
