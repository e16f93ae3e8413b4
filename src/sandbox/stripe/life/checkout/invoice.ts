import type { Account } from '../../account.ts'
import type { CheckoutSession, Invoice, PaymentIntent } from '../../wire.ts'
import { createDraft } from '../invoices/draft.ts'
import { finalizeInvoice } from '../invoices/finalize.ts'
import { createInvoiceItem } from '../invoices/items.ts'
import { pricingOf } from '../invoices/lines.ts'
import { markPaid } from '../invoices/settle.ts'
import { ratesOf } from './amounts.ts'
import type { CheckoutDetails } from './details.ts'

/**
 * The invoice of a one-time payment that has been made (docs.stripe.com/payments/checkout/receipts#paid-invoices), or
 * null where the session asks for none. A payment that settles later has its invoice then.
 */
export function invoiceForPayment(
  account: Account,
  session: CheckoutSession,
  details: CheckoutDetails,
  intent: PaymentIntent | null,
): Invoice | null {
  const creation = session.invoice_creation
  const customer = account.state.customers.get(String(session.customer))
  if (!creation?.enabled || customer === undefined) return null
  const currency = session.currency ?? ''
  const period = { start: account.now, end: account.now }
  const items = details.line_items.map((line) =>
    createInvoiceItem(account, {
      customer: customer.id,
      currency,
      amount: line.amount_subtotal,
      description: line.description,
      period,
      quantity: line.quantity ?? 1,
      ...(line.price && { pricing: pricingOf(account, line.price, line.currency) }),
      metadata: { ...line.metadata },
      tax_rates: ratesOf(account, account.state.lineTaxRates.get(line.id) ?? []),
    }),
  )
  const invoice = createDraft(account, {
    customer,
    currency,
    subscription: null,
    reason: 'manual',
    items: [],
    invoiceItems: items,
    discounts: discountsOf(account, session),
    period,
    finalizesAt: null,
    autoAdvance: false,
  })
  const { invoice_data: data } = creation
  account.change(invoice, {
    account_tax_ids: data.account_tax_ids,
    automatic_tax: { ...invoice.automatic_tax, enabled: session.automatic_tax.enabled },
    custom_fields: data.custom_fields,
    description: data.description,
    footer: data.footer,
    metadata: { ...data.metadata },
    shipping_cost: session.shipping_cost && { ...session.shipping_cost, taxes: [] },
  })
  account.emit('invoice.created', invoice)
  finalizeInvoice(account, invoice, intent ?? undefined)
  markPaid(account, invoice)
  return invoice
}

/** The ids of what the session reduced its price by. */
function discountsOf(account: Account, session: CheckoutSession): string[] {
  return [...account.state.discounts.values()]
    .filter((discount) => discount.checkout_session === session.id)
    .map(({ id }) => id)
}
