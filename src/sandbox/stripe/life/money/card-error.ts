import type { StripeErrorFields } from '../../errors.ts'
import type { Decline } from '../declines.ts'

/** The refusal of a bank as the API answers it: 402, `card_error` (docs.stripe.com/error-handling#payment-errors). */
export function cardError(decline: Decline): StripeErrorFields {
  return {
    status: 402,
    type: 'card_error',
    code: decline.code,
    message: decline.message,
    ...(decline.decline_code === null ? {} : { decline_code: decline.decline_code }),
  }
}

/** Where Stripe explains an error's code. */
export function docUrl(code: string): string {
  return `https://stripe.com/docs/error-codes/${code.replaceAll('_', '-')}`
}
