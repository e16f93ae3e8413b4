import { isSoldIn } from '../../../life/pricing.ts'
import { MAX_QUANTITY } from '../../../resources/billing/scalars.ts'
import { type QuantityBounds, quantityBounds } from '../../../resources/billing-portal-features.ts'
import type { Price, PromotionCode, Subscription } from '../../../wire.ts'
import type { Visit } from '../visit.ts'
import { flowDiscounts, promotionFor, takesPromotionCodes } from './promotion-code.ts'

/** What a customer chose. */
export interface Choice {
  price: Price
  quantity: number
  /** What the code that was typed stands for, or null where there is none. */
  promotion: PromotionCode | null
}

/** What the fields of a form said; undefined or empty where one was not there. */
export interface ChoiceFields {
  price?: string | undefined
  quantity?: string | undefined
  promotionCode?: string | undefined
}

/** Why a choice cannot be, beside the field that it concerns. */
export interface ChoiceRefusal {
  field: 'price' | 'quantity' | 'promotion_code'
  text: string
}

/** The prices that the customer may have: all that are offered, or her own alone where she may not switch. */
export function offeredPrices({ core, configuration }: Visit, subscription: Subscription): Price[] {
  const update = configuration.features.subscription_update
  const canSwitch = update.default_allowed_updates.includes('price')
  const current = subscription.items.data[0]?.price.id
  return (update.products ?? [])
    .flatMap((each) => each.prices)
    .filter((id) => canSwitch || id === current)
    .flatMap((id) => core.account.state.prices.get(id) ?? [])
    .filter((price) => price.active && isSoldIn(core.account, price, subscription.currency))
}

/** What a form asks for, held to what the configuration offers. Null for a price that it does not offer. */
export function choiceOf(
  visit: Visit,
  subscription: Subscription,
  fields: ChoiceFields,
): Choice | ChoiceRefusal | null {
  const flow = visit.session.flow?.subscription_update_confirm?.items[0]
  const current = subscription.items.data[0]
  const wanted = fields.price || flow?.price || current?.price.id
  const price = offeredPrices(visit, subscription).find((each) => each.id === wanted)
  if (price === undefined) return null
  const bounds = quantityBounds(visit.configuration.features.subscription_update, price.id)
  const before = current?.quantity ?? 1
  const text = bounds ? fields.quantity || String(flow?.quantity ?? before) : String(before)
  if (!/^\d{1,9}$/.test(text)) return { field: 'quantity', text: 'Enter a whole number.' }
  const quantity = Number(text)
  const code = takesPromotionCodes(visit) ? (fields.promotionCode ?? '').trim() : ''
  const isSame = price.id === current?.price.id && quantity === before
  if (isSame && code === '' && flowDiscounts(visit, subscription).length === 0) {
    return { field: 'price', text: 'This is what you have. Choose something else.' }
  }
  if (!isSame && bounds && (quantity < bounds.minimum || quantity > bounds.maximum)) {
    return { field: 'quantity', text: `Choose ${inWords(bounds)} of this plan.` }
  }
  if (code === '') return { price, quantity, promotion: null }
  const promotion = promotionFor(visit, subscription, code, { price, quantity })
  return typeof promotion === 'string'
    ? { field: 'promotion_code', text: promotion }
    : { price, quantity, promotion }
}

function inWords({ maximum, minimum }: QuantityBounds): string {
  if (maximum === MAX_QUANTITY) return `at least ${minimum}`
  return minimum === maximum ? `exactly ${minimum}` : `between ${minimum} and ${maximum}`
}
