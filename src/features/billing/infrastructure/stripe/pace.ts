import { ExponentialBackoff, handleWhen, retry } from 'cockatiel'
import { BillingError } from '#src/features/billing/domain/errors.ts'

/**
 * Calls a second that bulk reads make at the most. Stripe allows 25 in a sandbox and 100 live
 * (docs.stripe.com/rate-limits); the rest belongs to people who are buying.
 */
export const BULK_CALLS_PER_SECOND_MAX = 10

/** Tries of a call that Stripe turned away or did not answer, and the wait before the second and before the last. */
export const BULK_TRIES_MAX = 6
export const BULK_RETRY_FIRST_MS = 500
export const BULK_RETRY_LAST_MS = 20_000

/**
 * How long after its first try a call is tried again. A try that hangs takes up to half a minute by itself: six of them
 * would take longer than a host or a person waits, for a service that is away.
 */
export const BULK_PATIENCE_MS = 60_000

/** Makes a call in its turn. Throws what the last try threw. */
export type Pace = <T>(call: () => Promise<T>) => Promise<T>

/** Spreads calls over time, and tries again, later and later, what time can cure: 429 among it (F77). */
export function createPace({
  callsPerSecond = BULK_CALLS_PER_SECOND_MAX,
  firstRetryMs = BULK_RETRY_FIRST_MS,
  patienceMs = BULK_PATIENCE_MS,
  stopwatch,
  sleep,
}: {
  callsPerSecond?: number
  firstRetryMs?: number
  patienceMs?: number
  stopwatch: () => number
  sleep: (ms: number) => Promise<void>
}): Pace {
  const betweenMs = 1_000 / callsPerSecond
  const tryingUntil = (endAt: number) =>
    retry(
      handleWhen((error) => error instanceof BillingError && error.retryable && stopwatch() < endAt),
      {
        maxAttempts: BULK_TRIES_MAX - 1,
        backoff: new ExponentialBackoff({ initialDelay: firstRetryMs, maxDelay: BULK_RETRY_LAST_MS }),
      },
    )
  let nextAt = 0
  return (call) =>
    tryingUntil(stopwatch() + patienceMs).execute(async () => {
      const now = stopwatch()
      const at = Math.max(now, nextAt)
      nextAt = at + betweenMs
      if (at > now) await sleep(at - now)
      return call()
    })
}
