import type { Account } from '../account.ts'
import { endpoint } from '../endpoint.ts'
import { parameterMissing, refused } from '../errors.ts'
import { newId, randomText } from '../ids.ts'
import { validCoupon } from '../life/discounts.ts'
import { changedMetadata, metadata } from '../metadata.ts'
import { createdParam, fits, inRange, page, pageParams } from '../pagination.ts'
import { absent, flag, hash, integer, mapOf, oneOf, required, text, until } from '../params.ts'
import type { PromotionCode } from '../wire.ts'

const currencyOptions = mapOf(hash({ minimum_amount: integer(1) }))

/** `POST /v1/promotion_codes`: until 2025-09-30.clover the coupon stood at `coupon`. */
export const create = endpoint(
  hash({
    promotion: hash({ type: required(oneOf('coupon')), coupon: text() }),
    active: flag(),
    code: text(500),
    coupon: until('2025-09-30.clover', text()),
    customer: text(),
    expires_at: integer(1),
    max_redemptions: integer(1),
    metadata: metadata(),
    restrictions: hash({
      currency_options: currencyOptions,
      first_time_transaction: flag(),
      minimum_amount: integer(1),
      minimum_amount_currency: text(3),
    }),
    ...absent('customer_account'),
  }),
  (account, params) => {
    const couponId = params.promotion?.coupon ?? params.coupon
    if (couponId === undefined) throw parameterMissing(params.promotion ? 'promotion[coupon]' : 'promotion')
    const coupon = validCoupon(account, couponId, 'promotion[coupon]')
    const { restrictions } = params
    if (params.customer !== undefined) account.need(account.state.customers, params.customer, 'customer')
    if (
      (restrictions?.minimum_amount === undefined) !==
      (restrictions?.minimum_amount_currency === undefined)
    ) {
      throw parameterMissing('restrictions[minimum_amount_currency]')
    }
    if (params.expires_at !== undefined && params.expires_at <= account.now) {
      throw refused('`expires_at` must be in the future.', 'expires_at')
    }
    const code = params.code ?? randomText(8).toUpperCase()
    if (params.active !== false) checkFree(account, code, params.customer ?? null)
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
      restrictions: {
        first_time_transaction: restrictions?.first_time_transaction ?? false,
        minimum_amount: restrictions?.minimum_amount ?? null,
        minimum_amount_currency: restrictions?.minimum_amount_currency?.toLowerCase() ?? null,
        ...(restrictions?.currency_options && { currency_options: leasts(restrictions.currency_options) }),
      },
      times_redeemed: 0,
    }
    account.state.promotionCodes.add(promotionCode)
    account.emit('promotion_code.created', promotionCode)
    return promotionCode
  },
)

/** `GET /v1/promotion_codes/:id` */
export const retrieve = endpoint(hash({}), (account, _, id) => account.need(account.state.promotionCodes, id))

/** `POST /v1/promotion_codes/:id`: one whose coupon is used up cannot be made active again. */
export const update = endpoint(
  hash({
    active: flag(),
    metadata: metadata(),
    restrictions: hash({ currency_options: currencyOptions }),
  }),
  (account, params, id) => {
    const code = account.need(account.state.promotionCodes, id)
    if (params.active === true && !code.active) {
      validCoupon(account, code.promotion.coupon ?? '', 'active')
      checkFree(account, code.code, code.customer)
    }
    const options = params.restrictions?.currency_options
    account.change(
      code,
      {
        active: params.active ?? code.active,
        metadata: changedMetadata(code.metadata ?? {}, params.metadata),
        ...(options && {
          restrictions: {
            ...code.restrictions,
            currency_options: { ...code.restrictions.currency_options, ...leasts(options) },
          },
        }),
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
        fits(code, params, 'active', 'customer') &&
        (params.code === undefined || code.code.toLowerCase() === params.code.toLowerCase()) &&
        (params.coupon === undefined || code.promotion.coupon === params.coupon) &&
        inRange(code.created, params.created),
    ),
)

/** A code can be typed by one customer in one way only: it is unique among the active ones that they may use. */
function checkFree(account: Account, code: string, customer: string | null): void {
  const isTaken = [...account.state.promotionCodes.values()].some(
    (each) =>
      each.active &&
      each.code.toLowerCase() === code.toLowerCase() &&
      (each.customer === null || customer === null || each.customer === customer),
  )
  if (isTaken) throw refused(`An active promotion code with \`code: ${code}\` already exists.`, 'code')
}

function leasts(options: Readonly<Record<string, { minimum_amount?: number }>>) {
  return Object.fromEntries(
    Object.entries(options).map(([currency, { minimum_amount: least }]) => [
      currency,
      { minimum_amount: least ?? 0 },
    ]),
  )
}
