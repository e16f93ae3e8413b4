import type { ITrials } from '#src/features/billing/domain/trial/ITrials.ts'
import type { Trial, TrialVerdict } from '#src/features/billing/domain/trial/Trial.ts'
import type { MemoryTables, TrialRow } from './MemoryTables.ts'

/** Trials that are once a card, in this process: what the SQL functions of the same names promise. */
export class MemoryTrials implements ITrials {
  readonly #tables: MemoryTables

  constructor(tables: MemoryTables) {
    this.#tables = tables
  }

  async judge(
    subscriptionId: string,
    cardFingerprint: string | null,
    now: number,
  ): Promise<TrialVerdict | null> {
    const { trials, sources } = this.#tables
    const trial = trials.get(subscriptionId)
    if (trial === null || trial.verdict !== null) return trial?.verdict ?? null
    const verdict = this.#verdictOn(cardFingerprint)
    trials.set(subscriptionId, {
      ...trial,
      verdict,
      cardFingerprint: verdict === 'first_of_card' ? cardFingerprint : null,
    })
    const userId = sources.get(subscriptionId)?.userId
    if (verdict === 'card_had_one' && userId !== undefined) {
      this.#tables.tell(userId, 'trial.card_had_one', { eventId: null, now })
    }
    return verdict
  }

  async listOpen(limit: number): Promise<readonly string[]> {
    return this.#tables.trials
      .where((row) => isOpen(this.#tables, row))
      .toSorted((a, b) => a.beganAt - b.beganAt)
      .slice(0, limit)
      .map(({ subscriptionId }) => subscriptionId)
  }

  #verdictOn(cardFingerprint: string | null): TrialVerdict {
    if (cardFingerprint === null) return 'no_card'
    const before = this.#tables.trials.where((row) => row.cardFingerprint === cardFingerprint)
    return before.length > 0 ? 'card_had_one' : 'first_of_card'
  }
}

/** A user's trials, oldest first. */
export function trialsOf(tables: MemoryTables, userId: string): readonly Trial[] {
  return tables.trials
    .where(({ subscriptionId }) => tables.sources.get(subscriptionId)?.userId === userId)
    .toSorted((a, b) => a.beganAt - b.beganAt || (a.subscriptionId < b.subscriptionId ? -1 : 1))
    .map((row) => ({
      subscriptionId: row.subscriptionId,
      verdict: row.verdict,
      isOpen: isOpen(tables, row),
    }))
}

function isOpen({ sources }: MemoryTables, { subscriptionId, verdict }: TrialRow): boolean {
  const runs = sources.get(subscriptionId)?.snapshot.status === 'trialing'
  return runs && (verdict === null || verdict === 'card_had_one')
}
