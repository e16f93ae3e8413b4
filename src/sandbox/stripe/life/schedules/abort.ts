import type { Account } from '../../account.ts'
import type { Subscription } from '../../wire.ts'

/**
 * The subscription of a schedule ended by another way: the schedule is aborted
 * (docs.stripe.com/api/events/types#event_types-subscription_schedule.aborted).
 */
export function abortSchedule(account: Account, subscription: Subscription): void {
  const schedule = account.state.subscriptionSchedules.get(String(subscription.schedule))
  if (schedule?.status !== 'active') return
  account.change(schedule, { status: 'canceled', canceled_at: account.now, current_phase: null })
  account.scheduler.cancel('subscription_schedule.due', schedule.id)
  account.emit('subscription_schedule.aborted', schedule)
}
