/** The bank's refusal, in Stripe's words: docs.stripe.com/error-codes, docs.stripe.com/declines/codes. */
export interface Decline {
  readonly code: string
  readonly decline_code: string | null
  readonly message: string
}

/** A refusal that `decline_code` tells apart from the others. */
export function declined(decline_code: string, message = 'Your card was declined.'): Decline {
  return { code: 'card_declined', decline_code, message }
}

export const GENERIC_DECLINE = declined('generic_decline')
export const INSUFFICIENT_FUNDS = declined('insufficient_funds', 'Your card has insufficient funds.')
export const EXPIRED_CARD: Decline = {
  code: 'expired_card',
  decline_code: null,
  message: 'Your card has expired.',
}
export const INCORRECT_CVC: Decline = {
  code: 'incorrect_cvc',
  decline_code: null,
  message: "Your card's security code is incorrect.",
}
export const PROCESSING_ERROR: Decline = {
  code: 'processing_error',
  decline_code: null,
  message: 'An error occurred while processing your card. Try again in a little bit.',
}

/** What Radar answers for a payment that it blocks (docs.stripe.com/declines#blocked-payments). */
export const BLOCKED_BY_RADAR = declined('fraudulent')

/** The bank wants to ask, and nobody is there (docs.stripe.com/declines/codes: `authentication_required`). */
export const AUTHENTICATION_REQUIRED: Decline = {
  code: 'authentication_required',
  decline_code: 'authentication_required',
  message: 'Your card was declined. This transaction requires authentication.',
}

/** The customer refused, or the bank could not tell who it was. */
export const AUTHENTICATION_FAILED: Decline = {
  code: 'payment_intent_authentication_failure',
  decline_code: null,
  message:
    'We are unable to authenticate your payment method. Please choose a different payment method and try again.',
}

/** The same for a card that is only saved. */
export const SETUP_AUTHENTICATION_FAILED: Decline = {
  ...AUTHENTICATION_FAILED,
  code: 'setup_intent_authentication_failure',
}
