import { randomBytes } from 'node:crypto'

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** `length` random characters of 0-9A-Za-z. */
export function randomText(length: number): string {
  let text = ''
  while (text.length < length) {
    for (const byte of randomBytes(length)) {
      // 248 is the largest multiple of 62 in a byte: beyond it the alphabet's start would be likelier.
      if (byte < 248 && text.length < length) text += ALPHABET[byte % 62]
    }
  }
  return text
}

const short = (prefix: string) => () => `${prefix}_${randomText(14)}`
const long =
  (prefix: string, head = '1') =>
  () =>
    `${prefix}_${head}${randomText(23)}`

/** Makes an id of the length and shape that Stripe gives each kind of object in test mode. */
export const newId = {
  activeEntitlement: () => `ent_test_${randomText(28)}`,
  amountDetailsLine: long('uli'),
  balanceTransaction: long('txn', '3'),
  bankDebitCharge: long('py', '3'),
  bankDebitRefund: long('pyr', '3'),
  card: long('card'),
  charge: long('ch', '3'),
  checkoutSession: () => `cs_test_a1${randomText(56)}`,
  cliConversation: short('wc'),
  cliSession: short('cliws'),
  confirmationToken: long('ctoken'),
  coupon: () => randomText(8),
  cashBalanceTransaction: long('ccsbtxn'),
  customer: short('cus'),
  customerBalanceTransaction: long('cbtxn'),
  discount: long('di'),
  dispute: long('du'),
  earlyFraudWarning: long('issfr'),
  event: long('evt'),
  feature: () => `feat_test_${randomText(28)}`,
  fault: short('fault'),
  invoice: long('in'),
  invoiceItem: long('ii'),
  invoiceLineItem: long('il'),
  invoicePayment: long('inpay'),
  lineItem: long('li'),
  mandate: long('mandate'),
  pauseSchedule: long('pause'),
  paymentIntent: long('pi', '3'),
  paymentMethod: long('pm'),
  paymentMethodConfiguration: long('pmc'),
  portalConfiguration: long('bpc'),
  portalSession: long('bps'),
  price: long('price'),
  product: short('prod'),
  productFeature: () => `prodft_test_${randomText(28)}`,
  promotionCode: long('promo'),
  refund: long('re', '3'),
  request: short('req'),
  setupAttempt: long('setatt'),
  setupIntent: long('seti'),
  shippingRate: long('shr'),
  subscription: long('sub'),
  subscriptionItem: short('si'),
  subscriptionSchedule: long('sub_sched'),
  taxRate: long('txr'),
  testClock: long('clock'),
  taxId: long('txi'),
  webhookEndpoint: long('we'),
  webhookSecret: () => `whsec_${randomText(32)}`,
} as const
