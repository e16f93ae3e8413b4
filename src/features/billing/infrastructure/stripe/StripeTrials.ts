import Stripe from 'stripe'
import type { IStripeCancellations } from '#src/features/billing/domain/interfaces/IStripeCancellations.ts'
import type { IStripeTrials, RunningTrial } from '#src/features/billing/domain/trial/IStripeTrials.ts'
import { callStripe, isMissing } from './stripe-errors.ts'

/** What Stripe answers where a payment failed or its customer would have to confirm it. */
const PAYMENT_REQUIRED = 402

/** Trials at Stripe, through its SDK. */
export class StripeTrials implements IStripeTrials {
  readonly #stripe: Stripe
  readonly #cancellations: Pick<IStripeCancellations, 'cancelSubscription'>
  readonly #environment: string

  constructor(deps: {
    stripe: Stripe
    cancellations: Pick<IStripeCancellations, 'cancelSubscription'>
    environment: string
  }) {
    this.#stripe = deps.stripe
    this.#cancellations = deps.cancellations
    this.#environment = deps.environment
  }

  /** Of the payment method nothing but the fingerprint of its card is looked at (docs.stripe.com/api/payment_methods/object). */
  async read(subscriptionId: string): Promise<RunningTrial> {
    return callStripe(async () => {
      try {
        const { status, default_payment_method: method } = await this.#stripe.subscriptions.retrieve(
          subscriptionId,
          { expand: ['default_payment_method'] },
        )
        if (status !== 'trialing') return { kind: 'over' }
        if (method === null || typeof method === 'string') return { kind: 'no_payment_method' }
        return { kind: 'payment_method', cardFingerprint: method.card?.fingerprint ?? null }
      } catch (error) {
        if (isMissing(error)) return { kind: 'over' }
        throw error
      }
    })
  }

  /**
   * Ending a trial charges the first period at once; under `error_if_incomplete` a payment that fails changes nothing
   * (docs.stripe.com/api/subscriptions/update), where the default would leave it past due, with the grace of a customer
   * who has paid before.
   */
  async end(subscriptionId: string): Promise<void> {
    await callStripe(async () => {
      try {
        await this.#stripe.subscriptions.update(
          subscriptionId,
          { trial_end: 'now', payment_behavior: 'error_if_incomplete', off_session: true },
          { idempotencyKey: `tollgate:${this.#environment}:end-trial:${subscriptionId}` },
        )
      } catch (error) {
        if (!(error instanceof Stripe.errors.StripeError) || error.statusCode !== PAYMENT_REQUIRED)
          throw error
        await this.#cancellations.cancelSubscription(subscriptionId)
      }
    })
  }
}
