import type { Account } from '../../account.ts'
import { type BillingDetails, NO_ADDRESS } from '../../address.ts'
import { parameterMissing, refused, StripeError } from '../../errors.ts'
import type { PaymentMethod } from '../../wire.ts'
import { findNamedCard, findTestCard, type TestCard } from '../cards.ts'
import { createBankDebit, createCard, type MethodFields } from '../payment-methods.ts'
import { type AccountType, createAccountMethod } from './account-methods.ts'
import { type BankDebitType, findTestAccount } from './bank-accounts.ts'
import { cardError } from './card-error.ts'
import { createPlainMethod, isPlain, type PlainType } from './plain-methods.ts'

export interface NewMethod {
  type: 'card' | BankDebitType | PlainType | AccountType
  /** What else is known, under the name of the type. */
  facts?: object | undefined
  card?: { number?: string; exp_month?: number; exp_year?: number; cvc?: string; token?: string } | undefined
  sepa_debit?: { iban: string } | undefined
  us_bank_account?: { account_number?: string; routing_number?: string } | undefined
  billing_details?: BillingDetails | undefined
  allow_redisplay?: PaymentMethod['allow_redisplay'] | undefined
  metadata?: Record<string, string> | undefined
}

/**
 * A payment method of what the customer typed. A number that is none is refused at once, as by Stripe
 * (docs.stripe.com/testing#invalid-data); whether the bank pays shows when it is asked.
 * @throws StripeError 402 for a card that cannot be, 400 for an account that is not one of Stripe's for tests.
 */
export function createMethod(account: Account, given: NewMethod, at = ''): PaymentMethod {
  const { address, ...details } = given.billing_details ?? {}
  const fields: MethodFields = {
    billing_details: { ...details, address: { ...NO_ADDRESS, ...address } },
    metadata: given.metadata,
    allow_redisplay: given.allow_redisplay,
  }
  const name = (key: string) => (at === '' ? key : `${at}[${key}]`)
  switch (given.type) {
    case 'card':
      return cardMethod(account, given.card ?? {}, fields, name('card'))
    case 'sepa_debit':
      if (given.sepa_debit === undefined) throw parameterMissing(name('sepa_debit'))
      return debitMethod(account, 'sepa_debit', given.sepa_debit.iban, fields, `${name('sepa_debit')}[iban]`)
    case 'us_bank_account': {
      const number = given.us_bank_account?.account_number
      const param = `${name('us_bank_account')}[account_number]`
      if (number === undefined) throw parameterMissing(param)
      return debitMethod(account, 'us_bank_account', number, fields, param)
    }
    default:
      return isPlain(given.type)
        ? createPlainMethod(account, given.type, given.facts ?? {}, fields)
        : createAccountMethod(account, given.type, given.facts, fields, name(given.type))
  }
}

function cardMethod(
  account: Account,
  given: NonNullable<NewMethod['card']>,
  fields: MethodFields,
  at: string,
): PaymentMethod {
  if (given.token !== undefined) return createCard(account, tokenCard(given.token), fields)
  for (const key of ['number', 'exp_month', 'exp_year'] as const) {
    if (given[key] === undefined) throw parameterMissing(`${at}[${key}]`)
  }
  const card = checkedCard(given.number ?? '')
  checkExpiry(account, given.exp_month ?? 0, given.exp_year ?? 0)
  if (given.cvc !== undefined && !/^\d{3,4}$/.test(given.cvc)) {
    throw invalidCard('invalid_cvc', "Your card's security code is invalid.")
  }
  return createCard(account, card, {
    ...fields,
    exp_month: given.exp_month,
    exp_year: given.exp_year,
    hasCvc: given.cvc !== undefined,
  })
}

/** The card behind a token of Stripe's for tests: `tok_visa`. */
export function tokenCard(token: string): TestCard {
  const card = token.startsWith('tok_') ? findNamedCard(token.slice('tok_'.length)) : undefined
  if (card === undefined) throw refused(`No such token: '${token}'`, 'token', 'resource_missing')
  return card
}

function checkedCard(number: string): TestCard {
  const card = findTestCard(number)
  if (card) return card
  if (!passesLuhn(number)) throw invalidCard('incorrect_number', 'Your card number is incorrect.')
  throw new StripeError(
    cardError({
      code: 'card_declined',
      decline_code: 'test_mode_live_card',
      message: 'Your card was declined: it is not one of the test cards of docs.stripe.com/testing.',
    }),
  )
}

function checkExpiry(account: Account, month: number, year: number): void {
  if (month < 1 || month > 12) {
    throw invalidCard('invalid_expiry_month', "Your card's expiration month is invalid.")
  }
  const fullYear = year < 100 ? 2000 + year : year
  const now = new Date(account.now * 1000)
  const monthsLeft = (fullYear - now.getUTCFullYear()) * 12 + month - 1 - now.getUTCMonth()
  if (monthsLeft < 0 || fullYear > now.getUTCFullYear() + 50) {
    throw invalidCard('invalid_expiry_year', "Your card's expiration year is invalid.")
  }
}

function invalidCard(code: string, message: string): StripeError {
  return new StripeError({ ...cardError({ code, decline_code: null, message }), param: PARAMS[code] ?? '' })
}

const PARAMS: Readonly<Record<string, string>> = {
  incorrect_number: 'number',
  invalid_cvc: 'cvc',
  invalid_expiry_month: 'exp_month',
  invalid_expiry_year: 'exp_year',
}

function debitMethod(
  account: Account,
  type: BankDebitType,
  number: string,
  fields: MethodFields,
  param: string,
): PaymentMethod {
  const bank = findTestAccount(type, number)
  if (bank) return createBankDebit(account, bank, fields)
  throw refused(
    'This is not an account of docs.stripe.com for tests.',
    param,
    type === 'sepa_debit' ? 'invalid_bank_account_iban' : 'account_number_invalid',
  )
}

function passesLuhn(number: string): boolean {
  const digits = number.replaceAll(/[\s-]/g, '')
  if (!/^\d{12,19}$/.test(digits)) return false
  let sum = 0
  for (const [index, digit] of [...digits].reverse().entries()) {
    const value = Number(digit) * (index % 2 === 0 ? 1 : 2)
    sum += value > 9 ? value - 9 : value
  }
  return sum % 10 === 0
}
