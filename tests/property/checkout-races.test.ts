import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CreateCheckoutSessionRequest } from '#src/features/billing/application/checkout/dto/CreateCheckoutSessionRequest.ts'
import { cycle, faultLists } from './simulation/faults.ts'
import { Tills } from './simulation/Tills.ts'

const RUNS = 10_000

const ORDERS: readonly CreateCheckoutSessionRequest[] = [
  { plan: 'pro', interval: 'month' },
  { plan: 'pro', interval: 'year' },
  { plan: 'team', interval: 'month', quantity: 3 },
]

/** Seconds between two bursts of clicks: at once, and longer than a reservation is its holder's. */
const GAPS = [0, 1, 61, 3_600]

const bursts = fc.array(
  fc.record({
    gap: fc.constantFrom(...GAPS),
    clicks: fc.array(fc.constantFrom(...ORDERS), { minLength: 1, maxLength: 3 }),
    pays: fc.boolean(),
  }),
  { minLength: 1, maxLength: 4 },
)

describe('F39, F40: however often is clicked, one session can be paid on, and one is', () => {
  it('in every order of every call, with every fault', { timeout: 600_000 }, async () => {
    const met = new Map<string, number>()
    await fc.assert(
      fc.asyncProperty(
        bursts,
        faultLists,
        fc.constantFrom(...ORDERS),
        fc.scheduler(),
        async (plan, faults, last, s) => {
          const tills = new Tills(s, cycle(faults))
          for (const { gap, clicks, pays } of plan) {
            tills.nowMs += gap * 1000
            await s.waitFor(
              Promise.all([...clicks.map((order) => tills.click(order)), ...(pays ? [tills.pay()] : [])]),
            )
          }
          await s.waitFor(tills.settle(last))
          for (const [state, times] of tills.met) met.set(state, (met.get(state) ?? 0) + times)
        },
      ),
      { numRuns: RUNS },
    )

    // Each of these must have come about, or the runs have proved less than they say.
    for (const state of [
      'reservation: reserved',
      'reservation: open',
      'reservation: other_open',
      'reservation: in_progress',
      'reservation: taken_over',
      'reservation: already_subscribed',
      'a late holder was refused',
      'click: created',
      'click: died',
      'paid',
    ]) {
      expect(met.get(state), state).toBeGreaterThan(0)
    }
  })
})
