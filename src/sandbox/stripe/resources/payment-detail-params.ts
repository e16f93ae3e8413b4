import type { Account } from '../account.ts'
import { noSuch } from '../errors.ts'
import { setAmountDetails } from '../life/money/amount-details.ts'
import {
  emptyable,
  flag,
  hash,
  integer,
  list as listOf,
  oneOf,
  type Params,
  required,
  text,
} from '../params.ts'
import type { PaymentIntent } from '../wire.ts'

const MAX_CENTS = 99_999_999
const amount = integer(0, MAX_CENTS)
const commodity = hash({ commodity_code: text(12) })

const line = hash({
  product_name: required(text(1024)),
  quantity: required(integer(1, 999_999)),
  unit_cost: required(amount),
  discount_amount: amount,
  payment_method_options: hash({
    card: commodity,
    card_present: commodity,
    klarna: hash({
      image_url: text(2048),
      product_url: text(2048),
      reference: text(255),
      subscription_reference: text(2048),
    }),
    paypal: hash({
      category: oneOf('digital_goods', 'donation', 'physical_goods'),
      description: text(127),
      sold_by: text(),
    }),
  }),
  product_code: text(12),
  tax: hash({ total_tax_amount: required(amount) }),
  unit_of_measure: text(12),
})

/** What is told of a payment beside its amount, whenever the payment is made, changed or taken. */
export const paymentDetailShape = {
  amount_details: emptyable(
    hash({
      discount_amount: emptyable(amount),
      enforce_arithmetic_validation: flag(),
      line_items: emptyable(listOf(line, 200)),
      shipping: emptyable(
        hash({
          amount: emptyable(amount),
          from_postal_code: emptyable(text(10)),
          to_postal_code: emptyable(text(10)),
        }),
      ),
      tax: emptyable(hash({ total_tax_amount: required(amount) })),
    }),
  ),
  hooks: hash({ inputs: hash({ tax: hash({ calculation: required(emptyable(text())) }) }) }),
  payment_details: emptyable(
    hash({ customer_reference: emptyable(text(25)), order_reference: emptyable(text(25)) }),
  ),
} as const

type DetailParams = Params<typeof paymentDetailShape>

/**
 * Keeps them on the payment.
 * @throws StripeError 400 for amounts that do not add up, and for a tax calculation: this account has none.
 */
export function setPaymentDetails(account: Account, intent: PaymentIntent, given: DetailParams): void {
  const calculation = given.hooks?.inputs?.tax?.calculation
  if (calculation) throw noSuch('tax calculation', calculation, 'hooks[inputs][tax][calculation]')
  setAmountDetails(account, intent, given.amount_details)
  const { payment_details: details } = given
  if (details) {
    const before = intent.payment_details
    account.change(intent, {
      payment_details: { customer_reference: null, order_reference: null, ...before, ...details },
    })
  } else if (details === null) delete intent.payment_details
}
