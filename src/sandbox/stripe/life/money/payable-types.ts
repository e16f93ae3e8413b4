import { refused } from '../../errors.ts'
import { transferTypeOf } from './funding-instructions.ts'
import { redirectsIn } from './plain-methods.ts'

/** The types of payment methods that the sandbox can pay with, and the currency that each is bound to. */
const CURRENCIES: Readonly<Record<string, string | null>> = {
  card: null,
  sepa_debit: 'eur',
  us_bank_account: 'usd',
}

export interface TypeRequest {
  /** `allowed_payment_method_types`, or `payment_method_types` of an older version. */
  allowed?: readonly string[] | undefined
  excluded?: readonly string[] | null | undefined
}

/**
 * The types that a payment in this currency may be made with: what the sandbox has, less what the request leaves out
 * (docs.stripe.com/payments/payment-methods/dynamic-payment-methods).
 * @throws StripeError 400 where nothing is left.
 */
export function payableTypes(currency: string | null, request: TypeRequest = {}): string[] {
  return typesAmong(directTypes(currency), currency, request)
}

/**
 * The same for a payment by the API, which may also name types that send the customer to a page of their own, and the
 * customer's balance. They are never there by default.
 * @throws StripeError 400 where nothing is left.
 */
export function intentTypes(currency: string, request: TypeRequest = {}): string[] {
  const named = (request.allowed ?? []).filter(
    (type) =>
      redirectsIn(type, currency) || (type === 'customer_balance' && transferTypeOf(currency) !== null),
  )
  return typesAmong([...directTypes(currency), ...named], currency, request)
}

function directTypes(currency: string | null): string[] {
  return Object.entries(CURRENCIES)
    .filter(([, bound]) => bound === null || currency === null || bound === currency)
    .map(([type]) => type)
}

function typesAmong(types: readonly string[], currency: string | null, request: TypeRequest): string[] {
  const fitting = types
    .filter((type) => request.allowed === undefined || request.allowed.includes(type))
    .filter((type) => !request.excluded?.includes(type))
  if (fitting.length > 0) return fitting
  throw refused(
    `No payment method type is left for ${currency ?? 'this request'}. The sandbox has: ` +
      `${Object.keys(CURRENCIES).join(', ')}.`,
    request.allowed === undefined ? 'excluded_payment_method_types' : 'allowed_payment_method_types',
    'payment_intent_invalid_parameter',
  )
}
