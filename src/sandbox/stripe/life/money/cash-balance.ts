import type { Account } from '../../account.ts'
import { newId } from '../../ids.ts'
import type { CashBalance, CashBalanceTransaction, Customer, PaymentIntent } from '../../wire.ts'

/** What a customer has sent by bank transfer and not spent yet (docs.stripe.com/payments/customer-balance). */
export function cashBalanceOf(account: Account, customer: Customer): CashBalance {
  const cash = account.state.cashBalances.get(customer.id)
  const mode = account.state.reconciliationModes.get(customer.id)
  return {
    object: 'cash_balance',
    available: cash ? { ...cash } : null,
    customer: customer.id,
    customer_account: null,
    livemode: false,
    settings: { reconciliation_mode: mode ?? 'automatic', using_merchant_default: mode === undefined },
  }
}

/** Cash of a customer in a currency, in its minor unit. */
export function availableCash(account: Account, customer: string, currency: string): number {
  return account.state.cashBalances.get(customer)?.[currency] ?? 0
}

type Move = Pick<CashBalanceTransaction, 'currency' | 'net_amount' | 'type'> & Partial<CashBalanceTransaction>

/** Changes the cash of a customer, and writes the line of it, with its event. */
export function moveCash(account: Account, customer: string, move: Move): CashBalanceTransaction {
  const ending = availableCash(account, customer, move.currency) + move.net_amount
  const before = account.state.cashBalances.get(customer)
  account.state.cashBalances.set(customer, { ...before, [move.currency]: ending })
  const transaction = account.state.cashBalanceTransactions.add({
    id: newId.cashBalanceTransaction(),
    object: 'customer_cash_balance_transaction',
    created: account.now,
    customer,
    customer_account: null,
    ending_balance: ending,
    livemode: false,
    ...move,
  })
  account.emit('customer_cash_balance_transaction.created', transaction)
  return transaction
}

/** What has been put towards a payment by transfer so far, in the minor unit. */
export function fundedSoFar(intent: PaymentIntent): number {
  const left = intent.next_action?.display_bank_transfer_instructions?.amount_remaining
  return left === undefined || left === null ? 0 : intent.amount - left
}

/** What a payment that will not be made had taken goes back to its customer's cash. */
export function releaseCash(account: Account, intent: PaymentIntent): void {
  const funded = fundedSoFar(intent)
  if (funded === 0 || intent.customer === null) return
  moveCash(account, String(intent.customer), {
    currency: intent.currency,
    net_amount: funded,
    type: 'unapplied_from_payment',
    unapplied_from_payment: { payment_intent: intent.id },
  })
}
