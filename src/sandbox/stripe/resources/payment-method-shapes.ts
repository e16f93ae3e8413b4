import { PLAIN_TYPES, type PlainType } from '../life/money/plain-methods.ts'
import { hash, integer, oneOf, type Param, required, text } from '../params.ts'

const plain = Object.keys(PLAIN_TYPES) as PlainType[]

/** Every type that a payment method can be made of. */
export const methodType = oneOf(
  'card',
  'sepa_debit',
  'us_bank_account',
  'acss_debit',
  'au_becs_debit',
  'bacs_debit',
  'nz_bank_account',
  'payto',
  'custom',
  'interac_present',
  ...plain,
)

const nothing: Param<object> = hash({})

/** What is told about a method that is neither a card nor a debit that this sandbox makes, under its type's name. */
export const otherMethodShapes = {
  ...(Object.fromEntries(plain.map((type) => [type, nothing])) as Record<PlainType, Param<object>>),
  acss_debit: hash({
    account_number: required(text(20)),
    institution_number: required(text(3)),
    transit_number: required(text(5)),
  }),
  au_becs_debit: hash({ account_number: required(text(20)), bsb_number: required(text(6)) }),
  bacs_debit: hash({ account_number: text(20), sort_code: text(8) }),
  custom: hash({ type: required(text()) }),
  interac_present: nothing,
  boleto: hash({ tax_id: required(text(20)) }),
  eps: hash({ bank: text(50) }),
  fpx: hash({ account_holder_type: oneOf('company', 'individual'), bank: required(text(50)) }),
  ideal: hash({ bank: text(50) }),
  klarna: hash({
    dob: hash({
      day: required(integer(1, 31)),
      month: required(integer(1, 12)),
      year: required(integer(1900, 2100)),
    }),
  }),
  naver_pay: hash({ funding: oneOf('card', 'points') }),
  nz_bank_account: hash({
    account_holder_name: text(),
    account_number: required(text(20)),
    bank_code: required(text(2)),
    branch_code: required(text(4)),
    reference: text(128),
    suffix: required(text(3)),
  }),
  p24: hash({ bank: text(50) }),
  payto: hash({ account_number: text(20), bsb_number: text(6), pay_id: text() }),
  upi: hash({
    mandate_options: hash({
      amount: integer(1),
      amount_type: oneOf('fixed', 'maximum'),
      description: text(20),
      end_date: integer(1),
    }),
  }),
  sofort: hash({ country: required(oneOf('AT', 'BE', 'DE', 'ES', 'IT', 'NL')) }),
} as const

export type OtherType = keyof typeof otherMethodShapes
