import type { Account } from '../../../account.ts'
import type { Subscription } from '../../../wire.ts'
import { planNext, planTrialWarning } from '../next-due.ts'

const HOURS_23 = 23 * 3600

/**
 * When a pending update expires: at the end of the trial or of the current period, and after 23 hours at the latest
 * (docs.stripe.com/billing/subscriptions/pending-updates-reference#expiration).
 */
export function pendingExpiry(subscription: Subscription, now: number): number {
  const ends = subscription.items.data.map((item) => item.current_period_end)
  return Math.min(now + HOURS_23, subscription.trial_end ?? Number.POSITIVE_INFINITY, ...ends)
}

/** The invoice was paid: what waited for it happens. */
export function applyPendingChange(account: Account, subscription: Subscription, status?: 'past_due'): void {
  const pending = account.state.pendingChanges.get(subscription.id)
  if (pending === undefined) return
  account.state.pendingChanges.delete(subscription.id)
  account.scheduler.cancel('subscription.pending_update_expire', subscription.id)
  if (pending.kind !== 'update') delete subscription.status_details
  applyPatch(account, subscription, { ...pending.patch, ...(status ? { status } : {}), pending_update: null })
  for (const [item, debits] of Object.entries(pending.debits)) account.state.itemDebits.set(item, debits)
  account.emit(
    pending.kind === 'update'
      ? 'customer.subscription.pending_update_applied'
      : 'customer.subscription.resumed',
    subscription,
  )
}

/** What waited is not going to happen. Its invoice is void. */
export function dropPendingChange(account: Account, subscription: Subscription): void {
  account.state.pendingChanges.delete(subscription.id)
  account.scheduler.cancel('subscription.pending_update_expire', subscription.id)
  account.change(subscription, { pending_update: null }, 'customer.subscription.updated')
}

/** Changes the subscription, with its event and what is planned for it. */
export function applyPatch(account: Account, subscription: Subscription, patch: Partial<Subscription>): void {
  const { trial_end: trialEnd } = subscription
  const before = subscription.items.data
  account.change(subscription, patch, 'customer.subscription.updated')
  const kept = new Set(subscription.items.data.map((item) => item.id))
  for (const item of before) {
    if (kept.has(item.id)) continue
    account.state.subscriptionsByItem.delete(item.id)
    account.state.itemDebits.delete(item.id)
  }
  for (const id of kept) account.state.subscriptionsByItem.set(id, subscription.id)
  planNext(account, subscription)
  if (subscription.trial_end !== trialEnd) planTrialWarning(account, subscription)
}
