import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cycle, faultLists } from './simulation/faults.ts'
import { type Beginner, TrialsOnCards } from './simulation/TrialsOnCards.ts'

const RUNS = 2_000

const beginner: fc.Arbitrary<Beginner> = fc.record({
  paysWith: fc.constantFrom('card one', 'card one', 'card two', 'no card'),
  isGivenAtOnce: fc.boolean(),
  canBeCharged: fc.boolean(),
})

/** Those who begin at once, one such group after the other, and after how many seconds each. */
const groups = fc.array(
  fc.record({
    gap: fc.constantFrom(0, 1, 3_600),
    beginners: fc.array(beginner, { minLength: 1, maxLength: 3 }),
    givesTheRest: fc.boolean(),
  }),
  { minLength: 1, maxLength: 3 },
)

describe('F89: a trial is once a card, whoever begins at once', () => {
  it('in every order of every call, with every fault', { timeout: 600_000 }, async () => {
    const met = new Map<string, number>()
    await fc.assert(
      fc.asyncProperty(groups, faultLists, fc.scheduler(), async (plan, faults, s) => {
        const trials = new TrialsOnCards(s, cycle(faults))
        for (const { gap, beginners, givesTheRest } of plan) {
          trials.nowMs += gap * 1000
          await s.waitFor(
            Promise.all([
              ...beginners.map((one) => trials.begin(one)),
              ...(givesTheRest ? [trials.giveTheRest()] : []),
            ]),
          )
        }
        await s.waitFor(trials.settle())
        for (const [state, times] of trials.met) met.set(state, (met.get(state) ?? 0) + times)
      }),
      { numRuns: RUNS },
    )

    // Each of these must have come about, or the runs have proved less than they say.
    for (const state of [
      'several of one card',
      'verdict: first_of_card',
      'verdict: card_had_one',
      'verdict: no_card',
      'ended: active',
      'ended: canceled',
      'ended again',
      'left to the scheduled check',
      'a process died',
      'database_unavailable',
      'stripe_unavailable',
    ]) {
      expect(met.get(state), state).toBeGreaterThan(0)
    }
  })
})
