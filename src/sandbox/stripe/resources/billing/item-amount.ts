import type { Account } from '../../account.ts'
import { parameterMissing, refused } from '../../errors.ts'
import { pricingOf } from '../../life/invoices/lines.ts'
import { decimalAmount, priceAmount, termsIn } from '../../life/pricing.ts'
import { integer, type Param, text } from '../../params.ts'
import type { InvoiceItem, Price } from '../../wire.ts'
import { decimalText } from './decimals.ts'
import { MAX_AMOUNT, MAX_QUANTITY } from './scalars.ts'

/** A decimal that is not negative, with at most 12 places. */
const quantityDecimal: Param<string> = {
  parse: (value, at, version) => {
    const given = text(30).parse(value, at, version)
    if (!/^\d{1,14}(\.\d{1,12})?$/.test(given)) throw refused(`Invalid decimal: ${given}`, at)
    return decimalText(given, at)
  },
}

/** How much of something is billed, in Stripe's several ways to say it. */
export const itemAmountFields = {
  amount: integer(-MAX_AMOUNT, MAX_AMOUNT),
  quantity: integer(0, MAX_QUANTITY),
  quantity_decimal: quantityDecimal,
} as const

export interface ItemAmountParams {
  amount?: number
  quantity?: number
  quantity_decimal?: string
  /** In the minor unit, with decimals; negative for a credit. */
  unit_amount_decimal?: string
}

export interface ItemAmount {
  amount: number
  /** Without what is after the point. */
  quantity: number
  quantity_decimal: string
  pricing: InvoiceItem['pricing']
}

/**
 * What an item or a line comes to: an amount of its own, or a price or unit amount times the quantity
 * (docs.stripe.com/api/invoiceitems/create).
 * @throws StripeError 400 for two ways at once, or none
 */
export function itemAmount(
  account: Account,
  given: ItemAmountParams,
  price: Price | undefined,
  currency: string,
  at = '',
): ItemAmount {
  const name = (key: string) => (at === '' ? key : `${at}[${key}]`)
  const ways = [
    given.amount === undefined ? null : 'amount',
    given.unit_amount_decimal === undefined ? null : 'unit_amount_decimal',
  ].filter((each) => each !== null)
  if (ways.length > 1 || (ways[0] === 'unit_amount_decimal' && price !== undefined)) {
    throw refused(
      'You may only specify one of these parameters: amount, price, unit_amount_decimal.',
      name('unit_amount_decimal'),
    )
  }
  const quantity = quantityOf(given, name('quantity_decimal'))
  const whole = { quantity: Math.trunc(Number(quantity)), quantity_decimal: quantity }
  if (given.unit_amount_decimal !== undefined) {
    const unit = decimalText(given.unit_amount_decimal, name('unit_amount_decimal'))
    const pricing = { type: 'price_details' as const, unit_amount_decimal: unit }
    return { ...whole, amount: decimalAmount(unit, quantity), pricing }
  }
  const pricing = price ? pricingOf(account, price, currency) : null
  if (given.amount !== undefined) return { ...whole, amount: given.amount, pricing }
  if (price === undefined) throw parameterMissing(name('amount'))
  return {
    ...whole,
    amount: pricedAmount(account, price, quantity, currency, name('quantity_decimal')),
    pricing,
  }
}

/** What stands on an item or a line before it changes. */
export interface StandingAmount extends ItemAmount {
  currency: string
  /** Its amount is that of a span of time, and stays whatever the quantity says. */
  isProration: boolean
}

/** What a change makes of it: by its own price or unit amount where the request only says how many. */
export function changedItemAmount(
  account: Account,
  before: StandingAmount,
  given: ItemAmountParams,
  price: Price | undefined,
): ItemAmount {
  const { currency, isProration, ...standing } = before
  const { amount, unit_amount_decimal, ...counts } = given
  const isCounted = counts.quantity !== undefined || counts.quantity_decimal !== undefined
  const quantity = isCounted ? counts : { quantity_decimal: standing.quantity_decimal }
  if (amount !== undefined || unit_amount_decimal !== undefined || price !== undefined) {
    const made = itemAmount(account, { ...given, ...quantity }, price, currency)
    return made.pricing === null ? { ...made, pricing: standing.pricing } : made
  }
  if (!isCounted) return standing
  const own = account.state.prices.get(standing.pricing?.price_details?.price ?? '')
  const unit = standing.pricing?.price_details ? null : standing.pricing?.unit_amount_decimal
  const kept = isProration || (own === undefined && unit == null)
  const way = kept ? { amount: standing.amount } : unit == null ? {} : { unit_amount_decimal: unit }
  const made = itemAmount(account, { ...quantity, ...way }, kept ? undefined : own, currency)
  return { ...made, pricing: standing.pricing }
}

function quantityOf(given: ItemAmountParams, at: string): string {
  if (given.quantity !== undefined && given.quantity_decimal !== undefined) {
    throw refused('You may only specify one of these parameters: quantity, quantity_decimal.', at)
  }
  return given.quantity_decimal ?? String(given.quantity ?? 1)
}

function pricedAmount(
  account: Account,
  price: Price,
  quantity: string,
  currency: string,
  at: string,
): number {
  if (!quantity.includes('.')) return priceAmount(account, price, Number(quantity), currency)
  const { unit_amount_decimal: unit } = termsIn(account, price, currency)
  if (unit === null || price.transform_quantity) {
    throw refused('A quantity with decimals needs a price per unit.', at)
  }
  return decimalAmount(unit, quantity)
}
