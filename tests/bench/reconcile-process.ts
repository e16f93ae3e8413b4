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
  /** The most of its heap that was in use, seen after each page. */
  readonly heapBytes: number
}

const { operations } = createBilling(readConfig(), {
  clock: systemClock,
  log: createLog({ write: () => undefined }),
  defer: (task) => void task(),
})
let heapBytes = 0
const startedAt = performance.now()
const { objects, drifts } = await operations.reconcile.execute({
  repairs: false,
  budgetMs: Number.POSITIVE_INFINITY,
  onProgress: () => {
    heapBytes = Math.max(heapBytes, process.memoryUsage().heapUsed)
  },
})
const reconciled: Reconciled = {
  objects,
  drifts,
  seconds: (performance.now() - startedAt) / 1_000,
  peakBytes: process.resourceUsage().maxRSS * 1_024,
  heapBytes,
}
process.send?.(reconciled)
// The message leaves before the process does.
await sleep(100)
process.exit(0)
