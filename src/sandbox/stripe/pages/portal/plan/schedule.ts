import type { Account } from '../../../account.ts'
import type { FormHash } from '../../../form.ts'
import { priceAmount } from '../../../life/pricing.ts'
import type { Price, Subscription, SubscriptionSchedule } from '../../../wire.ts'
import type { Operate } from '../../operation.ts'
import { nowOf, type Visit } from '../visit.ts'
import type { Choice } from './choice.ts'

type Phase = SubscriptionSchedule['phases'][number]

/** Days, to tell the shorter of two intervals; twelve months are a year. */
const DAYS_PER_INTERVAL: Readonly<Record<string, number>> = { day: 1, week: 7, month: 365 / 12, year: 365 }

/** A change that waits for its day. */
export interface PlannedUpdate {
  phase: Phase
  /** Whether the customer made it, here. */
  isOwn: boolean
}

/**
 * When the change takes effect: with the end of the current period where a condition of `schedule_at_period_end` is met
 * (docs.stripe.com/customer-management/configure-portal), else now, which is null. Seconds since 1970.
 */
export function startOf(
  { configuration, core }: Visit,
  subscription: Subscription,
  choice: Choice,
): number | null {
  const { conditions } = configuration.features.subscription_update.schedule_at_period_end
  const [item] = subscription.items.data
  if (item === undefined) return null
  const costs = (price: Price, quantity: number) =>
    priceAmount(core.account, price, quantity, subscription.currency)
  const waits = conditions.some(({ type }) =>
    type === 'shortening_interval'
      ? daysOf(choice.price) < daysOf(item.price)
      : costs(choice.price, choice.quantity) < costs(item.price, item.quantity ?? 1),
  )
  return waits ? item.current_period_end : null
}

/** The change of the subscription that is planned, by its customer or by the merchant, or null. */
export function plannedUpdate(visit: Visit, subscription: Subscription): PlannedUpdate | null {
  const { account } = visit.core
  const now = nowOf(visit, subscription)
  const schedule = account.state.subscriptionSchedules.get(String(subscription.schedule))
  const phase = schedule?.phases.find((each) => each.start_date > now)
  return schedule && phase ? { phase, isOwn: account.state.portalSchedules.has(schedule.id) } : null
}

/** Lets the subscription go on without the schedule that its customer made here, if there is one. */
export function releaseOwnSchedule(operate: Operate, account: Account, { schedule }: Subscription): void {
  const id = String(schedule)
  if (account.state.portalSchedules.has(id)) operate('POST', `/v1/subscription_schedules/${id}/release`)
}

/** Schedules the update: the current period stays as it is, and the phase after it has what was chosen. */
export function scheduleUpdate(
  operate: Operate,
  account: Account,
  subscription: Subscription,
  update: FormHash,
): void {
  const schedule = ownSchedule(operate, account, subscription)
  const [current] = schedule.phases
  if (current === undefined) return
  const { end_date: _end, start_date: _start, trial_end: _trial, ...settings } = phaseForm(current)
  const [chosen] = update.items as FormHash[]
  const [first, ...others] = settings.items as FormHash[]
  operate('POST', `/v1/subscription_schedules/${schedule.id}`, {
    proration_behavior: 'none',
    phases: [
      phaseForm(current),
      {
        ...settings,
        ...(update.discounts === undefined ? {} : { discounts: update.discounts }),
        currency: subscription.currency,
        items: [{ ...first, price: chosen?.price ?? '', quantity: chosen?.quantity ?? '1' }, ...others],
        proration_behavior: 'none',
      },
    ],
  })
}

/** A schedule of the customer's own, with the one phase that the subscription is in. It ends in a release. */
export function ownSchedule(
  operate: Operate,
  account: Account,
  subscription: Subscription,
): SubscriptionSchedule {
  const from = { from_subscription: subscription.id }
  const schedule = operate('POST', '/v1/subscription_schedules', from) as SubscriptionSchedule
  account.state.portalSchedules.add(schedule.id)
  return schedule
}

/** A phase as a request describes it, so that it stays what it is. */
export function phaseForm(phase: Phase): FormHash {
  return {
    start_date: String(phase.start_date),
    end_date: String(phase.end_date),
    ...(phase.trial_end === null ? {} : { trial_end: String(phase.trial_end) }),
    ...(phase.automatic_tax ? { automatic_tax: { enabled: String(phase.automatic_tax.enabled) } } : {}),
    ...thresholds(phase),
    ...shared(phase),
    default_tax_rates: (phase.default_tax_rates ?? []).map((rate) => rate.id),
    items: phase.items.map((item) => ({
      ...shared(item),
      price: String(item.price),
      quantity: String(item.quantity ?? 1),
      tax_rates: (item.tax_rates ?? []).map((rate) => rate.id),
    })),
  }
}

function shared({ discounts, metadata }: Pick<Phase['items'][number], 'discounts' | 'metadata'>): FormHash {
  return {
    discounts: discounts.map(({ discount }) => ({ discount: String(discount) })),
    ...(Object.keys(metadata ?? {}).length === 0 ? {} : { metadata: { ...metadata } }),
  }
}

function thresholds({ billing_thresholds: given }: Phase): FormHash {
  if (given === null) return {}
  const { amount_gte: amount, reset_billing_cycle_anchor: resets } = given
  return {
    billing_thresholds: {
      ...(amount === null ? {} : { amount_gte: String(amount) }),
      ...(resets === null ? {} : { reset_billing_cycle_anchor: String(resets) }),
    },
  }
}

function daysOf({ recurring }: Price): number {
  return (DAYS_PER_INTERVAL[recurring?.interval ?? 'month'] ?? 30) * (recurring?.interval_count ?? 1)
}
