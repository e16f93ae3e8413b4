import { describe, expect, it } from 'vitest'
import { MUST_BE_MET, runSchedules, SUITE_TIMEOUT_MS } from './simulation/schedule.ts'
import { historySpecs } from './simulation/spec.ts'

const SCHEDULES = 3_000

describe('F53: I1 to I6 hold in every schedule, and access ends as Stripe implies', () => {
  it('for one user with up to three sources', { timeout: SUITE_TIMEOUT_MS }, async () => {
    const met = await runSchedules(
      'tests/property/schedules-of-one-user.test.ts',
      SCHEDULES,
      historySpecs({ usersMax: 1, sourcesMax: 3, actsMax: 5 }),
    )

    expect(MUST_BE_MET.filter((state) => !met.has(state))).toEqual([])
  })
})
