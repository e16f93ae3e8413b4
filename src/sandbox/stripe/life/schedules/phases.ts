import type { Account } from '../../account.ts'
import { parameterMissing, refused } from '../../errors.ts'
import type { Price, SubscriptionSchedule, TaxRate } from '../../wire.ts'
import { addIntervals, type Interval } from '../calendar.ts'

type Phase = SubscriptionSchedule['phases'][number]

/** What a request says of a phase, its references looked up. */
export interface PhaseRequest {
  items: readonly {
    price: Price
    quantity: number
    metadata?: Record<string, string>
    tax_rates?: readonly TaxRate[]
    discounts?: Phase['discounts']
  }[]
  /** Seconds since 1970. Only the first phase of a new schedule, and one that is changed, name it. */
  start_date?: number | undefined
  end_date?: number | undefined
  duration?: { interval: Interval; interval_count?: number } | undefined
  /** Whole periods of its first item. */
  iterations?: number | undefined
  currency?: string | undefined
  trial?: boolean | undefined
  trial_end?: number | undefined
  fields: Partial<Phase>
}

/**
 * The phases one after another, from `start`. A phase without an end lasts one interval of its first item
 * (docs.stripe.com/billing/subscriptions/subscription-schedules#phases).
 * @throws StripeError 400 for phases that overlap or have no items
 */
export function phasesFrom(start: number, requests: readonly PhaseRequest[]): Phase[] {
  let from = start
  return requests.map((request, index) => {
    const at = `phases[${index}]`
    if (request.start_date !== undefined && request.start_date !== from) {
      throw refused('Phases must follow one another without a gap.', `${at}[start_date]`)
    }
    const phase = phaseOf(request, from, at)
    from = phase.end_date
    return phase
  })
}

function phaseOf(request: PhaseRequest, start: number, at: string): Phase {
  const [first] = request.items
  if (first === undefined) throw parameterMissing(`${at}[items]`)
  const end = request.end_date ?? endOf(request, first.price, start)
  if (end <= start) throw refused('A phase must end after it starts.', `${at}[end_date]`)
  return {
    add_invoice_items: [],
    application_fee_percent: null,
    billing_cycle_anchor: null,
    billing_thresholds: null,
    collection_method: null,
    currency: request.currency ?? first.price.currency,
    default_payment_method: null,
    default_tax_rates: [],
    description: null,
    discounts: [],
    end_date: end,
    invoice_settings: null,
    items: request.items.map((item) => ({
      billing_thresholds: null,
      discounts: structuredClone(item.discounts ?? []),
      metadata: item.metadata ?? {},
      plan: item.price.id,
      price: item.price.id,
      quantity: item.quantity,
      tax_rates: structuredClone([...(item.tax_rates ?? [])]),
    })),
    metadata: {},
    on_behalf_of: null,
    proration_behavior: 'create_prorations',
    start_date: start,
    transfer_data: null,
    trial_end: request.trial ? end : (request.trial_end ?? null),
    ...request.fields,
  }
}

function endOf(request: PhaseRequest, price: Price, start: number): number {
  const { duration } = request
  if (duration) return addIntervals(start, duration.interval, duration.interval_count ?? 1)
  const count = (price.recurring?.interval_count ?? 1) * (request.iterations ?? 1)
  return addIntervals(start, intervalOf(price), count)
}

function intervalOf(price: Price): Interval {
  const interval = price.recurring?.interval
  return interval === 'day' || interval === 'week' || interval === 'year' ? interval : 'month'
}

/** The phase that a moment lies in, and its place; undefined before the first and after the last. */
export function phaseAt(
  schedule: SubscriptionSchedule,
  now: number,
): { phase: Phase; index: number } | undefined {
  const index = schedule.phases.findIndex((phase) => phase.start_date <= now && now < phase.end_date)
  const phase = schedule.phases[index]
  return phase && { phase, index }
}

/** Whether a phase ends at this moment, so that another begins or the schedule is over. */
export function isPhaseDue(schedule: SubscriptionSchedule, now: number): boolean {
  return schedule.phases.some((phase) => phase.end_date === now)
}

/** Whether the schedule has cancelled its subscription by this moment. */
export function cancelsBy(schedule: SubscriptionSchedule, moment: number): boolean {
  return schedule.end_behavior === 'cancel' && schedule.phases.every((phase) => phase.end_date <= moment)
}

/** The prices of a phase's items. */
export function itemsOf(account: Account, phase: Phase) {
  return phase.items.map((item) => ({
    price: account.need(account.state.prices, String(item.price), 'phases'),
    quantity: item.quantity ?? 1,
    metadata: { ...item.metadata },
    tax_rates: item.tax_rates ?? [],
    entries: item.discounts,
  }))
}
