import type { Account } from '../account.ts'
import { endpoint } from '../endpoint.ts'
import { refused } from '../errors.ts'
import { newId } from '../ids.ts'
import { changedMetadata, metadata } from '../metadata.ts'
import { createdParam, inRange, page, pageParams } from '../pagination.ts'
import { absent, emptyable, flag, hash, list as listOf, required, text } from '../params.ts'
import type { Product } from '../wire.ts'

const notHere = absent(
  'default_price_data',
  'marketing_features',
  'package_dimensions',
  'shippable',
  'statement_descriptor',
  'tax_code',
  'tax_details',
)

/** A new product, with its event. */
export function createProduct(account: Account, given: Partial<Product> & { name: string }): Product {
  const product: Product = {
    id: newId.product(),
    object: 'product',
    active: true,
    created: account.now,
    default_price: null,
    description: null,
    images: [],
    livemode: false,
    marketing_features: [],
    metadata: {},
    package_dimensions: null,
    shippable: null,
    statement_descriptor: null,
    tax_code: null,
    tax_details: null,
    type: 'service',
    unit_label: null,
    updated: account.now,
    url: null,
    ...given,
  }
  account.state.products.add(product)
  account.emit('product.created', product)
  return product
}

/** `POST /v1/products` */
export const create = endpoint(
  hash({
    id: text(),
    name: required(text()),
    active: flag(),
    description: text(40_000),
    images: listOf(text(), 8),
    metadata: metadata(),
    unit_label: text(12),
    url: text(),
    ...notHere,
    ...absent('type'),
  }),
  (account, params) => {
    const { metadata: change, ...rest } = params
    if (rest.id !== undefined && account.state.products.get(rest.id)) {
      throw refused('Product already exists.', 'id', 'resource_already_exists')
    }
    return createProduct(account, { ...rest, metadata: changedMetadata({}, change) })
  },
)

/** `GET /v1/products/:id` */
export const retrieve = endpoint(hash({}), (account, _, id) => account.need(account.state.products, id))

/** `POST /v1/products/:id` */
export const update = endpoint(
  hash({
    name: text(),
    active: flag(),
    default_price: text(),
    description: emptyable(text(40_000)),
    images: listOf(text(), 8),
    metadata: metadata(),
    unit_label: emptyable(text(12)),
    url: emptyable(text()),
    ...notHere,
  }),
  (account, params, id) => {
    const product = account.need(account.state.products, id)
    const { metadata: change, ...rest } = params
    if (rest.default_price !== undefined)
      account.need(account.state.prices, rest.default_price, 'default_price')
    const patch = { ...rest, metadata: changedMetadata(product.metadata, change), updated: account.now }
    account.change(product, patch as Partial<Product>, 'product.updated')
    return product
  },
)

/** `GET /v1/products` */
export const list = endpoint(
  hash({ ...pageParams, active: flag(), created: createdParam, ids: listOf(text()), url: text() }),
  (account, params) =>
    page(
      account,
      account.state.products,
      params,
      '/v1/products',
      (product) =>
        (params.active === undefined || product.active === params.active) &&
        (params.ids === undefined || params.ids.includes(product.id)) &&
        (params.url === undefined || product.url === params.url) &&
        inRange(product.created, params.created),
    ),
)
