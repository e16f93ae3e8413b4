import { describe, expect, it } from 'vitest'
import { measureBeside, percentile } from '#tests/bench/measure.ts'

describe('a measurement', () => {
  it.each([
    [0.5, 50],
    [0.99, 99],
    [1, 100],
  ])('takes as percentile %d of 1 to 100 the value %d', (share, expected) => {
    const sorted = Array.from({ length: 100 }, (_, index) => index + 1)

    expect(percentile(sorted, share)).toBe(expected)
  })

  it('leaves out the warm-up and what comes before each time, and takes turns with its floor', async () => {
    const turns: string[] = []
    const note = (what: string) => async () => turns.push(what)

    const { timing, floorTiming } = await measureBeside(1, note('act'), note('floor'), {
      before: note('before'),
      warmUps: 1,
    })

    expect(turns).toEqual(['before', 'act', 'floor', 'before', 'act', 'floor'])
    expect([timing.times, floorTiming.times]).toEqual([1, 1])
  })
})
