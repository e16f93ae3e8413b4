import type { Account } from '../account.ts'
import { refused } from '../errors.ts'
import type { Price } from '../wire.ts'
import type { CurrencyOption, Tier } from './billing-records.ts'

// docs.stripe.com/api/prices/object: amounts and quantities have at most 12 decimal places.
const DECIMAL_PLACES = 12
const SCALE = 10n ** BigInt(DECIMAL_PLACES)

/**
 * What `quantity` of a price comes to, in the minor unit of `currency` (default the price's own), before any discount:
 * per unit, in graduated tiers (each unit at its own tier's amount) or by volume (all units at the amount of the tier
 * that the quantity falls in), with a tier's flat amount once for each tier that is reached
 * (docs.stripe.com/products-prices/pricing-models). Decimals are added up exactly and rounded once, halves up. What the
 * customer chooses costs what is preset.
 * @throws StripeError 400 for a currency that the price is not sold in
 */
export function priceAmount(
  account: Account,
  price: Price,
  quantity: number,
  currency = price.currency,
): number {
  const terms = termsIn(account, price, currency)
  const units = transformed(price, quantity)
  if (terms.tiers) {
    return rounded(
      price.tiers_mode === 'volume' ? volumeAmount(terms.tiers, units) : graduatedAmount(terms.tiers, units),
    )
  }
  if (terms.custom_unit_amount) return (terms.custom_unit_amount.preset ?? 0) * units
  return decimalAmount(terms.unit_amount_decimal ?? '0', String(units))
}

/** The amount of so many units at so much each, both decimals with at most 12 places; halves up. */
export function decimalAmount(unitAmount: string, quantity: string): number {
  const product = scaled(unitAmount) * scaled(quantity)
  const scale = SCALE * SCALE
  const amount = ((product < 0n ? -product : product) + scale / 2n) / scale
  return Number(product < 0n ? -amount : amount)
}

/** The terms of a price in a currency: its own, or those of `currency_options`. */
export function termsIn(account: Account, price: Price, currency: string): CurrencyOption {
  if (currency === price.currency) {
    const tiers = account.state.priceTiers.get(price.id)
    return {
      custom_unit_amount: price.custom_unit_amount,
      tax_behavior: behaviorOf(price.tax_behavior),
      unit_amount: price.unit_amount,
      unit_amount_decimal: price.unit_amount_decimal,
      ...(tiers ? { tiers } : {}),
    }
  }
  const option = account.state.priceCurrencies.get(price.id)?.[currency]
  if (option) return option
  throw refused(
    `The price specified supports currencies of \`${price.currency}\`. This doesn't match the expected currency: \`${currency}\`.`,
  )
}

/** Whether the price is sold in the currency. */
export function isSoldIn(account: Account, price: Price, currency: string): boolean {
  return price.currency === currency || account.state.priceCurrencies.get(price.id)?.[currency] !== undefined
}

function behaviorOf(behavior: Price['tax_behavior']): CurrencyOption['tax_behavior'] {
  return behavior === 'inclusive' || behavior === 'exclusive' ? behavior : 'unspecified'
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
