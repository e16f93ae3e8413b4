import { endpoint } from '../endpoint.ts'
import { parameterMissing, refused } from '../errors.ts'
import { newId } from '../ids.ts'
import { liveCoupon } from '../life/discounts.ts'
import { changedMetadata, metadata } from '../metadata.ts'
import { createdParam, inRange, page, pageParams } from '../pagination.ts'
import { decimal, emptyable, hash, integer, list as listOf, mapOf, oneOf, required, text } from '../params.ts'
import type { Coupon } from '../wire.ts'

const currencyOptions = mapOf(hash({ amount_off: required(integer(1)) }))

/** `POST /v1/coupons` */
export const create = endpoint(
  hash({
    id: text(),
    amount_off: integer(1),
    applies_to: hash({ products: listOf(text()) }),
    currency: text(3),
    currency_options: currencyOptions,
    duration: oneOf('forever', 'once', 'repeating'),
    duration_in_months: integer(1),
    max_redemptions: integer(1),
    metadata: metadata(),
    name: text(40),
    percent_off: decimal(0.01, 100),
    redeem_by: integer(1),
  }),
  (account, params) => {
    const { id = newId.coupon(), duration = 'once', ...rest } = params
    if ((rest.percent_off === undefined) === (rest.amount_off === undefined)) {
      throw refused('Give either `percent_off` or `amount_off`.', 'percent_off')
    }
    if (rest.amount_off !== undefined && rest.currency === undefined) throw parameterMissing('currency')
    if ((duration === 'repeating') !== (rest.duration_in_months !== undefined)) {
      throw refused('`duration_in_months` goes with the duration `repeating`.', 'duration_in_months')
    }
    if (rest.redeem_by !== undefined && rest.redeem_by <= account.now) {
      throw refused('`redeem_by` must be in the future.', 'redeem_by')
    }
    if (account.state.coupons.get(id) && !account.state.deletedCoupons.has(id)) {
      throw refused('Coupon already exists.', 'id', 'resource_already_exists')
    }
    for (const product of rest.applies_to?.products ?? []) {
      account.need(account.state.products, product, 'applies_to[products]')
    }
    const coupon: Coupon = {
      id,
      object: 'coupon',
      amount_off: rest.amount_off ?? null,
      created: account.now,
      currency: rest.currency?.toLowerCase() ?? null,
      duration,
      duration_in_months: rest.duration_in_months ?? null,
      livemode: false,
      max_redemptions: rest.max_redemptions ?? null,
      metadata: changedMetadata({}, params.metadata),
      name: rest.name ?? null,
      percent_off: rest.percent_off ?? null,
      redeem_by: rest.redeem_by ?? null,
      times_redeemed: 0,
      valid: true,
    }
    account.state.deletedCoupons.delete(id)
    // A deleted coupon of the same id had its own.
    account.state.couponProducts.delete(id)
    account.state.couponCurrencies.delete(id)
    if (rest.applies_to?.products) account.state.couponProducts.set(id, rest.applies_to.products)
    if (rest.currency_options) account.state.couponCurrencies.set(id, rest.currency_options)
    account.state.coupons.add(coupon)
    account.emit('coupon.created', coupon)
    return coupon
  },
)

/** `GET /v1/coupons/:id` */
export const retrieve = endpoint(hash({}), (account, _, id) => liveCoupon(account, id))

/** `POST /v1/coupons/:id`: what it takes off cannot be changed. */
export const update = endpoint(
  hash({ currency_options: currencyOptions, metadata: metadata(), name: emptyable(text(40)) }),
  (account, params, id) => {
    const coupon = liveCoupon(account, id)
    if (params.currency_options) {
      const before = account.state.couponCurrencies.get(id)
      account.state.couponCurrencies.set(id, { ...before, ...params.currency_options })
    }
    account.change(
      coupon,
      {
        metadata: changedMetadata(coupon.metadata ?? {}, params.metadata),
        ...(params.name === undefined ? {} : { name: params.name }),
      },
      'coupon.updated',
    )
    return coupon
  },
)

/** `DELETE /v1/coupons/:id`: what it already reduces stays reduced (docs.stripe.com/api/coupons/delete). */
export const remove = endpoint(hash({}), (account, _, id) => {
  const coupon = liveCoupon(account, id)
  account.state.deletedCoupons.add(id)
  account.emit('coupon.deleted', coupon)
  return { id, object: 'coupon', deleted: true }
})

/** `GET /v1/coupons` */
export const list = endpoint(hash({ ...pageParams, created: createdParam }), (account, params) =>
  page(
    account,
    account.state.coupons,
    params,
    '/v1/coupons',
    (coupon) => !account.state.deletedCoupons.has(coupon.id) && inRange(coupon.created, params.created),
  ),
)
