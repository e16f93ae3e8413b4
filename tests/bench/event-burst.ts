import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Delivered } from './burst-client.ts'
import { eventBody } from './event-bodies.ts'
import { spread } from './event-database.ts'
import type { EventPlace } from './event-place.ts'

/** What became of the deliveries that ended in one second of a burst. */
export interface BurstSecond {
  readonly second: number
  readonly taken: number
  readonly shed: number
  readonly unanswered: number
  readonly slowestMs: number
}

export interface Burst {
  readonly events: number
  readonly users: number
  /** The burst itself; then each round of deliveries of what was not taken, until all is. */
  readonly rounds: readonly (readonly BurstSecond[])[]
  /** Of the burst's events, those that stand in the ledger with an effect or without. */
  readonly inLedger: number
}

/** Rounds of redelivery that are tried at the most. */
const ROUNDS_MAX = 12
/** How long the deliveries of the burst are spread over, several times faster than they can be worked on. */
export const BURST_MS = 10_000
/** Before each round of what was not taken, and how long it is spread over: Stripe's own first retry comes later. */
const ROUND_PAUSE_MS = 2_000
const ROUND_SPREAD_MS = 20_000

/** Posts so many new events within `BURST_MS`, and again what was not taken. */
export async function measureBurst(
  place: EventPlace,
  events: number,
  onProgress: (next: string) => void,
): Promise<Burst> {
  const { app, users, nextTurn, parts } = place
  const bodies = Array.from({ length: events }, () => {
    const turn = nextTurn()
    return eventBody('updated', spread(turn, users), turn)
  })
  const rounds: BurstSecond[][] = []
  let left = bodies
  while (left.length > 0 && rounds.length < ROUNDS_MAX) {
    onProgress(`a burst: ${left.length} to deliver`)
    const spreadMs = rounds.length === 0 ? BURST_MS : ROUND_SPREAD_MS
    if (rounds.length > 0) await sleep(ROUND_PAUSE_MS)
    const delivered = await deliverAll(app.url, left, spreadMs)
    rounds.push(secondsOf(delivered))
    left = left.filter((_, index) => delivered[index]?.status !== 200)
  }
  if (left.length > 0) throw new Error(`${left.length} of ${events} events were never taken`)
  const ids = bodies.map((body) => (JSON.parse(body) as { id: string }).id)
  const [ledger] = await parts.postgres.query(
    `select count(*) as events from stripe_events where event_id = any($1) and outcome <> 'unresolved'`,
    [ids],
  )
  return { events, users, rounds, inLedger: Number(ledger?.events) }
}

/** By a process of its own, so that no sender shares its event loop with what stands before Postgres here. */
async function deliverAll(url: string, bodies: readonly string[], spreadMs: number): Promise<Delivered[]> {
  const client = fork(join(import.meta.dirname, 'burst-client.ts'), [], { execArgv: [] })
  client.send({ url, bodies, spreadMs })
  const [delivered] = (await once(client, 'message')) as [Delivered[]]
  client.disconnect()
  return delivered
}

function secondsOf(delivered: readonly Delivered[]): BurstSecond[] {
  const seconds = Map.groupBy(delivered, ({ endedAtMs }) => Math.floor(endedAtMs / 1_000))
  return [...seconds]
    .sort(([left], [right]) => left - right)
    .map(([second, ended]) => ({
      second,
      taken: ended.filter(({ status }) => status === 200).length,
      shed: ended.filter(({ status }) => status === 503).length,
      unanswered: ended.filter(({ status }) => status === null).length,
      slowestMs: Math.max(...ended.map(({ tookMs }) => tookMs)),
    }))
}
