import { describe, expect, it } from 'vitest'
import { measure, percentile } from '#tests/bench/measure.ts'

describe('a measurement', () => {
  it.each([
    [0.5, 50],
    [0.99, 99],
    [1, 100],
  ])('takes as percentile %d of 1 to 100 the value %d', (share, expected) => {
    const sorted = Array.from({ length: 100 }, (_, index) => index + 1)

    expect(percentile(sorted, share)).toBe(expected)
  })

  it('leaves out the warm-up, and what comes before each time', async () => {
    const turns: string[] = []

    const timing = await measure(2, async (turn) => turns.push(`act ${turn}`), {
      before: async (turn) => turns.push(`before ${turn}`),
      warmUps: 1,
    })

    expect(turns).toEqual(['before 0', 'act 0', 'before 1', 'act 1', 'before 2', 'act 2'])
    expect(timing.times).toBe(2)
  })
})
