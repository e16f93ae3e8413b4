import type fc from 'fast-check'
import { type HistorySpec, historySpecs } from './spec.ts'

/** A kind of schedules: how many of 20,000 are of it, which suite runs them, and what their histories are like. */
interface Kind {
  readonly schedules: number
  readonly suite: string
  readonly histories: fc.Arbitrary<HistorySpec>
}

export type ScheduleKind = 'short lives' | 'one user' | 'many users'

/** Mostly short ones, since most of what goes wrong needs few events, and all their orders are met soonest so. */
export const KINDS: Readonly<Record<ScheduleKind, Kind>> = {
  'short lives': {
    schedules: 16_000,
    suite: 'tests/property/schedules-of-short-lives.test.ts',
    histories: historySpecs({ usersMax: 1, sourcesMax: 2, actsMax: 2 }),
  },
  'one user': {
    schedules: 3_500,
    suite: 'tests/property/schedules-of-one-user.test.ts',
    histories: historySpecs({ usersMax: 1, sourcesMax: 3, actsMax: 5 }),
  },
  'many users': {
    schedules: 500,
    suite: 'tests/property/schedules-of-many-users.test.ts',
    histories: historySpecs({ usersMax: 5, sourcesMax: 4, actsMax: 6 }),
  },
}
