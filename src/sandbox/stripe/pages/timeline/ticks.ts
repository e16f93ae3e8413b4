import type { Span } from './history.ts'

const DAY = 86_400
/** Steps between two ticks, in months or in days, from the finest. */
const DAYS = [1, 2, 7] as const
const MONTHS = [1, 2, 3, 6, 12, 24, 60] as const
const MOST = 8

/** Where the time axis is marked: at the start of days or months, at most eight times. */
export function ticksOf({ from, to }: Span): { at: number; label: string }[] {
  const days = (to - from) / DAY
  const step = DAYS.find((each) => days / each <= MOST)
  if (step !== undefined) {
    const first = Math.ceil(from / DAY) * DAY
    return range(first, to, step * DAY).map((at) => ({
      at,
      label: label(at, { day: 'numeric', month: 'short' }),
    }))
  }
  const months = MONTHS.find((each) => days / 30 / each <= MOST) ?? 120
  return monthStarts(from, to, months).map((at) => ({
    at,
    label: label(at, { month: 'short', year: 'numeric' }),
  }))
}

function range(first: number, last: number, step: number): number[] {
  return Array.from(
    { length: Math.max(0, Math.floor((last - first) / step) + 1) },
    (_, index) => first + index * step,
  )
}

function monthStarts(from: number, to: number, step: number): number[] {
  const start = new Date(from * 1000)
  const starts: number[] = []
  for (let month = start.getUTCMonth() + 1; ; month += step) {
    const at = Date.UTC(start.getUTCFullYear(), month) / 1000
    if (at > to) return starts
    starts.push(at)
  }
}

function label(at: number, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat('en-GB', { ...options, timeZone: 'UTC' }).format(at * 1000)
}
