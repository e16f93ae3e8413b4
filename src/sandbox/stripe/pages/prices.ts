import type { Account } from '../account.ts'
import { sum } from '../life/line-items.ts'
import { priceAmount, termsIn } from '../life/pricing.ts'
import type { LineItem, Price, Subscription } from '../wire.ts'
import { money, rhythm } from './format.ts'

/** `€19 per month`; of tiers, where no unit has a price of its own, `tiered price per month`. */
export function priceText(account: Account, price: Price, currency = price.currency): string {
  const isTiered = termsIn(account, price, currency).tiers !== undefined
  const amount = isTiered ? 'tiered price' : money(priceAmount(account, price, 1, currency), currency)
  return `${amount} ${rhythm(price)}`.trimEnd()
}

/** What a line costs for a whole period, or once, in the currency's minor unit. */
export function regularAmount(account: Account, { price, quantity, currency }: LineItem): number {
  return price === null ? 0 : priceAmount(account, price, quantity ?? 1, currency)
}

/** What the subscription costs a period, before tax and discounts, in the minor unit. */
export function subscriptionAmount(account: Account, { currency, items }: Subscription): number {
  return sum(items.data.map(({ price, quantity }) => priceAmount(account, price, quantity ?? 1, currency)))
}
