import type { Account } from '../account.ts'
import { endpoint } from '../endpoint.ts'
import { parameterMissing, refused } from '../errors.ts'
import { createPrice } from '../life/prices.ts'
import { createProduct } from '../life/products.ts'
import { changedMetadata, metadata } from '../metadata.ts'
import { createdParam, fits, inRange, page, pageParams } from '../pagination.ts'
import { decimal, emptyable, flag, hash, integer, list as listOf, oneOf, required, text } from '../params.ts'
import type { Product } from '../wire.ts'
import {
  currencyOptionsFor,
  currencyOptionsParam,
  customUnitAmountFor,
  customUnitAmountParam,
} from './billing/currency-options.ts'
import { taxCodeParam } from './billing/item-tax.ts'
import { MAX_AMOUNT } from './billing/scalars.ts'
import { taxDetailsFor, taxDetailsParam } from './tax-details.ts'

const fields = {
  active: flag(),
  images: emptyable(listOf(text(), 8)),
  marketing_features: emptyable(listOf(hash({ name: required(text(80)) }), 15)),
  metadata: metadata(),
  package_dimensions: emptyable(
    hash({
      height: required(decimal(0, 100_000)),
      length: required(decimal(0, 100_000)),
      weight: required(decimal(0, 100_000)),
      width: required(decimal(0, 100_000)),
    }),
  ),
  shippable: flag(),
  statement_descriptor: text(22),
  tax_details: emptyable(taxDetailsParam),
} as const

const defaultPriceData = hash({
  currency: required(text(3)),
  recurring: hash({
    interval: required(oneOf('day', 'week', 'month', 'year')),
    interval_count: integer(1, 1095),
  }),
  metadata: metadata(),
  tax_behavior: oneOf('exclusive', 'inclusive', 'unspecified'),
  unit_amount: integer(0, MAX_AMOUNT),
  unit_amount_decimal: text(30),
  currency_options: currencyOptionsParam,
  custom_unit_amount: customUnitAmountParam,
})

/** `POST /v1/products` */
export const create = endpoint(
  hash({
    ...fields,
    id: text(),
    default_price_data: defaultPriceData,
    description: text(40_000),
    name: required(text()),
    tax_code: taxCodeParam,
    type: oneOf('good', 'service'),
    unit_label: text(12),
    url: text(),
  }),
  (account, params) => {
    const {
      default_price_data: priceData,
      metadata: change,
      images,
      marketing_features,
      tax_details,
      ...rest
    } = params
    if (rest.id !== undefined && account.state.products.get(rest.id)) {
      throw refused('Product already exists.', 'id', 'resource_already_exists')
    }
    const product = createProduct(account, {
      ...rest,
      images: images ?? [],
      marketing_features: marketing_features ?? [],
      metadata: changedMetadata({}, change),
      tax_details: taxDetailsFor(tax_details),
    })
    if (priceData) product.default_price = defaultPrice(account, product, priceData)
    return product
  },
)

/** `GET /v1/products/:id` */
export const retrieve = endpoint(hash({}), (account, _, id) => account.need(account.state.products, id))

/** `POST /v1/products/:id` */
export const update = endpoint(
  hash({
    ...fields,
    default_price: text(),
    description: emptyable(text(40_000)),
    name: text(),
    tax_code: emptyable(taxCodeParam),
    unit_label: emptyable(text(12)),
    url: emptyable(text()),
  }),
  (account, params, id) => {
    const product = account.need(account.state.products, id)
    const { metadata: change, images, marketing_features, tax_details, ...rest } = params
    if (rest.default_price !== undefined) {
      const price = account.need(account.state.prices, rest.default_price, 'default_price')
      if (price.product !== id) throw refused('This price belongs to another product.', 'default_price')
    }
    const patch = {
      ...rest,
      ...(images === undefined ? {} : { images: images ?? [] }),
      ...(marketing_features === undefined ? {} : { marketing_features: marketing_features ?? [] }),
      metadata: changedMetadata(product.metadata, change),
      tax_details: taxDetailsFor(tax_details, product.tax_details),
    }
    account.change(product, { ...patch, updated: account.now } as Partial<Product>, 'product.updated')
    return product
  },
)

/** `DELETE /v1/products/:id`: only one that no price is of (docs.stripe.com/api/products/delete). */
export const remove = endpoint(hash({}), (account, _, id) => {
  const product = account.need(account.state.products, id)
  for (const price of account.state.prices.values()) {
    if (price.product === id) {
      throw refused('This product cannot be deleted because it has one or more user-created prices.')
    }
  }
  account.state.products.delete(id)
  account.emit('product.deleted', product)
  return { id, object: 'product', deleted: true }
})

/** `GET /v1/products` */
export const list = endpoint(
  hash({
    ...pageParams,
    active: flag(),
    created: createdParam,
    ids: listOf(text()),
    shippable: flag(),
    type: oneOf('good', 'service'),
    url: text(),
  }),
  (account, params) =>
    page(
      account,
      account.state.products,
      params,
      '/v1/products',
      (product) =>
        fits(product, params, 'active', 'shippable', 'type', 'url') &&
        (params.ids === undefined || params.ids.includes(product.id)) &&
        inRange(product.created, params.created),
    ),
)

function defaultPrice(
  account: Account,
  product: Product,
  given: ReturnType<typeof defaultPriceData.parse>,
): string {
  const { metadata: change, currency_options: options, custom_unit_amount: customAmount, ...rest } = given
  const custom = customUnitAmountFor(customAmount, 'default_price_data[custom_unit_amount]')
  if (custom === null && rest.unit_amount === undefined && rest.unit_amount_decimal === undefined) {
    throw parameterMissing('default_price_data[unit_amount]')
  }
  const currency = rest.currency.toLowerCase()
  return createPrice(account, {
    ...rest,
    currency,
    currency_options: currencyOptionsFor(options, { currency, isTiered: false, isCustom: custom !== null }),
    custom_unit_amount: custom,
    metadata: changedMetadata({}, change),
    product: product.id,
  }).id
}
