import type { Account } from '../../account.ts'
import type { Subscription } from '../../wire.ts'
import { billingSettings } from '../billing-settings.ts'
import { SECONDS_PER_DAY } from '../calendar.ts'

/** How long before a trial's end Stripe warns of it. */
export const TRIAL_WARNING_SECONDS = 3 * SECONDS_PER_DAY

const RUNNING = ['active', 'trialing', 'past_due', 'unpaid']

/** Plans what the subscription does next by itself: a renewal, the end of its trial, or its own end. */
export function planNext(account: Account, subscription: Subscription): void {
  const { scheduler } = account
  if (!RUNNING.includes(subscription.status)) {
    scheduler.cancel('subscription.due', subscription.id)
    scheduler.cancel('subscription.trial_will_end', subscription.id)
    scheduler.cancel('subscription.upcoming', subscription.id)
    return
  }
  scheduler.plan('subscription.due', subscription.id, nextDue(subscription))
  planUpcoming(account, subscription)
}

/** When the subscription next renews or ends. Seconds since 1970. */
export function nextDue(subscription: Subscription): number {
  const ends = subscription.items.data.map((item) => item.current_period_end)
  return Math.min(subscription.cancel_at ?? Number.POSITIVE_INFINITY, ...ends)
}

/** Plans the warning of a trial's end: three days ahead, or at once where it is nearer. */
export function planTrialWarning(account: Account, subscription: Subscription): void {
  if (subscription.status !== 'trialing' || subscription.trial_end === null) return
  const at = Math.max(account.now, subscription.trial_end - TRIAL_WARNING_SECONDS)
  account.scheduler.plan('subscription.trial_will_end', subscription.id, at)
}

function planUpcoming(account: Account, subscription: Subscription): void {
  const { upcomingDays } = billingSettings(account)
  const at = nextDue(subscription) - (upcomingDays ?? 0) * SECONDS_PER_DAY
  const ends = subscription.cancel_at !== null && subscription.cancel_at <= nextDue(subscription)
  if (upcomingDays === null || at <= account.now || ends) {
    account.scheduler.cancel('subscription.upcoming', subscription.id)
  } else account.scheduler.plan('subscription.upcoming', subscription.id, at)
}
