import type { Account } from '../account.ts'
import { noSuch, refused } from '../errors.ts'
import { newId } from '../ids.ts'
import type { Coupon, Discount, PromotionCode } from '../wire.ts'
import { addIntervals } from './calendar.ts'

/** A coupon, and the code through which it came if it did. */
export interface Reduction {
  coupon: Coupon
  promotionCode: PromotionCode | null
}

/** Whether the coupon is for this product; most are for all. */
export function reduces(account: Account, coupon: Coupon, product: string): boolean {
  return account.state.couponProducts.get(coupon.id)?.includes(product) ?? true
}

/**
 * What `coupon` takes off `subtotal`, both in the minor unit of `currency`; never more than there is, and nothing where
 * it has no amount in that currency (docs.stripe.com/invoicing/multi-currency-customers).
 */
export function reductionOf(account: Account, coupon: Coupon, subtotal: number, currency: string): number {
  if (coupon.percent_off !== null) return Math.round((subtotal * coupon.percent_off) / 100)
  return Math.min(amountOff(account, coupon, currency) ?? 0, subtotal)
}

/** What a coupon takes off in a currency: its own, or one of `currency_options`. Null where it has no amount in it. */
function amountOff(account: Account, coupon: Coupon, currency: string): number | null {
  if (coupon.currency === currency) return coupon.amount_off
  return account.state.couponCurrencies.get(coupon.id)?.[currency]?.amount_off ?? null
}

/** @throws StripeError 400 for a coupon that takes an amount off, and none in that currency. */
export function checkCurrency(account: Account, coupon: Coupon, currency: string, param: string): void {
  if (coupon.percent_off !== null || amountOff(account, coupon, currency) !== null) return
  throw refused(`Coupon ${coupon.id} takes no amount off in the currency \`${currency}\`.`, param)
}

/**
 * The reduction of a promotion code, by its id or by what the customer types.
 * @throws StripeError 400 where it does not exist or cannot be used.
 */
export function promotionReduction(
  account: Account,
  find: { id: string } | { code: string },
  customer: string | null,
  param: string,
  order: Order | null = null,
): Reduction {
  const code =
    'id' in find
      ? account.need(account.state.promotionCodes, find.id, param)
      : account.state.promotionCodes
          .newestFirst()
          .find((each) => each.active && each.code.toLowerCase() === find.code.trim().toLowerCase())
  if (code === undefined) throw refused('This code is invalid.', param, 'resource_missing')
  const expired = code.expires_at !== null && code.expires_at <= account.now
  const usedUp = code.max_redemptions !== null && code.times_redeemed >= code.max_redemptions
  const foreign = code.customer !== null && code.customer !== customer
  if (!code.active || expired || usedUp || foreign) {
    throw refused('This promotion code cannot be redeemed.', param, 'promotion_code_expired')
  }
  checkRestrictions(account, code, customer, param, order)
  const coupon = validCoupon(account, code.promotion.coupon ?? '', param)
  if (order) checkCurrency(account, coupon, order.currency, param)
  return { coupon, promotionCode: code }
}

/** What the discount is for, in the currency's minor unit. */
export interface Order {
  amount: number
  currency: string
}

/** docs.stripe.com/billing/subscriptions/coupons#promotion-codes: a first purchase, a least amount. */
function checkRestrictions(
  account: Account,
  { restrictions }: PromotionCode,
  customer: string | null,
  param: string,
  order: Order | null,
): void {
  if (restrictions.first_time_transaction && customer !== null && hasPaid(account, customer)) {
    throw refused('This promotion code is for a first purchase only.', param, 'promotion_code_invalid')
  }
  const { minimum_amount: minimum, minimum_amount_currency: currency } = restrictions
  if (minimum === null || order === null) return
  const least = restrictions.currency_options?.[order.currency]?.minimum_amount
  const needed = order.currency === currency ? minimum : least
  if (needed === undefined || order.amount < needed) {
    throw refused('The order is too small for this promotion code.', param, 'promotion_code_invalid')
  }
}

function hasPaid(account: Account, customer: string): boolean {
  return [...account.state.charges.values()].some(
    (charge) => charge.customer === customer && charge.status === 'succeeded',
  )
}

/** The coupon; one that was deleted stays only on what it already reduces. */
export function liveCoupon(account: Account, id: string, param = 'id'): Coupon {
  const coupon = account.need(account.state.coupons, id, param)
  if (account.state.deletedCoupons.has(id)) throw noSuch('coupon', id, param)
  return coupon
}

/** The coupon, if it can still be redeemed. */
export function validCoupon(account: Account, id: string, param: string): Coupon {
  const coupon = liveCoupon(account, id, param)
  if (!isRedeemable(account, coupon)) {
    throw refused(`Coupon ${id} is expired and cannot be applied.`, param, 'coupon_expired')
  }
  return coupon
}

/** Whether the coupon still exists, has not expired, and is not used up. */
export function isRedeemable(account: Account, coupon: Coupon): boolean {
  const expired = coupon.redeem_by !== null && coupon.redeem_by <= account.now
  const usedUp = coupon.max_redemptions !== null && coupon.times_redeemed >= coupon.max_redemptions
  return !expired && !usedUp && !account.state.deletedCoupons.has(coupon.id)
}

/** Redeems the coupon: counts it and makes the discount that stands on the subscription. */
export function redeem(account: Account, reduction: Reduction, on: Discounted): Discount {
  const { coupon, promotionCode } = reduction
  coupon.times_redeemed += 1
  coupon.valid = coupon.max_redemptions === null || coupon.times_redeemed < coupon.max_redemptions
  if (promotionCode) promotionCode.times_redeemed += 1
  return account.state.discounts.add(discountOf(reduction, on, { id: newId.discount(), start: account.now }))
}

/** What a reduction is applied to. */
interface Discounted {
  customer: string | null
  subscription: string | null
  checkoutSession: string | null
}

/** The discount that a reduction becomes. */
export function discountOf(
  { coupon, promotionCode }: Reduction,
  on: Discounted,
  { id, start }: Pick<Discount, 'id' | 'start'>,
): Discount {
  return {
    id,
    object: 'discount',
    checkout_session: on.checkoutSession,
    customer: on.customer,
    customer_account: null,
    end:
      coupon.duration === 'repeating' ? addIntervals(start, 'month', coupon.duration_in_months ?? 1) : null,
    invoice: null,
    invoice_item: null,
    promotion_code: promotionCode?.id ?? null,
    source: { coupon: coupon.id, type: 'coupon' },
    start,
    subscription: on.subscription,
    subscription_item: null,
  }
}
