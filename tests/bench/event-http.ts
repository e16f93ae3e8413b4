import { post } from '#tests/support/real-parts.ts'
import { type EventKind, OUTCOMES } from './event-bodies.ts'
import { spread } from './event-database.ts'
import type { EventPlace } from './event-place.ts'
import { inParallel } from './post-all.ts'

/** Users whose events are delivered again: few enough that Redis knows all of them after the first round. */
const REPEATED = 20

/** Deliveries of one event, all of which its duration counts. */
const TRIES_MAX = 5

/** Deliveries one after the other or at once: how long each took, in milliseconds, and how many there were a second. */
export interface Deliveries {
  readonly durations: readonly number[]
  readonly perSecond: number
}

/** Posts so many events of one kind, so many at once, each from its first byte sent to the last of its answer. */
export async function measureDeliveries(
  { app, users, bodies, nextTurn }: EventPlace,
  kind: EventKind,
  atOnce: number,
  times: number,
): Promise<Deliveries> {
  const durations: number[] = []
  const startedAt = performance.now()
  await inParallel(times, atOnce, async () => {
    const turn = nextTurn()
    const body = bodies.of(kind, spread(kind === 'duplicate' ? turn % REPEATED : turn, users), turn)
    const sentAt = performance.now()
    let answer = await post(app, body)
    // As Stripe would, but at once: on a machine that is busy with other things a deadline may pass.
    for (let tries = 1; answer?.status !== 200 && tries < TRIES_MAX; tries += 1)
      answer = await post(app, body)
    const text = await answer?.text()
    durations.push(performance.now() - sentAt)
    if (!text?.includes(`"outcome":"${OUTCOMES[kind]}"`)) throw new Error(`${kind}: ${text}`)
  })
  return { durations, perSecond: (times * 1_000) / (performance.now() - startedAt) }
}
