import type { Account } from '../../account.ts'
import { endpoint } from '../../endpoint.ts'
import { noSuch, refused } from '../../errors.ts'
import { editInvoice } from '../../life/invoices/draft.ts'
import { createInvoiceItem, releaseItem, removeItem, takeItem } from '../../life/invoices/items.ts'
import { invoiceItemLine } from '../../life/invoices/lines.ts'
import { discountsFor } from '../../life/redemption.ts'
import { changedMetadata, type MetadataChange, metadata } from '../../metadata.ts'
import { pageOf, pageParams } from '../../pagination.ts'
import { emptyable, flag, hash, integer, list as listOf, oneOf, required, text } from '../../params.ts'
import type { Invoice, InvoiceLineItem } from '../../wire.ts'
import {
  changedItemAmount,
  type ItemAmountParams,
  itemAmount,
  itemAmountFields,
} from '../billing/item-amount.ts'
import { discountsParam, taxRatesFor, taxRatesParam } from '../billing/params.ts'
import { type LinePriceDataParams, linePriceData, linePriceFor } from './line-prices.ts'
import { needDraft } from './params.ts'
import { givenTaxes, type TaxAmountParams, taxAmountsParam } from './tax-amounts.ts'

const lineFields = {
  ...itemAmountFields,
  description: text(),
  discountable: flag(),
  discounts: discountsParam,
  metadata: metadata(),
  period: hash({ start: required(integer(1)), end: required(integer(1)) }),
  price_data: linePriceData,
  pricing: hash({ price: text() }),
  tax_rates: taxRatesParam,
  tax_amounts: taxAmountsParam,
} as const

interface LineValues extends Omit<ItemAmountParams, 'unit_amount_decimal'> {
  description?: string
  discountable?: boolean
  discounts?: { coupon?: string; discount?: string; promotion_code?: string }[] | null
  metadata?: MetadataChange
  period?: { start: number; end: number }
  price_data?: LinePriceDataParams
  pricing?: { price?: string }
  tax_amounts?: TaxAmountParams
  tax_rates?: string[] | null
}

const invoiceMetadata = { invoice_metadata: emptyable(metadata()) }

/** `GET /v1/invoices/:id/lines` */
export const list = endpoint(hash(pageParams), (account, params, id) =>
  pageOf(account.need(account.state.invoices, id).lines.data, params, `/v1/invoices/${id}/lines`),
)

/** `POST /v1/invoices/:id/add_lines` */
export const add = endpoint(
  hash({ lines: required(listOf(hash({ ...lineFields, invoice_item: text() }), 250)), ...invoiceMetadata }),
  (account, params, id) => {
    const invoice = account.need(account.state.invoices, id)
    needDraft(invoice)
    const added = params.lines.map((line, index) => newLine(account, invoice, line, `lines[${index}]`))
    return changed(account, invoice, [...invoice.lines.data, ...added], params.invoice_metadata)
  },
)

/** `POST /v1/invoices/:id/update_lines` */
export const updateMany = endpoint(
  hash({ lines: required(listOf(hash({ ...lineFields, id: required(text()) }), 250)), ...invoiceMetadata }),
  (account, params, id) => {
    const invoice = account.need(account.state.invoices, id)
    needDraft(invoice)
    const changes = new Map(params.lines.map((line) => [line.id, line]))
    for (const line of changes.keys()) needLine(invoice, line)
    const lines = invoice.lines.data.map((line) => {
      const change = changes.get(line.id)
      return change ? changedLine(account, invoice, line, change) : line
    })
    return changed(account, invoice, lines, params.invoice_metadata)
  },
)

/** `POST /v1/invoices/:id/lines/:id` */
export const updateOne = endpoint(hash(lineFields), (account, params, id, lineId) => {
  const invoice = account.need(account.state.invoices, id)
  needDraft(invoice)
  const line = needLine(invoice, lineId)
  const updated = changedLine(account, invoice, line, params)
  changed(
    account,
    invoice,
    invoice.lines.data.map((each) => (each === line ? updated : each)),
    undefined,
  )
  return updated
})

/** `POST /v1/invoices/:id/remove_lines` */
export const removeMany = endpoint(
  hash({
    lines: required(
      listOf(hash({ id: required(text()), behavior: required(oneOf('delete', 'unassign')) }), 250),
    ),
    ...invoiceMetadata,
  }),
  (account, params, id) => {
    const invoice = account.need(account.state.invoices, id)
    needDraft(invoice)
    const gone = new Set<string>()
    for (const { id: lineId, behavior } of params.lines) {
      const item = itemOf(account, needLine(invoice, lineId))
      if (item === undefined) throw refused('Only lines of invoice items can be removed.', 'lines')
      if (behavior === 'unassign') releaseItem(account, item)
      else removeItem(account, item)
      gone.add(lineId)
    }
    const left = invoice.lines.data.filter((line) => !gone.has(line.id))
    return changed(account, invoice, left, params.invoice_metadata)
  },
)

function newLine(
  account: Account,
  invoice: Invoice,
  given: LineValues & { invoice_item?: string },
  at: string,
): InvoiceLineItem {
  const item =
    given.invoice_item === undefined
      ? newItem(account, invoice, given, at)
      : account.need(account.state.invoiceItems, given.invoice_item, `${at}[invoice_item]`)
  if (item.invoice !== null) throw refused('This invoice item is on an invoice.', `${at}[invoice_item]`)
  takeItem(account, item, invoice.id)
  const line = { ...invoiceItemLine(account, item), invoice: invoice.id }
  giveTaxes(account, invoice, line.id, given)
  return line
}

function newItem(account: Account, invoice: Invoice, given: LineValues, at: string) {
  const price = linePriceFor(account, given, at)
  const customer = String(invoice.customer)
  const now = account.now
  return createInvoiceItem(account, {
    customer,
    currency: invoice.currency,
    ...itemAmount(account, given, price, invoice.currency, at),
    description: given.description ?? null,
    period: given.period ?? { start: now, end: now },
    discounts: discountsFor(account, given.discounts, { customer, subscription: null }) ?? [],
    metadata: changedMetadata({}, given.metadata),
    tax_rates: taxRatesFor(account, given.tax_rates, `${at}[tax_rates]`) ?? [],
    ...(given.discountable === undefined ? {} : { discountable: given.discountable }),
  })
}

function changedLine(
  account: Account,
  invoice: Invoice,
  line: InvoiceLineItem,
  given: LineValues,
): InvoiceLineItem {
  const price = linePriceFor(account, given, 'lines')
  const { amount, pricing, quantity, quantity_decimal } = changedItemAmount(
    account,
    {
      amount: line.amount,
      currency: line.currency,
      pricing: line.pricing,
      quantity: line.quantity ?? 1,
      quantity_decimal: line.quantity_decimal ?? '1',
      isProration: line.parent?.subscription_item_details?.proration ?? false,
    },
    given,
    price,
  )
  const rates = taxRatesFor(account, given.tax_rates, 'tax_rates')
  if (rates) account.state.lineTaxRates.set(line.id, idsOf(rates))
  giveTaxes(account, invoice, line.id, given)
  const customer = String(invoice.customer)
  const updated: InvoiceLineItem = {
    ...line,
    amount,
    subtotal: amount,
    pricing,
    quantity,
    quantity_decimal,
    description: given.description ?? line.description,
    discountable: given.discountable ?? line.discountable,
    discounts: discountsFor(account, given.discounts, { customer, subscription: null }) ?? line.discounts,
    metadata: changedMetadata(line.metadata, given.metadata),
    period: given.period ?? line.period,
  }
  const item = itemOf(account, line)
  if (item) {
    const { description, discountable, metadata: kept, period } = updated
    const measured = { amount, pricing, quantity, quantity_decimal }
    account.change(item, { ...measured, description, discountable, metadata: kept, period })
  }
  return updated
}

function giveTaxes(account: Account, invoice: Invoice, line: string, given: LineValues): void {
  if (given.tax_amounts === undefined) return
  const taxes = givenTaxes(account, invoice, given.tax_amounts, given.tax_rates)
  if (taxes === null) account.state.lineTaxes.delete(line)
  else account.state.lineTaxes.set(line, taxes)
}

function idsOf(objects: readonly { id: string }[]): string[] {
  return objects.map(({ id }) => id)
}

function changed(
  account: Account,
  invoice: Invoice,
  lines: InvoiceLineItem[],
  change: MetadataChange | undefined,
): Invoice {
  editInvoice(account, invoice, (copy) => {
    copy.metadata = changedMetadata(invoice.metadata ?? {}, change)
    copy.lines.data = lines
  })
  return invoice
}

function needLine(invoice: Invoice, id: string): InvoiceLineItem {
  const line = invoice.lines.data.find((each) => each.id === id)
  if (line === undefined) throw noSuch('line_item', id, 'id')
  return line
}

function itemOf(account: Account, line: InvoiceLineItem) {
  const { invoice_item_details: item, subscription_item_details: of } = line.parent ?? {}
  return account.state.invoiceItems.get(item?.invoice_item ?? of?.invoice_item ?? '')
}
