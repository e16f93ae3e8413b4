import type { Account } from '../../account.ts'
import type { Subscription, SubscriptionSchedule } from '../../wire.ts'
import { keepOrRedeem } from '../redemption.ts'
import { updateSubscription } from '../subscriptions/changes/update.ts'
import type { ProrationBehavior } from '../subscriptions/changes/update-plan.ts'
import type { ItemChange } from '../subscriptions/items.ts'
import { addOneTimeItem, type OneTimeItem } from '../subscriptions/one-time.ts'
import { startSubscription } from '../subscriptions/start.ts'
import { itemsOf } from './phases.ts'

type Phase = SubscriptionSchedule['phases'][number]

/** Makes the subscription what the phase says, with its prorations. */
export function applyPhase(
  account: Account,
  schedule: SubscriptionSchedule,
  subscription: Subscription,
  phase: Phase,
  prorationBehavior: ProrationBehavior,
): void {
  const on = { customer: String(subscription.customer), subscription: subscription.id }
  const left = [...subscription.items.data]
  const changes: ItemChange[] = itemsOf(account, phase).map(({ entries, ...wanted }) => {
    const same = left.findIndex((item) => item.price.id === wanted.price.id)
    const [kept] = left.splice(same === -1 ? 0 : same, left.length > 0 ? 1 : 0)
    const discounts = keepOrRedeem(account, entries, (kept?.discounts ?? []).map(String), on)
    return { ...wanted, discounts, ...(kept ? { id: kept.id } : {}) }
  })
  const removed = left.map((item) => ({ id: item.id, deleted: true }))
  const anchor = phase.billing_cycle_anchor ?? schedule.default_settings.billing_cycle_anchor
  updateSubscription(account, subscription, {
    items: [...changes, ...removed],
    prorationBehavior: subscription.status === 'paused' ? 'none' : prorationBehavior,
    ...(anchor === 'phase_start' ? { billingCycleAnchor: 'now' as const } : {}),
    ...(phase.trial_end !== null && phase.trial_end > account.now ? { trialEnd: phase.trial_end } : {}),
    isOnSession: false,
    fields: {
      ...fieldsOf(schedule, phase),
      discounts: keepOrRedeem(account, phase.discounts, subscription.discounts.map(String), on),
      metadata: { ...subscription.metadata, ...phase.metadata },
    },
  })
}

/** The phase begins: the subscription becomes what it says, or comes into being. */
export function beginPhase(account: Account, schedule: SubscriptionSchedule, phase: Phase): void {
  const subscription = account.state.subscriptions.get(String(schedule.subscription))
  if (subscription && subscription.ended_at === null) {
    const on = { customer: String(subscription.customer), subscription: subscription.id }
    for (const item of oneTimeItemsOf(account, phase, on)) {
      addOneTimeItem(account, subscription, item, phase.end_date)
    }
    applyPhase(account, schedule, subscription, phase, prorationOf(phase))
    account.change(schedule, { current_phase: spanOf(phase) }, 'subscription_schedule.updated')
    return
  }
  if (subscription) return
  const made = start(account, schedule, phase)
  account.change(
    schedule,
    { status: 'active', subscription: made.id, current_phase: spanOf(phase) },
    'subscription_schedule.updated',
  )
}

export function spanOf(phase: Phase): NonNullable<SubscriptionSchedule['current_phase']> {
  return { start_date: phase.start_date, end_date: phase.end_date }
}

function start(account: Account, schedule: SubscriptionSchedule, phase: Phase): Subscription {
  const on = { customer: String(schedule.customer), subscription: null }
  const { default_settings: defaults } = schedule
  return startSubscription(account, {
    customer: on.customer,
    currency: phase.currency,
    items: itemsOf(account, phase).map(({ entries, ...item }) => ({
      ...item,
      discounts: keepOrRedeem(account, entries, [], on),
    })),
    trial_end: phase.trial_end !== null && phase.trial_end > account.now ? phase.trial_end : null,
    backdate_start_date: phase.start_date < account.now ? phase.start_date : undefined,
    metadata: { ...phase.metadata },
    description: phase.description ?? defaults.description,
    default_payment_method:
      (phase.default_payment_method ?? defaults.default_payment_method)?.toString() ?? null,
    fields: {
      ...fieldsOf(schedule, phase),
      billing_mode: structuredClone(schedule.billing_mode),
      discounts: keepOrRedeem(account, phase.discounts, [], on),
      schedule: schedule.id,
    },
    oneTime: oneTimeItemsOf(account, phase, on),
    phaseEnd: phase.end_date,
    paymentBehavior: 'allow_incomplete',
    isOnSession: false,
    cancellation: () => ({}),
  })
}

/** What the phase sets, and the schedule's default settings where it does not. */
function fieldsOf({ default_settings: defaults }: SubscriptionSchedule, phase: Phase): Partial<Subscription> {
  const invoices = phase.invoice_settings
  const method = phase.collection_method ?? defaults.collection_method ?? 'charge_automatically'
  const payment = phase.default_payment_method ?? defaults.default_payment_method
  const description = phase.description ?? defaults.description
  const thresholds = phase.billing_thresholds ?? defaults.billing_thresholds
  const days = invoices?.days_until_due ?? defaults.invoice_settings.days_until_due
  return {
    automatic_tax: structuredClone(
      phase.automatic_tax ??
        defaults.automatic_tax ?? { disabled_reason: null, enabled: false, liability: null },
    ),
    billing_thresholds: thresholds && { ...thresholds },
    collection_method: method,
    days_until_due: method === 'send_invoice' ? days : null,
    ...(payment === null ? {} : { default_payment_method: payment }),
    default_tax_rates: structuredClone(phase.default_tax_rates ?? []),
    ...(description === null ? {} : { description }),
    invoice_settings: {
      account_tax_ids: invoices?.account_tax_ids ?? defaults.invoice_settings.account_tax_ids,
      custom_fields: invoices?.custom_fields ?? defaults.invoice_settings.custom_fields,
      description: invoices?.description ?? defaults.invoice_settings.description,
      footer: invoices?.footer ?? defaults.invoice_settings.footer,
      issuer: { type: 'self' },
    },
  }
}

function oneTimeItemsOf(
  account: Account,
  phase: Phase,
  on: { customer: string; subscription: string | null },
): OneTimeItem[] {
  return phase.add_invoice_items.map((item) => ({
    price: account.need(account.state.prices, String(item.price), 'phases'),
    quantity: item.quantity ?? 1,
    discountable: item.discountable ?? true,
    discounts: keepOrRedeem(account, item.discounts, [], on),
    metadata: { ...item.metadata },
    period: {
      start:
        item.period.start.type === 'phase_start'
          ? { type: 'timestamp', timestamp: phase.start_date }
          : { ...item.period.start },
      end: { ...item.period.end },
    },
    tax_rates: item.tax_rates ?? [],
  }))
}

function prorationOf(phase: Phase): ProrationBehavior {
  const behavior = phase.proration_behavior
  return behavior === 'none' || behavior === 'always_invoice' ? behavior : 'create_prorations'
}
