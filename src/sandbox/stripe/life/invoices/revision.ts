import type { Account } from '../../account.ts'
import { refused } from '../../errors.ts'
import type { Invoice, InvoiceLineItem } from '../../wire.ts'
import { createDraft } from './draft.ts'
import { createInvoiceItem } from './items.ts'
import { voidInvoice } from './settle.ts'

/**
 * A draft that is to take the place of an open invoice, with its lines and what it shows
 * (docs.stripe.com/invoicing/invoice-edits). Finalizing it voids the original.
 * @throws StripeError 400 for an invoice that is not open, or that a subscription made
 */
export function createRevision(account: Account, original: Invoice): Invoice {
  if (original.status !== 'open') {
    throw refused('Only an open invoice can be revised.', 'from_invoice[invoice]')
  }
  if (original.parent?.subscription_details) {
    throw refused('The invoice of a subscription cannot be revised.', 'from_invoice[invoice]')
  }
  const customer = account.need(account.state.customers, String(original.customer), 'customer')
  const invoice = createDraft(account, {
    customer,
    currency: original.currency,
    subscription: null,
    reason: 'manual',
    items: [],
    invoiceItems: original.lines.data.map((line) => copied(account, customer.id, line)),
    discounts: original.discounts.map(String),
    period: { start: original.period_start, end: original.period_end },
    finalizesAt: null,
    autoAdvance: false,
  })
  const { collection_method, custom_fields, default_payment_method, description, due_date } = original
  const { account_tax_ids, automatic_tax, default_tax_rates, footer, metadata, rendering } = original
  const { payment_settings, shipping_cost, shipping_details } = original
  const shown = { collection_method, custom_fields, default_payment_method, description, due_date }
  const kept = { account_tax_ids, automatic_tax, default_tax_rates, footer, metadata, rendering }
  Object.assign(
    invoice,
    structuredClone({ ...shown, ...kept, payment_settings, shipping_cost, shipping_details }),
    { from_invoice: { action: 'revision', invoice: original.id } },
  )
  return invoice
}

/** The revision is final: its original knows it, and is void. */
export function replaceOriginal(account: Account, revision: Invoice): void {
  const original = account.state.invoices.get(String(revision.from_invoice?.invoice))
  if (original === undefined) return
  account.change(original, { latest_revision: revision.id }, 'invoice.updated')
  if (original.status === 'open') voidInvoice(account, original)
}

function copied(account: Account, customer: string, line: InvoiceLineItem) {
  const rates = (account.state.lineTaxRates.get(line.id) ?? [])
    .map((id) => account.state.taxRates.get(id))
    .filter((rate) => rate !== undefined)
  const tax = account.state.itemTaxes.get(line.parent?.invoice_item_details?.invoice_item ?? '')
  return createInvoiceItem(account, {
    customer,
    currency: line.currency,
    amount: line.amount,
    description: line.description,
    period: line.period,
    quantity: line.quantity ?? 1,
    quantity_decimal: line.quantity_decimal ?? '1',
    pricing: structuredClone(line.pricing),
    discountable: line.discountable,
    discounts: line.discounts.map(String),
    metadata: { ...line.metadata },
    tax_rates: structuredClone(rates),
    ...(tax ? { tax } : {}),
  })
}
