import { endpoint } from '../endpoint.ts'
import { refused } from '../errors.ts'
import { newId } from '../ids.ts'
import { advanceTestClock, TEST_CLOCK_LIFETIME_SECONDS } from '../life/test-clocks.ts'
import { page, pageParams } from '../pagination.ts'
import { hash, integer, required, text } from '../params.ts'
import type { TestClock } from '../wire.ts'
import { removeCustomer } from './customers.ts'

/** Seconds since 1970: up to the year 2106. */
const moment = integer(1, 4_294_967_295)

/** `POST /v1/test_helpers/test_clocks`. Deleted by itself after 30 days at Stripe; here it stays. */
export const create = endpoint(
  hash({ frozen_time: required(moment), customer: text(), name: text(300) }),
  (account, params) => {
    const customer =
      params.customer === undefined
        ? undefined
        : account.need(account.state.customers, params.customer, 'customer')
    if (customer?.test_clock) throw refused('The customer is on a test clock already.', 'customer')
    const clock: TestClock = {
      id: newId.testClock(),
      object: 'test_helpers.test_clock',
      created: account.clock.now,
      deletes_after: account.clock.now + TEST_CLOCK_LIFETIME_SECONDS,
      frozen_time: params.frozen_time,
      livemode: false,
      name: params.name ?? null,
      status: 'ready',
      status_details: {},
    }
    account.state.testClocks.add(clock)
    account.within({ testClock: clock }, () => account.emit('test_helpers.test_clock.created', clock))
    if (customer !== undefined) account.change(customer, { test_clock: clock.id }, 'customer.updated')
    return clock
  },
)

/** `GET /v1/test_helpers/test_clocks/:id` */
export const retrieve = endpoint(hash({}), (account, _, id) => account.need(account.state.testClocks, id))

/** `GET /v1/test_helpers/test_clocks` */
export const list = endpoint(hash(pageParams), (account, params) =>
  page(account, account.state.testClocks, params, '/v1/test_helpers/test_clocks'),
)

/** `POST /v1/test_helpers/test_clocks/:id/advance` */
export const advance = endpoint(hash({ frozen_time: required(moment) }), (account, params, id) => {
  const clock = account.need(account.state.testClocks, id)
  if (clock.status !== 'ready') throw refused(`The test clock is not ready: it is \`${clock.status}\`.`)
  advanceTestClock(account, clock, params.frozen_time)
  return clock
})

/** `DELETE /v1/test_helpers/test_clocks/:id`: its customers go with it, and their subscriptions end. */
export const remove = endpoint(hash({}), (account, _, id) => {
  const clock = account.need(account.state.testClocks, id)
  for (const customer of [...account.state.customers.values()]) {
    if (customer.test_clock === id) removeCustomer(account, customer)
  }
  account.emit('test_helpers.test_clock.deleted', clock)
  account.state.testClocks.delete(id)
  account.schedulerOf(clock).clear()
  return { id, object: 'test_helpers.test_clock', deleted: true }
})
