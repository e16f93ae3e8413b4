import type { Account } from '../account.ts'
import { newId } from '../ids.ts'
import type { Discount, Invoice, InvoiceLineItem, Price, Subscription, SubscriptionItem } from '../wire.ts'
import { SECONDS_PER_HOUR } from './calendar.ts'
import { reductionOf } from './discounts.ts'
import { lineAmount, spread, sum } from './line-items.ts'

/** Why an invoice came to be: Stripe's `billing_reason`. */
export type BillingReason = 'subscription_create' | 'subscription_cycle' | 'subscription_update'

/** How long the invoice of a renewal stays a draft (docs.stripe.com/billing/invoices/subscription). */
export const DRAFT_SECONDS = SECONDS_PER_HOUR

export interface InvoiceRequest {
  subscription: Subscription
  reason: BillingReason
  items: readonly SubscriptionItem[]
  /** Billed once beside the items, on a first invoice. */
  oneTime?: readonly { price: Price; quantity: number }[]
  /** The recurring items cost nothing in this period. */
  trial: boolean
  discounts: readonly Discount[]
  period: { start: number; end: number }
}

/** A draft in the account, without its event. */
export function createDraft(account: Account, request: InvoiceRequest): Invoice {
  const { subscription } = request
  const id = newId.invoice()
  const lines = [
    ...request.items.map((item) => itemLine(account, id, item, request.trial)),
    ...(request.oneTime ?? []).map((each) => oneTimeLine(account, id, subscription, each)),
  ]
  const subtotal = sum(lines.map((line) => line.amount))
  const reductions = applyDiscounts(account, lines, request.discounts, subtotal)
  const total = subtotal - sum(reductions.map((each) => each.amount))
  const customer = account.state.customers.get(String(subscription.customer))
  const invoice: Invoice = {
    id,
    object: 'invoice',
    account_country: 'DE',
    account_name: 'Sandbox',
    account_tax_ids: null,
    amount_due: total,
    amount_overpaid: 0,
    amount_paid: 0,
    amount_remaining: total,
    amount_shipping: 0,
    application: null,
    attempt_count: 0,
    attempted: false,
    auto_advance: true,
    automatic_tax: { disabled_reason: null, enabled: false, liability: null, provider: null, status: null },
    automatically_finalizes_at: request.reason === 'subscription_cycle' ? account.now + DRAFT_SECONDS : null,
    billing_reason: request.reason,
    collection_method: 'charge_automatically',
    created: account.now,
    currency: subscription.currency,
    custom_fields: null,
    customer: String(subscription.customer),
    customer_account: null,
    customer_address: null,
    customer_email: customer?.email ?? null,
    customer_name: customer?.name ?? null,
    customer_phone: customer?.phone ?? null,
    customer_shipping: null,
    customer_tax_exempt: 'none',
    customer_tax_ids: [],
    default_payment_method: null,
    default_source: null,
    default_tax_rates: [],
    description: null,
    discounts: request.discounts.map((discount) => discount.id),
    due_date: null,
    effective_at: null,
    ending_balance: null,
    footer: null,
    from_invoice: null,
    hosted_invoice_url: null,
    invoice_pdf: null,
    issuer: { type: 'self' },
    last_finalization_error: null,
    latest_revision: null,
    lines: { object: 'list', data: lines, has_more: false, url: `/v1/invoices/${id}/lines` },
    livemode: false,
    metadata: {},
    next_payment_attempt: request.reason === 'subscription_cycle' ? account.now + DRAFT_SECONDS : null,
    number: null,
    on_behalf_of: null,
    parent: {
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
    subtotal,
    subtotal_excluding_tax: subtotal,
    test_clock: null,
    total,
    total_discount_amounts: reductions,
    total_excluding_tax: total,
    total_pretax_credit_amounts: [],
    total_taxes: [],
    webhooks_delivered_at: account.now,
  }
  return account.state.invoices.add(invoice)
}

function applyDiscounts(
  account: Account,
  lines: InvoiceLineItem[],
  discounts: readonly Discount[],
  subtotal: number,
): { amount: number; discount: string }[] {
  let left = subtotal
  return discounts.map((discount) => {
    const coupon = account.state.coupons.get(discount.source.coupon ?? '')
    const amount = coupon ? reductionOf(coupon, left) : 0
    left -= amount
    for (const [index, share] of spread(
      amount,
      lines.map((line) => line.amount),
    ).entries()) {
      lines[index]?.discount_amounts?.push({ amount: share, discount: discount.id })
    }
    return { amount, discount: discount.id }
  })
}

function itemLine(
  account: Account,
  invoice: string,
  item: SubscriptionItem,
  trial: boolean,
): InvoiceLineItem {
  const quantity = item.quantity ?? 1
  const name = productName(account, item.price)
  return {
    ...lineBase(invoice, item.price, quantity),
    amount: trial ? 0 : lineAmount(item.price, quantity),
    description: trial ? `Trial period for ${name}` : `${quantity} × ${name}`,
    parent: {
      invoice_item_details: null,
      subscription_item_details: {
        invoice_item: null,
        proration: false,
        proration_details: { credited_items: null },
        subscription: item.subscription,
        subscription_item: item.id,
      },
      type: 'subscription_item_details',
    },
    period: { end: item.current_period_end, start: item.current_period_start },
    subscription: item.subscription,
    subtotal: trial ? 0 : lineAmount(item.price, quantity),
  }
}

function oneTimeLine(
  account: Account,
  invoice: string,
  subscription: Subscription,
  each: { price: Price; quantity: number },
): InvoiceLineItem {
  const amount = lineAmount(each.price, each.quantity)
  return {
    ...lineBase(invoice, each.price, each.quantity),
    amount,
    description: productName(account, each.price),
    parent: {
      invoice_item_details: {
        invoice_item: newId.invoiceItem(),
        proration: false,
        proration_details: null,
        subscription: subscription.id,
      },
      subscription_item_details: null,
      type: 'invoice_item_details',
    },
    period: { end: account.now, start: account.now },
    subscription: subscription.id,
    subtotal: amount,
  }
}

function lineBase(
  invoice: string,
  price: Price,
  quantity: number,
): Omit<InvoiceLineItem, 'amount' | 'description' | 'parent' | 'period' | 'subscription' | 'subtotal'> {
  return {
    id: newId.invoiceLineItem(),
    object: 'line_item',
    currency: price.currency,
    discount_amounts: [],
    discountable: true,
    discounts: [],
    invoice,
    livemode: false,
    metadata: {},
    pretax_credit_amounts: [],
    pricing: {
      price_details: { price: price.id, product: String(price.product) },
      type: 'price_details',
      unit_amount_decimal: price.unit_amount_decimal,
    },
    quantity,
    quantity_decimal: String(quantity),
    taxes: [],
  }
}

function productName(account: Account, price: Price): string {
  return account.state.products.get(String(price.product))?.name ?? String(price.product)
}
