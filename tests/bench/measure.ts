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

/**
 * Does something `times` times, one after the other, after a few times that do not count.
 * @param before runs ahead of each time and is not measured
 */
export async function measure(
  times: number,
  act: (turn: number) => Promise<unknown>,
  {
    before = async () => {},
    warmUps = 3,
  }: { before?: (turn: number) => Promise<unknown>; warmUps?: number } = {},
): Promise<Timing> {
  const durations: number[] = []
  for (let turn = 0; turn < warmUps + times; turn += 1) {
    await before(turn)
    const startedAt = performance.now()
    await act(turn)
    if (turn >= warmUps) durations.push(performance.now() - startedAt)
  }
  durations.sort((left, right) => left - right)
  return { times, p50Ms: percentile(durations, 0.5), p99Ms: percentile(durations, 0.99) }
}
