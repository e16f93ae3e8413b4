import { z } from 'zod'
import type { IAccessHistory, UserRecord } from '#src/features/billing/domain/interfaces/IAccessHistory.ts'
import { ask, instant } from './ask.ts'
import { LedgerEntries } from './ledger-rows.ts'
import { EntitlementsRow } from './rows.ts'
import type { CallFunction } from './supabase-rpc.ts'

const Item = z
  .object({ plan: z.string(), plan_version: z.int(), quantity: z.int() })
  .transform(({ plan_version, ...item }) => ({ ...item, planVersion: plan_version }))

const Source = z
  .object({
    kind: z.string(),
    source_id: z.string(),
    status: z.string(),
    grants_access: z.boolean(),
    terminal: z.boolean(),
    expires_at: z.int().nullable(),
    items: z.array(Item),
    stripe_event_id: z.string().nullable(),
  })
  .transform(({ source_id, grants_access, expires_at, stripe_event_id, ...row }) => ({
    ...row,
    sourceId: source_id,
    grantsAccess: grants_access,
    expiresAt: expires_at,
    stripeEventId: stripe_event_id,
  }))

const Act = z
  .object({
    at: z.int(),
    action: z.string(),
    source_id: z.string(),
    operator: z.string(),
    reason: z.string(),
  })
  .transform(({ source_id, ...row }) => ({ ...row, sourceId: source_id }))

const UserRecordRow = z
  .object({
    customer_id: z.string().nullable(),
    entitlements: EntitlementsRow,
    sources: z.array(Source),
    events: LedgerEntries,
    acts: z.array(Act),
  })
  .transform(({ customer_id, ...row }): UserRecord => ({ ...row, customerId: customer_id }))

/** What decides about one user's access, as Postgres has it now or had it then. */
export class AccessHistory implements IAccessHistory {
  readonly #call: CallFunction

  constructor(call: CallFunction) {
    this.#call = call
  }

  async explainUser(userId: string, at: number, rewind: boolean, eventsMax: number): Promise<UserRecord> {
    return ask(this.#call, UserRecordRow, 'explain_user', {
      p_user_id: userId,
      p_at: instant(at),
      p_rewind: rewind,
      p_events_max: eventsMax,
    })
  }
}
