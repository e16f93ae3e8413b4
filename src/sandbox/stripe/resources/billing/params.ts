import type { Account } from '../../account.ts'
import { parameterMissing, refused } from '../../errors.ts'
import { createPrice } from '../../life/prices.ts'
import { emptyable, flag, hash, integer, list as listOf, oneOf, required, text } from '../../params.ts'
import type { Price, TaxRate } from '../../wire.ts'
import { MAX_AMOUNT } from './scalars.ts'

export const recurringParam = hash({
  interval: required(oneOf('day', 'week', 'month', 'year')),
  interval_count: integer(1, 1095),
})

const priceDataFields = {
  currency: required(text(3)),
  product: required(text()),
  tax_behavior: oneOf('exclusive', 'inclusive', 'unspecified'),
  unit_amount: integer(-MAX_AMOUNT, MAX_AMOUNT),
  unit_amount_decimal: text(30),
} as const

/** `price_data` of something that recurs, and of something that does not. */
export const recurringPriceData = hash({ ...priceDataFields, recurring: required(recurringParam) })
export const oneTimePriceData = hash(priceDataFields)

export const taxRatesParam = emptyable(listOf(text(), 10))

export const discountsParam = emptyable(
  listOf(hash({ coupon: text(), discount: text(), promotion_code: text() }), 20),
)

export const automaticTaxParam = hash({
  enabled: required(flag()),
  liability: hash({ type: required(oneOf('self')) }),
})

export type PriceDataParams = {
  currency: string
  product: string
  tax_behavior?: 'exclusive' | 'inclusive' | 'unspecified'
  unit_amount?: number
  unit_amount_decimal?: string
  recurring?: { interval: 'day' | 'week' | 'month' | 'year'; interval_count?: number }
}

/** The price that `price` names or `price_data` describes; the latter makes one that nothing else can use. */
export function priceFor(
  account: Account,
  given: { price?: string | undefined; price_data?: PriceDataParams | undefined },
  at: string,
): Price | undefined {
  if (given.price !== undefined && given.price_data !== undefined) {
    throw refused(`You may only specify one of these parameters: ${at}[price], ${at}[price_data].`, at)
  }
  if (given.price !== undefined) {
    const price = account.need(account.state.prices, given.price, `${at}[price]`)
    if (!price.active) {
      throw refused(`The price specified is inactive. This field only accepts active prices.`, `${at}[price]`)
    }
    return price
  }
  if (given.price_data === undefined) return undefined
  const { product, currency, ...rest } = given.price_data
  account.need(account.state.products, product, `${at}[price_data][product]`)
  if (rest.unit_amount === undefined && rest.unit_amount_decimal === undefined) {
    throw parameterMissing(`${at}[price_data][unit_amount]`)
  }
  return createPrice(account, { ...rest, currency: currency.toLowerCase(), product, active: false })
}

/** The recurring price of an item. @throws StripeError 400 for one that is billed once */
export function recurringPriceFor(
  account: Account,
  given: { price?: string | undefined; price_data?: PriceDataParams | undefined },
  at: string,
): Price | undefined {
  const price = priceFor(account, given, at)
  if (price && price.type !== 'recurring') {
    throw refused(
      'The price specified is set to `type=one_time` but this field only accepts prices with `type=recurring`.',
      at,
    )
  }
  return price
}

export function taxRatesFor(
  account: Account,
  ids: readonly string[] | null | undefined,
  at: string,
): TaxRate[] | undefined {
  return ids === undefined
    ? undefined
    : (ids ?? []).map((id, index) => account.need(account.state.taxRates, id, `${at}[${index}]`))
}
