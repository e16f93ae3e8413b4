import type { UserEntitlements } from '#src/features/billing/domain/entitlement/UserEntitlements.ts'
import type { IOutbox, OutboxResult, OutboxState } from '#src/features/billing/domain/interfaces/IOutbox.ts'
import type { OutboxMessage } from '#src/features/billing/domain/outbox/OutboxMessage.ts'
import type { MemoryLedger } from './MemoryLedger.ts'
import type { MemoryTables, OutboxRow } from './MemoryTables.ts'

/** How long what was given up is remembered. */
const DEAD_KEPT_MS = 90 * 86_400_000

/** The outbox in this process: what the SQL functions of the same names promise. */
export class MemoryOutbox implements IOutbox {
  readonly #tables: MemoryTables
  readonly #ledger: MemoryLedger

  constructor(tables: MemoryTables, ledger: MemoryLedger) {
    this.#tables = tables
    this.#ledger = ledger
  }

  async claim(limit: number, leaseSeconds: number, now: number): Promise<readonly OutboxMessage[]> {
    const { outbox } = this.#tables
    for (const { id, deadAt } of outbox.where(isDead)) {
      if (deadAt !== null && deadAt < now - DEAD_KEPT_MS) outbox.delete(String(id))
    }
    const waiting = outbox.where((row) => !isDead(row))
    const isOldest = ({ userId, id }: OutboxRow) =>
      waiting.every((other) => other.userId !== userId || other.id >= id)
    const due = waiting
      .filter((row) => row.notBefore <= now && isOldest(row))
      .toSorted((a, b) => a.notBefore - b.notBefore || a.id - b.id)
      .slice(0, limit)
      .toSorted((a, b) => a.id - b.id)
    const claimed = due.map((row) => {
      const held = { ...row, attempts: row.attempts + 1, notBefore: now + leaseSeconds * 1000 }
      outbox.set(String(row.id), held)
      return held
    })
    const entitlements = (userId: string): Promise<UserEntitlements> =>
      this.#ledger.getUserEntitlements(userId, now)
    return Promise.all(
      claimed.map(async ({ id, messageId, userId, topic, attempts, createdAt, stripeEventId }) => ({
        id,
        messageId,
        userId,
        topic,
        attempt: attempts,
        createdAt,
        stripeEventId,
        entitlements: await entitlements(userId),
      })),
    )
  }

  async settle(results: readonly OutboxResult[], now: number): Promise<void> {
    const { outbox } = this.#tables
    for (const result of results) {
      const row = outbox.get(String(result.id))
      if (result.error === null) outbox.delete(String(result.id))
      else if (row?.attempts === result.attempt) {
        const deadAt = result.retryAt === null ? now : null
        const notBefore = result.retryAt ?? row.notBefore
        outbox.set(String(row.id), { ...row, lastError: result.error, notBefore, deadAt })
      }
    }
  }

  async state(deadMax: number): Promise<OutboxState> {
    const { outbox } = this.#tables
    const waiting = outbox.where((row) => !isDead(row))
    const dead = outbox.where(isDead).toSorted((a, b) => Number(a.deadAt) - Number(b.deadAt) || a.id - b.id)
    return {
      waiting: waiting.length,
      oldestAt: waiting.length === 0 ? null : Math.min(...waiting.map(({ createdAt }) => createdAt)),
      dead: dead.length,
      firstDead: dead
        .slice(0, deadMax)
        .toSorted((a, b) => a.id - b.id)
        .map(({ messageId, userId, topic, attempts, createdAt, lastError }) => ({
          messageId,
          userId,
          topic,
          attempts,
          createdAt,
          error: lastError,
        })),
    }
  }

  async revive(now: number): Promise<number> {
    const dead = this.#tables.outbox.where(isDead)
    for (const row of dead) {
      this.#tables.outbox.set(String(row.id), { ...row, deadAt: null, attempts: 0, notBefore: now })
    }
    return dead.length
  }
}

function isDead({ deadAt }: OutboxRow): boolean {
  return deadAt !== null
}
