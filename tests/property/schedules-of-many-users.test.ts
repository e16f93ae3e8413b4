import { describe, expect, it } from 'vitest'
import { reportOf, runSchedules, SUITE_TIMEOUT_MS } from './simulation/schedule.ts'

describe('F53: I1 to I6 hold in every schedule, and access ends as Stripe implies', () => {
  it('for up to five users with up to four sources each', { timeout: SUITE_TIMEOUT_MS }, async () => {
    const { unmet, line } = reportOf('many users', await runSchedules('many users'))

    console.log(line)
    expect(unmet).toEqual([])
  })
})
