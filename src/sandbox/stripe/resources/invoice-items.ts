import type { Account } from '../account.ts'
import { endpoint } from '../endpoint.ts'
import { parameterMissing, refused } from '../errors.ts'
import { editInvoice } from '../life/invoices/draft.ts'
import { createInvoiceItem, removeItem, takeItem } from '../life/invoices/items.ts'
import { invoiceItemLine, productName } from '../life/invoices/lines.ts'
import { discountsFor } from '../life/redemption.ts'
import { checkThreshold } from '../life/subscriptions/pending-items.ts'
import { changedMetadata, metadata } from '../metadata.ts'
import { createdParam, fits, inRange, page, pageParams } from '../pagination.ts'
import { absent, emptyable, flag, hash, integer, required, text } from '../params.ts'
import type { Invoice, InvoiceItem } from '../wire.ts'
import { changedItemAmount, itemAmount, itemAmountFields } from './billing/item-amount.ts'
import { itemTaxFields, itemTaxFor } from './billing/item-tax.ts'
import { discountsParam, oneTimePriceData, priceFor, taxRatesFor, taxRatesParam } from './billing/params.ts'
import { needDraft } from './invoices/params.ts'

const fields = {
  ...itemAmountFields,
  ...itemTaxFields,
  description: text(),
  discountable: flag(),
  discounts: discountsParam,
  metadata: metadata(),
  period: hash({ start: required(integer(1)), end: required(integer(1)) }),
  price_data: oneTimePriceData,
  pricing: hash({ price: text() }),
  tax_rates: taxRatesParam,
  unit_amount_decimal: text(30),
} as const

/** `POST /v1/invoiceitems`: waits for the customer's next invoice, or goes on a draft at once. */
export const create = endpoint(
  hash({
    ...fields,
    currency: text(3),
    customer: text(),
    invoice: text(),
    subscription: text(),
    ...absent('customer_account'),
  }),
  (account, params) => {
    const invoice = params.invoice === undefined ? null : needOpenDraft(account, params.invoice)
    const customerId = params.customer ?? invoice?.customer
    if (customerId == null) throw parameterMissing('customer')
    const customer = account.need(account.state.customers, String(customerId), 'customer').id
    const price = priceFor(
      account,
      { price: params.pricing?.price, price_data: params.price_data },
      'pricing',
    )
    if (price && price.type !== 'one_time') {
      throw refused(
        'The price specified is recurring: an invoice item takes prices with `type=one_time`.',
        'pricing',
      )
    }
    const currency = params.currency?.toLowerCase() ?? price?.currency ?? invoice?.currency
    if (currency === undefined) throw parameterMissing('currency')
    if (params.subscription !== undefined) {
      account.need(account.state.subscriptions, params.subscription, 'subscription')
    }
    const item = createInvoiceItem(account, {
      customer,
      currency,
      ...itemAmount(account, params, price, currency),
      description: params.description ?? (price ? productName(account, price) : null),
      period: params.period ?? { start: account.now, end: account.now },
      discounts: discountsFor(account, params.discounts, { customer, subscription: null }) ?? [],
      metadata: changedMetadata({}, params.metadata),
      tax_rates: taxRatesFor(account, params.tax_rates, 'tax_rates') ?? [],
      subscription: params.subscription === undefined ? null : { subscription: params.subscription },
      tax: itemTaxFor(params),
      ...(params.discountable === undefined ? {} : { discountable: params.discountable }),
    })
    if (invoice) {
      takeItem(account, item, invoice.id)
      relined(account, invoice, [
        ...invoice.lines.data,
        { ...invoiceItemLine(account, item), invoice: invoice.id },
      ])
    }
    const subscription = account.state.subscriptions.get(params.subscription ?? '')
    if (subscription) checkThreshold(account, subscription)
    return item
  },
)

/** `GET /v1/invoiceitems/:id` */
export const retrieve = endpoint(hash({}), (account, _, id) => account.need(account.state.invoiceItems, id))

/** `POST /v1/invoiceitems/:id`: while it waits, or its invoice is a draft. */
export const update = endpoint(
  hash({ ...fields, invoicing_rules: emptyable(text()) }),
  (account, params, id) => {
    const item = account.need(account.state.invoiceItems, id)
    const invoice = editableInvoice(account, item)
    const price = priceFor(
      account,
      { price: params.pricing?.price, price_data: params.price_data },
      'pricing',
    )
    const { amount, pricing, quantity, quantity_decimal, currency } = item
    const before = { amount, pricing, quantity, quantity_decimal, currency, isProration: item.proration }
    const changed = changedItemAmount(account, before, params, price)
    account.state.itemTaxes.set(id, itemTaxFor(params, account.state.itemTaxes.get(id)))
    const discounts = discountsFor(account, params.discounts, { customer: item.customer, subscription: null })
    const rates = taxRatesFor(account, params.tax_rates, 'tax_rates')
    account.change(item, {
      ...changed,
      net_amount: changed.amount,
      description: params.description ?? item.description,
      discountable: params.discountable ?? item.discountable,
      discounts: discounts ?? item.discounts,
      metadata: changedMetadata(item.metadata ?? {}, params.metadata),
      period: params.period ?? item.period,
      tax_rates: rates ? structuredClone(rates) : item.tax_rates,
    })
    if (invoice) {
      const line = { ...invoiceItemLine(account, item), invoice: invoice.id }
      relined(
        account,
        invoice,
        invoice.lines.data.map((each) => (isOf(each, item.id) ? { ...line, id: each.id } : each)),
      )
    }
    return item
  },
)

/** `DELETE /v1/invoiceitems/:id` */
export const remove = endpoint(hash({}), (account, _, id) => {
  const item = account.need(account.state.invoiceItems, id)
  const invoice = editableInvoice(account, item)
  removeItem(account, item)
  if (invoice) {
    relined(
      account,
      invoice,
      invoice.lines.data.filter((line) => !isOf(line, id)),
    )
  }
  return { id, object: 'invoiceitem', deleted: true }
})

/** `GET /v1/invoiceitems` */
export const list = endpoint(
  hash({
    ...pageParams,
    created: createdParam,
    customer: text(),
    invoice: text(),
    pending: flag(),
    ...absent('customer_account'),
  }),
  (account, params) =>
    page(
      account,
      account.state.invoiceItems,
      params,
      '/v1/invoiceitems',
      (item) =>
        fits(item, params, 'customer', 'invoice') &&
        (params.pending === undefined || (item.invoice === null) === params.pending) &&
        inRange(item.date, params.created),
    ),
)

function needOpenDraft(account: Account, id: string): Invoice {
  const invoice = account.need(account.state.invoices, id, 'invoice')
  needDraft(invoice)
  return invoice
}

function editableInvoice(account: Account, item: InvoiceItem): Invoice | null {
  if (item.invoice === null) return null
  return needOpenDraft(account, String(item.invoice))
}

function relined(account: Account, invoice: Invoice, lines: Invoice['lines']['data']): void {
  editInvoice(account, invoice, (copy) => {
    copy.lines.data = lines
  })
}

function isOf(line: Invoice['lines']['data'][number], item: string): boolean {
  const { invoice_item_details: own, subscription_item_details: of } = line.parent ?? {}
  return own?.invoice_item === item || of?.invoice_item === item
}
