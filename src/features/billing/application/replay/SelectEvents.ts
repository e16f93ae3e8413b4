import { handledEvents } from '#src/features/billing/domain/change/handled-events.ts'
import type {
  ILedgerReader,
  LedgerEntry,
  LedgerFilter,
} from '#src/features/billing/domain/interfaces/ILedgerReader.ts'
import type { IStripeEvents } from '#src/features/billing/domain/interfaces/IStripeEvents.ts'
import type { IStripeWebhooks, ParsedEvent } from '#src/features/billing/domain/interfaces/IStripeWebhooks.ts'

/** The most events that one replay takes. */
export const REPLAY_EVENTS_MAX = 1_000

/** Rows of the ledger that are read at once. */
const LEDGER_PAGE = 100

/**
 * Which events to replay: some by id; those kept in the ledger, by what is known of them; or all that Stripe's list
 * has of a range of seconds, which finds those that never arrived.
 */
export type ReplaySelection =
  | { readonly from: 'ids'; readonly eventIds: readonly string[] }
  | { readonly from: 'ledger'; readonly filter: Omit<LedgerFilter, 'before' | 'outcome' | 'eventIds'> }
  | { readonly from: 'stripe'; readonly since: number; readonly until: number }

/** The events to apply, oldest first, which saves work: any order ends alike (I2). What cannot be, since its body is gone; and how many are done already. */
export interface SelectedEvents {
  readonly pending: readonly ParsedEvent[]
  readonly gone: readonly Pick<LedgerEntry, 'eventId' | 'type' | 'created'>[]
  readonly done: number
  readonly truncated: boolean
}

/** Finds the bodies of the events to replay. What is in the ledger comes from there, however old it is (F54). */
export class SelectEvents {
  readonly #ledger: ILedgerReader
  readonly #stripe: IStripeEvents
  readonly #webhooks: Pick<IStripeWebhooks, 'parse'>

  constructor(deps: {
    ledger: ILedgerReader
    stripe: IStripeEvents
    webhooks: Pick<IStripeWebhooks, 'parse'>
  }) {
    this.#ledger = deps.ledger
    this.#stripe = deps.stripe
    this.#webhooks = deps.webhooks
  }

  /** Throws `BillingError` where the ledger or Stripe does not answer. */
  async execute(selection: ReplaySelection): Promise<SelectedEvents> {
    switch (selection.from) {
      case 'ids':
        return this.#named(selection.eventIds)
      case 'ledger':
        return this.#kept(selection.filter)
      case 'stripe':
        return this.#listed(selection)
    }
  }

  /** Only what is unresolved can be applied: everything else is done. */
  async #kept(filter: LedgerFilter): Promise<SelectedEvents> {
    const entries: LedgerEntry[] = []
    for (;;) {
      const last = entries.at(-1)
      const page = await this.#ledger.listEvents(
        { ...filter, outcome: 'unresolved', ...(last && { before: last }) },
        LEDGER_PAGE,
      )
      entries.push(...page)
      if (page.length < LEDGER_PAGE || entries.length > REPLAY_EVENTS_MAX) break
    }
    const taken = entries.slice(0, REPLAY_EVENTS_MAX)
    const bodies = await this.#bodies(taken.map(({ eventId }) => eventId))
    return { ...bodies, truncated: taken.length < entries.length }
  }

  async #named(eventIds: readonly string[]): Promise<SelectedEvents> {
    const taken = eventIds.slice(0, REPLAY_EVENTS_MAX)
    return { ...(await this.#bodies(taken)), truncated: taken.length < eventIds.length }
  }

  async #bodies(eventIds: readonly string[]): Promise<Omit<SelectedEvents, 'truncated'>> {
    const pending: ParsedEvent[] = []
    const gone: Pick<LedgerEntry, 'eventId' | 'type' | 'created'>[] = []
    let done = 0
    for (const eventId of eventIds) {
      const record = await this.#ledger.getEvent(eventId)
      if (record !== null && record.outcome !== 'unresolved') {
        done += 1
        continue
      }
      const kept = record?.payload ? this.#webhooks.parse(record.payload) : null
      const event = kept ?? (await this.#stripe.retrieveEvent(eventId))
      if (event === null) gone.push({ eventId, type: record?.type ?? '', created: record?.created ?? 0 })
      else pending.push(event)
    }
    return { pending: pending.toSorted(oldestFirst), gone, done }
  }

  async #listed({ since, until }: { since: number; until: number }): Promise<SelectedEvents> {
    const listed: ParsedEvent[] = []
    let truncated = false
    const range = { since, until, types: Object.keys(handledEvents) }
    for await (const event of this.#stripe.listEvents(range)) {
      if (listed.length === REPLAY_EVENTS_MAX) {
        truncated = true
        break
      }
      listed.push(event)
    }
    const done = new Set<string>()
    for (let at = 0; at < listed.length; at += LEDGER_PAGE) {
      const eventIds = listed.slice(at, at + LEDGER_PAGE).map(({ event }) => event.id)
      const known = await this.#ledger.listEvents({ eventIds }, LEDGER_PAGE)
      for (const entry of known) if (entry.outcome !== 'unresolved') done.add(entry.eventId)
    }
    const pending = listed.filter(({ event }) => !done.has(event.id)).toSorted(oldestFirst)
    return { pending, gone: [], done: done.size, truncated }
  }
}

function oldestFirst(a: ParsedEvent, b: ParsedEvent): number {
  return a.event.created - b.event.created || (a.event.id < b.event.id ? -1 : 1)
}
