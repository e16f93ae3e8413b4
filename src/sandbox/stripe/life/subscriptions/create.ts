import type { Account } from '../../account.ts'
import { newId } from '../../ids.ts'
import type { Invoice, PaymentIntent, Subscription } from '../../wire.ts'
import { createDraft, DRAFT_SECONDS } from '../invoices/draft.ts'
import { finalizeInvoice } from '../invoices/finalize.ts'
import { createInvoiceItem, pendingItems } from '../invoices/items.ts'
import { pricingOf, productName } from '../invoices/lines.ts'
import { markPaid } from '../invoices/settle.ts'
import { priceAmount } from '../pricing.ts'
import { endOf, shareLeft } from './anchor.ts'
import { checkItems, type ItemRequest, newItem } from './items.ts'
import { planNext, planTrialWarning } from './next-due.ts'
import { subscriptionOf } from './object.ts'
import { addOneTimeItem, type OneTimeItem } from './one-time.ts'

/** How long a subscription waits for its first payment (docs.stripe.com/billing/subscriptions/overview). */
export const INCOMPLETE_SECONDS = 23 * 3600

export interface SubscriptionRequest {
  customer: string
  currency: string
  items: readonly ItemRequest[]
  /** Seconds since 1970, or null for none. */
  trial_end: number | null
  /** Default: the end of the trial, else now. */
  billing_cycle_anchor?: number | undefined
  /** When the first period began. Default: now. */
  period_start?: number | undefined
  /** In the past: the time since then is billed on the first invoice. */
  backdate_start_date?: number | undefined
  /** Whether the time up to a later anchor, or since an earlier start, is billed. Default true. */
  prorates?: boolean
  /** Default: `trialing` with a trial, else `active`. */
  status?: 'active' | 'incomplete' | 'trialing'
  /** Whatever else the subscription shows. */
  metadata: Record<string, string>
  description: string | null
  default_payment_method: string | null
  fields?: Partial<Subscription>
}

/** A subscription that runs from now, without its event. Its first invoice is the caller's. */
export function createSubscription(account: Account, request: SubscriptionRequest): Subscription {
  const now = account.now
  const { trial_end: trialEnd } = request
  checkItems(
    account,
    request.items.map((each) => each.price),
    { currency: request.currency, isClassic: request.fields?.billing_mode?.type === 'classic' },
  )
  const id = newId.subscription()
  const anchor = request.billing_cycle_anchor ?? trialEnd ?? now
  const items = request.items.map((each) =>
    newItem(account, id, each, {
      start: request.period_start ?? now,
      end: trialEnd ?? endOf(each.price, anchor, now),
    }),
  )
  const subscription = account.state.subscriptions.add(
    subscriptionOf({
      id,
      billing_cycle_anchor: anchor,
      created: now,
      currency: request.currency,
      customer: request.customer,
      default_payment_method: request.default_payment_method,
      description: request.description,
      items: {
        object: 'list',
        data: items,
        has_more: false,
        url: `/v1/subscription_items?subscription=${id}`,
      },
      metadata: { ...request.metadata },
      start_date: request.backdate_start_date ?? now,
      status: request.status ?? (trialEnd === null ? 'active' : 'trialing'),
      test_clock: account.state.customers.get(request.customer)?.test_clock ?? null,
      trial_end: trialEnd,
      trial_start: trialEnd === null ? null : now,
      ...request.fields,
    }),
  )
  for (const item of items) account.state.subscriptionsByItem.set(item.id, id)
  if (subscription.status === 'incomplete') {
    account.scheduler.plan('subscription.expire', id, now + INCOMPLETE_SECONDS)
  }
  planNext(account, subscription)
  planTrialWarning(account, subscription)
  return subscription
}

export interface FirstInvoiceRequest {
  /** Billed once beside the items. */
  oneTime: readonly OneTimeItem[]
  /** Default true. */
  prorates?: boolean
  /** That of the schedule's phase which begins with the subscription. */
  phaseEnd?: number
  /** The moment from which a first period that is cut short is billed. Default: now. */
  billedFrom?: number
  /** A draft for an hour, as an invoice that is sent begins; else the caller finalizes it. */
  isDraft?: boolean
}

/**
 * The first invoice of a new subscription: a draft without its event. A first period that is cut short by the anchor is
 * billed for its share, or not at all without prorations.
 */
export function firstInvoice(
  account: Account,
  subscription: Subscription,
  request: FirstInvoiceRequest,
): Invoice {
  const now = account.now
  const customer = account.need(account.state.customers, String(subscription.customer), 'customer')
  const prorates = request.prorates ?? true
  for (const each of request.oneTime) addOneTimeItem(account, subscription, each, request.phaseEnd)
  if (prorates && subscription.start_date < now) backdate(account, subscription)
  const trial = subscription.trial_end !== null && subscription.trial_end > now
  const items = subscription.items.data.map((item) => {
    const { billing_cycle_anchor: anchor } = subscription
    const share = trial
      ? 1
      : shareLeft(item.price, anchor, item.current_period_end, request.billedFrom ?? now)
    return { item, trial, share: share < 1 && !prorates ? 0 : share }
  })
  const invoice = createDraft(account, {
    customer,
    currency: subscription.currency,
    subscription,
    reason: 'subscription_create',
    items,
    invoiceItems: pendingItems(account, customer.id, subscription.currency, subscription.id),
    discounts: subscription.discounts.map(String),
    period: { start: now, end: now },
    finalizesAt: request.isDraft ? now + DRAFT_SECONDS : null,
    autoAdvance: true,
  })
  account.change(subscription, {
    latest_invoice: invoice.id,
    discounts: keptDiscounts(account, subscription.discounts.map(String), invoice),
  })
  return invoice
}

/**
 * The discounts that the subscription keeps after an invoice: a coupon that counts once is spent by the first invoice
 * that charges something (docs.stripe.com/billing/subscriptions/coupons#coupon-duration).
 */
export function keptDiscounts(account: Account, discounts: readonly string[], invoice: Invoice): string[] {
  return discounts.filter((id) => {
    const coupon = account.state.coupons.get(account.state.discounts.get(id)?.source.coupon ?? '')
    const used = invoice.total_discount_amounts?.some((each) => each.discount === id) ?? false
    return !(coupon?.duration === 'once' && used && invoice.subtotal > 0)
  })
}

/** Finalizes a first invoice that the payment of a checkout has paid, or will. Emits what belongs to it. */
export function settleFirstInvoice(
  account: Account,
  invoice: Invoice,
  payment: { intent: PaymentIntent | null; paid: boolean },
): void {
  account.emit('invoice.created', invoice)
  finalizeInvoice(account, invoice, payment.intent ?? undefined)
  if (payment.paid) markPaid(account, invoice)
}

/** An invoice item for each item's time since the start. */
function backdate(account: Account, subscription: Subscription): void {
  const { start_date: start } = subscription
  const now = account.now
  for (const item of subscription.items.data) {
    const { price } = item
    const quantity = item.quantity ?? 1
    const whole = priceAmount(account, price, quantity, subscription.currency)
    let amount = 0
    for (let from = start; from < now; ) {
      const end = endOf(price, start, from)
      amount += (whole * (Math.min(end, now) - from)) / (end - from)
      from = Math.min(end, now)
    }
    createInvoiceItem(account, {
      customer: String(subscription.customer),
      currency: subscription.currency,
      amount: Math.round(amount),
      description: `Time on ${quantity} × ${productName(account, price)} from ${isoDay(start)} to ${isoDay(now)}`,
      period: { start, end: now },
      quantity,
      pricing: pricingOf(account, price, subscription.currency),
      discountable: false,
      tax_rates: item.tax_rates,
      subscription: { subscription: subscription.id, subscription_item: item.id },
      proration: { credited_items: null, discount_amounts: [] },
    })
  }
}

function isoDay(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10)
}
