import type { Account } from '../../account.ts'
import type { PaymentMethod } from '../../wire.ts'
import { type MethodFields, methodBase } from '../payment-methods.ts'

/**
 * Types that show nothing or little of whoever pays: what a new method of each says of itself, and the currencies that
 * it pays in by sending the customer to a page of its own; null where this sandbox cannot pay with it
 * (docs.stripe.com/payments/payment-methods/payment-method-support).
 */
export const PLAIN_TYPES = {
  affirm: { shows: {}, currencies: ['usd', 'cad'] },
  afterpay_clearpay: { shows: {}, currencies: ['aud', 'cad', 'eur', 'gbp', 'nzd', 'usd'] },
  alipay: { shows: {}, currencies: null },
  alma: { shows: {}, currencies: ['eur'] },
  amazon_pay: { shows: {}, currencies: ['eur', 'gbp', 'usd'] },
  bancontact: { shows: {}, currencies: ['eur'] },
  billie: { shows: {}, currencies: ['eur', 'gbp', 'sek'] },
  bizum: { shows: {}, currencies: null },
  blik: { shows: {}, currencies: null },
  cashapp: { shows: { buyer_id: null, cashtag: null }, currencies: null },
  crypto: { shows: {}, currencies: ['usd'] },
  eps: { shows: { bank: null }, currencies: ['eur'] },
  giropay: { shows: {}, currencies: ['eur'] },
  grabpay: { shows: {}, currencies: ['myr', 'sgd'] },
  ideal: { shows: { bank: null, bic: null }, currencies: ['eur'] },
  kakao_pay: { shows: {}, currencies: ['krw'] },
  klarna: { shows: {}, currencies: ['dkk', 'eur', 'gbp', 'nok', 'sek', 'usd'] },
  konbini: { shows: {}, currencies: null },
  kr_card: { shows: { brand: null, last4: null }, currencies: ['krw'] },
  link: { shows: { email: null }, currencies: null },
  mb_way: { shows: {}, currencies: null },
  mobilepay: { shows: {}, currencies: ['dkk', 'eur', 'nok', 'sek'] },
  multibanco: { shows: {}, currencies: null },
  naver_pay: { shows: { buyer_id: null, funding: 'points' }, currencies: ['krw'] },
  oxxo: { shows: {}, currencies: null },
  p24: { shows: { bank: null }, currencies: ['eur', 'pln'] },
  pay_by_bank: { shows: {}, currencies: ['eur', 'gbp'] },
  payco: { shows: {}, currencies: ['krw'] },
  paynow: { shows: {}, currencies: null },
  paypal: {
    shows: { country: null, payer_email: null, payer_id: null },
    currencies: ['chf', 'dkk', 'eur', 'gbp', 'nok', 'pln', 'sek', 'usd'],
  },
  paypay: { shows: {}, currencies: ['jpy'] },
  pix: { shows: {}, currencies: null },
  promptpay: { shows: {}, currencies: null },
  revolut_pay: { shows: {}, currencies: ['eur', 'gbp'] },
  samsung_pay: { shows: {}, currencies: ['krw'] },
  satispay: { shows: {}, currencies: ['eur'] },
  scalapay: { shows: {}, currencies: ['eur'] },
  sequra: { shows: {}, currencies: ['eur'] },
  sunbit: { shows: {}, currencies: ['usd'] },
  swish: { shows: {}, currencies: null },
  twint: { shows: {}, currencies: ['chf'] },
  upi: { shows: { vpa: null }, currencies: null },
  wechat_pay: { shows: {}, currencies: null },
  zip: { shows: {}, currencies: ['aud', 'usd'] },
  boleto: { shows: { tax_id: '' }, currencies: null },
  customer_balance: { shows: {}, currencies: null },
  fpx: { shows: { account_holder_type: null, bank: 'maybank2u' }, currencies: ['myr'] },
  sofort: { shows: { country: null }, currencies: ['eur'] },
} as const satisfies Record<string, { shows: object; currencies: readonly string[] | null }>

export type PlainType = keyof typeof PLAIN_TYPES

export function isPlain(type: string): type is PlainType {
  return Object.hasOwn(PLAIN_TYPES, type)
}

/** Whether the customer pays with it on a page of its own, to which they are sent. */
export function redirects(type: string): type is PlainType {
  return isPlain(type) && PLAIN_TYPES[type].currencies !== null
}

/** Whether that page takes payments in this currency. */
export function redirectsIn(type: string, currency: string): boolean {
  const currencies: readonly string[] | null = isPlain(type) ? PLAIN_TYPES[type].currencies : null
  return currencies?.includes(currency) === true
}

/** What the method tells of itself. A mandate's terms are not of it. */
function shownOf(type: PlainType, facts: object): object {
  return type === 'upi' ? PLAIN_TYPES.upi.shows : { ...PLAIN_TYPES[type].shows, ...facts }
}

/** A method of such a type. */
export function createPlainMethod(
  account: Account,
  type: PlainType,
  facts: object,
  fields: MethodFields,
): PaymentMethod {
  const method: PaymentMethod = {
    ...methodBase(account, fields),
    type,
    [type]: shownOf(type, facts),
  }
  const backing = { number: '', is_set_up: false, is_spent: false, mandate: null }
  account.state.methodBackings.set(method.id, backing)
  return account.state.paymentMethods.add(method)
}
