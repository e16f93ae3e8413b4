import { describe, expect, it } from 'vitest'
import type { AdversarySpec } from './simulation/adversary.ts'
import { FAULTS, type Fault } from './simulation/faults.ts'
import { inOrder } from './simulation/Simulation.ts'
import { runSchedule } from './simulation/schedule.ts'
import { A_BUYERS_LIFE } from './stories.ts'

/** Each event once, by both processes in turn; the buyer comes back at once. */
const CALM: AdversarySpec = {
  deliveries: [
    { isGenerated: true, tries: [{ delay: 0, process: 0, version: '2026-10-28.endive' }] },
    { isGenerated: true, tries: [{ delay: 1, process: 1, version: '2024-06-20' }] },
  ],
  together: [1],
  faults: ['none'],
  crashEvery: 1_000,
  forgetEvery: 1_000,
  visitDelays: [0],
}

/** Runs the life with this fault at the n-th call. The call's name; null where there are fewer calls. */
async function faultAt(n: number, fault: Fault): Promise<string | null> {
  let point: string | null = null
  await runSchedule(A_BUYERS_LIFE, CALM, inOrder, (index, name) => {
    if (index !== n) return 'none'
    point = name
    return fault
  })
  return point
}

describe('a fault at any one call changes nothing in the end', () => {
  it.each(FAULTS)('%s, at the first call, the second, and so on until none is left', async (fault) => {
    const points = new Map<string, number>()
    for (let n = 0; ; n += 1) {
      const point = await faultAt(n, fault)
      if (point === null) break
      points.set(point, (points.get(point) ?? 0) + 1)
    }

    console.log(`${fault}:`, Object.fromEntries([...points].sort()))
    // What a recorder that records nothing would not notice.
    expect([...points.values()].reduce((sum, times) => sum + times, 0)).toBeGreaterThan(50)
    expect(new Set([...points.keys()].map((name) => name.split(' ')[0]))).toEqual(
      new Set(['redis', 'postgres', 'stripe']),
    )
  })
})
