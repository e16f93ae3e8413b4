import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Account } from '../account.ts'
import { refused } from '../errors.ts'
import { testClockOf } from '../test-clock-of.ts'
import type { TestClock } from '../wire.ts'
import { addIntervals, type Interval, SECONDS_PER_DAY } from './calendar.ts'
import { perform } from './transitions.ts'

// docs.stripe.com/billing/testing/test-clocks/api-advanced-usage
export const MAX_ADVANCE_INTERVALS = 2
export const MAX_ADVANCE_YEARS_WITHOUT_SUBSCRIPTION = 2
export const TEST_CLOCK_LIFETIME_SECONDS = 30 * SECONDS_PER_DAY
/** Transitions that are performed before other work gets its turn. */
const BATCH = 200

/**
 * Begins to move a test clock to `to` (seconds since 1970). It is `advancing` until everything that falls due on the
 * way has happened, then `ready`, or `internal_failure` where that failed.
 * @throws StripeError 400 for a moment that is not ahead, or is too far ahead.
 */
export function advanceTestClock(account: Account, clock: TestClock, to: number): void {
  if (to <= clock.frozen_time) {
    throw refused('`frozen_time` must be after the current frozen time of the test clock.', 'frozen_time')
  }
  const latest = latestAdvance(account, clock)
  if (to > latest) {
    throw refused(
      'A test clock moves at most two intervals of its shortest subscription at a time, or two years where it has ' +
        `none. The latest moment that this one can move to is ${latest}.`,
      'frozen_time',
    )
  }
  account.change(clock, { status: 'advancing', status_details: { advancing: { target_frozen_time: to } } })
  account.emit('test_helpers.test_clock.advancing', clock)
  // Not within the request, which is answered first.
  setImmediate(() => void move(account, clock, to))
}

/** Takes up the advances that the end of a process interrupted. */
export function resumeTestClocks(account: Account): void {
  for (const clock of account.state.testClocks.values()) {
    const to = clock.status_details.advancing?.target_frozen_time
    if (to !== undefined) void move(account, clock, to)
  }
}

async function move(account: Account, clock: TestClock, to: number): Promise<void> {
  const isThere = () => account.state.testClocks.get(clock.id) === clock
  try {
    const scheduler = account.schedulerOf(clock)
    let performed = 0
    for (let due = scheduler.takeDue(to); due !== null && isThere(); due = scheduler.takeDue(to)) {
      perform(account, due, clock)
      performed += 1
      if (performed % BATCH === 0) await nextTurn()
    }
    if (isThere()) arrive(account, clock, to)
  } catch (error) {
    console.error('stripe sandbox: a test clock failed to advance', error)
    account.change(clock, { status: 'internal_failure', status_details: {} })
    account.within({ testClock: clock }, () =>
      account.emit('test_helpers.test_clock.internal_failure', clock),
    )
  }
}

function arrive(account: Account, clock: TestClock, to: number): void {
  account.change(clock, { frozen_time: to, status: 'ready', status_details: {} })
  account.within({ testClock: clock }, () => account.emit('test_helpers.test_clock.ready', clock))
}

function latestAdvance(account: Account, clock: TestClock): number {
  const ends = [...account.state.subscriptions.values()]
    .filter((each) => each.ended_at === null && testClockOf(account.state, each.id) === clock)
    .flatMap((each) => each.items.data)
    .map(({ price }) =>
      addIntervals(
        clock.frozen_time,
        (price.recurring?.interval ?? 'month') as Interval,
        MAX_ADVANCE_INTERVALS * (price.recurring?.interval_count ?? 1),
      ),
    )
  if (ends.length > 0) return Math.min(...ends)
  return addIntervals(clock.frozen_time, 'year', MAX_ADVANCE_YEARS_WITHOUT_SUBSCRIPTION)
}
