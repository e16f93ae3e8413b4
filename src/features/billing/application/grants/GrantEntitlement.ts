import { randomUUID } from 'node:crypto'
import { isPlanKey, planOf, termsOf } from '#src/features/billing/domain/catalogue/lookup.ts'
import type { IEventMemory } from '#src/features/billing/domain/interfaces/IEventMemory.ts'
import type { GrantAnswer, IManualGrants } from '#src/features/billing/domain/interfaces/IManualGrants.ts'
import type { Clock } from '#src/shared/types/clock.ts'

export interface GrantRequest {
  readonly userId: string
  readonly plan: string
  /** Without one, the newest version of the plan. */
  readonly planVersion?: number
  readonly quantity?: number
  /** Milliseconds since the epoch; null never ends. */
  readonly expiresAt: number | null
  readonly operator: string
  readonly reason: string
  /** A UUID; the same one again makes no second grant. */
  readonly grantId?: string
}

export type GrantResult =
  | GrantAnswer
  | { readonly outcome: 'unknown_plan' | 'unknown_version' | 'ends_in_the_past' }

/** Access by hand: a comp, a bridge over an outage, a promise of support. It survives every cancellation. */
export class GrantEntitlement {
  readonly #grants: IManualGrants
  readonly #memory: IEventMemory
  readonly #clock: Clock

  constructor(deps: { grants: IManualGrants; memory: IEventMemory; clock: Clock }) {
    this.#grants = deps.grants
    this.#memory = deps.memory
    this.#clock = deps.clock
  }

  /** Durable when it is returned. Throws `BillingError`; `cache_unavailable` means granted, and seen within the cache's time to live. */
  async execute(request: GrantRequest): Promise<GrantResult> {
    const { userId, plan, quantity = 1, expiresAt, operator, reason, grantId = randomUUID() } = request
    if (!isPlanKey(plan)) return { outcome: 'unknown_plan' }
    const planVersion = request.planVersion ?? Math.max(...Object.keys(planOf(plan).versions).map(Number))
    if (termsOf(plan, planVersion) === null) return { outcome: 'unknown_version' }
    const now = this.#clock.now()
    if (expiresAt !== null && expiresAt <= now) return { outcome: 'ends_in_the_past' }
    const answer = await this.#grants.grantEntitlement({
      grantId,
      userId,
      plan,
      planVersion,
      quantity,
      expiresAt,
      operator,
      reason,
      now,
    })
    if (answer.outcome !== 'unknown_user') await this.#memory.remember(null, answer.entitlements)
    return answer
  }
}
