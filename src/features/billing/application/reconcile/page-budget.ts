import { BillingError } from '#src/features/billing/domain/errors.ts'

/**
 * How long one page may take: a hundred objects that are each read twice more take half a minute at the pace of bulk
 * reads. Beyond it Stripe answers so badly that the run is better gone on with later.
 */
export const PAGE_BUDGET_MS = 120_000

/** Asked before each further call for one page. Throws `BillingError` when the page has taken too long. */
export type PageBudget = () => void

/** The budget of a page that begins now. `stopwatch` is a clock that never jumps, in milliseconds. */
export function pageBudget(stopwatch: () => number): PageBudget {
  const endAt = stopwatch() + PAGE_BUDGET_MS
  return () => {
    if (stopwatch() < endAt) return
    throw new BillingError('stripe_unavailable', {
      retryable: true,
      cause: `a page of a reconciliation took longer than ${PAGE_BUDGET_MS} ms`,
    })
  }
}
