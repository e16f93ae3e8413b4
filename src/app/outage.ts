import 'server-only'
import { isRetryable } from '#src/shared/retryable.ts'

/** In place of a value that a service did not give, although the same request may succeed later. */
export const OUTAGE = Symbol('outage')

/**
 * The value, or `OUTAGE` where it failed with a retryable error of ours (auth, Stripe, Postgres down), so that a
 * page can say so in its own words. Anything else is thrown on.
 */
export async function orOutage<T>(value: Promise<T>): Promise<T | typeof OUTAGE> {
  try {
    return await value
  } catch (error) {
    if (isRetryable(error)) return OUTAGE
    throw error
  }
}
