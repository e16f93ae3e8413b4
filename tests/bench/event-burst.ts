import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Delivered } from './burst-client.ts'
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
  /** How long its deliveries began over: 0 is all at once. */
  readonly spreadMs: number
  /** The burst itself; then each round of deliveries of what was not taken, until all is. */
  readonly rounds: readonly (readonly BurstSecond[])[]
  /** Of the burst's events, those that stand in the ledger with an effect or without. */
  readonly inLedger: number
}

/** Rounds of redelivery that are tried at the most. */
const ROUNDS_MAX = 12
/** How long the deliveries of each burst are spread over: many times faster than they can be worked on. */
const SPREADS_MS = [10_000, 0]
/** Before each round of what was not taken, and how long it is spread over: Stripe spreads its own over hours. */
const ROUND_PAUSE_MS = 2_000
const ROUND_SPREAD_MS = 60_000

/** Bursts of so many new events each, at the app as it is built. */
export async function measureBursts(
  place: EventPlace,
  events: number,
  onProgress: (next: string) => void,
): Promise<readonly Burst[]> {
  const app = await place.parts.startBuiltApp()
  const bursts: Burst[] = []
  for (const spreadMs of SPREADS_MS) {
    bursts.push(await measureBurst({ ...place, app }, events, spreadMs, onProgress))
  }
  await app.kill()
  return bursts
}

/** Posts so many new events within `burstMs`, and again what was not taken. */
async function measureBurst(
  { app, users, bodies, nextTurn, parts }: EventPlace,
  events: number,
  burstMs: number,
  onProgress: (next: string) => void,
): Promise<Burst> {
  const posted = Array.from({ length: events }, () => {
    const turn = nextTurn()
    return bodies.of('updated', spread(turn, users), turn)
  })
  const rounds: BurstSecond[][] = []
  let left = posted
  while (left.length > 0 && rounds.length < ROUNDS_MAX) {
    onProgress(`a burst: ${left.length} to deliver`)
    const spreadMs = rounds.length === 0 ? burstMs : ROUND_SPREAD_MS
    if (rounds.length > 0) await sleep(ROUND_PAUSE_MS)
    const delivered = await deliverAll(app.url, left, spreadMs)
    rounds.push(secondsOf(delivered))
    left = left.filter((_, index) => delivered[index]?.status !== 200)
  }
  if (left.length > 0) throw new Error(`${left.length} of ${events} events were never taken`)
  const ids = posted.map((body) => (JSON.parse(body) as { id: string }).id)
  const [ledger] = await parts.postgres.query(
    `select count(*) as events from stripe_events where event_id = any($1) and outcome <> 'unresolved'`,
    [ids],
  )
  return { events, users, spreadMs: burstMs, rounds, inLedger: Number(ledger?.events) }
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
