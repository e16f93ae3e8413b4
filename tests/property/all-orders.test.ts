import { describe, expect, it } from 'vitest'
import { inAnyOrder, ordersOf } from './simulation/orders.ts'
import { writeHistory } from './simulation/write-history.ts'
import { STORIES } from './stories.ts'

/** Milliseconds: 5,040 orders of seven events, and of fourteen. */
const TIMEOUT_MS = 20 * 60_000

describe('I2: however the events of a history arrive, access ends the same', () => {
  it('there are twenty histories, none of more than seven events', () => {
    const sizes = STORIES.map(({ spec }) => writeHistory(spec).moments.flatMap(({ events }) => events).length)

    expect(sizes).toHaveLength(20)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(7)
  })

  it.each(STORIES)(
    '$name: every order gives what Stripe implies',
    { timeout: TIMEOUT_MS },
    async ({ spec }) => {
      const { states, implied, orders } = await inAnyOrder(writeHistory(spec), ordersOf)

      expect([...states.keys()]).toEqual([implied])
      expect(states.get(implied)).toBe(orders)
    },
  )

  it.each(STORIES)(
    '$name: every order of every event twice, too',
    { timeout: TIMEOUT_MS },
    async ({ spec }) => {
      const doubled = (length: number) => ordersOf(length).map((order) => [...order, ...order])
      const { states, implied, orders } = await inAnyOrder(writeHistory(spec), doubled)

      expect([...states.keys()]).toEqual([implied])
      expect(states.get(implied)).toBe(orders)
    },
  )
})
