import type { Clock } from '#src/shared/types/clock.ts'

/** Bodies that one statement lets go, and the most that one call does. */
const PURGE_PAGE = 500
const PURGE_PAGES_MAX = 20

/** Lets the bodies of settled events that came before an instant go; how many went, at most `limit`. */
export interface IPayloadRetention {
  purgePayloads(before: number, limit: number): Promise<number>
}

/**
 * Keeps the bodies of Stripe's events no longer than is wanted: they hold what a buyer typed. What was kept as
 * unresolved keeps its body until it is applied.
 */
export class PurgePayloads {
  readonly #ledger: IPayloadRetention
  readonly #clock: Clock
  readonly #retentionMs: number

  constructor(deps: { ledger: IPayloadRetention; clock: Clock; retentionMs: number }) {
    this.#ledger = deps.ledger
    this.#clock = deps.clock
    this.#retentionMs = deps.retentionMs
  }

  /** How many bodies went. What is left goes at the next call. Throws `BillingError`. */
  async execute(): Promise<number> {
    const before = this.#clock.now() - this.#retentionMs
    let purged = 0
    for (let page = 0; page < PURGE_PAGES_MAX; page += 1) {
      const gone = await this.#ledger.purgePayloads(before, PURGE_PAGE)
      purged += gone
      if (gone < PURGE_PAGE) break
    }
    return purged
  }
}
