import type { Account } from '../account.ts'
import { parameterMissing, StripeError } from '../errors.ts'
import type { Discount } from '../wire.ts'
import { promotionReduction, type Reduction, redeem, validCoupon } from './discounts.ts'

/** An entry of `discounts[]`: a coupon, a promotion code, or a discount that is there already. */
export interface DiscountEntry {
  coupon?: string | null
  discount?: string | null
  promotion_code?: string | null
}

/** Redeems each entry, or keeps the discount that it names. The ids of the discounts, in their order. */
export function discountsFor(
  account: Account,
  given: readonly DiscountEntry[] | null | undefined,
  on: { customer: string | null; subscription: string | null },
  at = 'discounts',
): string[] | undefined {
  if (given === undefined) return undefined
  return (given ?? []).map((each, index) => {
    const param = `${at}[${index}]`
    if (each.discount != null) {
      return account.need(account.state.discounts, each.discount, `${param}[discount]`).id
    }
    return redeem(account, reductionFor(account, each, on.customer, param), { ...on, checkoutSession: null })
      .id
  })
}

/**
 * The same for a phase that begins: an entry whose discount stands already among `current` keeps that one, which goes on
 * counting, and one that can no longer be redeemed takes nothing off.
 */
export function keepOrRedeem(
  account: Account,
  wanted: readonly DiscountEntry[],
  current: readonly string[],
  on: { customer: string; subscription: string | null },
): string[] {
  const standing = current.map((id) => account.state.discounts.get(id)).filter((each) => each !== undefined)
  return wanted.flatMap((entry) => {
    const kept = standing.find((discount) => isOf(discount, entry))
    return kept ? [kept.id] : redeemed(account, entry, on)
  })
}

function redeemed(
  account: Account,
  entry: DiscountEntry,
  on: { customer: string; subscription: string | null },
): string[] {
  try {
    return discountsFor(account, [entry], on) ?? []
  } catch (error) {
    if (error instanceof StripeError) return []
    throw error
  }
}

/** @throws StripeError 400 for an entry that could not be redeemed now. */
export function checkDiscounts(
  account: Account,
  given: readonly DiscountEntry[],
  customer: string | null,
  at: string,
): void {
  for (const [index, each] of given.entries()) {
    const param = `${at}[${index}]`
    if (each.discount != null) account.need(account.state.discounts, each.discount, `${param}[discount]`)
    else reductionFor(account, each, customer, param)
  }
}

function isOf(discount: Discount, { coupon, discount: id, promotion_code: code }: DiscountEntry): boolean {
  if (id != null) return discount.id === id
  return code == null
    ? discount.source.coupon === coupon && discount.promotion_code === null
    : discount.promotion_code === code
}

function reductionFor(
  account: Account,
  given: DiscountEntry,
  customer: string | null,
  param: string,
): Reduction {
  if (given.promotion_code != null) {
    return promotionReduction(account, { id: given.promotion_code }, customer, `${param}[promotion_code]`)
  }
  if (given.coupon == null) throw parameterMissing(`${param}[coupon]`)
  return { coupon: validCoupon(account, given.coupon, `${param}[coupon]`), promotionCode: null }
}
