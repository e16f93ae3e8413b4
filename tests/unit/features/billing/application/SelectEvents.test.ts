import { describe, expect, it } from 'vitest'
import { SelectEvents } from '#src/features/billing/application/replay/SelectEvents.ts'
import type { ILedgerReader, LedgerEntry } from '#src/features/billing/domain/interfaces/ILedgerReader.ts'
import type { ParsedEvent } from '#src/features/billing/domain/interfaces/IStripeWebhooks.ts'

const parsed = (id: string, created = 100): ParsedEvent => ({
  event: {
    id,
    type: 'customer.subscription.updated',
    created,
    livemode: false,
    apiVersion: null,
    account: null,
    objectId: null,
    payload: new Uint8Array(),
  },
  facts: { kind: 'unhandled' },
})

/** A ledger that keeps these events, and a Stripe that still has those. */
function select({ kept = {}, atStripe = [] }: { kept?: Record<string, object>; atStripe?: ParsedEvent[] }) {
  const entries = Object.entries(kept).map(
    ([eventId, entry]) =>
      ({
        eventId,
        type: 'invoice.paid',
        created: 100,
        outcome: 'unresolved',
        payload: null,
        ...entry,
      }) as unknown as LedgerEntry,
  )
  const ledger = {
    listEvents: async ({ eventIds }: { eventIds?: readonly string[] }) =>
      entries.filter((entry) => eventIds === undefined || eventIds.includes(entry.eventId)),
    getEvent: async (id: string) => entries.find(({ eventId }) => eventId === id) ?? null,
  } as unknown as ILedgerReader
  return new SelectEvents({
    ledger,
    stripe: {
      retrieveEvent: async (id) => atStripe.find(({ event }) => event.id === id) ?? null,
      listEvents: async function* () {
        yield* atStripe
      },
    },
    webhooks: { parse: (body) => parsed(new TextDecoder().decode(body)) },
  })
}

const body = (id: string) => ({ payload: new TextEncoder().encode(id) })
const idsOf = (events: readonly ParsedEvent[]) => events.map(({ event }) => event.id)

describe('events that are named', () => {
  it('F54: come from the ledger, else from Stripe; what is done is counted, and what is nowhere is named', async () => {
    const { pending, gone, done, truncated } = await select({
      kept: { evt_kept: body('evt_kept'), evt_purged: {}, evt_done: { outcome: 'applied' } },
      atStripe: [parsed('evt_new', 50)],
    }).execute({ from: 'ids', eventIds: ['evt_kept', 'evt_new', 'evt_purged', 'evt_done', 'evt_nowhere'] })

    expect(idsOf(pending)).toEqual(['evt_new', 'evt_kept'])
    expect(gone).toEqual([
      { eventId: 'evt_purged', type: 'invoice.paid', created: 100 },
      { eventId: 'evt_nowhere', type: '', created: 0 },
    ])
    expect({ done, truncated }).toEqual({ done: 1, truncated: false })
  })
})

describe('events that the ledger keeps', () => {
  it('come oldest first, and of one second by their ids', async () => {
    const selected = await select({
      kept: { evt_b: body('evt_b'), evt_a: body('evt_a') },
    }).execute({ from: 'ledger', filter: {} })

    expect(idsOf(selected.pending)).toEqual(['evt_a', 'evt_b'])
    expect(selected.truncated).toBe(false)
  })
})

describe('events that Stripe lists', () => {
  it('are those that the ledger does not have as done', async () => {
    const selected = await select({
      kept: { evt_done: { outcome: 'applied' }, evt_open: {} },
      atStripe: [parsed('evt_done'), parsed('evt_open', 200), parsed('evt_new', 100)],
    }).execute({ from: 'stripe', since: 0, until: 1_000 })

    expect(idsOf(selected.pending)).toEqual(['evt_new', 'evt_open'])
    expect(selected).toMatchObject({ done: 1, gone: [], truncated: false })
  })

  it('are a thousand at the most, and more is said', async () => {
    const many = Array.from({ length: 1_001 }, (_, index) => parsed(`evt_${index}`))

    const selected = await select({ atStripe: many }).execute({ from: 'stripe', since: 0, until: 1_000 })

    expect(selected.pending).toHaveLength(1_000)
    expect(selected.truncated).toBe(true)
  })
})
