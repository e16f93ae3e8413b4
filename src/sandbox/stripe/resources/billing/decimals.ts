import { refused } from '../../errors.ts'
import type { Tier } from '../../life/billing-records.ts'

/** An amount as Stripe writes decimals: no exponent, no zeros at the end, at most 12 places. */
export function decimalText(amount: number | string, param = 'unit_amount_decimal'): string {
  const given = String(amount)
  if (!/^-?\d{1,14}(\.\d{1,12})?$/.test(given)) throw refused(`Invalid decimal: ${given}`, param)
  return given.includes('.') ? given.replace(/\.?0+$/, '') : given
}

/** The amount where it is whole, else null. */
export function wholeAmount(decimal: string): number | null {
  return decimal.includes('.') ? null : Number(decimal)
}

export function sameAmount(amount: number, decimal: string): boolean {
  return decimalText(amount) === decimalText(decimal)
}

interface TierParams {
  up_to: 'inf' | number
  unit_amount?: number
  unit_amount_decimal?: string
  flat_amount?: number
  flat_amount_decimal?: string
}

/** @throws StripeError 400 where the tiers do not rise, or the last one has an end. */
export function tiersOf(given: readonly TierParams[]): Tier[] {
  let below = 0
  return given.map((tier, index) => {
    const isLast = index === given.length - 1
    if (isLast !== (tier.up_to === 'inf')) {
      throw refused('The last tier, and only that one, has `up_to=inf`.', `tiers[${index}][up_to]`)
    }
    if (tier.up_to !== 'inf' && tier.up_to <= below) {
      throw refused('Each `up_to` must be above the one before.', `tiers[${index}][up_to]`)
    }
    below = tier.up_to === 'inf' ? below : tier.up_to
    const unit = tier.unit_amount_decimal ?? tier.unit_amount
    const flat = tier.flat_amount_decimal ?? tier.flat_amount
    if (unit === undefined && flat === undefined) {
      throw refused('A tier needs a `unit_amount` or a `flat_amount`.', `tiers[${index}]`)
    }
    const unitDecimal = unit === undefined ? null : decimalText(unit)
    const flatDecimal = flat === undefined ? null : decimalText(flat)
    return {
      up_to: tier.up_to === 'inf' ? null : tier.up_to,
      unit_amount: unitDecimal === null ? null : wholeAmount(unitDecimal),
      unit_amount_decimal: unitDecimal,
      flat_amount: flatDecimal === null ? null : wholeAmount(flatDecimal),
      flat_amount_decimal: flatDecimal,
    }
  })
}
