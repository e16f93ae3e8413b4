import type { Account } from '../../account.ts'
import { refused } from '../../errors.ts'
import { newId } from '../../ids.ts'
import type { LineItem, Price, Product } from '../../wire.ts'
import { createPrice } from '../prices.ts'
import { isSoldIn } from '../pricing.ts'
import { createProduct } from '../products.ts'

/** A price made for one session (docs.stripe.com/api/checkout/sessions/create#create_checkout_session-line_items-price_data). */
export interface PriceData {
  currency: string
  product?: string
  product_data?: Partial<Product> & { name: string }
  recurring?: { interval: 'day' | 'month' | 'week' | 'year'; interval_count?: number }
  tax_behavior?: 'exclusive' | 'inclusive' | 'unspecified'
  unit_amount?: number
  unit_amount_decimal?: string
}

export interface LineRequest {
  price?: string
  price_data?: PriceData
  quantity?: number
  adjustable_quantity?: { enabled: boolean; minimum?: number; maximum?: number }
  metadata: Record<string, string>
  /** Ids of tax rates of its own. */
  tax_rates?: readonly string[]
}

// docs.stripe.com/payments/checkout/adjustable-quantity
const DEFAULT_MAXIMUM = 99

/**
 * One line of a session in `currency`, without which it is in that of its price.
 * @throws StripeError 400 for a price that cannot be sold, or not in that currency, or no quantity.
 */
export function newLine(account: Account, given: LineRequest, at: string, currency: string | null): LineItem {
  if (given.quantity === undefined || given.quantity < 1) {
    throw refused('Quantity is required and must be at least 1.', `${at}[quantity]`)
  }
  const price = priceOf(account, given, at)
  if (currency !== null && !isSoldIn(account, price, currency)) throw otherCurrency(price, currency, at)
  const adjustable = given.adjustable_quantity
  const id = newId.lineItem()
  for (const rate of given.tax_rates ?? []) account.need(account.state.taxRates, rate, `${at}[tax_rates]`)
  if (given.tax_rates?.length) account.state.lineTaxRates.set(id, [...given.tax_rates])
  return {
    id,
    object: 'item',
    adjustable_quantity: adjustable
      ? {
          enabled: adjustable.enabled,
          maximum: adjustable.enabled ? (adjustable.maximum ?? DEFAULT_MAXIMUM) : null,
          minimum: adjustable.enabled ? (adjustable.minimum ?? 0) : null,
        }
      : null,
    amount_discount: 0,
    amount_subtotal: 0,
    amount_tax: 0,
    amount_total: 0,
    currency: currency ?? price.currency,
    description: account.state.products.get(String(price.product))?.name ?? null,
    metadata: given.metadata,
    price: structuredClone(price),
    quantity: given.quantity,
  }
}

/** The refusal of a price that is not sold in the session's currency. */
export function otherCurrency(price: Price, currency: string, at: string): Error {
  return refused(
    `The price specified supports currencies of \`${price.currency}\`. This doesn't match the expected currency: \`${currency}\`.`,
    `${at}[price]`,
  )
}

function priceOf(account: Account, given: LineRequest, at: string): Price {
  const { price: id, price_data: data } = given
  if ((id === undefined) === (data === undefined)) {
    throw refused(`Give either \`price\` or \`price_data\`.`, `${at}[price]`, 'parameter_missing')
  }
  if (data !== undefined) return ownPrice(account, data, `${at}[price_data]`)
  const price = account.need(account.state.prices, id ?? '', `${at}[price]`)
  if (price.active) return price
  throw refused('The price specified is inactive. This field only accepts active prices.', `${at}[price]`)
}

/** A price and, where it brings one, a product that nobody else can buy: both are there inactive. */
function ownPrice(account: Account, data: PriceData, at: string): Price {
  const { product, product_data: productData } = data
  if ((product === undefined) === (productData === undefined)) {
    throw refused('Give either `product` or `product_data`.', `${at}[product]`, 'parameter_missing')
  }
  if ((data.unit_amount === undefined) === (data.unit_amount_decimal === undefined)) {
    throw refused(
      'Give either `unit_amount` or `unit_amount_decimal`.',
      `${at}[unit_amount]`,
      'parameter_missing',
    )
  }
  if (product !== undefined) account.need(account.state.products, product, `${at}[product]`)
  const made = productData && createProduct(account, productData)
  if (made) account.change(made, { active: false })
  const price = createPrice(account, {
    currency: data.currency,
    product: product ?? made?.id ?? '',
    ...(data.unit_amount !== undefined && { unit_amount: data.unit_amount }),
    ...(data.unit_amount_decimal !== undefined && { unit_amount_decimal: data.unit_amount_decimal }),
    ...(data.recurring && { recurring: data.recurring }),
    ...(data.tax_behavior && { tax_behavior: data.tax_behavior }),
  })
  account.change(price, { active: false })
  return price
}
