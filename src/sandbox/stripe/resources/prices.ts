import type { Account } from '../account.ts'
import { endpoint } from '../endpoint.ts'
import { parameterMissing, refused } from '../errors.ts'
import { newId } from '../ids.ts'
import type { Tier } from '../life/billing-records.ts'
import { createProduct } from '../life/products.ts'
import { changedMetadata, metadata } from '../metadata.ts'
import { createdParam, fits, inRange, page, pageParams } from '../pagination.ts'
import {
  absent,
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
import type { Price } from '../wire.ts'
import { decimalText, sameAmount, tiersOf, wholeAmount } from './billing/decimals.ts'
import { MAX_AMOUNT, wordOr } from './billing/scalars.ts'

export interface PriceRequest {
  currency: string
  /** In the minor unit; or `unit_amount_decimal`, with up to 12 decimal places. */
  unit_amount?: number
  unit_amount_decimal?: string
  product: string
  recurring?: {
    interval: 'day' | 'week' | 'month' | 'year'
    interval_count?: number
    trial_period_days?: number
  }
  lookup_key?: string
  nickname?: string
  active?: boolean
  metadata?: Record<string, string>
  tax_behavior?: 'exclusive' | 'inclusive' | 'unspecified'
  tiers?: Tier[]
  tiers_mode?: 'graduated' | 'volume'
  transform_quantity?: { divide_by: number; round: 'down' | 'up' }
}

/** A new price, with its event. */
export function createPrice(account: Account, request: PriceRequest): Price {
  const decimal = request.tiers ? null : decimalText(request.unit_amount_decimal ?? request.unit_amount ?? 0)
  const price: Price = {
    id: newId.price(),
    object: 'price',
    active: request.active ?? true,
    billing_scheme: request.tiers ? 'tiered' : 'per_unit',
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
          trial_period_days: request.recurring.trial_period_days ?? null,
          usage_type: 'licensed',
        }
      : null,
    tax_behavior: request.tax_behavior ?? 'unspecified',
    tiers_mode: request.tiers_mode ?? null,
    transform_quantity: request.transform_quantity ?? null,
    type: request.recurring ? 'recurring' : 'one_time',
    unit_amount: decimal === null ? null : wholeAmount(decimal),
    unit_amount_decimal: decimal,
  }
  account.state.prices.add(price)
  if (request.tiers) account.state.priceTiers.set(price.id, request.tiers)
  account.emit('price.created', price)
  return price
}

const taxBehavior = oneOf('exclusive', 'inclusive', 'unspecified')
const amount = integer(0, MAX_AMOUNT)

const createShape = {
  currency: required(text(3)),
  unit_amount: amount,
  unit_amount_decimal: text(30),
  product: text(),
  product_data: hash({
    id: text(),
    name: required(text()),
    active: flag(),
    metadata: metadata(),
    statement_descriptor: text(22),
    tax_code: text(),
    unit_label: text(12),
    ...absent('tax_details'),
  }),
  recurring: hash({
    interval: required(oneOf('day', 'week', 'month', 'year')),
    interval_count: integer(1, 1095),
    trial_period_days: integer(1, 730),
    usage_type: oneOf('licensed'),
    ...absent('meter'),
  }),
  active: flag(),
  billing_scheme: oneOf('per_unit', 'tiered'),
  lookup_key: text(200),
  transfer_lookup_key: flag(),
  metadata: metadata(),
  nickname: text(),
  tax_behavior: taxBehavior,
  tiers: listOf(
    hash({
      up_to: required(wordOr(['inf'], integer(1))),
      unit_amount: amount,
      unit_amount_decimal: text(30),
      flat_amount: amount,
      flat_amount_decimal: text(30),
    }),
    100,
  ),
  tiers_mode: oneOf('graduated', 'volume'),
  transform_quantity: hash({
    divide_by: required(integer(1)),
    round: required(oneOf('down', 'up')),
  }),
  ...absent('currency_options', 'custom_unit_amount'),
} as const

/** `POST /v1/prices` */
export const create = endpoint(hash(createShape), (account, params) => {
  const {
    billing_scheme: scheme = 'per_unit',
    metadata: change,
    product_data: productData,
    tiers,
    transfer_lookup_key: transfer,
    ...rest
  } = params
  checkScheme(params, scheme)
  if (rest.product !== undefined) account.need(account.state.products, rest.product, 'product')
  else if (productData === undefined) throw parameterMissing('product')
  takeLookupKey(account, rest.lookup_key, transfer ?? false, null)
  const product =
    rest.product ??
    createProduct(account, {
      ...productData,
      name: productData?.name ?? '',
      metadata: changedMetadata({}, productData?.metadata),
    }).id
  return createPrice(account, {
    ...rest,
    currency: rest.currency.toLowerCase(),
    product,
    metadata: changedMetadata({}, change),
    ...(tiers ? { tiers: tiersOf(tiers) } : {}),
  })
})

function checkScheme(params: Params<typeof createShape>, scheme: 'per_unit' | 'tiered'): void {
  const hasAmount = params.unit_amount !== undefined || params.unit_amount_decimal !== undefined
  if (scheme === 'tiered') {
    if (params.tiers === undefined) throw parameterMissing('tiers')
    if (params.tiers_mode === undefined) throw parameterMissing('tiers_mode')
    if (hasAmount) throw refused('A tiered price has no `unit_amount` of its own.', 'unit_amount')
    return
  }
  if (params.tiers !== undefined || params.tiers_mode !== undefined) {
    throw refused('Tiers go with `billing_scheme=tiered`.', 'tiers')
  }
  if (!hasAmount) throw parameterMissing('unit_amount')
  if (params.unit_amount !== undefined && params.unit_amount_decimal !== undefined) {
    if (!sameAmount(params.unit_amount, params.unit_amount_decimal)) {
      throw refused(
        'You may only specify one of these parameters: unit_amount, unit_amount_decimal.',
        'unit_amount',
      )
    }
  }
}

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
    tax_behavior: taxBehavior,
    ...absent('currency_options'),
  }),
  (account, params, id) => {
    const price = account.need(account.state.prices, id)
    const { metadata: change, transfer_lookup_key: transfer, ...rest } = params
    if (rest.tax_behavior !== undefined && price.tax_behavior !== 'unspecified') {
      throw refused('The `tax_behavior` of a price cannot be changed once it is set.', 'tax_behavior')
    }
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
    recurring: hash({
      interval: oneOf('day', 'week', 'month', 'year'),
      usage_type: oneOf('licensed', 'metered'),
      ...absent('meter'),
    }),
    type: oneOf('one_time', 'recurring'),
  }),
  (account, params) =>
    page(
      account,
      account.state.prices,
      params,
      '/v1/prices',
      (price) =>
        fits(price, params, 'active', 'currency', 'product', 'type') &&
        (params.lookup_keys === undefined || params.lookup_keys.includes(price.lookup_key ?? '')) &&
        (params.recurring === undefined ||
          ((params.recurring.interval ?? price.recurring?.interval) === price.recurring?.interval &&
            (params.recurring.usage_type ?? price.recurring?.usage_type) === price.recurring?.usage_type &&
            price.recurring !== null)) &&
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
