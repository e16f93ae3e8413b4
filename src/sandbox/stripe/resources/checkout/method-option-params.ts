import { METHOD_TYPES } from '../../method-types.ts'
import { absent, flag, hash, list as listOf, oneOf, text } from '../../params.ts'

type Refused = Exclude<(typeof METHOD_TYPES)[number], 'card' | 'sepa_debit' | 'us_bank_account'>

function isRefused(type: (typeof METHOD_TYPES)[number]): type is Refused {
  return !['card', 'sepa_debit', 'us_bank_account'].includes(type)
}

const availability = oneOf('if_available', 'never')
const usage = oneOf('none', 'off_session', 'on_session')

const card = hash({
  capture_method: oneOf('manual'),
  installments: hash({ enabled: flag() }),
  request_extended_authorization: availability,
  request_incremental_authorization: availability,
  request_multicapture: availability,
  request_overcapture: availability,
  request_three_d_secure: oneOf('any', 'automatic', 'challenge'),
  restrictions: hash({
    brands_blocked: listOf(oneOf('american_express', 'discover_global_network', 'mastercard', 'visa'), 4),
    funding_types_blocked: listOf(oneOf('credit', 'debit', 'prepaid'), 3),
  }),
  setup_future_usage: usage,
  statement_descriptor_suffix_kana: text(22),
  statement_descriptor_suffix_kanji: text(17),
})

const sepaDebit = hash({
  mandate_options: hash({ reference_prefix: text(12) }),
  setup_future_usage: usage,
  target_date: text(10),
})

const usBankAccount = hash({
  setup_future_usage: usage,
  target_date: text(10),
  verification_method: oneOf('automatic', 'instant'),
  ...absent('financial_connections'),
})

/**
 * How each type of payment method is to be used in the session: of the types that this sandbox can pay with. Their
 * values are shown as they were given.
 */
export const sessionMethodOptions = hash({
  ...absent(...METHOD_TYPES.filter(isRefused)),
  card,
  sepa_debit: sepaDebit,
  us_bank_account: usBankAccount,
})
