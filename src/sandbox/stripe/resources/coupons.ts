import { endpoint } from '../endpoint.ts'
import { parameterMissing, refused } from '../errors.ts'
import { newId } from '../ids.ts'
import { changedMetadata, metadata } from '../metadata.ts'
import { createdParam, inRange, page, pageParams } from '../pagination.ts'
import { absent, decimal, hash, integer, oneOf, text } from '../params.ts'
import type { Coupon } from '../wire.ts'

/** `POST /v1/coupons` */
export const create = endpoint(
  hash({
    id: text(),
    amount_off: integer(1),
    currency: text(3),
    duration: oneOf('forever', 'once', 'repeating'),
    duration_in_months: integer(1),
    max_redemptions: integer(1),
    metadata: metadata(),
    name: text(40),
    percent_off: decimal(0.01, 100),
    redeem_by: integer(1),
    ...absent('applies_to', 'currency_options'),
  }),
  (account, params) => {
    const { id = newId.coupon(), metadata: change, duration = 'once', ...rest } = params
    if ((rest.percent_off === undefined) === (rest.amount_off === undefined)) {
      throw refused('Give either `percent_off` or `amount_off`.', 'percent_off')
    }
    if (rest.amount_off !== undefined && rest.currency === undefined) throw parameterMissing('currency')
    if ((duration === 'repeating') !== (rest.duration_in_months !== undefined)) {
      throw refused('`duration_in_months` goes with the duration `repeating`.', 'duration_in_months')
    }
    if (account.state.coupons.get(id))
      throw refused('Coupon already exists.', 'id', 'resource_already_exists')
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
      metadata: changedMetadata({}, change),
      name: rest.name ?? null,
      percent_off: rest.percent_off ?? null,
      redeem_by: rest.redeem_by ?? null,
      times_redeemed: 0,
      valid: true,
    }
    account.state.coupons.add(coupon)
    account.emit('coupon.created', coupon)
    return coupon
  },
)

/** `GET /v1/coupons/:id` */
export const retrieve = endpoint(hash({}), (account, _, id) => account.need(account.state.coupons, id))

/** `GET /v1/coupons` */
export const list = endpoint(hash({ ...pageParams, created: createdParam }), (account, params) =>
  page(account, account.state.coupons, params, '/v1/coupons', (coupon) =>
    inRange(coupon.created, params.created),
  ),
)
