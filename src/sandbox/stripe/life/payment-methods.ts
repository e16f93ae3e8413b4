import { createHash } from 'node:crypto'
import type { Account } from '../account.ts'
import { NO_ADDRESS } from '../address.ts'
import { refused, StripeError } from '../errors.ts'
import { newId } from '../ids.ts'
import type { PaymentMethod } from '../wire.ts'
import { SECONDS_PER_DAY } from './calendar.ts'
import { findNamedCard, findTestCard, type TestCard } from './cards.ts'
import {
  type BankDebitType,
  findNamedAccount,
  findTestAccount,
  type TestAccount,
} from './money/bank-accounts.ts'
import { cardError } from './money/card-error.ts'

export type BillingDetails = PaymentMethod['billing_details']

/** What a method is made with, beside the card or account. */
export interface MethodFields {
  billing_details?: Partial<BillingDetails> | undefined
  metadata?: Record<string, string> | undefined
  allow_redisplay?: PaymentMethod['allow_redisplay'] | undefined
  exp_month?: number | undefined
  exp_year?: number | undefined
  hasCvc?: boolean | undefined
  /** Default: a new one. */
  id?: string | undefined
}

/** A card. It belongs to nobody until it is attached. */
export function createCard(account: Account, card: TestCard, given: MethodFields = {}): PaymentMethod {
  const { postal, line1, cvc } = card.checks
  const address = given.billing_details?.address
  const method: PaymentMethod = {
    ...methodBase(account, given),
    type: 'card',
    card: {
      brand: card.brand,
      checks: {
        address_line1_check: address?.line1 ? (line1 ?? 'pass') : null,
        address_postal_code_check: address?.postal_code ? (postal ?? 'pass') : null,
        cvc_check: given.hasCvc === false ? null : (cvc ?? 'pass'),
      },
      country: card.country,
      display_brand: card.brand === 'amex' ? 'american_express' : card.brand,
      exp_month: given.exp_month ?? 12,
      exp_year: given.exp_year ?? new Date((account.now + 3 * 365 * SECONDS_PER_DAY) * 1000).getUTCFullYear(),
      fingerprint: fingerprintOf(card.number),
      funding: card.funding,
      generated_from: null,
      last4: card.number.slice(-4),
      networks: { available: [card.brand], preferred: null },
      regulated_status: 'unregulated',
      three_d_secure_usage: { supported: card.authentication !== 'not_supported' },
      wallet: null,
    },
  }
  return keep(account, method, card.number)
}

/** A bank account to be debited: pays, but later. */
export function createBankDebit(
  account: Account,
  bank: TestAccount,
  given: MethodFields = {},
): PaymentMethod {
  const shared = methodBase(account, given)
  const fingerprint = fingerprintOf(bank.number)
  const last4 = bank.number.slice(-4)
  const method: PaymentMethod =
    bank.type === 'sepa_debit'
      ? {
          ...shared,
          type: 'sepa_debit',
          sepa_debit: {
            bank_code: bank.number.slice(4, 12),
            branch_code: '',
            country: bank.country,
            fingerprint,
            generated_from: { charge: null, setup_attempt: null },
            last4,
          },
        }
      : {
          ...shared,
          type: 'us_bank_account',
          us_bank_account: {
            account_holder_type: 'individual',
            account_type: 'checking',
            bank_name: 'SANDBOX BANK',
            financial_connections_account: null,
            fingerprint,
            last4,
            networks: { preferred: 'ach', supported: ['ach'] },
            routing_number: '110000000',
            status_details: {},
          },
        }
  return keep(account, method, bank.number)
}

/**
 * The payment method that a parameter names. One of Stripe's fixtures (`pm_card_visa`) makes a new one each time
 * (docs.stripe.com/testing).
 */
export function methodFor(account: Account, id: string, param: string): PaymentMethod {
  const card = id.startsWith('pm_card_') ? findNamedCard(id.slice('pm_card_'.length)) : undefined
  if (card) return createCard(account, card)
  const bank = id.startsWith('pm_') ? findNamedAccount(id.slice('pm_'.length)) : undefined
  return bank ? createBankDebit(account, bank) : account.need(account.state.paymentMethods, id, param)
}

/** The card behind a method; undefined for a bank account. */
export function cardOf(account: Account, method: PaymentMethod): TestCard | undefined {
  return findTestCard(account.state.methodBackings.get(method.id)?.number ?? '')
}

/** The account behind a method; undefined for a card. */
export function bankAccountOf(account: Account, method: PaymentMethod): TestAccount | undefined {
  const number = account.state.methodBackings.get(method.id)?.number ?? ''
  return method.type === 'card' ? undefined : findTestAccount(method.type as BankDebitType, number)
}

/** Gives the payment method to the customer. */
export function attach(account: Account, method: PaymentMethod, customer: string): void {
  if (method.customer === customer) return
  account.change(method, { customer })
  account.emit('payment_method.attached', method)
}

/**
 * Gives the method to the customer as the API does: the bank is asked, so a card that declines is refused, and one
 * that was used or detached before stays unusable (docs.stripe.com/api/payment_methods/attach).
 * @throws StripeError 402 for a card that declines, 400 for a method that is taken or spent.
 */
export function attachChecked(account: Account, method: PaymentMethod, customer: string): void {
  checkAttachable(account, method, customer)
  attach(account, method, customer)
}

/** @throws StripeError as `attachChecked` does, before anything is done. */
export function checkAttachable(account: Account, method: PaymentMethod, customer: string | null): void {
  checkUsable(account, method)
  if (method.customer !== null && method.customer !== customer) {
    throw refused('The payment method you provided has already been attached to a customer.')
  }
  const card = cardOf(account, method)
  if (card?.decline && !card.attaches) throw new StripeError(cardError(card.decline))
}

/** Takes the method from its customer, for good, and from where it was the default. */
export function detach(account: Account, method: PaymentMethod): void {
  const { customer: customerId } = method
  if (customerId === null) {
    throw refused(
      'The payment method you provided is not attached to a customer so detachment is impossible.',
    )
  }
  spend(account, method)
  account.change(method, { customer: null })
  account.emit('payment_method.detached', method, { customer: customerId })
  const customer = account.state.customers.get(customerId)
  if (customer?.invoice_settings.default_payment_method === method.id) {
    const settings = { ...customer.invoice_settings, default_payment_method: null }
    account.change(customer, { invoice_settings: settings }, 'customer.updated')
  }
}

/** Marks the method as used up: it was paid with, and belongs to nobody. */
export function spend(account: Account, method: PaymentMethod): void {
  const backing = account.state.methodBackings.get(method.id)
  if (backing) backing.is_spent = true
}

/** @throws StripeError 400 for a method that was used or detached before. */
export function checkUsable(account: Account, method: PaymentMethod): void {
  if (account.state.methodBackings.get(method.id)?.is_spent !== true) return
  throw refused(
    'This PaymentMethod was used without a customer, or was detached from one. It cannot be used again: attach a ' +
      'PaymentMethod to a customer first to use it several times.',
    'payment_method',
  )
}

function keep(account: Account, method: PaymentMethod, number: string): PaymentMethod {
  account.state.methodBackings.set(method.id, { number, is_set_up: false, is_spent: false, mandate: null })
  return account.state.paymentMethods.add(method)
}

/** The same for each method of one number, as Stripe's is. */
export function fingerprintOf(number: string): string {
  return createHash('sha256')
    .update(number)
    .digest('base64')
    .replaceAll(/[^0-9A-Za-z]/g, '')
    .slice(0, 16)
}

/** What each method has, whatever its type. */
export function methodBase(account: Account, fields: MethodFields): Omit<PaymentMethod, 'type'> {
  const { address, ...details } = fields.billing_details ?? {}
  return {
    id: fields.id ?? newId.paymentMethod(),
    object: 'payment_method',
    allow_redisplay: fields.allow_redisplay ?? 'unspecified',
    billing_details: {
      email: null,
      name: null,
      phone: null,
      tax_id: null,
      ...details,
      address: { ...NO_ADDRESS, ...address },
    },
    created: account.now,
    customer: null,
    customer_account: null,
    livemode: false,
    metadata: fields.metadata ?? {},
  }
}
