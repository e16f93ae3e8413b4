import type { Account } from '../../account.ts'
import type { Subscription } from '../../wire.ts'

/**
 * The subscription of a schedule ended by another way, and the schedule with it: aborted where nobody paid, else
 * canceled (docs.stripe.com/api/events/types#event_types-subscription_schedule.aborted).
 */
export function endScheduleOf(account: Account, subscription: Subscription, isDelinquent: boolean): void {
  const schedule = account.state.subscriptionSchedules.get(String(subscription.schedule))
  if (schedule?.status !== 'active') return
  account.change(schedule, { status: 'canceled', canceled_at: account.now, current_phase: null })
  cancelPlans(account, schedule.id)
  account.emit(isDelinquent ? 'subscription_schedule.aborted' : 'subscription_schedule.canceled', schedule)
}

/** Whatever was planned for the schedule is not going to happen. */
export function cancelPlans(account: Account, schedule: string): void {
  for (const kind of [
    'subscription_schedule.due',
    'subscription_schedule.expiring',
    'subscription_schedule.pause',
    'subscription_schedule.resume',
  ] as const) {
    account.scheduler.cancel(kind, schedule)
  }
}
