import type { Account } from '../../account.ts'
import { refused } from '../../errors.ts'
import { newId } from '../../ids.ts'
import type { CashBalanceTransaction, Customer, PaymentIntent, PaymentMethod } from '../../wire.ts'
import { succeedPayment } from '../payments.ts'
import { availableCash, cashBalanceOf, fundedSoFar, moveCash } from './cash-balance.ts'
import { addressesOf, TRANSFER_TYPES, type TransferType, transferTypeOf } from './funding-instructions.ts'

/**
 * Money arrives from a customer's bank. Unless cash is reconciled by hand it goes to the payments that wait for it: one
 * that the reference names, one of exactly this amount, then the oldest
 * (docs.stripe.com/payments/customer-balance/reconciliation).
 */
export function receiveTransfer(
  account: Account,
  customer: Customer,
  given: { amount: number; currency: string; reference: string | null },
  follow: (intent: PaymentIntent) => void,
): CashBalanceTransaction {
  const type = transferTypeOf(given.currency)
  if (type === null) {
    throw refused(`There are no bank transfers in ${given.currency}.`, 'currency')
  }
  const transaction = moveCash(account, customer.id, {
    currency: given.currency,
    net_amount: given.amount,
    type: 'funded',
    funded: { bank_transfer: { ...senderOf(type), reference: given.reference, type } },
  })
  if (cashBalanceOf(account, customer).settings.reconciliation_mode === 'automatic') {
    for (const intent of waitingFor(account, customer, given)) {
      if (applyCash(account, intent, null)) follow(intent)
    }
  }
  if (availableCash(account, customer.id, given.currency) > 0) {
    account.emit('cash_balance.funds_available', cashBalanceOf(account, customer))
  }
  return transaction
}

/** Who sent it, as a test transfer has it. */
function senderOf(type: TransferType) {
  const sender = { sender_name: 'Test Sender' }
  switch (type) {
    case 'eu_bank_transfer':
      return { eu_bank_transfer: { ...sender, bic: 'SANDBOXX', iban_last4: '3000' } }
    case 'gb_bank_transfer':
      return { gb_bank_transfer: { ...sender, account_number_last4: '6789', sort_code: '000000' } }
    case 'jp_bank_transfer':
      return { jp_bank_transfer: { ...sender, sender_bank: 'SANDBOX BANK', sender_branch: 'TEST' } }
    case 'us_bank_transfer':
      return { us_bank_transfer: { ...sender, network: 'ach' as const } }
    case 'mx_bank_transfer':
      return {}
    default:
      return type satisfies never
  }
}

function waitingFor(
  account: Account,
  customer: Customer,
  given: { amount: number; currency: string; reference: string | null },
): PaymentIntent[] {
  const waiting = [...account.state.paymentIntents.values()].filter(
    (intent) =>
      intent.customer === customer.id &&
      intent.currency === given.currency &&
      instructionsOf(intent) !== null,
  )
  const rank = (intent: PaymentIntent) => {
    const instructions = instructionsOf(intent)
    if (given.reference !== null && instructions?.reference === given.reference) return 0
    return instructions?.amount_remaining === given.amount ? 1 : 2
  }
  return waiting.sort((a, b) => rank(a) - rank(b))
}

function instructionsOf(intent: PaymentIntent) {
  if (intent.status !== 'requires_action') return null
  return intent.next_action?.display_bank_transfer_instructions ?? null
}

/**
 * Pays with the customer's cash as far as it reaches, `amount` at most (null: all that is due). Answers whether the
 * payment is made; a part of it emits `payment_intent.partially_funded`.
 */
export function applyCash(account: Account, intent: PaymentIntent, amount: number | null): boolean {
  const { currency } = intent
  const customer = String(intent.customer)
  const left = intent.amount - fundedSoFar(intent)
  const taken = Math.min(left, amount ?? left, availableCash(account, customer, currency))
  if (taken <= 0) return false
  moveCash(account, customer, {
    currency,
    net_amount: -taken,
    type: 'applied_to_payment',
    applied_to_payment: { payment_intent: intent.id },
  })
  const method = account.state.paymentMethods.get(intent.payment_method ?? '')
  if (taken === left && method) {
    succeedPayment(account, intent, method)
    return true
  }
  const instructions = intent.next_action?.display_bank_transfer_instructions
  if (instructions) {
    account.change(intent, {
      next_action: {
        type: 'display_bank_transfer_instructions',
        display_bank_transfer_instructions: { ...instructions, amount_remaining: left - taken },
      },
    })
    account.emit('payment_intent.partially_funded', intent)
  }
  return false
}

/** Asks the customer for a transfer, and takes at once what they have there already. */
export function awaitTransfer(account: Account, intent: PaymentIntent, method: PaymentMethod): boolean {
  const customer = account.state.customers.get(String(intent.customer))
  if (customer === undefined) {
    throw refused('A payment from the customer balance needs a `customer`.', 'customer', 'parameter_missing')
  }
  account.change(intent, { payment_method: method.id, last_payment_error: null })
  const isAutomatic = cashBalanceOf(account, customer).settings.reconciliation_mode === 'automatic'
  const cash = isAutomatic ? availableCash(account, customer.id, intent.currency) : 0
  if (cash >= intent.amount) return applyCash(account, intent, null)
  account.change(intent, {
    status: 'requires_action',
    next_action: instructionsFor(account, intent, customer),
  })
  account.emit('payment_intent.requires_action', intent)
  return cash > 0 && applyCash(account, intent, null)
}

function instructionsFor(
  account: Account,
  intent: PaymentIntent,
  customer: Customer,
): NonNullable<PaymentIntent['next_action']> {
  const transfer = intent.payment_method_options?.customer_balance?.bank_transfer
  const type = transfer?.type as TransferType | undefined
  if (!type || TRANSFER_TYPES[type].currency !== intent.currency) {
    throw refused(
      'The customer balance does not cover this payment. Say how the rest is sent: a kind of bank transfer in this currency.',
      'payment_method_options[customer_balance][bank_transfer][type]',
      'parameter_missing',
    )
  }
  const country = transfer?.eu_bank_transfer?.country ?? TRANSFER_TYPES[type].country
  return {
    type: 'display_bank_transfer_instructions',
    display_bank_transfer_instructions: {
      amount_remaining: intent.amount,
      currency: intent.currency,
      financial_addresses: addressesOf(customer, type, country),
      hosted_instructions_url: `${account.url}/dashboard/payments/${intent.id}`,
      reference: newId.request().slice('req_'.length).toUpperCase(),
      type,
    },
  }
}
