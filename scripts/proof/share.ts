// One share of the schedules in a thread of its own: takes what it is sent, one after the other, and answers each.

import { parentPort } from 'node:worker_threads'
import type { ScheduleKind } from '#tests/property/simulation/kinds.ts'
import { runSchedules, type ScheduleCounts } from '#tests/property/simulation/schedule.ts'

/** So many schedules of a kind, by a seed. */
export interface Share {
  readonly kind: ScheduleKind
  readonly schedules: number
  readonly seed: number
}

/** What came of a share: its counts, or the text that says how to replay its failure. */
export type ShareResult =
  | { readonly share: Share; readonly counts: ScheduleCounts }
  | { readonly share: Share; readonly failure: string }

parentPort?.on('message', async (share: Share) => {
  parentPort?.postMessage(await run(share))
})

async function run(share: Share): Promise<ShareResult> {
  try {
    return { share, counts: await runSchedules(share.kind, share.schedules, share.seed) }
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : ''
    return { share, failure: `${error instanceof Error ? error.message : error}\n${cause}` }
  }
}
