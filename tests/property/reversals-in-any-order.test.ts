import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { holdsOn } from '#src/features/billing/domain/policy/holds.ts'
import { policy } from '#src/features/billing/domain/policy/policy.ts'
import { billingOfUser, NOW_SECONDS } from '#tests/support/billing-of-user.ts'
import { createMemoryStore } from '#tests/support/memory-store.ts'
import { reversalsOf } from '#tests/support/reversals-of-user.ts'

const RUNS = 2_000

/** The amounts of the three refunds; together they are what was paid. */
const AMOUNTS = { a: 1_000, b: 1_000, c: 500 }
const PAID = 2_500

/** What Stripe can have said of a refund so far: docs.stripe.com/api/refunds/object */
const REFUND_LIVES = [
  [],
  ['pending'],
  ['succeeded'],
  ['pending', 'succeeded'],
  ['pending', 'canceled'],
  ['succeeded', 'failed'],
] as const

/** What Stripe can have said of a dispute so far: docs.stripe.com/api/disputes/object */
const DISPUTE_LIVES = [
  [],
  ['warning_needs_response', 'warning_closed'],
  ['needs_response'],
  ['needs_response', 'under_review'],
  ['needs_response', 'lost'],
  ['needs_response', 'under_review', 'won'],
  ['needs_response', 'won', 'lost'],
] as const

const HOLDING = ['needs_response', 'under_review', 'lost']

const histories = fc
  .record({
    refunds: fc.record({
      a: fc.constantFrom(...REFUND_LIVES),
      b: fc.constantFrom(...REFUND_LIVES),
      c: fc.constantFrom(...REFUND_LIVES),
    }),
    dispute: fc.constantFrom(...DISPUTE_LIVES),
    seed: fc.infiniteStream(fc.nat()),
  })
  .filter(({ refunds, dispute }) => Object.values(refunds).flat().length + dispute.length <= 6)

type History = typeof histories extends fc.Arbitrary<infer T> ? T : never

/** What the last words alone imply. */
function implied({ refunds, dispute }: Pick<History, 'refunds' | 'dispute'>): string[] {
  const given = (['a', 'b', 'c'] as const)
    .filter((id) => ['pending', 'succeeded'].includes(refunds[id].at(-1) ?? ''))
    .reduce((sum, id) => sum + AMOUNTS[id], 0)
  return [
    ...(HOLDING.includes(dispute.at(-1) ?? '') ? ['dispute'] : []),
    ...(given >= PAID ? ['refund'] : []),
  ]
}

describe('F86: refunds and disputes of one payment', () => {
  it('withhold what their last words imply, in every order and told twice', async () => {
    const met = new Set<string>()
    await fc.assert(
      fc.asyncProperty(histories, async ({ refunds, dispute, seed }) => {
        const store = createMemoryStore()
        const billing = await billingOfUser(store)
        const told = reversalsOf(billing)
        await billing.apply(billing.pass(NOW_SECONDS))
        const words = [
          ...(['a', 'b', 'c'] as const).flatMap((id) =>
            refunds[id].map((status, index) =>
              told.refund({ of: told.passPayment, id, amount: AMOUNTS[id], status, at: 500 + index }),
            ),
          ),
          ...dispute.map((status, index) => told.dispute(told.passPayment, status, 500 + index)),
        ]
        const shuffled = [...words, ...words]
          .map((word) => ({ word, at: seed.next().value }))
          .toSorted((one, other) => one.at - other.at)

        for (const { word } of shuffled) await billing.apply(word)

        const [source] = await billing.access()
        const holds = source === undefined ? null : holdsOn(source, policy)
        expect(holds).toEqual(implied({ refunds, dispute }))
        met.add(String(holds))
      }),
      { numRuns: RUNS },
    )

    expect([...met].toSorted()).toEqual(['', 'dispute', 'dispute,refund', 'refund'])
  })
})
