import { metadata } from '../../metadata.ts'
import { emptyable, flag, hash, integer, list as listOf, oneOf, required, text } from '../../params.ts'
import { currencyParam, MAX_AMOUNT } from '../payment-intent-params.ts'
import { shippingRateShape } from '../shipping-rates.ts'

const adjustable = {
  enabled: required(flag()),
  maximum: integer(1, 999_999),
  minimum: integer(0, 999_999),
} as const

/** A price that is made for one session. */
const priceData = hash({
  currency: required(currencyParam),
  product: text(),
  product_data: hash({
    name: required(text(250)),
    description: text(40_000),
    images: listOf(text(2048), 8),
    metadata: metadata(),
    tax_code: text(),
    tax_details: hash({ performance_location: text(), tax_code: emptyable(text()) }),
    unit_label: text(12),
  }),
  recurring: hash({
    interval: required(oneOf('day', 'month', 'week', 'year')),
    interval_count: integer(1, 365),
  }),
  tax_behavior: oneOf('exclusive', 'inclusive', 'unspecified'),
  unit_amount: integer(0, MAX_AMOUNT),
  unit_amount_decimal: text(30),
})

const lineShape = {
  price: text(),
  price_data: priceData,
  quantity: integer(0, 999_999),
  adjustable_quantity: hash(adjustable),
  metadata: metadata(),
  tax_rates: emptyable(listOf(text(), 20)),
} as const

export const lineItem = hash(lineShape)

/** A line of an update: one that is there has an `id`, a new one a price. */
export const changedLine = hash({ id: text(), ...lineShape })

export const optionalItem = hash({
  adjustable_quantity: hash(adjustable),
  price: required(text()),
  quantity: required(integer(1, 999_999)),
})

// docs.stripe.com/payments/during-payment/charge-shipping: at most five.
export const shippingOptions = listOf(
  hash({ shipping_rate: text(), shipping_rate_data: hash(shippingRateShape) }),
  5,
)
