import type { ConfirmCheckout, ConfirmCheckoutResult } from '../checkout/ConfirmCheckout.ts'
import type { SettleTrials } from './SettleTrials.ts'

/** Confirms a checkout, and settles the trial that it began, so that the first render says how it stands (I8). */
export class SettlingCheckout {
  readonly #confirmCheckout: ConfirmCheckout
  readonly #settleTrials: SettleTrials

  constructor(deps: { confirmCheckout: ConfirmCheckout; settleTrials: SettleTrials }) {
    this.#confirmCheckout = deps.confirmCheckout
    this.#settleTrials = deps.settleTrials
  }

  /** As `ConfirmCheckout`. */
  async execute(request: Parameters<ConfirmCheckout['execute']>[0]): Promise<ConfirmCheckoutResult> {
    const result = await this.#confirmCheckout.execute(request)
    if (result.kind !== 'granted' || result.trial === null) return result
    const ended = await this.#settleTrials.execute([result.trial])
    return ended ? this.#confirmCheckout.execute(request) : result
  }
}
