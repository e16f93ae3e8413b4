import type { Account } from '../account.ts'
import { endpoint } from '../endpoint.ts'
import { parameterMissing, refused } from '../errors.ts'
import { createPrice } from '../life/prices.ts'
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
import {
  currencyOptionsFor,
  currencyOptionsParam,
  customUnitAmountFor,
  customUnitAmountParam,
  tiersParam,
} from './billing/currency-options.ts'
import { sameAmount, tiersOf } from './billing/decimals.ts'
import { taxBehaviorParam, taxCodeParam } from './billing/item-tax.ts'
import { MAX_AMOUNT } from './billing/scalars.ts'
import { taxDetailsFor, taxDetailsParam } from './tax-details.ts'

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
    tax_code: taxCodeParam,
    tax_details: taxDetailsParam,
    unit_label: text(12),
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
  tax_behavior: taxBehaviorParam,
  tiers: tiersParam,
  tiers_mode: oneOf('graduated', 'volume'),
  transform_quantity: hash({
    divide_by: required(integer(1)),
    round: required(oneOf('down', 'up')),
  }),
  currency_options: currencyOptionsParam,
  custom_unit_amount: customUnitAmountParam,
} as const

/** `POST /v1/prices` */
export const create = endpoint(hash(createShape), (account, params) => {
  const {
    billing_scheme: scheme = 'per_unit',
    currency_options: options,
    custom_unit_amount: customAmount,
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
      tax_details: taxDetailsFor(productData?.tax_details),
    }).id
  const currency = rest.currency.toLowerCase()
  const custom = customUnitAmountFor(customAmount, 'custom_unit_amount')
  return createPrice(account, {
    ...rest,
    currency,
    currency_options: currencyOptionsFor(options, {
      currency,
      isTiered: tiers !== undefined,
      isCustom: custom !== null,
    }),
    custom_unit_amount: custom,
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
  if (params.custom_unit_amount?.enabled) {
    if (hasAmount) throw refused('What the customer chooses has no `unit_amount`.', 'unit_amount')
    if (params.recurring) throw refused('What the customer chooses is billed once.', 'custom_unit_amount')
    return
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
    tax_behavior: taxBehaviorParam,
    currency_options: emptyable(currencyOptionsParam),
  }),
  (account, params, id) => {
    const price = account.need(account.state.prices, id)
    const { currency_options: options, metadata: change, transfer_lookup_key: transfer, ...rest } = params
    if (rest.tax_behavior !== undefined && price.tax_behavior !== 'unspecified') {
      throw refused('The `tax_behavior` of a price cannot be changed once it is set.', 'tax_behavior')
    }
    takeLookupKey(account, rest.lookup_key ?? undefined, transfer ?? false, id)
    changeCurrencies(account, price, options)
    account.change(price, { ...rest, metadata: changedMetadata(price.metadata, change) }, 'price.updated')
    return price
  },
)

/** Given currencies take the place of what they were; an empty string takes all away. */
function changeCurrencies(
  account: Account,
  price: Price,
  given: Parameters<typeof currencyOptionsFor>[0] | null,
): void {
  if (given === undefined) return
  const isTiered = price.billing_scheme === 'tiered'
  const isCustom = price.custom_unit_amount !== null
  const before = given === null ? {} : account.state.priceCurrencies.get(price.id)
  const options = currencyOptionsFor(given ?? {}, { currency: price.currency, isTiered, isCustom })
  account.state.priceCurrencies.set(price.id, { ...before, ...options })
}

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
