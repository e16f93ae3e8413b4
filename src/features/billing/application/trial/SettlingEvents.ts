import type { AppliedEvent } from '#src/features/billing/domain/interfaces/IEntitlementLedger.ts'
import type { ParsedEvent } from '#src/features/billing/domain/interfaces/IStripeWebhooks.ts'
import type { ApplyStripeEvent } from '../ApplyStripeEvent.ts'
import type { SettleTrials } from './SettleTrials.ts'

/**
 * Applies an event, and settles the trial that it began before Stripe is answered: where that fails, Stripe delivers
 * the event again, and the trial is open still.
 */
export class SettlingEvents {
  readonly #applyStripeEvent: ApplyStripeEvent
  readonly #settleTrials: SettleTrials

  constructor(deps: { applyStripeEvent: ApplyStripeEvent; settleTrials: SettleTrials }) {
    this.#applyStripeEvent = deps.applyStripeEvent
    this.#settleTrials = deps.settleTrials
  }

  /** As `ApplyStripeEvent`. The end of a trial is told by an event of its own. */
  async execute(parsed: ParsedEvent): Promise<AppliedEvent> {
    const applied = await this.#applyStripeEvent.execute(parsed)
    await this.#settleTrials.execute(applied.trials)
    return applied
  }
}
