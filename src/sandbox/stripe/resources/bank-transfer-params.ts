import { hash, list as listOf, oneOf, required, text } from '../params.ts'

/** A kind of bank transfer, and where its account is. */
export const bankTransfer = {
  eu_bank_transfer: hash({ country: required(text(2)) }),
  requested_address_types: listOf(oneOf('aba', 'iban', 'sepa', 'sort_code', 'spei', 'swift', 'zengin'), 7),
  type: required(
    oneOf('eu_bank_transfer', 'gb_bank_transfer', 'jp_bank_transfer', 'mx_bank_transfer', 'us_bank_transfer'),
  ),
} as const
