import type { Account } from '../account.ts'
import { endpoint } from '../endpoint.ts'
import { parameterMissing, refused } from '../errors.ts'
import { newId } from '../ids.ts'
import { changedMetadata, metadata } from '../metadata.ts'
import { createdParam, inRange, page, pageParams } from '../pagination.ts'
import { absent, emptyable, flag, hash, integer, list as listOf, oneOf, required, text } from '../params.ts'
import type { Price } from '../wire.ts'
import { createProduct } from './products.ts'

export interface PriceRequest {
  currency: string
  unit_amount: number
  product: string
  recurring?: { interval: 'day' | 'week' | 'month' | 'year'; interval_count?: number }
  lookup_key?: string
  nickname?: string
  active?: boolean
  metadata?: Record<string, string>
}

/** A new price, with its event. Amounts in the currency's minor unit. */
export function createPrice(account: Account, request: PriceRequest): Price {
  const price: Price = {
    id: newId.price(),
    object: 'price',
    active: request.active ?? true,
    billing_scheme: 'per_unit',
    created: account.now,
    currency: request.currency,
    custom_unit_amount: null,
    livemode: false,
    lookup_key: request.lookup_key ?? null,
    metadata: request.metadata ?? {},
    nickname: request.nickname ?? null,
    product: request.product,
    recurring: request.recurring
      ? {
          interval: request.recurring.interval,
          interval_count: request.recurring.interval_count ?? 1,
          meter: null,
          trial_period_days: null,
          usage_type: 'licensed',
        }
      : null,
    tax_behavior: 'unspecified',
    tiers_mode: null,
    transform_quantity: null,
    type: request.recurring ? 'recurring' : 'one_time',
    unit_amount: request.unit_amount,
    unit_amount_decimal: String(request.unit_amount),
  }
  account.state.prices.add(price)
  account.emit('price.created', price)
  return price
}

const notHere = absent('currency_options', 'tax_behavior')

/** `POST /v1/prices` */
export const create = endpoint(
  hash({
    currency: required(text(3)),
    unit_amount: integer(0, 99_999_999),
    product: text(),
    product_data: hash({ name: required(text()), metadata: metadata() }),
    recurring: hash({
      interval: required(oneOf('day', 'week', 'month', 'year')),
      interval_count: integer(1, 1095),
      ...absent('meter', 'trial_period_days', 'usage_type'),
    }),
    active: flag(),
    lookup_key: text(200),
    transfer_lookup_key: flag(),
    metadata: metadata(),
    nickname: text(),
    ...notHere,
    ...absent(
      'billing_scheme',
      'custom_unit_amount',
      'tiers',
      'tiers_mode',
      'transform_quantity',
      'unit_amount_decimal',
    ),
  }),
  (account, params) => {
    const { metadata: change, product_data: productData, transfer_lookup_key: transfer, ...rest } = params
    if (rest.unit_amount === undefined) throw parameterMissing('unit_amount')
    if (rest.product !== undefined) account.need(account.state.products, rest.product, 'product')
    else if (productData === undefined) throw parameterMissing('product')
    takeLookupKey(account, rest.lookup_key, transfer ?? false, null)
    const product =
      rest.product ??
      createProduct(account, {
        name: productData?.name ?? '',
        metadata: changedMetadata({}, productData?.metadata),
      }).id
    return createPrice(account, {
      ...rest,
      currency: rest.currency.toLowerCase(),
      unit_amount: rest.unit_amount,
      product,
      metadata: changedMetadata({}, change),
    })
  },
)

/** `GET /v1/prices/:id` */
export const retrieve = endpoint(hash({}), (account, _, id) => account.need(account.state.prices, id))

/** `POST /v1/prices/:id` */
export const update = endpoint(
  hash({
    active: flag(),
    lookup_key: emptyable(text(200)),
    transfer_lookup_key: flag(),
    metadata: metadata(),
    nickname: emptyable(text()),
    ...notHere,
  }),
  (account, params, id) => {
    const price = account.need(account.state.prices, id)
    const { metadata: change, transfer_lookup_key: transfer, ...rest } = params
    takeLookupKey(account, rest.lookup_key ?? undefined, transfer ?? false, id)
    account.change(price, { ...rest, metadata: changedMetadata(price.metadata, change) }, 'price.updated')
    return price
  },
)

/** `GET /v1/prices` */
export const list = endpoint(
  hash({
    ...pageParams,
    active: flag(),
    created: createdParam,
    currency: text(3),
    lookup_keys: listOf(text(200), 10),
    product: text(),
    type: oneOf('one_time', 'recurring'),
    ...absent('recurring'),
  }),
  (account, params) =>
    page(
      account,
      account.state.prices,
      params,
      '/v1/prices',
      (price) =>
        (params.active === undefined || price.active === params.active) &&
        (params.currency === undefined || price.currency === params.currency) &&
        (params.lookup_keys === undefined || params.lookup_keys.includes(price.lookup_key ?? '')) &&
        (params.product === undefined || price.product === params.product) &&
        (params.type === undefined || price.type === params.type) &&
        inRange(price.created, params.created),
    ),
)

/** A lookup key names one price; it moves to another only where the request says so. */
function takeLookupKey(
  account: Account,
  key: string | undefined,
  transfer: boolean,
  to: string | null,
): void {
  if (key === undefined) return
  for (const price of account.state.prices.values()) {
    if (price.lookup_key !== key || price.id === to) continue
    if (!transfer) {
      throw refused(
        `A price (\`${price.id}\`) already uses that lookup key.`,
        'lookup_key',
        'resource_already_exists',
      )
    }
    account.change(price, { lookup_key: null }, 'price.updated')
  }
}
