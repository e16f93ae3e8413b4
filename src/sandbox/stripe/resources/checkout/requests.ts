import { parameterMissing } from '../../errors.ts'
import type { LineRequest } from '../../life/checkout/lines.ts'
import type { ShippingOptionRequest } from '../../life/checkout/shipping.ts'
import { changedMetadata } from '../../metadata.ts'
import type { lineItem, shippingOptions } from './line-params.ts'

type LineParams = ReturnType<typeof lineItem.parse>
type ShippingParams = ReturnType<typeof shippingOptions.parse>[number]

/** A line as the request asks for it, with whatever goes with its price. */
export function lineRequestOf(given: LineParams): LineRequest {
  const { metadata, price_data: data, tax_rates: rates, ...rest } = given
  return {
    ...rest,
    metadata: changedMetadata({}, metadata),
    ...(rates && { tax_rates: rates }),
    ...(data && { price_data: priceDataOf(data) }),
  }
}

function priceDataOf(given: NonNullable<LineParams['price_data']>): NonNullable<LineRequest['price_data']> {
  const { product_data: product, ...rest } = given
  if (product === undefined) return rest
  const { metadata, tax_details: tax, ...data } = product
  return {
    ...rest,
    product_data: {
      ...data,
      metadata: changedMetadata({}, metadata),
      ...(tax?.tax_code && { tax_code: tax.tax_code }),
    },
  }
}

/** @throws StripeError 400 for a delivery without its price. */
export function shippingRequestOf(given: ShippingParams): ShippingOptionRequest {
  const { shipping_rate: rate, shipping_rate_data: data } = given
  if (data === undefined) return rate === undefined ? {} : { shipping_rate: rate }
  if (data.fixed_amount === undefined) throw parameterMissing('shipping_rate_data[fixed_amount]')
  return {
    ...(rate !== undefined && { shipping_rate: rate }),
    shipping_rate_data: {
      ...data,
      fixed_amount: data.fixed_amount,
      metadata: changedMetadata({}, data.metadata),
    },
  }
}
