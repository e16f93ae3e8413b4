import { LOCALE } from './format-money.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

const dayFormat = new Intl.DateTimeFormat(LOCALE, {
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  timeZone: 'UTC',
})

const minuteFormat = new Intl.DateTimeFormat(LOCALE, {
  dateStyle: 'full',
  timeStyle: 'short',
  timeZone: 'UTC',
})

const relativeFormat = new Intl.RelativeTimeFormat(LOCALE, { numeric: 'auto' })

/** A day with the month as a word: 3 March 2027. In UTC, as the server and the browser must agree. */
export function formatDay(instant: number): string {
  return dayFormat.format(instant)
}

/** The whole instant: Wednesday, 3 March 2027 at 14:05 UTC. */
export function formatInstant(instant: number): string {
  return `${minuteFormat.format(instant)} UTC`
}

/** How far away: in 12 days, yesterday, in 3 hours. Rounded towards now, so that it never promises too much time. */
export function formatDistance(instant: number, now: number): string {
  const distance = instant - now
  if (Math.abs(distance) >= DAY_MS) return relativeFormat.format(Math.trunc(distance / DAY_MS), 'day')
  if (Math.abs(distance) >= HOUR_MS) return relativeFormat.format(Math.trunc(distance / HOUR_MS), 'hour')
  return relativeFormat.format(Math.trunc(distance / 60_000), 'minute')
}
