import { decideEntitlements } from '#src/features/billing/domain/entitlement/decide-entitlements.ts'
import type { IEntitlementReader } from '#src/features/billing/domain/interfaces/IEntitlementReader.ts'
import type { Entitlements } from '#src/shared/types/billing.ts'
import type { Clock } from '#src/shared/types/clock.ts'

/** "May this user do this, now?" */
export class CheckEntitlements {
  readonly #reader: IEntitlementReader
  readonly #clock: Clock

  constructor(deps: { reader: IEntitlementReader; clock: Clock }) {
    this.#reader = deps.reader
    this.#clock = deps.clock
  }

  /**
   * Everything that the user may do at this instant. The instant is taken after the read, so that a slow read never
   * stretches access (I5). Throws `BillingError` `entitlements_unavailable`.
   */
  async execute(userId: string): Promise<Entitlements> {
    const { entitlements, layer } = await this.#reader.get(userId)
    return decideEntitlements(entitlements, this.#clock.now(), layer)
  }
}
