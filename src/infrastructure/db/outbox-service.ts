import { z } from 'zod'
import type { IOutbox, OutboxResult, OutboxState } from '#src/features/billing/domain/interfaces/IOutbox.ts'
import type { OutboxMessage } from '#src/features/billing/domain/outbox/OutboxMessage.ts'
import { ask, instant } from './ask.ts'
import { EntitlementsRow } from './rows.ts'
import type { CallFunction } from './supabase-rpc.ts'

const MessageRows = z.array(
  z
    .object({
      id: z.int(),
      message_id: z.string(),
      user_id: z.string(),
      topic: z.string(),
      attempt: z.int(),
      created_at: z.int(),
      stripe_event_id: z.string().nullable(),
      entitlements: EntitlementsRow,
    })
    .transform(
      ({ message_id, user_id, created_at, stripe_event_id, ...row }): OutboxMessage => ({
        ...row,
        messageId: message_id,
        userId: user_id,
        createdAt: created_at,
        stripeEventId: stripe_event_id,
      }),
    ),
)

const StateRow = z.object({
  waiting: z.int(),
  oldest_at: z.int().nullable(),
  dead: z.int(),
  first_dead: z.array(
    z
      .object({
        message_id: z.string(),
        user_id: z.string(),
        topic: z.string(),
        attempts: z.int(),
        created_at: z.int(),
        error: z.string().nullable(),
      })
      .transform(({ message_id, user_id, created_at, ...row }) => ({
        ...row,
        messageId: message_id,
        userId: user_id,
        createdAt: created_at,
      })),
  ),
})

/** The outbox in Postgres, through its SQL functions. */
export class OutboxService implements IOutbox {
  readonly #call: CallFunction

  constructor(call: CallFunction) {
    this.#call = call
  }

  async claim(limit: number, leaseSeconds: number, now: number): Promise<readonly OutboxMessage[]> {
    return ask(this.#call, MessageRows, 'claim_outbox', {
      p_limit: limit,
      p_lease_seconds: leaseSeconds,
      p_now: instant(now),
    })
  }

  async settle(results: readonly OutboxResult[], now: number): Promise<void> {
    await this.#call('settle_outbox', {
      p_results: results.map((result) => ({
        id: result.id,
        attempt: result.attempt,
        error: result.error,
        retry_at: result.error === null ? null : result.retryAt,
      })),
      p_now: instant(now),
    })
  }

  async state(deadMax: number): Promise<OutboxState> {
    const row = await ask(this.#call, StateRow, 'get_outbox', { p_dead_max: deadMax })
    return { waiting: row.waiting, oldestAt: row.oldest_at, dead: row.dead, firstDead: row.first_dead }
  }

  async revive(now: number): Promise<number> {
    return ask(this.#call, z.int(), 'revive_outbox', { p_now: instant(now) })
  }
}
