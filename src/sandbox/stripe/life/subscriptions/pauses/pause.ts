import type { Account } from '../../../account.ts'
import type { Subscription } from '../../../wire.ts'
import { createInvoiceItem } from '../../invoices/items.ts'
import { creditsFor } from '../changes/prorate.ts'
import { planNext } from '../next-due.ts'

type PausedDetails = NonNullable<Subscription['status_details']>['paused']

/** Why a subscription is paused. */
export type PauseCause = PausedDetails['subscription']['type']

/** From when on the unused time of licensed items is credited. */
export type UnusedTimeFrom = 'now' | 'none' | 'item_current_period_start'

/**
 * Why the subscription cannot be paused, or null: flexible billing only, charged automatically, not under a schedule
 * (docs.stripe.com/billing/subscriptions/pause#limitations). A trial ends in a pause whatever its billing mode.
 */
export function whyNotPausable(subscription: Subscription): string | null {
  if (!['active', 'trialing', 'past_due'].includes(subscription.status)) {
    return `A subscription with the status \`${subscription.status}\` cannot be paused.`
  }
  if (subscription.billing_mode.type !== 'flexible') {
    return 'Only subscriptions with `billing_mode[type]=flexible` can be paused.'
  }
  if (subscription.schedule !== null) return 'A subscription with an attached schedule cannot be paused.'
  if (subscription.collection_method !== 'charge_automatically') {
    return 'Only subscriptions with `collection_method=charge_automatically` can be paused.'
  }
  if (subscription.pending_update !== null) return 'A subscription with a pending update cannot be paused.'
  return null
}

/**
 * Pauses the subscription itself: no period and no invoice until it resumes. Its items' period ends now, and the
 * unused time may be credited, by invoice items that wait for the next invoice.
 */
export function pauseFor(
  account: Account,
  subscription: Subscription,
  cause: PauseCause,
  unusedTimeFrom: UnusedTimeFrom = 'none',
): void {
  const now = account.now
  const { data: before } = subscription.items
  for (const item of unusedTimeFrom === 'none' ? [] : before) {
    const at = unusedTimeFrom === 'now' ? now : item.current_period_start
    for (const { request } of creditsFor(account, subscription, item, { before, at })) {
      createInvoiceItem(account, request)
    }
  }
  for (const item of before) account.state.itemDebits.delete(item.id)
  account.change(
    subscription,
    {
      status: 'paused',
      items: { ...subscription.items, data: before.map((item) => ({ ...item, current_period_end: now })) },
      status_details: {
        paused: { subscription: { type: cause }, transitioned_at: now, type: 'subscription' },
      },
    },
    'customer.subscription.updated',
  )
  planNext(account, subscription)
  account.emit('customer.subscription.paused', subscription)
}
