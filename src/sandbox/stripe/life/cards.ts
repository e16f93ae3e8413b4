/** What a card number does, as docs.stripe.com/testing lists them. */
export interface TestCard {
  readonly number: string
  readonly brand: 'visa' | 'mastercard' | 'amex'
  /** What the hosted page says beside it. */
  readonly label: string
  /** The bank's answer to the first payment. */
  readonly decline: Decline | null
  /** The customer has to confirm the first payment on a page of the bank. */
  readonly confirmation: boolean
  /** The answer to later payments, made without the customer. */
  readonly offSession: 'succeeds' | 'declined'
}

export interface Decline {
  readonly code: string
  readonly decline_code: string | null
  readonly message: string
}

const GENERIC: Decline = {
  code: 'card_declined',
  decline_code: 'generic_decline',
  message: 'Your card was declined.',
}

/** A confirmation that the customer refused: the code that Stripe gives a failed authentication. */
export const AUTHENTICATION_FAILED: Decline = {
  code: 'payment_intent_authentication_failure',
  decline_code: null,
  message:
    'We are unable to authenticate your payment method. Choose a different payment method and try again.',
}

/** What a payment without the customer gets from a card that declines then. */
export const OFF_SESSION_DECLINE = GENERIC

function card(number: string, label: string, more: Partial<TestCard> = {}): TestCard {
  return { number, brand: 'visa', label, decline: null, confirmation: false, offSession: 'succeeds', ...more }
}

function declined(code: string, decline_code: string | null, message: string): Partial<TestCard> {
  return { decline: { code, decline_code, message } }
}

/**
 * The cards that the hosted page takes. One differs from Stripe's: 4000 0000 0000 0341 pays the first time, so that a
 * renewal that fails can be had without a trial (at Stripe it can be attached, and every charge of it fails).
 */
export const TEST_CARDS: readonly TestCard[] = [
  card('4242424242424242', 'Pays'),
  card('4000000000000002', 'Declined', { decline: GENERIC }),
  card(
    '4000000000009995',
    'Insufficient funds',
    declined('card_declined', 'insufficient_funds', 'Your card has insufficient funds.'),
  ),
  card('4000002500003155', 'Asks to confirm', { confirmation: true }),
  card('4000000000000341', 'Pays now, later payments fail', { offSession: 'declined' }),
  card('4000000000000069', 'Expired card', declined('expired_card', null, 'Your card has expired.')),
  card(
    '4000000000000127',
    'Wrong CVC',
    declined('incorrect_cvc', null, "Your card's security code is incorrect."),
  ),
  card(
    '4000000000000119',
    'Processing error',
    declined(
      'processing_error',
      null,
      'An error occurred while processing your card. Try again in a little bit.',
    ),
  ),
  card('5555555555554444', 'Pays (Mastercard)', { brand: 'mastercard' }),
  card('378282246310005', 'Pays (American Express)', { brand: 'amex' }),
]

/** The test card with this number, spaces and dashes aside; undefined for any other number. */
export function findTestCard(number: string): TestCard | undefined {
  const digits = number.replaceAll(/[\s-]/g, '')
  return TEST_CARDS.find((each) => each.number === digits)
}
