import type { Account } from '../../account.ts'
import { parameterMissing, refused } from '../../errors.ts'
import { type DiscountEntry, discountsFor } from '../../life/redemption.ts'
import type { OneTimeItem } from '../../life/subscriptions/one-time.ts'
import { changedMetadata, type MetadataChange, metadata } from '../../metadata.ts'
import { flag, hash, integer, list as listOf, oneOf, required, text } from '../../params.ts'
import {
  discountsParam,
  oneTimePriceData,
  type PriceDataParams,
  priceFor,
  taxRatesFor,
  taxRatesParam,
} from './params.ts'
import { MAX_QUANTITY } from './scalars.ts'

/** What `add_invoice_items` takes. A phase of a schedule names other moments than a subscription does. */
function itemsParam<const S extends string, const E extends string>(
  starts: readonly S[],
  ends: readonly E[],
) {
  return listOf(
    hash({
      price: text(),
      price_data: oneTimePriceData,
      quantity: integer(0, MAX_QUANTITY),
      discountable: flag(),
      discounts: discountsParam,
      metadata: metadata(),
      period: hash({
        start: required(hash({ type: required(oneOf(...starts)), timestamp: integer(1) })),
        end: required(hash({ type: required(oneOf(...ends)), timestamp: integer(1) })),
      }),
      tax_rates: taxRatesParam,
    }),
    20,
  )
}

export const addInvoiceItemsParam = itemsParam(
  ['max_item_period_start', 'now', 'timestamp'],
  ['min_item_period_end', 'timestamp'],
)

export const phaseInvoiceItemsParam = itemsParam(
  ['max_item_period_start', 'phase_start', 'timestamp'],
  ['min_item_period_end', 'phase_end', 'timestamp'],
)

/** Stripe's default (docs.stripe.com/api/subscriptions/create#create_subscription-add_invoice_items-period). */
export const DEFAULT_PERIOD = {
  start: { type: 'max_item_period_start' },
  end: { type: 'min_item_period_end' },
} as const

export interface OneTimeItemParams {
  price?: string
  price_data?: PriceDataParams
  quantity?: number
  discountable?: boolean
  discounts?: readonly DiscountEntry[] | null
  metadata?: MetadataChange
  period?: NonNullable<OneTimeItem['period']>
  tax_rates?: string[] | null
}

/** The entries, their references looked up and their discounts redeemed. */
export function oneTimeItemsFor(
  account: Account,
  given: readonly OneTimeItemParams[] | undefined,
  on: { customer: string; subscription: string | null },
): OneTimeItem[] {
  return (given ?? []).map((each, index) => {
    const at = `add_invoice_items[${index}]`
    const discounts = discountsFor(account, each.discounts, on, `${at}[discounts]`)
    return { ...plainItemFor(account, each, at), ...(discounts ? { discounts } : {}) }
  })
}

/** One entry but for its discounts. @throws StripeError 400 without a price that is billed once. */
export function plainItemFor(account: Account, given: OneTimeItemParams, at: string): OneTimeItem {
  const price = priceFor(account, given, at)
  if (price === undefined) throw parameterMissing(`${at}[price]`)
  if (price.type !== 'one_time') throw refused('This field only accepts prices with `type=one_time`.', at)
  const rates = taxRatesFor(account, given.tax_rates, `${at}[tax_rates]`)
  return {
    price,
    quantity: given.quantity ?? 1,
    metadata: changedMetadata({}, given.metadata),
    period: checkedPeriod(given.period, at),
    ...(given.discountable === undefined ? {} : { discountable: given.discountable }),
    ...(rates ? { tax_rates: rates } : {}),
  }
}

function checkedPeriod(given: OneTimeItemParams['period'], at: string): NonNullable<OneTimeItem['period']> {
  for (const [side, moment] of Object.entries(given ?? {})) {
    if ((moment.type === 'timestamp') !== (moment.timestamp !== undefined)) {
      throw refused('`timestamp` goes with `type=timestamp`.', `${at}[period][${side}][timestamp]`)
    }
  }
  return given ?? DEFAULT_PERIOD
}
