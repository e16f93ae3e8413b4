import type { Account } from '../../account.ts'
import { newId } from '../../ids.ts'
import type { Customer, Invoice, InvoiceItem, InvoiceLineItem, Subscription } from '../../wire.ts'
import { SECONDS_PER_DAY, SECONDS_PER_HOUR } from '../calendar.ts'
import { recordDebits } from '../subscriptions/changes/debits.ts'
import { takeItem } from './items.ts'
import { type ItemBilling, invoiceItemLine, itemLine } from './lines.ts'
import { addUp } from './totals.ts'

/** Why an invoice came to be: Stripe's `billing_reason`. */
export type BillingReason =
  | 'automatic_pending_invoice_item_invoice'
  | 'manual'
  | 'subscription_create'
  | 'subscription_cycle'
  | 'subscription_threshold'
  | 'subscription_update'

/** How long the invoice of a renewal stays a draft (docs.stripe.com/billing/invoices/subscription). */
export const DRAFT_SECONDS = SECONDS_PER_HOUR

export interface DraftRequest {
  customer: Customer
  currency: string
  subscription: Subscription | null
  reason: BillingReason
  items: readonly ItemBilling[]
  invoiceItems: readonly InvoiceItem[]
  /** Discounts of the invoice, in their order. */
  discounts: readonly string[]
  period: { start: number; end: number }
  /** Seconds since 1970 at which it is finalized by itself, or null. */
  finalizesAt: number | null
  /** Whether Stripe takes it on by itself: finalizes, collects, retries. */
  autoAdvance: boolean
}

/** A draft in the account, added up, without its event. It takes the invoice items. */
export function createDraft(account: Account, request: DraftRequest): Invoice {
  const { subscription } = request
  const invoice = account.state.invoices.add(emptyDraft(account, request))
  const lines = [
    ...request.invoiceItems.map((item) => invoiceItemLine(account, item)),
    ...request.items.map((item) => itemLine(account, item)),
  ]
  for (const item of request.invoiceItems) takeItem(account, item, invoice.id)
  setLines(
    account,
    invoice,
    lines.map((line) => ({ ...line, invoice: invoice.id })),
  )
  if (subscription) {
    const { invoicesBySubscription } = account.state
    const known = invoicesBySubscription.get(subscription.id)
    if (known) known.push(invoice.id)
    else invoicesBySubscription.set(subscription.id, [invoice.id])
    recordDebits(account, invoice)
  }
  return invoice
}

/** Gives the draft these lines and adds it up. */
export function setLines(account: Account, invoice: Invoice, lines: InvoiceLineItem[]): void {
  invoice.lines = { ...invoice.lines, data: lines }
  addUp(account, invoice)
}

/** Edits the invoice in one go, adds it up while it is a draft, and says what changed. */
export function editInvoice(account: Account, invoice: Invoice, edit: (copy: Invoice) => void): void {
  const copy = structuredClone(invoice)
  edit(copy)
  if (copy.status === 'draft') addUp(account, copy)
  account.change(invoice, copy, 'invoice.updated')
}

/** The invoices of a subscription, oldest first. */
export function invoicesOf(account: Account, subscription: string): Invoice[] {
  return (account.state.invoicesBySubscription.get(subscription) ?? [])
    .map((id) => account.state.invoices.get(id))
    .filter((invoice) => invoice !== undefined)
}

function emptyDraft(account: Account, request: DraftRequest): Invoice {
  const { customer, subscription } = request
  const id = newId.invoice()
  const now = account.now
  return {
    id,
    object: 'invoice',
    account_country: 'DE',
    account_name: 'Sandbox',
    account_tax_ids: subscription?.invoice_settings.account_tax_ids ?? null,
    amount_due: 0,
    amount_overpaid: 0,
    amount_paid: 0,
    amount_remaining: 0,
    amount_shipping: 0,
    application: null,
    attempt_count: 0,
    attempted: false,
    auto_advance: request.autoAdvance,
    automatic_tax: {
      disabled_reason: null,
      enabled: subscription?.automatic_tax.enabled ?? false,
      liability: subscription?.automatic_tax.liability ?? null,
      provider: subscription?.automatic_tax.enabled ? 'stripe' : null,
      status: null,
    },
    automatically_finalizes_at: request.finalizesAt,
    billing_reason: request.reason,
    collection_method: subscription?.collection_method ?? 'charge_automatically',
    created: now,
    currency: request.currency,
    custom_fields: subscription?.invoice_settings.custom_fields ?? null,
    customer: customer.id,
    customer_account: null,
    customer_address: customer.address ?? null,
    customer_email: customer.email,
    customer_name: customer.name ?? null,
    customer_phone: customer.phone ?? null,
    customer_shipping: customer.shipping ?? null,
    customer_tax_exempt: customer.tax_exempt ?? 'none',
    customer_tax_ids: [],
    default_payment_method: null,
    default_source: null,
    default_tax_rates: structuredClone(subscription?.default_tax_rates ?? []),
    description: subscription?.invoice_settings.description ?? null,
    discounts: [...request.discounts],
    due_date: dueDate(now, subscription),
    effective_at: null,
    ending_balance: null,
    footer: subscription?.invoice_settings.footer ?? customer.invoice_settings.footer,
    from_invoice: null,
    hosted_invoice_url: null,
    invoice_pdf: null,
    issuer: { type: 'self' },
    last_finalization_error: null,
    latest_revision: null,
    lines: { object: 'list', data: [], has_more: false, url: `/v1/invoices/${id}/lines` },
    livemode: false,
    metadata: {},
    next_payment_attempt: subscription?.collection_method === 'send_invoice' ? null : request.finalizesAt,
    number: null,
    on_behalf_of: null,
    parent: subscription && {
      quote_details: null,
      subscription_details: { metadata: { ...subscription.metadata }, subscription: subscription.id },
      type: 'subscription_details',
    },
    payment_settings: { default_mandate: null, payment_method_options: null, payment_method_types: null },
    period_end: request.period.end,
    period_start: request.period.start,
    post_payment_credit_notes_amount: 0,
    pre_payment_credit_notes_amount: 0,
    receipt_number: null,
    rendering: null,
    shipping_cost: null,
    shipping_details: null,
    starting_balance: 0,
    statement_descriptor: null,
    status: 'draft',
    status_transitions: { finalized_at: null, marked_uncollectible_at: null, paid_at: null, voided_at: null },
    subtotal: 0,
    subtotal_excluding_tax: 0,
    test_clock: customer.test_clock ?? null,
    total: 0,
    total_discount_amounts: [],
    total_excluding_tax: 0,
    total_pretax_credit_amounts: [],
    total_taxes: [],
    webhooks_delivered_at: now,
  }
}

function dueDate(now: number, subscription: Subscription | null): number | null {
  if (subscription?.collection_method !== 'send_invoice') return null
  return now + (subscription.days_until_due ?? 0) * SECONDS_PER_DAY
}
