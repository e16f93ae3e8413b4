import { refused } from '../../errors.ts'

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
  const fitting = Object.entries(CURRENCIES)
    .filter(([, bound]) => bound === null || currency === null || bound === currency)
    .map(([type]) => type)
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
