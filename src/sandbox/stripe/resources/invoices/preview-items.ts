import type { Account } from '../../account.ts'
import { createInvoiceItem } from '../../life/invoices/items.ts'
import { productName } from '../../life/invoices/lines.ts'
import { discountsFor } from '../../life/redemption.ts'
import { changedMetadata, metadata } from '../../metadata.ts'
import { emptyable, flag, hash, integer, list as listOf, type Params, required, text } from '../../params.ts'
import { changedItemAmount, itemAmount, itemAmountFields } from '../billing/item-amount.ts'
import { itemTaxFields, itemTaxFor } from '../billing/item-tax.ts'
import { discountsParam, oneTimePriceData, priceFor, taxRatesFor, taxRatesParam } from '../billing/params.ts'
import { MAX_AMOUNT } from '../billing/scalars.ts'

const itemShape = {
  ...itemAmountFields,
  ...itemTaxFields,
  currency: text(3),
  description: text(),
  discountable: flag(),
  discounts: discountsParam,
  invoiceitem: text(),
  metadata: emptyable(metadata()),
  period: hash({ start: required(integer(1)), end: required(integer(1)) }),
  price: text(),
  price_data: oneTimePriceData,
  tax_rates: taxRatesParam,
  unit_amount: integer(-MAX_AMOUNT, MAX_AMOUNT),
  unit_amount_decimal: text(30),
} as const

/** `invoice_items` of a preview: what would be billed beside what is pending, or changes of that. */
export const previewItemsParam = listOf(hash(itemShape), 250)

/** Puts the items of the request on the rehearsal. */
export function addPreviewItems(
  copy: Account,
  given: readonly Params<typeof itemShape>[],
  on: { customer: string; currency: string | undefined },
): void {
  for (const [index, each] of given.entries()) {
    const at = `invoice_items[${index}]`
    const price = priceFor(copy, each, at)
    const { unit_amount: unit, unit_amount_decimal: exact = unit, ...rest } = each
    const measured = { ...rest, ...(exact === undefined ? {} : { unit_amount_decimal: String(exact) }) }
    const owner = { customer: on.customer, subscription: null }
    const discounts = discountsFor(copy, each.discounts, owner, `${at}[discounts]`)
    const rates = taxRatesFor(copy, each.tax_rates, `${at}[tax_rates]`)
    const known =
      each.invoiceitem === undefined
        ? undefined
        : copy.need(copy.state.invoiceItems, each.invoiceitem, `${at}[invoiceitem]`)
    const shown = {
      ...(each.description === undefined ? {} : { description: each.description }),
      ...(each.discountable === undefined ? {} : { discountable: each.discountable }),
      ...(each.period === undefined ? {} : { period: each.period }),
      ...(discounts ? { discounts } : {}),
      ...(rates ? { tax_rates: structuredClone(rates) } : {}),
    }
    if (known) {
      const before = { ...known, isProration: known.proration }
      const { amount, pricing, quantity, quantity_decimal } = changedItemAmount(copy, before, measured, price)
      copy.change(known, { ...shown, amount, pricing, quantity, quantity_decimal, net_amount: amount })
      copy.state.itemTaxes.set(known.id, itemTaxFor(each, copy.state.itemTaxes.get(known.id)))
      continue
    }
    const currency = each.currency ?? price?.currency ?? on.currency ?? 'usd'
    createInvoiceItem(copy, {
      ...on,
      description: price ? productName(copy, price) : null,
      period: { start: copy.now, end: copy.now },
      ...shown,
      currency,
      ...itemAmount(copy, measured, price, currency, at),
      metadata: changedMetadata({}, each.metadata ?? undefined),
      tax: itemTaxFor(each),
    })
  }
}
