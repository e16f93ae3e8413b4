// node scripts/proof/schedules.ts [schedules] [seed]: random schedules in memory over all cores, with what has been
// done so far. Ends with 1 where one breaks a law, or where a state that must be met was not.

import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { KINDS, type ScheduleKind } from '#tests/property/simulation/kinds.ts'
import { commit, reportOf } from '#tests/property/simulation/schedule.ts'
import type { Share, ShareResult } from './share.ts'

/** Schedules of one share: often enough a line of progress, and never much to do again. */
const SHARE_MAX = 4_000

/** Megabytes for what lives but a moment, of which schedules leave much. */
const YOUNG_GENERATION_MB = 96

const kinds = Object.keys(KINDS) as ScheduleKind[]
const ofAll = kinds.reduce((sum, kind) => sum + KINDS[kind].schedules, 0)
const wanted = Number(process.argv[2] ?? 2_000_000)
const firstSeed = Number(process.argv[3] ?? Math.floor(Math.random() * 2 ** 31))

/** The kinds in the same proportion as in `npm test`. */
function shares(): Share[] {
  const all: Share[] = []
  for (const kind of kinds) {
    let left = Math.round((wanted * KINDS[kind].schedules) / ofAll)
    while (left > 0) {
      const schedules = Math.min(left, SHARE_MAX)
      all.push({ kind, schedules, seed: firstSeed + all.length })
      left -= schedules
    }
  }
  return all
}

const waiting = shares()
const total = waiting.reduce((sum, { schedules }) => sum + schedules, 0)
const met = new Map(
  kinds.map((kind) => [kind, { seed: firstSeed, schedules: 0, met: new Map<string, number>() }]),
)
const failures: string[] = []
const startedAt = performance.now()
const secondsSoFar = () => (performance.now() - startedAt) / 1000

function note(result: ShareResult): void {
  if ('failure' in result) {
    failures.push(result.failure)
    // What is found is to be looked at: the rest would only bury it.
    waiting.length = 0
    console.log(`${result.share.kind}, seed ${result.share.seed}: FAILED\n${result.failure}`)
    return
  }
  const of = met.get(result.share.kind)
  if (of === undefined) return
  of.schedules += result.counts.schedules
  for (const [state, times] of result.counts.met) of.met.set(state, (of.met.get(state) ?? 0) + times)
  const done = [...met.values()].reduce((sum, { schedules }) => sum + schedules, 0)
  const rate = done / secondsSoFar()
  const left = Math.round((total - done) / rate)
  console.log(`${done} of ${total} schedules, ${Math.round(rate)} a second, ${left} s left`)
}

function work(): Promise<void> {
  const worker = new Worker(new URL('share.ts', import.meta.url), {
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
  })
  return new Promise((resolve, reject) => {
    const next = () => {
      const share = waiting.shift()
      if (share !== undefined) worker.postMessage(share)
      else worker.terminate().then(() => resolve(), reject)
    }
    worker.on('message', (result: ShareResult) => {
      note(result)
      next()
    })
    worker.on('error', reject)
    next()
  })
}

const cores = availableParallelism()
console.log(`commit ${commit()}, first seed ${firstSeed}, ${total} schedules on ${cores} cores`)
await Promise.all(Array.from({ length: cores }, work))

const unmet = kinds.flatMap((kind) => {
  const counts = met.get(kind)
  if (counts === undefined || counts.schedules === 0) return []
  const report = reportOf(kind, counts)
  console.log(report.line)
  return report.unmet.map((state) => `${kind}: ${state}`)
})
if (failures.length === 0 && unmet.length > 0) console.log(`Never met: ${unmet.join('; ')}`)
console.log(
  `${total} schedules asked for, ${failures.length} failed, ${Math.round(secondsSoFar())} s, ${cores} cores`,
)
process.exitCode = failures.length + unmet.length === 0 ? 0 : 1
