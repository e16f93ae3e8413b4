import { hash, list as listOf, oneOf, type Param, required, text } from '../params.ts'

type BankTransferType =
  | 'eu_bank_transfer'
  | 'gb_bank_transfer'
  | 'jp_bank_transfer'
  | 'mx_bank_transfer'
  | 'us_bank_transfer'

/** The command line's trigger of `payment_intent.partially_funded`, which names no version, has an older word. */
const transferType: Param<BankTransferType> = {
  parse: (value, at, version) =>
    oneOf(
      'eu_bank_transfer',
      'gb_bank_transfer',
      'jp_bank_transfer',
      'mx_bank_transfer',
      'us_bank_transfer',
    ).parse(version === null && value === 'jp_bank_account' ? 'jp_bank_transfer' : value, at, version),
}

/** A kind of bank transfer, and where its account is. */
export const bankTransfer = {
  eu_bank_transfer: hash({ country: required(text(2)) }),
  requested_address_types: listOf(oneOf('aba', 'iban', 'sepa', 'sort_code', 'spei', 'swift', 'zengin'), 7),
  type: required(transferType),
} as const
