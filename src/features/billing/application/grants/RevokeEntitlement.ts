import type { IEventMemory } from '#src/features/billing/domain/interfaces/IEventMemory.ts'
import type { IManualGrants, RevokeAnswer } from '#src/features/billing/domain/interfaces/IManualGrants.ts'
import type { Clock } from '#src/shared/types/clock.ts'

/** Ends a grant by hand. A subscription or a payment is ended at Stripe, and its events end it here. */
export class RevokeEntitlement {
  readonly #grants: IManualGrants
  readonly #memory: IEventMemory
  readonly #clock: Clock

  constructor(deps: { grants: IManualGrants; memory: IEventMemory; clock: Clock }) {
    this.#grants = deps.grants
    this.#memory = deps.memory
    this.#clock = deps.clock
  }

  /** Durable when it is returned. Throws `BillingError`; `cache_unavailable` means ended, and seen within the cache's time to live. */
  async execute(request: { sourceId: string; operator: string; reason: string }): Promise<RevokeAnswer> {
    const answer = await this.#grants.revokeEntitlement({ ...request, now: this.#clock.now() })
    if (answer.outcome !== 'not_found') await this.#memory.remember(null, answer.entitlements)
    return answer
  }
}
