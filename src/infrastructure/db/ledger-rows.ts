import { z } from 'zod'
import type { Change } from '#src/features/billing/domain/change/Change.ts'
import { ledgerOutcomes } from '#src/features/billing/domain/interfaces/ILedgerReader.ts'
import { AppliedRow, EntitlementsRow } from './rows.ts'

const Entry = z.object({
  event_id: z.string(),
  type: z.string(),
  created: z.int(),
  livemode: z.boolean(),
  api_version: z.string().nullable(),
  object_id: z.string().nullable(),
  customer_id: z.string().nullable(),
  user_id: z.string().nullable(),
  outcome: z.enum(ledgerOutcomes),
  reason: z.string().nullable(),
  attempts: z.int(),
  received_at: z.int(),
  settled_at: z.int(),
})

function entryOf(row: z.infer<typeof Entry>) {
  return {
    eventId: row.event_id,
    type: row.type,
    created: row.created,
    livemode: row.livemode,
    apiVersion: row.api_version,
    objectId: row.object_id,
    customerId: row.customer_id,
    userId: row.user_id,
    outcome: row.outcome,
    reason: row.reason,
    attempts: row.attempts,
    receivedAt: row.received_at,
    settledAt: row.settled_at,
  }
}

/** The answer of `list_stripe_events`. */
export const LedgerEntries = z.array(Entry.transform(entryOf))

/** The answer of `get_stripe_event`. The change is a document that this app itself had written. */
export const LedgerRecordRow = Entry.extend({
  change: z.custom<Change>((value) => typeof value === 'object' && value !== null).nullable(),
  payload_base64: z.base64().nullable(),
})
  .transform(({ change, payload_base64, ...row }) => ({
    ...entryOf(row),
    change,
    payload: payload_base64 === null ? null : new Uint8Array(Buffer.from(payload_base64, 'base64')),
  }))
  .nullable()

/** The answer of `preview_stripe_events`. */
export const PreviewRow = z.object({
  answers: z.array(AppliedRow),
  before: z.array(EntitlementsRow),
})
