import type { Account } from '../../account.ts'
import { newId } from '../../ids.ts'
import type { Subscription, SubscriptionSchedule } from '../../wire.ts'
import { cancelNow } from '../subscriptions/cancellation.ts'
import type { ItemChange } from '../subscriptions/items.ts'
import { startSubscription } from '../subscriptions/start.ts'
import { updateSubscription } from '../subscriptions/update.ts'
import type { ProrationBehavior } from '../subscriptions/update-plan.ts'
import { itemsOf, phaseAt } from './phases.ts'

type Phase = SubscriptionSchedule['phases'][number]

export interface ScheduleRequest {
  customer: string
  phases: Phase[]
  end_behavior: SubscriptionSchedule['end_behavior']
  metadata: Record<string, string>
  billing_mode: SubscriptionSchedule['billing_mode']
  default_settings: SubscriptionSchedule['default_settings']
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
    pause_schedules: [],
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
  account.scheduler.cancel('subscription_schedule.due', schedule.id)
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
  account.scheduler.cancel('subscription_schedule.due', schedule.id)
  if (subscription && subscription.ended_at === null) cancelNow(account, subscription, request)
  account.emit('subscription_schedule.canceled', schedule)
}

/** Plans the next change of phase. */
export function planSchedule(account: Account, schedule: SubscriptionSchedule): void {
  if (schedule.status !== 'active' && schedule.status !== 'not_started') return
  const moments = schedule.phases.flatMap((phase) => [phase.start_date, phase.end_date])
  const next = moments.filter((moment) => moment > account.now)
  if (next.length > 0) account.scheduler.plan('subscription_schedule.due', schedule.id, Math.min(...next))
}

/** Makes the subscription what the phase says, with its prorations. */
export function applyPhase(
  account: Account,
  subscription: Subscription,
  phase: Phase,
  prorationBehavior: ProrationBehavior,
): void {
  const left = [...subscription.items.data]
  const changes: ItemChange[] = itemsOf(account, phase).map((wanted) => {
    const same = left.findIndex((item) => item.price.id === wanted.price.id)
    const [kept] = left.splice(same === -1 ? 0 : same, left.length > 0 ? 1 : 0)
    return { ...wanted, ...(kept ? { id: kept.id } : {}) }
  })
  const removed = left.map((item) => ({ id: item.id, deleted: true }))
  updateSubscription(account, subscription, {
    items: [...changes, ...removed],
    prorationBehavior,
    ...(phase.billing_cycle_anchor === 'phase_start' ? { billingCycleAnchor: 'now' as const } : {}),
    ...(phase.trial_end !== null && phase.trial_end > account.now ? { trialEnd: phase.trial_end } : {}),
    isOnSession: false,
    fields: {
      ...(phase.collection_method ? { collection_method: phase.collection_method } : {}),
      ...(phase.default_payment_method ? { default_payment_method: phase.default_payment_method } : {}),
      ...(phase.description === null ? {} : { description: phase.description }),
      metadata: { ...subscription.metadata, ...phase.metadata },
    },
  })
}

function beginPhase(account: Account, schedule: SubscriptionSchedule, phase: Phase): void {
  const subscription = account.state.subscriptions.get(String(schedule.subscription))
  if (subscription) {
    applyPhase(account, subscription, phase, prorationOf(phase))
    account.change(schedule, { current_phase: spanOf(phase) }, 'subscription_schedule.updated')
    return
  }
  const made = startSubscription(account, {
    customer: String(schedule.customer),
    currency: phase.currency,
    items: itemsOf(account, phase),
    trial_end: phase.trial_end !== null && phase.trial_end > account.now ? phase.trial_end : null,
    metadata: { ...phase.metadata },
    description: phase.description ?? schedule.default_settings.description,
    default_payment_method: phase.default_payment_method ?? schedule.default_settings.default_payment_method,
    fields: {
      billing_mode: structuredClone(schedule.billing_mode),
      collection_method:
        phase.collection_method ?? schedule.default_settings.collection_method ?? 'charge_automatically',
      days_until_due:
        phase.invoice_settings?.days_until_due ?? schedule.default_settings.invoice_settings.days_until_due,
      schedule: schedule.id,
    },
    oneTime: [],
    paymentBehavior: 'allow_incomplete',
    isOnSession: false,
    cancellation: () => ({}),
  })
  account.change(
    schedule,
    { status: 'active', subscription: made.id, current_phase: spanOf(phase) },
    'subscription_schedule.updated',
  )
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

function spanOf(phase: Phase): SubscriptionSchedule['current_phase'] {
  return { start_date: phase.start_date, end_date: phase.end_date }
}

function prorationOf(phase: Phase): ProrationBehavior {
  const behavior = phase.proration_behavior
  return behavior === 'none' || behavior === 'always_invoice' ? behavior : 'create_prorations'
}
