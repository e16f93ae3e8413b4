import type { Account } from '../../account.ts'
import { newId } from '../../ids.ts'
import type { Subscription, SubscriptionSchedule } from '../../wire.ts'
import { SECONDS_PER_DAY } from '../calendar.ts'
import { cancelNow } from '../subscriptions/cancellation.ts'
import { beginPhase, spanOf } from './apply-phase.ts'
import { cancelPlans } from './ending.ts'
import { planPauses } from './pauses.ts'
import { phaseAt } from './phases.ts'

type Phase = SubscriptionSchedule['phases'][number]

export interface ScheduleRequest {
  customer: string
  phases: Phase[]
  end_behavior: SubscriptionSchedule['end_behavior']
  metadata: Record<string, string>
  billing_mode: SubscriptionSchedule['billing_mode']
  default_settings: SubscriptionSchedule['default_settings']
  pause_schedules: SubscriptionSchedule['pause_schedules']
  subscription: Subscription | null
}

export const NO_SETTINGS: SubscriptionSchedule['default_settings'] = {
  application_fee_percent: null,
  automatic_tax: { disabled_reason: null, enabled: false, liability: null },
  billing_cycle_anchor: 'automatic',
  billing_thresholds: null,
  collection_method: 'charge_automatically',
  default_payment_method: null,
  description: null,
  invoice_settings: {
    account_tax_ids: null,
    custom_fields: null,
    days_until_due: null,
    description: null,
    footer: null,
    issuer: { type: 'self' },
  },
  on_behalf_of: null,
  transfer_data: null,
}

/** How long before its end a schedule warns of it (docs.stripe.com/api/events/types: `subscription_schedule.expiring`). */
const EXPIRY_WARNING_SECONDS = 7 * SECONDS_PER_DAY

/** A schedule, with its event. One whose first phase has begun makes its subscription now. */
export function createSchedule(account: Account, request: ScheduleRequest): SubscriptionSchedule {
  const schedule = account.state.subscriptionSchedules.add({
    id: newId.subscriptionSchedule(),
    object: 'subscription_schedule',
    application: null,
    billing_mode: request.billing_mode,
    canceled_at: null,
    completed_at: null,
    created: account.now,
    current_phase: null,
    customer: request.customer,
    customer_account: null,
    default_settings: request.default_settings,
    end_behavior: request.end_behavior,
    livemode: false,
    metadata: request.metadata,
    pause_schedules: request.pause_schedules,
    phases: request.phases,
    released_at: null,
    released_subscription: null,
    status: 'not_started',
    subscription: request.subscription?.id ?? null,
    test_clock: account.state.customers.get(request.customer)?.test_clock ?? null,
  })
  const current = phaseAt(schedule, account.now)
  if (request.subscription) {
    account.change(request.subscription, { schedule: schedule.id }, 'customer.subscription.updated')
    if (current) enter(schedule, current.phase)
  }
  account.emit('subscription_schedule.created', schedule)
  if (current && request.subscription === null) beginPhase(account, schedule, current.phase)
  planSchedule(account, schedule)
  return schedule
}

/**
 * A phase's moment has come: the subscription becomes what the next phase says, or the schedule is over
 * (docs.stripe.com/billing/subscriptions/subscription-schedules#end-behavior).
 */
export function scheduleDue(account: Account, schedule: SubscriptionSchedule): void {
  if (schedule.status !== 'active' && schedule.status !== 'not_started') return
  const current = phaseAt(schedule, account.now)
  if (current) beginPhase(account, schedule, current.phase)
  else if (schedule.end_behavior === 'cancel') completeByCancelling(account, schedule)
  else releaseSchedule(account, schedule, 'completed')
  planSchedule(account, schedule)
}

/** Lets the subscription go on without the schedule: by request, or because its last phase is over. */
export function releaseSchedule(
  account: Account,
  schedule: SubscriptionSchedule,
  how: 'released' | 'completed',
): void {
  const subscription = account.state.subscriptions.get(String(schedule.subscription))
  if (subscription) account.change(subscription, { schedule: null }, 'customer.subscription.updated')
  const over = { subscription: null, released_subscription: subscription?.id ?? null, current_phase: null }
  account.change(
    schedule,
    how === 'released'
      ? { ...over, status: 'released', released_at: account.now }
      : { ...over, status: 'completed', completed_at: account.now },
  )
  cancelPlans(account, schedule.id)
  account.emit(
    how === 'released' ? 'subscription_schedule.released' : 'subscription_schedule.completed',
    schedule,
  )
}

/** Ends the schedule, and its subscription with it. */
export function cancelSchedule(
  account: Account,
  schedule: SubscriptionSchedule,
  request: { invoiceNow: boolean; prorate: boolean },
): void {
  const subscription = account.state.subscriptions.get(String(schedule.subscription))
  account.change(schedule, { status: 'canceled', canceled_at: account.now, current_phase: null })
  cancelPlans(account, schedule.id)
  if (subscription && subscription.ended_at === null) cancelNow(account, subscription, request)
  account.emit('subscription_schedule.canceled', schedule)
}

/** Plans the next change of phase, the warning of the end, and what pauses there are. */
export function planSchedule(account: Account, schedule: SubscriptionSchedule): void {
  if (schedule.status !== 'active' && schedule.status !== 'not_started') return
  const moments = schedule.phases.flatMap((phase) => [phase.start_date, phase.end_date])
  const next = moments.filter((moment) => moment > account.now)
  if (next.length > 0) account.scheduler.plan('subscription_schedule.due', schedule.id, Math.min(...next))
  const warning = Math.max(...moments) - EXPIRY_WARNING_SECONDS
  if (warning > account.now) account.scheduler.plan('subscription_schedule.expiring', schedule.id, warning)
  else account.scheduler.cancel('subscription_schedule.expiring', schedule.id)
  planPauses(account, schedule)
}

function completeByCancelling(account: Account, schedule: SubscriptionSchedule): void {
  const subscription = account.state.subscriptions.get(String(schedule.subscription))
  account.change(schedule, { status: 'completed', completed_at: account.now, current_phase: null })
  if (subscription && subscription.ended_at === null) {
    cancelNow(account, subscription, { invoiceNow: false, prorate: false })
  }
  account.emit('subscription_schedule.completed', schedule)
}

function enter(schedule: SubscriptionSchedule, phase: Phase): void {
  schedule.status = 'active'
  schedule.current_phase = spanOf(phase)
}
