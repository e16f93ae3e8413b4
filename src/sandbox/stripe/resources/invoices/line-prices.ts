import type { Account } from '../../account.ts'
import { parameterMissing, refused } from '../../errors.ts'
import { createProduct } from '../../life/products.ts'
import { changedMetadata, type MetadataChange, metadata } from '../../metadata.ts'
import { hash, integer, list as listOf, type Param, required, text } from '../../params.ts'
import type { Price } from '../../wire.ts'
import { taxBehaviorParam, taxCodeParam } from '../billing/item-tax.ts'
import { priceFor } from '../billing/params.ts'
import { MAX_AMOUNT } from '../billing/scalars.ts'
import { type TaxDetailsParams, taxDetailsFor, taxDetailsParam } from '../tax-details.ts'

export interface LinePriceDataParams {
  currency: string
  product?: string
  product_data?: {
    name: string
    description?: string
    images?: string[]
    metadata?: MetadataChange
    tax_code?: string
    tax_details?: TaxDetailsParams
    unit_label?: string
  }
  tax_behavior?: 'exclusive' | 'inclusive' | 'unspecified'
  unit_amount?: number
  unit_amount_decimal?: string
}

/** `price_data` of an invoice's line, which may bring a product of its own. */
export const linePriceData: Param<LinePriceDataParams> = hash({
  currency: required(text(3)),
  product: text(),
  product_data: hash({
    name: required(text()),
    description: text(40_000),
    images: listOf(text(), 8),
    metadata: metadata(),
    tax_code: taxCodeParam,
    tax_details: taxDetailsParam,
    unit_label: text(12),
  }),
  tax_behavior: taxBehaviorParam,
  unit_amount: integer(-MAX_AMOUNT, MAX_AMOUNT),
  unit_amount_decimal: text(30),
})

/** The price that a line names or describes. @throws StripeError 400 for both, or a product given twice or not */
export function linePriceFor(
  account: Account,
  given: { pricing?: { price?: string }; price_data?: LinePriceDataParams },
  at: string,
): Price | undefined {
  const { price_data: data } = given
  if (data === undefined) return priceFor(account, { price: given.pricing?.price }, at)
  const { product, product_data: own, ...rest } = data
  if (product !== undefined && own !== undefined) {
    throw refused('You may only specify one of these parameters: product, product_data.', `${at}[price_data]`)
  }
  if (product === undefined && own === undefined) throw parameterMissing(`${at}[price_data][product]`)
  const id =
    product ??
    createProduct(account, {
      ...own,
      active: false,
      name: own?.name ?? '',
      metadata: changedMetadata({}, own?.metadata),
      tax_details: taxDetailsFor(own?.tax_details),
    }).id
  return priceFor(account, { price: given.pricing?.price, price_data: { ...rest, product: id } }, at)
}
