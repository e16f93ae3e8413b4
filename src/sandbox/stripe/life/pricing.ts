import type { Account } from '../account.ts'
import type { Price } from '../wire.ts'
import type { Tier } from './billing-records.ts'

// docs.stripe.com/api/prices/object: amounts have at most 12 decimal places.
const DECIMAL_PLACES = 12
const SCALE = 10n ** BigInt(DECIMAL_PLACES)

/**
 * What `quantity` of a price comes to, in the currency's minor unit, before any discount: per unit, in graduated tiers
 * (each unit at its own tier's amount) or by volume (all units at the amount of the tier that the quantity falls in),
 * with a tier's flat amount once for each tier that is reached (docs.stripe.com/products-prices/pricing-models).
 * Decimals are added up exactly and rounded once, halves up.
 */
export function priceAmount(account: Account, price: Price, quantity: number): number {
  const units = transformed(price, quantity)
  if (price.billing_scheme !== 'tiered') return rounded(scaled(price.unit_amount_decimal) * BigInt(units))
  const tiers = account.state.priceTiers.get(price.id) ?? []
  return rounded(price.tiers_mode === 'volume' ? volumeAmount(tiers, units) : graduatedAmount(tiers, units))
}

/** The quantity that is billed where a price counts in packages. */
function transformed(price: Price, quantity: number): number {
  const { transform_quantity: transform } = price
  if (transform === null) return quantity
  const packages = quantity / transform.divide_by
  return transform.round === 'up' ? Math.ceil(packages) : Math.floor(packages)
}

function volumeAmount(tiers: readonly Tier[], units: number): bigint {
  const tier = tiers.find((each) => each.up_to === null || units <= each.up_to)
  if (tier === undefined) return 0n
  return scaled(tier.unit_amount_decimal) * BigInt(units) + scaled(tier.flat_amount_decimal)
}

function graduatedAmount(tiers: readonly Tier[], units: number): bigint {
  let amount = 0n
  let below = 0
  for (const tier of tiers) {
    if (units <= below && below > 0) break
    const upTo = Math.min(units, tier.up_to ?? units)
    amount +=
      scaled(tier.unit_amount_decimal) * BigInt(Math.max(0, upTo - below)) + scaled(tier.flat_amount_decimal)
    below = tier.up_to ?? units
    if (tier.up_to === null) break
  }
  return amount
}

function scaled(decimal: string | null): bigint {
  const [whole = '0', fraction = ''] = (decimal ?? '0').split('.')
  return BigInt(whole + fraction.padEnd(DECIMAL_PLACES, '0').slice(0, DECIMAL_PLACES))
}

function rounded(amount: bigint): number {
  return Number((amount + SCALE / 2n) / SCALE)
}
