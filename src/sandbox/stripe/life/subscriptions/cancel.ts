import type { Account } from '../../account.ts'
import type { Subscription } from '../../wire.ts'
import { invoicesOf } from '../invoices/draft.ts'
import { stopCollecting } from '../invoices/stop.ts'
import { endScheduleOf } from '../schedules/ending.ts'
import { planNext } from './next-due.ts'

/** Why a subscription ended: Stripe's `cancellation_details.reason`. */
export type CancellationReason = 'cancellation_requested' | 'payment_failed' | 'payment_disputed'

export const NO_DETAILS = { comment: null, feedback: null, feedback_option: null, reason: null } as const

/**
 * Ends the subscription now. It stays retrievable, canceled. Its open invoices are no longer collected by themselves
 * (docs.stripe.com/api/subscriptions/cancel).
 */
export function endSubscription(
  account: Account,
  subscription: Subscription,
  reason: CancellationReason,
): void {
  const wasIncomplete = subscription.status === 'incomplete'
  delete subscription.status_details
  account.change(subscription, {
    status: wasIncomplete ? 'incomplete_expired' : 'canceled',
    canceled_at: subscription.canceled_at ?? account.now,
    ended_at: account.now,
    pending_update: null,
    cancellation_details: { ...NO_DETAILS, ...subscription.cancellation_details, reason },
  })
  forget(account, subscription)
  account.emit('customer.subscription.deleted', subscription)
  endScheduleOf(account, subscription, reason === 'payment_failed')
}

/**
 * The first payment was not made within 23 hours: terminal. Stripe sends `customer.subscription.updated` for it
 * (docs.stripe.com/billing/subscriptions/overview#incomplete-expired); the caller voids the invoice.
 */
export function expireIncomplete(account: Account, subscription: Subscription): void {
  account.change(
    subscription,
    { status: 'incomplete_expired', ended_at: account.now },
    'customer.subscription.updated',
  )
  forget(account, subscription)
}

function forget(account: Account, subscription: Subscription): void {
  planNext(account, subscription)
  for (const kind of [
    'subscription.expire',
    'subscription.pending_update_expire',
    'subscription.resume_collection',
    'subscription.pending_items',
  ] as const) {
    account.scheduler.cancel(kind, subscription.id)
  }
  account.state.pendingChanges.delete(subscription.id)
  for (const item of subscription.items.data) {
    account.state.subscriptionsByItem.delete(item.id)
    account.state.itemDebits.delete(item.id)
  }
  for (const invoice of invoicesOf(account, subscription.id)) {
    if (invoice.status === 'open' || invoice.status === 'draft') stopCollecting(account, invoice)
  }
}
