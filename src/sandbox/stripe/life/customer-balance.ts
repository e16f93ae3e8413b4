import type { Account } from '../account.ts'
import { refused } from '../errors.ts'
import { newId } from '../ids.ts'
import type { Customer, CustomerBalanceTransaction } from '../wire.ts'

export interface BalanceMove {
  /** In the minor unit: a negative amount is a credit that the next invoice uses. */
  amount: number
  type: CustomerBalanceTransaction['type']
  /** Where one is named, it becomes the customer's; default: what the customer has, else the account's. */
  currency?: string | undefined
  description?: string | null | undefined
  metadata?: Record<string, string> | undefined
  invoice?: string | undefined
}

/**
 * Changes what a customer owes or has to their credit, and writes the line of it
 * (docs.stripe.com/billing/customer/balance). Answers the transaction.
 * @throws StripeError 400 for another currency than the customer's.
 */
export function moveBalance(
  account: Account,
  customer: Customer,
  move: BalanceMove,
): CustomerBalanceTransaction {
  const currency = move.currency ?? customer.currency ?? DEFAULT_CURRENCY
  if (customer.currency && customer.currency !== currency) {
    throw refused(
      `The customer's balance is in ${customer.currency}: currencies are not mixed in it.`,
      'currency',
    )
  }
  const balance = (customer.balance ?? 0) + move.amount
  const named = move.currency === undefined ? {} : { currency: move.currency }
  account.change(customer, { balance, ...named }, 'customer.updated')
  return writeBalanceLine(account, customer, move)
}

/** Writes down how a balance has come to what it is. */
export function writeBalanceLine(
  account: Account,
  customer: Customer,
  move: BalanceMove,
): CustomerBalanceTransaction {
  return account.state.customerBalanceTransactions.add({
    id: newId.customerBalanceTransaction(),
    object: 'customer_balance_transaction',
    amount: move.amount,
    checkout_session: null,
    created: account.now,
    credit_note: null,
    currency: move.currency ?? customer.currency ?? DEFAULT_CURRENCY,
    customer: customer.id,
    customer_account: null,
    description: move.description ?? null,
    ending_balance: customer.balance,
    invoice: move.invoice ?? null,
    livemode: false,
    metadata: move.metadata ?? {},
    type: move.type,
  })
}

/** The account's own currency, for a balance that is set before anything is sold. */
const DEFAULT_CURRENCY = 'usd'
