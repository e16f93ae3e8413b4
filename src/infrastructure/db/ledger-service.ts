import { z } from 'zod'
import type { ILawBook } from '#src/features/billing/application/invariants/CheckLaws.ts'
import type { IPayloadRetention } from '#src/features/billing/application/ledger/PurgePayloads.ts'
import type {
  IEventPreview,
  Preview,
  PreviewedEvent,
} from '#src/features/billing/domain/interfaces/IEventPreview.ts'
import type {
  ILedgerReader,
  LedgerEntry,
  LedgerFilter,
  LedgerRecord,
} from '#src/features/billing/domain/interfaces/ILedgerReader.ts'
import { ask, instant } from './ask.ts'
import { eventArgument } from './event-argument.ts'
import { LedgerEntries, LedgerRecordRow, PreviewRow } from './ledger-rows.ts'
import type { CallFunction } from './supabase-rpc.ts'

const LawRows = z.array(z.object({ law: z.string(), count: z.int(), first: z.array(z.string()) }))

/** The ledger as the operator's tools use it: read, previewed, and relieved of old bodies. */
export class LedgerService implements ILedgerReader, IEventPreview, IPayloadRetention, ILawBook {
  readonly #call: CallFunction

  constructor(call: CallFunction) {
    this.#call = call
  }

  async listEvents(filter: LedgerFilter, limit: number): Promise<readonly LedgerEntry[]> {
    const { userId, eventIds, before, ...named } = filter
    return ask(this.#call, LedgerEntries, 'list_stripe_events', {
      p_filter: {
        ...named,
        ...(userId !== undefined && { user_id: userId }),
        ...(eventIds !== undefined && { event_ids: eventIds }),
        ...(before !== undefined && { before: { created: before.created, event_id: before.eventId } }),
      },
      p_limit: limit,
    })
  }

  async getEvent(eventId: string): Promise<LedgerRecord | null> {
    return ask(this.#call, LedgerRecordRow, 'get_stripe_event', { p_event_id: eventId })
  }

  async previewStripeEvents(events: readonly PreviewedEvent[], now: number): Promise<Preview> {
    return ask(this.#call, PreviewRow, 'preview_stripe_events', {
      p_events: events.map(({ event, change }) => ({ event: eventArgument(event), change })),
      p_now: instant(now),
    })
  }

  async checkLaws(now: number) {
    return ask(this.#call, LawRows, 'check_laws', { p_now: instant(now) })
  }

  /** Lets the bodies of settled events go that came before this instant; how many went, at most `limit`. */
  async purgePayloads(before: number, limit: number): Promise<number> {
    return ask(this.#call, z.int(), 'purge_stripe_payloads', { p_before: instant(before), p_limit: limit })
  }
}
