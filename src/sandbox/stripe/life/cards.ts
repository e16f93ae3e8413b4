import {
  BLOCKED_BY_RADAR,
  type Decline,
  declined,
  EXPIRED_CARD,
  GENERIC_DECLINE,
  INCORRECT_CVC,
  INSUFFICIENT_FUNDS,
  PROCESSING_ERROR,
} from './declines.ts'

/** When the bank wants its customer to confirm (3-D Secure): docs.stripe.com/testing#regulatory-cards. */
export type Authentication =
  /** Cannot be asked for. */
  | 'not_supported'
  /** May be asked for, and passes without a question: the card is not enrolled. */
  | 'not_enrolled'
  /** Only where the merchant asks for it; `optional_error` then fails. */
  | 'optional'
  | 'optional_error'
  /** With the customer present always; without them unless the card was set up. */
  | 'unless_set_up'
  /** With the customer present only. */
  | 'on_session'
  /** Whatever was set up. */
  | 'always'
  /** Asked for, and the bank's directory fails. */
  | 'error'

export type DisputeKind = 'fraudulent' | 'product_not_received' | 'inquiry'

/** What a card number does. */
export interface TestCard {
  readonly number: string
  /** The names of its fixtures: `pm_card_NAME` and `tok_NAME`. */
  readonly names: readonly string[]
  readonly brand: 'visa' | 'mastercard' | 'amex' | 'discover' | 'diners' | 'jcb' | 'unionpay'
  readonly country: string
  readonly funding: 'credit' | 'debit' | 'prepaid'
  /** What the hosted page says beside it. */
  readonly label: string
  /** The bank's answer to every payment; null pays. */
  readonly decline: Decline | null
  /** A card that declines can be saved all the same only where this says so. */
  readonly attaches: boolean
  readonly authentication: Authentication
  readonly checks: { readonly cvc?: 'fail'; readonly postal?: Check; readonly line1?: Check }
  readonly risk: 'normal' | 'elevated' | 'highest'
  /** What follows a payment by itself. */
  readonly disputes: readonly DisputeKind[]
  readonly earlyFraudWarning: boolean
  readonly refund: 'succeeds' | 'succeeds_later' | 'fails_later'
  /** The money is available at once. */
  readonly bypassesPending: boolean
}

type Check = 'fail' | 'unavailable'
type More = Partial<Omit<TestCard, 'number' | 'names' | 'label'>>

function card(number: string, names: string, label: string, more: More = {}): TestCard {
  return {
    number,
    names: names.split(' '),
    brand: 'visa',
    country: 'US',
    funding: 'credit',
    label,
    decline: null,
    attaches: more.decline === undefined,
    authentication: 'not_enrolled',
    checks: {},
    risk: 'normal',
    disputes: [],
    earlyFraudWarning: false,
    refund: 'succeeds',
    bypassesPending: false,
    ...more,
  }
}

const brands: readonly TestCard[] = [
  card('4242424242424242', 'visa', 'Pays'),
  card('4000056655665556', 'visa_debit', 'Pays (Visa debit)', { funding: 'debit' }),
  card('5555555555554444', 'mastercard', 'Pays (Mastercard)', { brand: 'mastercard' }),
  card('2223003122003222', 'mastercard_2_series', 'Pays (Mastercard, 2-series)', { brand: 'mastercard' }),
  card('5200828282828210', 'mastercard_debit', 'Pays (Mastercard debit)', {
    brand: 'mastercard',
    funding: 'debit',
  }),
  card('5105105105105100', 'mastercard_prepaid', 'Pays (Mastercard prepaid)', {
    brand: 'mastercard',
    funding: 'prepaid',
  }),
  card('378282246310005', 'amex amex_threeDSecureNotSupported', 'Pays (American Express)', {
    brand: 'amex',
    authentication: 'not_supported',
  }),
  card('371449635398431', 'amex_2', 'Pays (American Express)', { brand: 'amex' }),
  card('6011111111111117', 'discover', 'Pays (Discover)', { brand: 'discover' }),
  card('3056930009020004', 'diners', 'Pays (Diners Club)', { brand: 'diners' }),
  card('3566002020360505', 'jcb', 'Pays (JCB)', { brand: 'jcb' }),
  card('6200000000000005', 'unionpay', 'Pays (UnionPay)', { brand: 'unionpay' }),
]

const countries: readonly TestCard[] = [
  card('4000000760000002', 'br', 'Pays (Brazil)', { country: 'BR' }),
  card('4000001240000000', 'ca', 'Pays (Canada)', { country: 'CA' }),
  card('4000004840008001', 'mx', 'Pays (Mexico)', { country: 'MX' }),
  card('4000002760000016', 'de', 'Pays (Germany)', { country: 'DE' }),
  card('4000002500000003', 'fr', 'Pays (France)', { country: 'FR' }),
  card('4000003800000008', 'it', 'Pays (Italy)', { country: 'IT' }),
  card('4000005280000002', 'nl', 'Pays (Netherlands)', { country: 'NL' }),
  card('4000007240000007', 'es', 'Pays (Spain)', { country: 'ES' }),
  card('4000000400000008', 'at', 'Pays (Austria)', { country: 'AT' }),
  card('4000007560000009', 'ch', 'Pays (Switzerland)', { country: 'CH' }),
  card('4000008260000000', 'gb', 'Pays (United Kingdom)', { country: 'GB' }),
  card('4000000360000006', 'au', 'Pays (Australia)', { country: 'AU' }),
  card('4000003920000003', 'jp', 'Pays (Japan)', { country: 'JP' }),
]

const declines: readonly TestCard[] = [
  card('4000000000000002', 'chargeDeclined visa_chargeDeclined', 'Declined', { decline: GENERIC_DECLINE }),
  card(
    '4000000000009995',
    'chargeDeclinedInsufficientFunds visa_chargeDeclinedInsufficientFunds',
    'Insufficient funds',
    { decline: INSUFFICIENT_FUNDS },
  ),
  card('4000000000009987', 'chargeDeclinedLostCard visa_chargeDeclinedLostCard', 'Lost card', {
    decline: declined('lost_card'),
  }),
  card('4000000000009979', 'chargeDeclinedStolenCard visa_chargeDeclinedStolenCard', 'Stolen card', {
    decline: declined('stolen_card'),
  }),
  card('4000000000000069', 'chargeDeclinedExpiredCard visa_chargeDeclinedExpiredCard', 'Expired card', {
    decline: EXPIRED_CARD,
  }),
  card('4000000000000127', 'chargeDeclinedIncorrectCvc visa_chargeDeclinedIncorrectCvc', 'Wrong CVC', {
    decline: INCORRECT_CVC,
    checks: { cvc: 'fail' },
  }),
  card(
    '4000000000000119',
    'chargeDeclinedProcessingError visa_chargeDeclinedProcessingError',
    'Processing error',
    { decline: PROCESSING_ERROR },
  ),
  card('4000000000006975', 'visa_chargeDeclinedVelocityLimitExceeded', 'Used too often', {
    decline: declined(
      'card_velocity_exceeded',
      'Your card was declined for making repeated attempts too frequently or exceeding its amount limit.',
    ),
  }),
  card('4000000000000341', 'chargeCustomerFail visa_chargeCustomerFail', 'Can be saved, payments fail', {
    decline: GENERIC_DECLINE,
    attaches: true,
  }),
]

const fraud: readonly TestCard[] = [
  card('4100000000000019', 'radarBlock', 'Blocked as fraud', {
    decline: BLOCKED_BY_RADAR,
    attaches: true,
    risk: 'highest',
  }),
  card('4000000000004954', 'riskLevelHighest', 'Highest risk', { risk: 'highest' }),
  card('4000000000009235', 'riskLevelElevated', 'Elevated risk', { risk: 'elevated' }),
  card('4000000000000101', 'cvcCheckFail', 'CVC check fails', { checks: { cvc: 'fail' } }),
  card('4000000000000036', 'avsZipFail', 'Postal code check fails', { checks: { postal: 'fail' } }),
  card('4000058400307872', 'cvcCheckFailElevatedRisk', 'CVC check fails, elevated risk', {
    checks: { cvc: 'fail' },
    risk: 'elevated',
  }),
  card('4000058400306072', 'avsZipFailElevatedRisk', 'Postal code check fails, elevated risk', {
    checks: { postal: 'fail' },
    risk: 'elevated',
  }),
  card('4000000000000028', 'avsLine1Fail', 'Address check fails', { checks: { line1: 'fail' } }),
  card('4000000000000010', 'avsFail', 'Address checks fail', { checks: { line1: 'fail', postal: 'fail' } }),
  card('4000000000000044', 'avsUnchecked', 'Address checks unavailable', {
    checks: { line1: 'unavailable', postal: 'unavailable' },
  }),
]

const authentication: readonly TestCard[] = [
  card('4000002500003155', 'authenticationRequiredOnSetup', 'Asks to confirm', {
    authentication: 'unless_set_up',
  }),
  card('4000002760003184', 'authenticationRequired', 'Asks to confirm, later payments fail', {
    authentication: 'always',
  }),
  card('4000003800000446', 'authenticationRequiredSetupForOffSession', 'Asks to confirm, is set up', {
    authentication: 'on_session',
  }),
  card(
    '4000008260003178',
    'authenticationRequiredChargeDeclinedInsufficientFunds',
    'Asks to confirm, insufficient funds',
    { authentication: 'unless_set_up', decline: INSUFFICIENT_FUNDS, attaches: true },
  ),
  card('4000000000003220', 'threeDSecure2Required', '3-D Secure required', {
    authentication: 'unless_set_up',
  }),
  card('4000008400001629', 'threeDSecureRequiredChargeDeclined', '3-D Secure required, then declined', {
    authentication: 'unless_set_up',
    decline: GENERIC_DECLINE,
    attaches: true,
  }),
  card('4000008400001280', 'threeDSecureRequiredProcessingError', '3-D Secure fails', {
    authentication: 'error',
  }),
  card('4000000000003055', 'threeDSecureOptional', '3-D Secure where asked for', {
    authentication: 'optional',
  }),
  card('4000000000003097', 'threeDSecureOptionalProcessingError', '3-D Secure fails where asked for', {
    authentication: 'optional_error',
  }),
]

const aftermath: readonly TestCard[] = [
  card('4000000000000259', 'createDispute visa_createDispute', 'Pays, then disputed as fraud', {
    disputes: ['fraudulent'],
  }),
  card(
    '4000000000002685',
    'createDisputeProductNotReceived visa_createDisputeProductNotReceived',
    'Pays, then disputed as not received',
    { disputes: ['product_not_received'] },
  ),
  card('4000000000001976', 'createDisputeInquiry visa_createDisputeInquiry', 'Pays, then an inquiry', {
    disputes: ['inquiry'],
  }),
  card('4000000404000079', 'createMultipleDisputes', 'Pays, then disputed twice', {
    disputes: ['fraudulent', 'product_not_received'],
  }),
  card('4000000000005423', 'createIssuerFraudRecord', 'Pays, then a fraud warning', {
    earlyFraudWarning: true,
  }),
  card('4000000000007726', 'pendingRefund', 'Pays, refunds take time', { refund: 'succeeds_later' }),
  card('4000000000005126', 'refundFail', 'Pays, refunds fail', { refund: 'fails_later' }),
  card('4000000000000077', 'bypassPending', 'Pays, available at once', { bypassesPending: true }),
  card('4000003720000278', 'bypassPendingInternational', 'Pays from abroad, available at once', {
    country: 'IE',
    bypassesPending: true,
  }),
]

/**
 * Stripe's test cards (docs.stripe.com/testing). Left out are the cards of in-person payments, the challenge flows of
 * mobile apps, captchas, and the disputes under Visa's and Mastercard's own programmes.
 */
export const CARDS: readonly TestCard[] = [
  ...brands,
  ...countries,
  ...declines,
  ...fraud,
  ...authentication,
  ...aftermath,
]

const OFFERED = [
  '4242424242424242',
  '4000000000000002',
  '4000000000009995',
  '4000002500003155',
  '4000002760003184',
  '4000000000000069',
  '4000000000000127',
  '4000000000000119',
  '5555555555554444',
  '378282246310005',
]

/** The cards that the hosted page offers; it takes all of them. */
export const TEST_CARDS: readonly TestCard[] = OFFERED.flatMap((number) => findTestCard(number) ?? [])

/** The test card with this number, spaces and dashes aside; undefined for any other number. */
export function findTestCard(number: string): TestCard | undefined {
  const digits = number.replaceAll(/[\s-]/g, '')
  return CARDS.find((each) => each.number === digits)
}

/** The card behind a fixture's name: `visa` of `pm_card_visa` and `tok_visa`. */
export function findNamedCard(name: string): TestCard | undefined {
  return CARDS.find((each) => each.names.includes(name))
}
