/** How long something took, over many times, in milliseconds. */
export interface Timing {
  readonly times: number
  readonly p50Ms: number
  readonly p99Ms: number
}

/** The smallest of `sorted` that at least `share` of them do not exceed. */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
}

/** The middle one of `values`, in any order. */
export function median(values: readonly number[]): number {
  return percentile(
    values.toSorted((left, right) => left - right),
    0.5,
  )
}

/** How many times come first that do not count, unless said otherwise. */
export const WARM_UPS = 3

/** How often to do something before it counts, and what to do ahead of each time, unmeasured. */
export interface Turns {
  readonly before?: (turn: number) => Promise<unknown>
  readonly warmUps?: number
}

/**
 * Does something `times` times, one after the other, after a few times that do not count, and in turn with it the
 * floor, the least that it could cost: so both meet the same moments of the machine.
 */
export async function measureBeside(
  times: number,
  act: (turn: number) => Promise<unknown>,
  floor: () => Promise<unknown>,
  { before = async () => {}, warmUps = WARM_UPS }: Turns = {},
): Promise<{ readonly timing: Timing; readonly floorTiming: Timing }> {
  const durations: number[] = []
  const floorDurations: number[] = []
  for (let turn = 0; turn < warmUps + times; turn += 1) {
    await before(turn)
    const took = await durationOf(() => act(turn))
    const floorTook = await durationOf(floor)
    if (turn < warmUps) continue
    durations.push(took)
    floorDurations.push(floorTook)
  }
  return { timing: timingOf(durations), floorTiming: timingOf(floorDurations) }
}

async function durationOf(act: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await act()
  return performance.now() - startedAt
}

function timingOf(durations: readonly number[]): Timing {
  const sorted = durations.toSorted((left, right) => left - right)
  return { times: sorted.length, p50Ms: percentile(sorted, 0.5), p99Ms: percentile(sorted, 0.99) }
}
