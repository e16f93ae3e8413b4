import { endpoint } from '../endpoint.ts'
import { parameterMissing, refused } from '../errors.ts'
import { createShippingRate, optionsOf } from '../life/shipping-rates.ts'
import { changedMetadata, metadata } from '../metadata.ts'
import { createdParam, fits, inRange, page, pageParams } from '../pagination.ts'
import { flag, hash, integer, mapOf, oneOf, required, text } from '../params.ts'
import { currencyParam, MAX_AMOUNT } from './payment-intent-params.ts'

const taxBehavior = oneOf('exclusive', 'inclusive', 'unspecified')

const bound = hash({
  unit: required(oneOf('business_day', 'day', 'hour', 'month', 'week')),
  value: required(integer(1)),
})

/** What a shipping rate is made of; a checkout session takes it as `shipping_rate_data`. */
export const shippingRateShape = {
  display_name: required(text(100)),
  delivery_estimate: hash({ maximum: bound, minimum: bound }),
  fixed_amount: hash({
    amount: required(integer(0, MAX_AMOUNT)),
    currency: required(currencyParam),
    currency_options: mapOf(hash({ amount: required(integer(0, MAX_AMOUNT)), tax_behavior: taxBehavior })),
  }),
  metadata: metadata(),
  tax_behavior: taxBehavior,
  tax_code: text(),
  type: oneOf('fixed_amount'),
} as const

/** `POST /v1/shipping_rates` */
export const create = endpoint(hash(shippingRateShape), (account, params) => {
  const { fixed_amount: fixed } = params
  if (fixed === undefined) throw parameterMissing('fixed_amount')
  return createShippingRate(account, {
    ...params,
    fixed_amount: fixed,
    metadata: changedMetadata({}, params.metadata),
  })
})

/** `GET /v1/shipping_rates/:id` */
export const retrieve = endpoint(hash({}), (account, _, id) => account.need(account.state.shippingRates, id))

/** `POST /v1/shipping_rates/:id`: the amount in its own currency stays. */
export const update = endpoint(
  hash({
    active: flag(),
    fixed_amount: hash({
      currency_options: mapOf(hash({ amount: integer(0, MAX_AMOUNT), tax_behavior: taxBehavior })),
    }),
    metadata: metadata(),
    tax_behavior: taxBehavior,
  }),
  (account, params, id) => {
    const rate = account.need(account.state.shippingRates, id)
    const { fixed_amount: fixed, metadata: change, tax_behavior: behavior } = params
    const isDecided = rate.tax_behavior !== 'unspecified'
    if (behavior && isDecided && behavior !== rate.tax_behavior) {
      throw refused('The `tax_behavior` cannot be changed once it is set.', 'tax_behavior')
    }
    const before = rate.fixed_amount?.currency_options
    const options = Object.fromEntries(
      Object.entries(fixed?.currency_options ?? {}).map(([currency, option]) => [
        currency,
        { amount: before?.[currency]?.amount ?? 0, ...before?.[currency], ...option },
      ]),
    ) as Parameters<typeof optionsOf>[0]
    account.change(rate, {
      active: params.active ?? rate.active,
      metadata: changedMetadata(rate.metadata, change),
      tax_behavior: behavior ?? rate.tax_behavior,
      ...(rate.fixed_amount &&
        fixed && {
          fixed_amount: {
            ...rate.fixed_amount,
            currency_options: { ...before, ...optionsOf(options) },
          },
        }),
    })
    return rate
  },
)

/** `GET /v1/shipping_rates` */
export const list = endpoint(
  hash({ ...pageParams, active: flag(), created: createdParam, currency: currencyParam }),
  (account, params) =>
    page(
      account,
      account.state.shippingRates,
      params,
      '/v1/shipping_rates',
      (rate) =>
        fits(rate, params, 'active') &&
        inRange(rate.created, params.created) &&
        (params.currency === undefined || rate.fixed_amount?.currency === params.currency),
    ),
)
