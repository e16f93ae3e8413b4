import type { Price, Subscription } from '../../wire.ts'
import { addIntervals, type Interval, periodEnd } from '../calendar.ts'

export type AnchorConfig = NonNullable<Subscription['billing_cycle_anchor_config']>

/** The end of the period that starts at `start` for a recurring price. Seconds since 1970. */
export function endOf(price: Price, anchor: number, start: number): number {
  return periodEnd(anchor, start, intervalOf(price), countOf(price))
}

/** The start of the whole period that ends at `end`, a moment of the anchor's rhythm. */
export function startOf(price: Price, anchor: number, end: number): number {
  const [interval, count] = [intervalOf(price), countOf(price)]
  let periods = -1
  while (addIntervals(anchor, interval, (periods + 1) * count) < end) periods += 1
  while (addIntervals(anchor, interval, periods * count) >= end) periods -= 1
  return addIntervals(anchor, interval, periods * count)
}

/** The share of a whole period, up to the end that is a moment of the anchor's rhythm, that is left at `since`. */
export function shareLeft(price: Price, anchor: number, end: number, since: number): number {
  const start = startOf(price, anchor, end)
  return start >= since ? 1 : (end - since) / (end - start)
}

/** Two prices of one rhythm are billed together. */
export function rhythmOf(price: Price): string {
  return `${countOf(price)} ${intervalOf(price)}`
}

/**
 * The first moment after `now` that the fields name, in UTC. What they leave out is taken from `now`; a day that the
 * month lacks is its last one (docs.stripe.com/billing/subscriptions/billing-cycle#api).
 */
export function anchorFromConfig(config: AnchorConfig, now: number): number {
  const date = new Date(now * 1000)
  const at = (monthsAhead: number): number => {
    const month = (config.month === null ? date.getUTCMonth() : config.month - 1) + monthsAhead
    const lastDay = new Date(Date.UTC(date.getUTCFullYear(), month + 1, 0)).getUTCDate()
    return Math.floor(
      Date.UTC(
        date.getUTCFullYear(),
        month,
        Math.min(config.day_of_month, lastDay),
        config.hour ?? date.getUTCHours(),
        config.minute ?? date.getUTCMinutes(),
        config.second ?? date.getUTCSeconds(),
      ) / 1000,
    )
  }
  const step = config.month === null ? 1 : 12
  return at(0) > now ? at(0) : at(step)
}

function intervalOf(price: Price): Interval {
  const interval = price.recurring?.interval
  return interval === 'day' || interval === 'week' || interval === 'year' ? interval : 'month'
}

function countOf(price: Price): number {
  return price.recurring?.interval_count ?? 1
}
