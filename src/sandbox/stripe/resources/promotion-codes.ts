import { endpoint } from '../endpoint.ts'
import { parameterMissing, refused } from '../errors.ts'
import { newId, randomText } from '../ids.ts'
import { validCoupon } from '../life/discounts.ts'
import { changedMetadata, metadata } from '../metadata.ts'
import { createdParam, inRange, page, pageParams } from '../pagination.ts'
import { absent, flag, hash, integer, oneOf, required, text } from '../params.ts'
import type { PromotionCode } from '../wire.ts'

/** `POST /v1/promotion_codes` */
export const create = endpoint(
  hash({
    promotion: required(hash({ type: required(oneOf('coupon')), coupon: text() })),
    active: flag(),
    code: text(500),
    customer: text(),
    expires_at: integer(1),
    max_redemptions: integer(1),
    metadata: metadata(),
    ...absent('customer_account', 'restrictions'),
  }),
  (account, params) => {
    const couponId = params.promotion.coupon
    if (couponId === undefined) throw parameterMissing('promotion[coupon]')
    const coupon = validCoupon(account, couponId, 'promotion[coupon]')
    if (params.customer !== undefined) account.need(account.state.customers, params.customer, 'customer')
    const code = params.code ?? randomText(8).toUpperCase()
    const taken = account.state.promotionCodes
      .newestFirst()
      .some((each) => each.active && each.code.toLowerCase() === code.toLowerCase())
    if (taken) throw refused(`An active promotion code with \`code: ${code}\` already exists.`, 'code')
    const promotionCode: PromotionCode = {
      id: newId.promotionCode(),
      object: 'promotion_code',
      active: params.active ?? true,
      code,
      created: account.now,
      customer: params.customer ?? null,
      customer_account: null,
      expires_at: params.expires_at ?? null,
      livemode: false,
      max_redemptions: params.max_redemptions ?? null,
      metadata: changedMetadata({}, params.metadata),
      promotion: { coupon: coupon.id, type: 'coupon' },
      restrictions: { first_time_transaction: false, minimum_amount: null, minimum_amount_currency: null },
      times_redeemed: 0,
    }
    account.state.promotionCodes.add(promotionCode)
    account.emit('promotion_code.created', promotionCode)
    return promotionCode
  },
)

/** `GET /v1/promotion_codes/:id` */
export const retrieve = endpoint(hash({}), (account, _, id) => account.need(account.state.promotionCodes, id))

/** `POST /v1/promotion_codes/:id` */
export const update = endpoint(
  hash({ active: flag(), metadata: metadata(), ...absent('restrictions') }),
  (account, params, id) => {
    const code = account.need(account.state.promotionCodes, id)
    account.change(
      code,
      {
        active: params.active ?? code.active,
        metadata: changedMetadata(code.metadata ?? {}, params.metadata),
      },
      'promotion_code.updated',
    )
    return code
  },
)

/** `GET /v1/promotion_codes` */
export const list = endpoint(
  hash({
    ...pageParams,
    active: flag(),
    code: text(),
    coupon: text(),
    created: createdParam,
    customer: text(),
    ...absent('customer_account'),
  }),
  (account, params) =>
    page(
      account,
      account.state.promotionCodes,
      params,
      '/v1/promotion_codes',
      (code) =>
        (params.active === undefined || code.active === params.active) &&
        (params.code === undefined || code.code.toLowerCase() === params.code.toLowerCase()) &&
        (params.coupon === undefined || code.promotion.coupon === params.coupon) &&
        (params.customer === undefined || code.customer === params.customer) &&
        inRange(code.created, params.created),
    ),
)
