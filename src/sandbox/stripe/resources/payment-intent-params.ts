import { shippingParam } from '../address.ts'
import { metadata } from '../metadata.ts'
import { methodTypesParam } from '../method-types.ts'
import {
  absent,
  emptyable,
  flag,
  hash,
  integer,
  oneOf,
  type Param,
  required,
  text,
  until,
} from '../params.ts'
import { bankTransfer } from './bank-transfer-params.ts'
import { paymentDetailShape } from './payment-detail-params.ts'
import { newMethodShape } from './payment-methods.ts'

/** Stripe's bounds for an amount, in the currency's minor unit (docs.stripe.com/currencies#minimum-and-maximum-charge-amounts). */
export const MAX_AMOUNT = 99_999_999

export const currencyParam: Param<string> = {
  parse: (value, at, version) => text(3).parse(value, at, version).toLowerCase(),
}

/** Gone since 2026-09-30.endive: `allowed_payment_method_types` has taken its place. */
export const paymentMethodTypes = until('2026-09-30.endive', methodTypesParam)

export const mandateData = hash({
  customer_acceptance: required(
    hash({
      type: required(oneOf('offline', 'online')),
      accepted_at: integer(1),
      offline: hash({}),
      online: hash({ ip_address: required(text(45)), user_agent: required(text()) }),
    }),
  ),
})

/** `one_off` and `recurring` are words of older integrations for `true`. */
export const offSession: Param<boolean> = {
  parse: (value, at, version) =>
    value === 'one_off' || value === 'recurring' || flag().parse(value, at, version),
}

const cardOptions = hash({
  capture_method: emptyable(oneOf('manual')),
  moto: flag(),
  network: text(),
  request_extended_authorization: oneOf('if_available', 'never'),
  request_incremental_authorization: oneOf('if_available', 'never'),
  request_multicapture: oneOf('if_available', 'never'),
  request_overcapture: oneOf('if_available', 'never'),
  request_three_d_secure: oneOf('any', 'automatic', 'challenge'),
  require_cvc_recollection: flag(),
  setup_future_usage: emptyable(oneOf('none', 'off_session', 'on_session')),
  ...absent(
    'cvc_token',
    'installments',
    'mandate_options',
    'statement_descriptor_suffix_kana',
    'statement_descriptor_suffix_kanji',
    'three_d_secure',
  ),
})

const debitOptions = hash({
  mandate_options: hash({
    reference_prefix: emptyable(text(12)),
    collection_method: emptyable(oneOf('paper')),
  }),
  preferred_settlement_speed: emptyable(oneOf('fastest', 'standard')),
  setup_future_usage: emptyable(oneOf('none', 'off_session', 'on_session')),
  target_date: text(10),
  transaction_purpose: emptyable(oneOf('goods', 'other', 'services', 'unspecified')),
  verification_method: oneOf('automatic', 'instant', 'microdeposits', 'skip'),
  ...absent('financial_connections', 'networks'),
})

export const methodOptions = hash({
  card: cardOptions,
  customer_balance: hash({
    bank_transfer: hash(bankTransfer),
    funding_type: oneOf('bank_transfer'),
    setup_future_usage: oneOf('none'),
  }),
  sepa_debit: debitOptions,
  us_bank_account: debitOptions,
})

export const automaticMethods = hash({
  allow_redirects: oneOf('always', 'never'),
  enabled: required(flag()),
})

export const futureUsage = oneOf('off_session', 'on_session')

/** What an intent is made with and can be changed to. */
export const writable = {
  allowed_payment_method_types: methodTypesParam,
  capture_method: oneOf('automatic', 'automatic_async', 'manual'),
  customer: text(),
  description: text(1000),
  excluded_payment_method_types: emptyable(methodTypesParam),
  metadata: metadata(),
  payment_method: text(),
  payment_method_configuration: text(),
  payment_method_data: hash(newMethodShape),
  payment_method_options: methodOptions,
  payment_method_types: paymentMethodTypes,
  receipt_email: emptyable(text(800)),
  setup_future_usage: emptyable(futureUsage),
  shipping: emptyable(shippingParam),
  statement_descriptor: text(22),
  statement_descriptor_suffix: text(22),
  transfer_group: text(),
  ...paymentDetailShape,
  ...absent('application_fee_amount', 'customer_account', 'transfer_data'),
} as const

/** What goes with a confirmation, whether it is of its own or part of `create`. */
export const confirmable = {
  error_on_requires_action: flag(),
  mandate: text(),
  mandate_data: emptyable(mandateData),
  off_session: offSession,
  return_url: text(),
  use_stripe_sdk: flag(),
  confirmation_token: text(),
  ...absent('radar_options'),
} as const
