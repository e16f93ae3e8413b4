import { describe, expect, it } from 'vitest'
import { reportOf, runSchedules, SUITE_TIMEOUT_MS } from './simulation/schedule.ts'

describe('F53: I1 to I6 hold in every schedule, and access ends as Stripe implies', () => {
  it('for one user with up to three sources', { timeout: SUITE_TIMEOUT_MS }, async () => {
    const { unmet, line } = reportOf('one user', await runSchedules('one user'))

    console.log(line)
    expect(unmet).toEqual([])
  })
})
