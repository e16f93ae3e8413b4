import type { Account } from '../account.ts'
import type { LineItem } from '../wire.ts'
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
 * amounts; what rounding leaves over goes to the last one. Recurring lines cost nothing today where a trial comes
 * first.
 */
export function priceLines(
  account: Account,
  lines: LineItem[],
  reduction: Reduction | null,
  hasTrial: boolean,
): Totals {
  for (const line of lines) {
    const free = hasTrial && line.price?.type === 'recurring'
    line.amount_subtotal =
      free || line.price === null ? 0 : priceAmount(account, line.price, line.quantity ?? 1)
  }
  const subtotal = sum(lines.map((line) => line.amount_subtotal))
  const reducible = lines.map((line) =>
    reduction && reduces(reduction.coupon, String(line.price?.product)) ? line.amount_subtotal : 0,
  )
  const discount = reduction ? reductionOf(reduction.coupon, sum(reducible)) : 0
  for (const [index, share] of spread(discount, reducible).entries()) {
    const line = lines[index]
    if (line === undefined) continue
    line.amount_discount = share
    line.amount_total = line.amount_subtotal - share
  }
  return { amount_subtotal: subtotal, amount_discount: discount, amount_total: subtotal - discount }
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
