import type { Account } from '../../account.ts'
import { endpoint } from '../../endpoint.ts'
import { noSuch, parameterMissing, refused } from '../../errors.ts'
import { editInvoice } from '../../life/invoices/draft.ts'
import { createInvoiceItem, releaseItem, removeItem, takeItem } from '../../life/invoices/items.ts'
import { invoiceItemLine, pricingOf } from '../../life/invoices/lines.ts'
import { priceAmount } from '../../life/pricing.ts'
import { discountsFor } from '../../life/redemption.ts'
import { changedMetadata, type MetadataChange, metadata } from '../../metadata.ts'
import { pageOf, pageParams } from '../../pagination.ts'
import {
  absent,
  emptyable,
  flag,
  hash,
  integer,
  list as listOf,
  oneOf,
  required,
  text,
} from '../../params.ts'
import type { Invoice, InvoiceLineItem } from '../../wire.ts'
import {
  discountsParam,
  oneTimePriceData,
  type PriceDataParams,
  priceFor,
  taxRatesFor,
  taxRatesParam,
} from '../billing/params.ts'
import { MAX_AMOUNT, MAX_QUANTITY } from '../billing/scalars.ts'
import { needDraft } from './params.ts'

const lineFields = {
  amount: integer(-MAX_AMOUNT, MAX_AMOUNT),
  description: text(),
  discountable: flag(),
  discounts: discountsParam,
  metadata: metadata(),
  period: hash({ start: required(integer(1)), end: required(integer(1)) }),
  price_data: oneTimePriceData,
  pricing: hash({ price: text() }),
  quantity: integer(0, MAX_QUANTITY),
  tax_rates: taxRatesParam,
  ...absent('quantity_decimal', 'tax_amounts'),
} as const

interface LineValues {
  amount?: number
  description?: string
  discountable?: boolean
  discounts?: { coupon?: string; discount?: string; promotion_code?: string }[] | null
  metadata?: MetadataChange
  period?: { start: number; end: number }
  price_data?: PriceDataParams
  pricing?: { price?: string }
  quantity?: number
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
  return { ...invoiceItemLine(account, item), invoice: invoice.id }
}

function newItem(account: Account, invoice: Invoice, given: LineValues, at: string) {
  const price = priceFor(account, { price: given.pricing?.price, price_data: given.price_data }, at)
  if (price === undefined && given.amount === undefined) throw parameterMissing(`${at}[amount]`)
  const quantity = given.quantity ?? 1
  const customer = String(invoice.customer)
  const now = account.now
  return createInvoiceItem(account, {
    customer,
    currency: invoice.currency,
    amount: given.amount ?? (price ? priceAmount(account, price, quantity) : 0),
    description: given.description ?? null,
    period: given.period ?? { start: now, end: now },
    quantity,
    pricing: price ? pricingOf(price) : null,
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
  const price = priceFor(account, { price: given.pricing?.price, price_data: given.price_data }, 'lines')
  const known = account.state.prices.get(line.pricing?.price_details?.price ?? '')
  const quantity = given.quantity ?? line.quantity ?? 1
  const priced = price ?? (given.quantity === undefined ? undefined : known)
  const amount = given.amount ?? (priced ? priceAmount(account, priced, quantity) : line.amount)
  const rates = taxRatesFor(account, given.tax_rates, 'tax_rates')
  if (rates)
    account.state.lineTaxRates.set(
      line.id,
      rates.map((rate) => rate.id),
    )
  const customer = String(invoice.customer)
  const updated: InvoiceLineItem = {
    ...line,
    amount,
    subtotal: amount,
    quantity,
    quantity_decimal: String(quantity),
    description: given.description ?? line.description,
    discountable: given.discountable ?? line.discountable,
    discounts: discountsFor(account, given.discounts, { customer, subscription: null }) ?? line.discounts,
    metadata: changedMetadata(line.metadata, given.metadata),
    period: given.period ?? line.period,
    pricing: price ? pricingOf(price) : line.pricing,
  }
  const item = itemOf(account, line)
  if (item) {
    const { description, discountable, metadata: kept, period, pricing } = updated
    account.change(item, { amount, quantity, description, discountable, metadata: kept, period, pricing })
  }
  return updated
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
