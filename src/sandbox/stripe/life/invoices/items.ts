import type { Account } from '../../account.ts'
import { newId } from '../../ids.ts'
import type { InvoiceItem } from '../../wire.ts'
import type { ItemTax } from '../billing-records.ts'
import { sum } from '../line-items.ts'

export interface InvoiceItemRequest {
  customer: string
  currency: string
  amount: number
  description: string | null
  period: { start: number; end: number }
  quantity?: number
  /** Where the quantity has decimals. */
  quantity_decimal?: string
  tax?: ItemTax
  pricing?: InvoiceItem['pricing']
  discountable?: boolean
  discounts?: readonly string[]
  metadata?: Record<string, string>
  tax_rates?: InvoiceItem['tax_rates']
  subscription?: { subscription: string; subscription_item?: string } | null
  /** Discounts that are shown beside the amount, which is before them then. */
  proration?: NonNullable<InvoiceItem['proration_details']>
}

/** An invoice item that waits for an invoice, with its event. */
export function createInvoiceItem(account: Account, request: InvoiceItemRequest): InvoiceItem {
  const quantity = request.quantity ?? 1
  const item = account.state.invoiceItems.add({
    id: newId.invoiceItem(),
    object: 'invoiceitem',
    amount: request.amount,
    currency: request.currency,
    customer: request.customer,
    customer_account: null,
    date: account.now,
    description: request.description,
    discountable: request.discountable ?? request.amount >= 0,
    discounts: [...(request.discounts ?? [])],
    invoice: null,
    livemode: false,
    metadata: request.metadata ?? {},
    net_amount: request.amount - sum((request.proration?.discount_amounts ?? []).map(({ amount }) => amount)),
    parent: request.subscription
      ? { subscription_details: { ...request.subscription }, type: 'subscription_details' }
      : null,
    period: { ...request.period },
    pricing: request.pricing ?? null,
    proration: request.proration !== undefined,
    ...(request.proration ? { proration_details: structuredClone(request.proration) } : {}),
    quantity,
    quantity_decimal: request.quantity_decimal ?? String(quantity),
    tax_rates: request.tax_rates ?? [],
    test_clock: account.state.customers.get(request.customer)?.test_clock ?? null,
  })
  if (request.tax) account.state.itemTaxes.set(item.id, request.tax)
  const pending = account.state.pendingInvoiceItems.get(request.customer) ?? []
  account.state.pendingInvoiceItems.set(request.customer, [...pending, item.id])
  account.emit('invoiceitem.created', item)
  return item
}

/**
 * The items that an invoice takes: those of its subscription and those of none, in its currency. A customer's items of
 * another subscription wait for that one's invoice (docs.stripe.com/api/invoiceitems).
 */
export function pendingItems(
  account: Account,
  customer: string,
  currency: string,
  subscription: string | null,
): InvoiceItem[] {
  return (account.state.pendingInvoiceItems.get(customer) ?? [])
    .map((id) => account.state.invoiceItems.get(id))
    .filter((item) => item !== undefined)
    .filter((item) => {
      const of = item.parent?.subscription_details?.subscription ?? null
      return item.currency === currency && (of === null || of === subscription)
    })
}

/** The invoice takes the item. */
export function takeItem(account: Account, item: InvoiceItem, invoice: string): void {
  item.invoice = invoice
  leaveQueue(account, item)
}

/** The item waits for the next invoice again. */
export function releaseItem(account: Account, item: InvoiceItem): void {
  item.invoice = null
  const pending = account.state.pendingInvoiceItems.get(String(item.customer)) ?? []
  account.state.pendingInvoiceItems.set(String(item.customer), [...pending, item.id])
}

/** The item never was. */
export function removeItem(account: Account, item: InvoiceItem): void {
  leaveQueue(account, item)
  account.state.invoiceItems.delete(item.id)
  account.state.itemTaxes.delete(item.id)
  account.emit('invoiceitem.deleted', item)
}

function leaveQueue(account: Account, item: InvoiceItem): void {
  const pending = account.state.pendingInvoiceItems.get(String(item.customer)) ?? []
  const left = pending.filter((id) => id !== item.id)
  if (left.length > 0) account.state.pendingInvoiceItems.set(String(item.customer), left)
  else account.state.pendingInvoiceItems.delete(String(item.customer))
}
