import type { Account } from '../../account.ts'
import type { Subscription } from '../../wire.ts'
import { addIntervals } from '../calendar.ts'
import { advanceInvoice } from '../invoices/collect.ts'
import { finalizeInvoice } from '../invoices/finalize.ts'
import { pendingItems } from '../invoices/items.ts'
import { sum } from '../line-items.ts'
import { updateSubscription } from './changes/update.ts'
import { draftFor } from './renew.ts'

type Rhythm = Subscription['pending_invoice_item_interval']

/** What a new rhythm for the billing of pending items makes of the subscription. */
export function pendingItemsPatch(now: number, rhythm: Rhythm): Partial<Subscription> {
  return { pending_invoice_item_interval: rhythm, next_pending_invoice_item_invoice: nextOf(now, rhythm) }
}

/** Plans the next billing of pending items. */
export function planPendingItems(account: Account, subscription: Subscription): void {
  const at = subscription.next_pending_invoice_item_invoice
  if (at === null) account.scheduler.cancel('subscription.pending_items', subscription.id)
  else account.scheduler.plan('subscription.pending_items', subscription.id, at)
}

/** The moment of that rhythm: what is pending for the subscription is invoiced, if anything is. */
export function pendingItemsDue(account: Account, subscription: Subscription): void {
  if (subscription.ended_at !== null) return
  if (ownItems(account, subscription).length > 0) {
    invoicePending(account, subscription, 'automatic_pending_invoice_item_invoice')
  }
  const next = nextOf(account.now, subscription.pending_invoice_item_interval)
  account.change(subscription, { next_pending_invoice_item_invoice: next }, 'customer.subscription.updated')
  planPendingItems(account, subscription)
}

/**
 * Invoices what is pending once it comes to the subscription's threshold; with `reset_billing_cycle_anchor` a new period
 * begins as well (docs.stripe.com/billing/subscriptions/billing-thresholds). Usage does not exist here: pending items
 * alone count.
 */
export function checkThreshold(account: Account, subscription: Subscription): void {
  const { billing_thresholds: thresholds } = subscription
  if (thresholds?.amount_gte == null || subscription.status !== 'active') return
  if (sum(ownItems(account, subscription).map((item) => item.amount)) < thresholds.amount_gte) return
  if (thresholds.reset_billing_cycle_anchor) {
    updateSubscription(account, subscription, { billingCycleAnchor: 'now', isOnSession: false })
  } else invoicePending(account, subscription, 'subscription_threshold')
}

function invoicePending(
  account: Account,
  subscription: Subscription,
  reason: 'automatic_pending_invoice_item_invoice' | 'subscription_threshold',
): void {
  const invoice = draftFor(account, subscription, { reason, items: [], isDraft: false })
  account.change(subscription, { latest_invoice: invoice.id }, 'customer.subscription.updated')
  account.emit('invoice.created', invoice)
  if (finalizeInvoice(account, invoice)) advanceInvoice(account, invoice)
}

function ownItems(account: Account, { customer, currency, id }: Subscription) {
  return pendingItems(account, String(customer), currency, id).filter(
    (item) => item.parent?.subscription_details?.subscription === id,
  )
}

function nextOf(now: number, rhythm: Rhythm): number | null {
  if (rhythm === null) return null
  const { interval } = rhythm
  const known = interval === 'day' || interval === 'week' || interval === 'year' ? interval : 'month'
  return addIntervals(now, known, rhythm.interval_count)
}
