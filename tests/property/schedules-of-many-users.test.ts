import { describe, expect, it } from 'vitest'
import { MUST_BE_MET, runSchedules, SUITE_TIMEOUT_MS } from './simulation/schedule.ts'
import { historySpecs } from './simulation/spec.ts'

const SCHEDULES = 300

describe('F53: I1 to I6 hold in every schedule, and access ends as Stripe implies', () => {
  it('for up to five users with up to four sources each', { timeout: SUITE_TIMEOUT_MS }, async () => {
    const met = await runSchedules(
      'tests/property/schedules-of-many-users.test.ts',
      SCHEDULES,
      historySpecs({ usersMax: 5, sourcesMax: 4, actsMax: 6 }),
    )

    expect(MUST_BE_MET.filter((state) => !met.has(state))).toEqual([])
  })
})
