import type { Account } from '../../account.ts'
import type { Invoice, Subscription } from '../../wire.ts'
import { advanceInvoice } from '../invoices/collect.ts'
import { type BillingReason, createDraft, DRAFT_SECONDS } from '../invoices/draft.ts'
import { finalizeInvoice } from '../invoices/finalize.ts'
import { pendingItems } from '../invoices/items.ts'
import type { ItemBilling } from '../invoices/lines.ts'
import { endOf, startOf } from './anchor.ts'
import { endSubscription } from './cancel.ts'
import { keptDiscounts } from './create.ts'
import { planNext } from './next-due.ts'
import { endTrialUnpaid, unpaidTrialEnd } from './trial-end.ts'

/** The moment has come that `planNext` planned. */
export function subscriptionDue(account: Account, subscription: Subscription): void {
  const { cancel_at: cancelAt } = subscription
  if (cancelAt !== null && cancelAt <= account.now) cancelAsPlanned(account, subscription)
  else {
    const unpaidEnd = unpaidTrialEnd(account, subscription)
    if (unpaidEnd === null) renew(account, subscription)
    else endTrialUnpaid(account, subscription, unpaidEnd)
  }
}

/**
 * Ends the subscription at its planned moment. Prorations that are still pending are collected then
 * (docs.stripe.com/api/subscriptions/cancel).
 */
function cancelAsPlanned(account: Account, subscription: Subscription): void {
  endSubscription(account, subscription, 'cancellation_requested')
  const customer = account.state.customers.get(String(subscription.customer))
  if (customer === undefined) return
  const left = pendingItems(account, customer.id, subscription.currency, subscription.id).filter(
    (item) => item.parent?.subscription_details?.subscription === subscription.id,
  )
  if (left.length === 0) return
  const invoice = draftFor(account, subscription, { reason: 'subscription_cycle', items: [], isDraft: false })
  account.emit('invoice.created', invoice)
  if (finalizeInvoice(account, invoice)) advanceInvoice(account, invoice)
}

/**
 * Begins the next period of each item whose period is over: the period moves at once, the invoice is a draft for an
 * hour (docs.stripe.com/billing/invoices/subscription). While collection is paused, or the subscription is unpaid, the
 * invoice is not taken on by itself.
 */
export function renew(account: Account, subscription: Subscription): void {
  const now = account.now
  const first = subscription.items.data[0]
  const period = { start: first?.current_period_start ?? now, end: now }
  const items = subscription.items.data.map((item) => {
    if (item.current_period_end > now) return item
    const end = endOf(item.price, subscription.billing_cycle_anchor, item.current_period_end)
    return {
      ...item,
      current_period_start: item.current_period_end,
      current_period_end: Math.min(end, subscription.cancel_at ?? end),
    }
  })
  const pause = livePause(subscription, now)
  const discounts = liveDiscounts(account, subscription)
  const renewed = items.filter((item) => item.current_period_start === now)
  const invoice = draftFor(account, subscription, {
    reason: 'subscription_cycle',
    items: renewed.map((item) => ({ item, trial: false, share: shareOf(subscription, item) })),
    discounts,
    isDraft: pause?.behavior !== 'keep_as_draft' && subscription.status !== 'unpaid',
    period,
  })
  const event = account.emit('invoice.created', invoice)
  if (invoice.automatically_finalizes_at !== null) {
    account.state.draftEvents.set(invoice.id, event.id)
    account.scheduler.plan('invoice.finalize', invoice.id, invoice.automatically_finalizes_at)
  }
  account.change(
    subscription,
    {
      items: { ...subscription.items, data: items },
      discounts: keptDiscounts(account, discounts, invoice),
      latest_invoice: invoice.id,
      pause_collection: pause,
      status: subscription.status === 'trialing' ? 'active' : subscription.status,
    },
    'customer.subscription.updated',
  )
  planNext(account, subscription)
}

/** A draft of the subscription with all that is pending for it, without its event. */
export function draftFor(
  account: Account,
  subscription: Subscription,
  request: {
    reason: BillingReason
    items: readonly ItemBilling[]
    isDraft: boolean
    discounts?: readonly string[]
    period?: { start: number; end: number }
  },
): Invoice {
  const now = account.now
  const customer = account.need(account.state.customers, String(subscription.customer), 'customer')
  return createDraft(account, {
    customer,
    currency: subscription.currency,
    subscription,
    reason: request.reason,
    items: request.items,
    invoiceItems: pendingItems(account, customer.id, subscription.currency, subscription.id),
    discounts: request.discounts ?? subscription.discounts.map(String),
    period: request.period ?? { start: now, end: now },
    finalizesAt: request.isDraft ? now + DRAFT_SECONDS : null,
    autoAdvance: request.isDraft || request.reason !== 'subscription_cycle' || request.items.length === 0,
  })
}

/** Less than 1 where the subscription ends before the period does. */
function shareOf(subscription: Subscription, item: ItemBilling['item']): number {
  const { current_period_start: start, current_period_end: end, price } = item
  if (subscription.cancel_at !== end) return 1
  const whole = endOf(price, subscription.billing_cycle_anchor, start)
  return (end - start) / (whole - Math.min(start, startOf(price, subscription.billing_cycle_anchor, whole)))
}

function livePause(subscription: Subscription, now: number): Subscription['pause_collection'] {
  const resumesAt = subscription.pause_collection?.resumes_at ?? null
  return resumesAt !== null && resumesAt <= now ? null : subscription.pause_collection
}

function liveDiscounts(account: Account, subscription: Subscription): string[] {
  return subscription.discounts.map(String).filter((id) => {
    const end = account.state.discounts.get(id)?.end ?? null
    return account.state.discounts.get(id) !== undefined && (end === null || end > account.now)
  })
}
