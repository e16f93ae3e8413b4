import { StripeError } from '../../../errors.ts'
import type { FormHash } from '../../../form.ts'
import { promotionReduction, type Reduction, reduces } from '../../../life/discounts.ts'
import { priceAmount } from '../../../life/pricing.ts'
import type { Price, PromotionCode, Subscription } from '../../../wire.ts'
import type { Visit } from '../visit.ts'

/** Whether a customer may type a promotion code when she changes her plan. */
export function takesPromotionCodes({ configuration }: Visit): boolean {
  return configuration.features.subscription_update.default_allowed_updates.includes('promotion_code')
}

/** The promotion code that was typed, or the sentence that says why it takes nothing off this choice. */
export function promotionFor(
  { core, customer }: Visit,
  subscription: Subscription,
  code: string,
  { price, quantity }: { price: Price; quantity: number },
): PromotionCode | string {
  const { account } = core
  const { currency } = subscription
  const order = { amount: priceAmount(account, price, quantity, currency), currency }
  let reduction: Reduction
  try {
    reduction = account.onClockOf(subscription.id, () =>
      promotionReduction(account, { code }, customer.id, 'promotion_code', order),
    )
  } catch (error) {
    if (error instanceof StripeError) return sentenceOf(error)
    throw error
  }
  const { coupon, promotionCode } = reduction
  if (promotionCode === null || !reduces(account, coupon, String(price.product))) {
    return 'This code is for another plan.'
  }
  return isOn(core.account.state, subscription, coupon.id) ? 'This discount is yours already.' : promotionCode
}

/** The API's sentence, but where that names a coupon, of which the customer knows nothing. */
function sentenceOf({ fields: { code }, message }: StripeError): string {
  if (code === undefined) return 'This code is for another currency.'
  return code === 'coupon_expired' ? 'This promotion code cannot be redeemed.' : message
}

/** The discounts of a flow to confirm, but for those that the subscription has: each is redeemed once. */
export function flowDiscounts({ core, session }: Visit, subscription: Subscription): FormHash[] {
  const { state } = core.account
  const given = session.flow?.subscription_update_confirm?.discounts ?? []
  return given.flatMap(({ coupon, promotion_code: code }): FormHash[] => {
    const named = coupon ?? state.promotionCodes.get(code ?? '')?.promotion.coupon
    if (isOn(state, subscription, String(named))) return []
    return coupon ? [{ coupon }] : code ? [{ promotion_code: code }] : []
  })
}

function isOn(state: Visit['core']['account']['state'], subscription: Subscription, coupon: string): boolean {
  return subscription.discounts.some((id) => state.discounts.get(String(id))?.source.coupon === coupon)
}
