import { StripeError } from './errors.ts'
import type { State } from './state.ts'
import type { TestClock } from './wire.ts'

/**
 * The test clock by whose time an object lives: its own, or that of its customer. Null where it lives by the sandbox's
 * time, or does not exist (docs.stripe.com/billing/testing/test-clocks).
 */
export function testClockOf(state: State, id: string): TestClock | null {
  const clock = state.testClocks.get(id)
  if (clock !== undefined) return clock
  const object = state.find(state.subscriptionsByItem.get(id) ?? id)
  if (object === undefined) return null
  const own = 'test_clock' in object ? object.test_clock : null
  if (typeof own === 'string') return state.testClocks.get(own) ?? null
  const customer = 'customer' in object ? object.customer : null
  return typeof customer === 'string' ? testClockOf(state, customer) : null
}

/** The test clock of the first of these that names an object on one, or null. */
export function testClockAmong(state: State, named: readonly unknown[]): TestClock | null {
  for (const id of named) {
    const clock = typeof id === 'string' ? testClockOf(state, id) : null
    if (clock !== null) return clock
  }
  return null
}

/** Nothing on a clock can be changed while it moves. @throws StripeError 429 */
export function refuseWhileAdvancing(clock: TestClock | null): void {
  if (clock?.status !== 'advancing') return
  throw new StripeError({
    status: 429,
    type: 'invalid_request_error',
    code: 'lock_timeout',
    message: `Test clock advancement underway - cannot perform modifications: ${clock.id}`,
  })
}
