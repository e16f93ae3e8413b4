import type { Account } from '../../account.ts'
import { StripeError } from '../../errors.ts'
import type { Subscription, SubscriptionSchedule } from '../../wire.ts'
import { whyNotPausable } from '../subscriptions/pauses/pause.ts'
import { pauseAndBill } from '../subscriptions/pauses/pause-and-bill.ts'
import { resumeSubscription } from '../subscriptions/pauses/resume.ts'

type PauseSchedule = SubscriptionSchedule['pause_schedules'][number]

/** The moment of a planned pause: the subscription is paused, or the schedule says why it could not be. */
export function pauseDue(account: Account, schedule: SubscriptionSchedule): void {
  const [entry] = schedule.pause_schedules
  const subscription = account.state.subscriptions.get(String(schedule.subscription))
  if (entry?.pause.status.type !== 'scheduled') return
  const refusal = subscription
    ? whyNotPausable({ ...subscription, schedule: null })
    : 'There is no subscription.'
  if (subscription && refusal === null) pause(account, subscription, entry.pause)
  const status =
    refusal === null
      ? { type: 'succeeded' as const }
      : { type: 'error' as const, error: { message: refusal } }
  changeEntry(account, schedule, { ...entry, pause: { ...entry.pause, status } })
}

/** The moment at which a planned pause ends. */
export function resumeDue(account: Account, schedule: SubscriptionSchedule): void {
  const [entry] = schedule.pause_schedules
  const subscription = account.state.subscriptions.get(String(schedule.subscription))
  if (entry?.resume?.status.type !== 'scheduled') return
  const status = subscription
    ? resume(account, subscription, entry.resume.settings)
    : { type: 'error' as const, error: { message: 'There is no subscription.' } }
  changeEntry(account, schedule, { ...entry, resume: { ...entry.resume, status } })
}

/** Plans what the pauses of the schedule say. One that is for now begins at once. */
export function planPauses(account: Account, schedule: SubscriptionSchedule): void {
  if ((schedule.pause_schedules[0]?.pause.pause_at ?? account.now + 1) <= account.now) {
    pauseDue(account, schedule)
  }
  const [entry] = schedule.pause_schedules
  const moments = {
    'subscription_schedule.pause': entry?.pause.status.type === 'scheduled' ? entry.pause.pause_at : null,
    'subscription_schedule.resume':
      entry?.resume?.status.type === 'scheduled' ? entry.resume.resume_at : null,
  } as const
  for (const kind of ['subscription_schedule.pause', 'subscription_schedule.resume'] as const) {
    const at = moments[kind]
    if (at === null) account.scheduler.cancel(kind, schedule.id)
    else account.scheduler.plan(kind, schedule.id, at)
  }
}

function pause(account: Account, subscription: Subscription, { settings }: PauseSchedule['pause']): void {
  const from = settings?.bill_for.unused_time_from.type
  pauseAndBill(account, subscription, {
    unusedTimeFrom: from === 'none' || from === 'item_current_period_start' ? from : 'now',
    invoices: settings?.invoicing_behavior === 'invoice',
  })
}

function resume(
  account: Account,
  subscription: Subscription,
  settings: NonNullable<PauseSchedule['resume']>['settings'],
): NonNullable<PauseSchedule['resume']>['status'] {
  try {
    resumeSubscription(account, subscription, {
      anchor: settings.billing_cycle_anchor === 'unchanged' ? 'unchanged' : 'now',
      prorationBehavior: prorationOf(settings.proration_behavior),
      paymentBehavior:
        settings.payment_behavior === 'resume_on_payment_attempt'
          ? 'resume_on_payment_attempt'
          : 'resume_on_payment_success',
    })
  } catch (error) {
    if (error instanceof StripeError) return { type: 'error', error: { message: error.message } }
    throw error
  }
  return { type: subscription.status === 'paused' ? 'pending' : 'succeeded' }
}

function prorationOf(behavior: string): 'always_invoice' | 'create_prorations' | 'none' {
  return behavior === 'none' || behavior === 'always_invoice' ? behavior : 'create_prorations'
}

function changeEntry(account: Account, schedule: SubscriptionSchedule, entry: PauseSchedule): void {
  account.change(schedule, { pause_schedules: [entry] }, 'subscription_schedule.updated')
}
