const MINUTE = 60
const HOUR = 60 * MINUTE

/**
 * When a failed delivery is tried again: by name, or as the pauses before the second, third, ... try in seconds of the
 * sandbox's clock.
 *
 * - `live`: for up to three days, with growing pauses.
 * - `sandbox`: three tries over three hours.
 * - `quick`: three tries within seconds, for an app under development.
 *
 * Stripe names the three days and the three tries over a few hours (docs.stripe.com/webhooks#retries); the pauses
 * themselves are not documented.
 */
export type RetryPolicy = keyof typeof RETRY_PAUSES | readonly number[]

export const RETRY_PAUSES = {
  live: [
    5 * MINUTE,
    30 * MINUTE,
    2 * HOUR,
    5 * HOUR,
    10 * HOUR,
    ...Array.from({ length: 4 }, () => 12 * HOUR),
  ],
  sandbox: [HOUR, 2 * HOUR],
  quick: [1, 5],
} as const satisfies Record<string, readonly number[]>

/** Seconds from the failure of try `number` (from 1) to the next one, or null where it was the last. */
export function pauseAfter(policy: RetryPolicy, number: number): number | null {
  const pauses: readonly number[] = typeof policy === 'string' ? RETRY_PAUSES[policy] : policy
  return pauses[number - 1] ?? null
}
