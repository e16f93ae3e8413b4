import { InvalidArgumentError } from 'commander'

const UNIT_SECONDS: Readonly<Record<string, number>> = { m: 60, h: 3_600, d: 86_400 }

/** An instant as a person writes it. Told when it is used, since "ago" counts from the app's own clock. */
export type GivenInstant = (nowMs: number) => number

/**
 * Reads `2026-11-25`, `2026-11-25T08:00:00Z`, or how long ago: `30m`, `24h`, `7d`.
 * @returns the instant in milliseconds since the epoch, once `now` is known
 */
export function parseInstant(text: string): GivenInstant {
  return parse(text, -1)
}

/** As `parseInstant`, but `30d` is how far ahead. */
export function parseInstantAhead(text: string): GivenInstant {
  return parse(text, 1)
}

function parse(text: string, sign: 1 | -1): GivenInstant {
  const distance = /^(\d{1,6})([mhd])$/.exec(text)
  if (distance !== null) {
    const seconds = Number(distance[1]) * (UNIT_SECONDS[distance[2] ?? ''] ?? 0)
    return (nowMs) => nowMs + sign * seconds * 1000
  }
  const at = /^\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:\d{2}))?$/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(at))
    throw new InvalidArgumentError('give 2026-11-25, 2026-11-25T08:00:00Z, 30m, 24h or 7d.')
  return () => at
}

/** Whole seconds, as Stripe and the ledger count them. */
export function inSeconds(given: GivenInstant, nowMs: number): number {
  return Math.floor(given(nowMs) / 1000)
}

/** An instant as it is printed: to the second, in UTC. */
export function printInstant(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z')
}
