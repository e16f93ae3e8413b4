import { refused } from '../../errors.ts'
import type { CurrencyOption } from '../../life/billing-records.ts'
import { flag, hash, integer, list as listOf, mapOf, type Params, required, text } from '../../params.ts'
import type { Price } from '../../wire.ts'
import { decimalText, sameAmount, tiersOf, wholeAmount } from './decimals.ts'
import { taxBehaviorParam } from './item-tax.ts'
import { MAX_AMOUNT, wordOr } from './scalars.ts'

const amount = integer(0, MAX_AMOUNT)

export const tiersParam = listOf(
  hash({
    up_to: required(wordOr(['inf'], integer(1))),
    unit_amount: amount,
    unit_amount_decimal: text(30),
    flat_amount: amount,
    flat_amount_decimal: text(30),
  }),
  100,
)

/** The customer chooses what to pay (docs.stripe.com/payments/checkout/pay-what-you-want). */
export const customUnitAmountParam = hash({
  enabled: required(flag()),
  maximum: amount,
  minimum: amount,
  preset: amount,
})

const optionShape = {
  custom_unit_amount: customUnitAmountParam,
  tax_behavior: taxBehaviorParam,
  tiers: tiersParam,
  unit_amount: amount,
  unit_amount_decimal: text(30),
} as const

/** `currency_options`: what a price costs in other currencies, by their codes. */
export const currencyOptionsParam = mapOf(hash(optionShape))

type OptionParams = Params<typeof optionShape>

/** The options of a price. @throws StripeError 400 for its own currency, or other terms than the price has */
export function currencyOptionsFor(
  given: Record<string, OptionParams> | undefined,
  price: { currency: string; isTiered: boolean; isCustom: boolean },
): Record<string, CurrencyOption> {
  return Object.fromEntries(
    Object.entries(given ?? {}).map(([code, option]) => {
      const at = `currency_options[${code}]`
      if (!/^[a-zA-Z]{3}$/.test(code)) throw refused(`Invalid currency: ${code.toLowerCase()}`, at)
      if (code.toLowerCase() === price.currency) {
        throw refused('The default currency of the price has no currency option.', at)
      }
      return [code.toLowerCase(), optionOf(option, price, at)]
    }),
  )
}

/** What the customer may choose, or null. @throws StripeError 400 where the least is above the most */
export function customUnitAmountFor(
  given: OptionParams['custom_unit_amount'],
  at: string,
): Price['custom_unit_amount'] {
  if (given === undefined || !given.enabled) return null
  const { maximum = null, minimum = null, preset = null } = given
  if (minimum !== null && maximum !== null && minimum > maximum) {
    throw refused('`minimum` must not be above `maximum`.', `${at}[minimum]`)
  }
  if (preset !== null && (preset < (minimum ?? 0) || preset > (maximum ?? preset))) {
    throw refused('`preset` must lie between `minimum` and `maximum`.', `${at}[preset]`)
  }
  return { maximum, minimum, preset }
}

function optionOf(
  option: OptionParams,
  price: { isTiered: boolean; isCustom: boolean },
  at: string,
): CurrencyOption {
  const custom = customUnitAmountFor(option.custom_unit_amount, `${at}[custom_unit_amount]`)
  const { unit_amount: whole, unit_amount_decimal: exact, tiers } = option
  const hasAmount = whole !== undefined || exact !== undefined
  if (price.isTiered !== (tiers !== undefined) || price.isCustom !== (custom !== null)) {
    throw refused('A currency option must be priced as the price is.', at)
  }
  if (hasAmount === (price.isTiered || price.isCustom)) {
    throw refused('A currency option must be priced as the price is.', `${at}[unit_amount]`)
  }
  if (whole !== undefined && exact !== undefined && !sameAmount(whole, exact)) {
    throw refused('You may only specify one of these parameters: unit_amount, unit_amount_decimal.', at)
  }
  const decimal = hasAmount ? decimalText(exact ?? whole ?? 0) : null
  return {
    custom_unit_amount: custom,
    tax_behavior: option.tax_behavior ?? 'unspecified',
    unit_amount: decimal === null ? null : wholeAmount(decimal),
    unit_amount_decimal: decimal,
    ...(tiers ? { tiers: tiersOf(tiers) } : {}),
  }
}
