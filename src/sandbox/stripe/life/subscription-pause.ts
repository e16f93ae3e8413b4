import type { Account } from '../account.ts'
import { refused } from '../errors.ts'
import type { Subscription } from '../wire.ts'
import { createDraft } from './invoice-builder.ts'
import { finalizeInvoice } from './invoices.ts'
import { collect, endOf, planNext } from './subscriptions.ts'

/** Pauses the subscription itself: no period and no invoice until it resumes. Its items' period ends now. */
export function pauseSubscription(account: Account, subscription: Subscription): void {
  if (!['active', 'trialing', 'past_due'].includes(subscription.status)) {
    throw refused(`A subscription with the status \`${subscription.status}\` cannot be paused.`)
  }
  const now = account.now
  const items = subscription.items.data.map((item) => ({ ...item, current_period_end: now }))
  account.change(
    subscription,
    {
      status: 'paused',
      items: { ...subscription.items, data: items },
      status_details: {
        paused: { subscription: { type: 'pause_requested' }, transitioned_at: now, type: 'subscription' },
      },
    },
    'customer.subscription.updated',
  )
  planNext(account, subscription)
  account.emit('customer.subscription.paused', subscription)
}

/** Resumes a paused subscription. With the anchor at now, a new period begins and is invoiced at once. */
export function resumeSubscription(
  account: Account,
  subscription: Subscription,
  anchor: 'now' | 'unchanged',
): void {
  if (subscription.status !== 'paused') throw refused('Only a paused subscription can be resumed.')
  delete subscription.status_details
  const now = account.now
  const billingAnchor = anchor === 'now' ? now : subscription.billing_cycle_anchor
  const items = subscription.items.data.map((item) => ({
    ...item,
    current_period_start: now,
    current_period_end: endOf(item.price, billingAnchor, now),
  }))
  account.change(
    subscription,
    { status: 'active', billing_cycle_anchor: billingAnchor, items: { ...subscription.items, data: items } },
    'customer.subscription.updated',
  )
  planNext(account, subscription)
  account.emit('customer.subscription.resumed', subscription)
  if (anchor === 'unchanged') return
  const period = { start: now, end: now }
  const invoice = createDraft(account, {
    subscription,
    reason: 'subscription_cycle',
    items,
    trial: false,
    discounts: [],
    period,
  })
  account.change(subscription, { latest_invoice: invoice.id }, 'customer.subscription.updated')
  account.emit('invoice.created', invoice)
  finalizeInvoice(account, invoice)
  collect(account, invoice)
}
