import Stripe from 'stripe'
import { BillingError } from '#src/features/billing/domain/errors.ts'

/** Runs a call of the SDK and turns its failures into ours, with the verdict on trying again. */
export async function callStripe<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    throw stripeError(error)
  }
}

/**
 * docs.stripe.com/api/errors: no answer, 429 (`lock_timeout` too), 409, 5xx and an answer that is not JSON may be
 * cured by time; a refused request, a wrong key or a missing permission may not. The SDK calls an API error what has
 * no class of its own. What is not of Stripe's is passed on as it is.
 */
export function stripeError(error: unknown): unknown {
  if (!(error instanceof Stripe.errors.StripeError)) return error
  const retryable =
    error instanceof Stripe.errors.StripeConnectionError ||
    error instanceof Stripe.errors.StripeRateLimitError ||
    error instanceof Stripe.errors.StripeAPIError
  return new BillingError(retryable ? 'stripe_unavailable' : 'stripe_refused', { retryable, cause: error })
}

/** Whether Stripe answers that there is no such object. */
export function isMissing(error: unknown): boolean {
  return error instanceof Stripe.errors.StripeInvalidRequestError && error.code === 'resource_missing'
}

/**
 * Whether this idempotency key can never have another answer: an error that was stored for it, or the key used with
 * other parameters (docs.stripe.com/api/idempotent_requests).
 */
export function isFinalForItsKey(error: unknown): boolean {
  if (error instanceof Stripe.errors.StripeIdempotencyError) return true
  return error instanceof Stripe.errors.StripeError && error.headers?.['idempotent-replayed'] === 'true'
}
