// A reconciliation by itself: a child of the bench, whose memory is that of nothing else.

import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { systemClock } from '#src/infrastructure/clock/system-clock.ts'
import { createBilling } from '#src/infrastructure/composition-root.ts'
import { readConfig } from '#src/infrastructure/config/env.ts'
import { createLog } from '#src/infrastructure/observability/log.ts'

/** What one reconciliation found and took. */
export interface Reconciled {
  readonly objects: number
  readonly drifts: number
  readonly seconds: number
  /** The most memory that the process had. */
  readonly peakBytes: number
  /**
   * The most that it held after a page: what was left of it, in the heap and beside it, once all garbage was collected.
   * Null where nothing is collected unasked, which is where `peakBytes` is what a process takes by itself.
   */
  readonly heldBytes: number | null
}

const { operations } = createBilling(readConfig(), {
  clock: systemClock,
  log: createLog({ write: () => undefined }),
  defer: (task) => void task(),
})
/** There where the process was started with `--expose-gc`. */
const collect = globalThis.gc
let heldBytes = 0
const startedAt = performance.now()
const { objects, drifts } = await operations.reconcile.execute({
  repairs: false,
  budgetMs: Number.POSITIVE_INFINITY,
  onProgress: () => {
    if (collect === undefined) return
    collect()
    const { heapUsed, external } = process.memoryUsage()
    heldBytes = Math.max(heldBytes, heapUsed + external)
  },
})
const reconciled: Reconciled = {
  objects,
  drifts,
  seconds: (performance.now() - startedAt) / 1_000,
  peakBytes: process.resourceUsage().maxRSS * 1_024,
  heldBytes: collect === undefined ? null : heldBytes,
}
process.send?.(reconciled)
// The message leaves before the process does.
await sleep(100)
process.exit(0)
