import type { IStripeTrials } from '#src/features/billing/domain/trial/IStripeTrials.ts'
import type { ITrials } from '#src/features/billing/domain/trial/ITrials.ts'
import type { Trial } from '#src/features/billing/domain/trial/Trial.ts'
import { isRetryable } from '#src/shared/retryable.ts'
import type { Clock } from '#src/shared/types/clock.ts'
import type { ErrorReporter } from '#src/shared/types/log.ts'

/** How many trials one scheduled check settles. */
export const OPEN_TRIALS_MAX = 20

/**
 * A trial is once a card (F89), and Stripe tells the card only when Checkout has collected it. So a trial that has begun
 * is open until its card is known; one of a card that had a trial is ended, as Stripe's page said it would be. What is
 * cut off is begun anew: the trial is open still, its verdict stays, and Stripe ends it once.
 */
export class SettleTrials {
  readonly #trials: ITrials
  readonly #stripe: IStripeTrials
  readonly #clock: Clock
  readonly #errors: ErrorReporter

  constructor(deps: { trials: ITrials; stripe: IStripeTrials; clock: Clock; errors: ErrorReporter }) {
    this.#trials = deps.trials
    this.#stripe = deps.stripe
    this.#clock = deps.clock
    this.#errors = deps.errors
  }

  /** Settles those that are open, and says whether it ended one. Throws a retryable `BillingError`. */
  async execute(trials: readonly Trial[]): Promise<boolean> {
    let ended = false
    for (const { subscriptionId, isOpen } of trials) {
      if (isOpen) ended = (await this.#settle(subscriptionId)) || ended
    }
    return ended
  }

  /** Those that no event and no page has settled; how many were looked at. Throws a retryable `BillingError`. */
  async sweep(): Promise<number> {
    const open = await this.#trials.listOpen(OPEN_TRIALS_MAX)
    for (const subscriptionId of open) await this.#settle(subscriptionId)
    return open.length
  }

  async #settle(subscriptionId: string): Promise<boolean> {
    try {
      const running = await this.#stripe.read(subscriptionId)
      if (running.kind !== 'payment_method') return false
      const { cardFingerprint } = running
      const verdict = await this.#trials.judge(subscriptionId, cardFingerprint, this.#clock.now())
      if (verdict !== 'card_had_one') return false
      await this.#stripe.end(subscriptionId)
      return true
    } catch (error) {
      if (isRetryable(error)) throw error
      // Delivering the event again would not cure it. The trial stays open, and the scheduled check tries again.
      this.#errors.report(new Error(`the trial of ${subscriptionId} was not settled`, { cause: error }), {
        reason: 'trial_not_settled',
      })
      return false
    }
  }
}
