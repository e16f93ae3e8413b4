import { setTimeout as sleep } from 'node:timers/promises'
import { type AppProcess, post } from '#tests/support/real-parts.ts'
import { EVENT_KINDS, type EventKind, eventBody, OUTCOMES } from './event-bodies.ts'
import { spread } from './event-database.ts'
import { percentile, type Timing } from './measure.ts'
import { inParallel } from './post-all.ts'

const AT_ONCE = [1, 8, 32] as const
const TIMES = 200

/** How long an answer may take; what has none by then is delivered again. */
export const ANSWER_DEADLINE_MS = 10_000

/** What an event costs from its first byte sent to the last of its answer. */
export interface HttpFigure {
  readonly kind: EventKind
  readonly users: number
  readonly atOnce: number
  readonly timing: Timing
  readonly perSecond: number
}

/** Measures each kind of event, so many at once. `turnsBefore` are gone already. */
export async function measureHttp(
  app: AppProcess,
  users: number,
  turnsBefore: number,
): Promise<readonly HttpFigure[]> {
  const figures: HttpFigure[] = []
  let turn = turnsBefore
  for (const kind of EVENT_KINDS) {
    for (const atOnce of AT_ONCE) {
      const durations: number[] = []
      const startedAt = performance.now()
      await inParallel(TIMES, atOnce, async () => {
        turn += 1
        const sentAt = performance.now()
        const answer = await post(app, eventBody(kind, spread(turn, users), turn))
        const text = await answer?.text()
        durations.push(performance.now() - sentAt)
        if (!text?.includes(`"outcome":"${OUTCOMES[kind]}"`)) throw new Error(`${kind}: ${text}`)
      })
      const sorted = durations.toSorted((left, right) => left - right)
      figures.push({
        kind,
        users,
        atOnce,
        timing: { times: TIMES, p50Ms: percentile(sorted, 0.5), p99Ms: percentile(sorted, 0.99) },
        perSecond: (TIMES * 1_000) / (performance.now() - startedAt),
      })
    }
  }
  return figures
}

/** What became of the deliveries that ended in one second of a burst. */
export interface BurstSecond {
  readonly second: number
  readonly answered: number
  readonly shed: number
  readonly unanswered: number
  readonly slowestMs: number
}

export interface Burst {
  readonly events: number
  /** The burst itself, all at once; then each round of deliveries of what was not taken, until all is. */
  readonly rounds: readonly (readonly BurstSecond[])[]
}

/** Rounds of redelivery that are tried at the most. */
const ROUNDS_MAX = 10
/** Before each round of redelivery: Stripe's own first retry comes after minutes. */
const ROUND_PAUSE_MS = 2_000

/** Posts so many new events at one instant, and again what was not taken. */
export async function measureBurst(
  app: AppProcess,
  events: number,
  users: number,
  turnsBefore: number,
): Promise<Burst> {
  let left = Array.from({ length: events }, (_, index) => {
    const turn = turnsBefore + index
    return eventBody('updated', spread(turn, users), turn)
  })
  const rounds: BurstSecond[][] = []
  while (left.length > 0 && rounds.length < ROUNDS_MAX) {
    if (rounds.length > 0) await sleep(ROUND_PAUSE_MS)
    const { seconds, refused } = await deliverAll(app, left)
    rounds.push(seconds)
    left = refused
  }
  if (left.length > 0) throw new Error(`${left.length} of ${events} events were never taken`)
  return { events, rounds }
}

async function deliverAll(app: AppProcess, bodies: readonly string[]) {
  const seconds = new Map<number, BurstSecond>()
  const refused: string[] = []
  const startedAt = performance.now()
  await Promise.all(
    bodies.map(async (body) => {
      const answer = await post(app, body, ANSWER_DEADLINE_MS)
      const took = performance.now() - startedAt
      const second = Math.floor(took / 1_000)
      const so = seconds.get(second) ?? { second, answered: 0, shed: 0, unanswered: 0, slowestMs: 0 }
      seconds.set(second, {
        ...so,
        answered: so.answered + (answer?.status === 200 ? 1 : 0),
        shed: so.shed + (answer?.status === 503 ? 1 : 0),
        unanswered: so.unanswered + (answer === null ? 1 : 0),
        slowestMs: took,
      })
      if (answer?.status !== 200) refused.push(body)
    }),
  )
  return { seconds: [...seconds.values()].sort((left, right) => left.second - right.second), refused }
}
