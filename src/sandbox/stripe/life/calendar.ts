export type Interval = 'day' | 'week' | 'month' | 'year'

export const SECONDS_PER_HOUR = 3600
export const SECONDS_PER_DAY = 86_400

/**
 * `anchor` plus `count` intervals, in seconds since 1970, in UTC. Months keep the anchor's day and time of day; where
 * the month has no such day its last one takes its place (docs.stripe.com/billing/subscriptions/billing-cycle).
 */
export function addIntervals(anchor: number, interval: Interval, count: number): number {
  if (interval === 'day') return anchor + count * SECONDS_PER_DAY
  if (interval === 'week') return anchor + count * 7 * SECONDS_PER_DAY
  const from = new Date(anchor * 1000)
  const months = from.getUTCMonth() + (interval === 'year' ? 12 * count : count)
  const lastDay = new Date(Date.UTC(from.getUTCFullYear(), months + 1, 0)).getUTCDate()
  const midnight = Date.UTC(from.getUTCFullYear(), months, Math.min(from.getUTCDate(), lastDay))
  return midnight / 1000 + (anchor % SECONDS_PER_DAY)
}

/**
 * The end of the period that starts at `start`: the first moment after it that is a whole number of periods away from
 * the anchor. A 31st clamped in February is a 31st again in March.
 */
export function periodEnd(anchor: number, start: number, interval: Interval, intervalCount: number): number {
  const longest = { day: 1, week: 7, month: 31, year: 366 }[interval] * SECONDS_PER_DAY * intervalCount
  let periods = Math.floor((start - anchor) / longest)
  let end = addIntervals(anchor, interval, periods * intervalCount)
  while (end <= start) {
    periods += 1
    end = addIntervals(anchor, interval, periods * intervalCount)
  }
  return end
}
