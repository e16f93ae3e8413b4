import type { Account } from '../account.ts'
import type { LineItem, Price } from '../wire.ts'
import { type Reduction, reduces, reductionOf } from './discounts.ts'
import { priceAmount } from './pricing.ts'

/** What a checkout comes to, in the currency's minor unit. */
export interface Totals {
  amount_subtotal: number
  amount_discount: number
  amount_total: number
}

/**
 * Writes the amounts that are due today on each line and adds them up. A discount is spread over the lines by their
 * amounts; what rounding leaves over goes to the last one. `shareOf` is what of a recurring price's period is due
 * today: nothing where a trial comes first.
 */
export function priceLines(
  account: Account,
  lines: LineItem[],
  reduction: Reduction | null,
  shareOf: (price: Price) => number,
): Totals {
  for (const line of lines) line.amount_subtotal = dueToday(account, line, shareOf)
  const subtotal = sum(lines.map((line) => line.amount_subtotal))
  const reducible = lines.map((line) =>
    reduction && reduces(account, reduction.coupon, String(line.price?.product)) ? line.amount_subtotal : 0,
  )
  const currency = lines[0]?.currency ?? ''
  const discount = reduction ? reductionOf(account, reduction.coupon, sum(reducible), currency) : 0
  for (const [index, share] of spread(discount, reducible).entries()) {
    const line = lines[index]
    if (line === undefined) continue
    line.amount_discount = share
    line.amount_total = line.amount_subtotal - share
  }
  return { amount_subtotal: subtotal, amount_discount: discount, amount_total: subtotal - discount }
}

function dueToday(account: Account, line: LineItem, shareOf: (price: Price) => number): number {
  if (line.price === null) return 0
  const whole = priceAmount(account, line.price, line.quantity ?? 1, line.currency)
  return line.price.type === 'recurring' ? Math.round(whole * shareOf(line.price)) : whole
}

/** Splits `amount` in proportion to `weights`, whole units only, exactly. */
export function spread(amount: number, weights: readonly number[]): number[] {
  const total = sum(weights)
  let given = 0
  let seen = 0
  return weights.map((weight) => {
    seen += weight
    const upToHere = total === 0 ? 0 : Math.round((amount * seen) / total)
    const share = upToHere - given
    given = upToHere
    return share
  })
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0)
}
