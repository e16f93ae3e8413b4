import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { AppliedChange } from '#src/features/billing/domain/change/Change.ts'
import {
  type BillingOfUser,
  billingOfUser,
  event,
  NOW_MS,
  NOW_SECONDS,
} from '#tests/support/billing-of-user.ts'
import type { LedgerUnderTest } from '#tests/support/ledger-under-test.ts'
import { reversalsOf } from '#tests/support/reversals-of-user.ts'

/** What every database behind `IEntitlementLedger` promises of refunds and disputes, in any order. */
export function describeReversals(name: string, open: () => Promise<LedgerUnderTest>): void {
  describe(`refunds and disputes on ${name}`, () => {
    let store: LedgerUnderTest
    let billing: BillingOfUser
    let told: ReturnType<typeof reversalsOf>

    beforeAll(async () => {
      store = await open()
    })
    beforeEach(async () => {
      billing = await billingOfUser(store)
      told = reversalsOf(billing)
    })
    afterAll(() => store.close())

    const facts = async () => (await billing.access()).flatMap(({ holds }) => holds)
    const outcomeOf = async (of: AppliedChange) => store.service.applyStripeEvent(event(), of, NOW_MS)

    describe('of a one-time payment', () => {
      it('a refund stands on its payment, with its share', async () => {
        await billing.apply(billing.pass(NOW_SECONDS))

        expect(await billing.apply(told.refund({ of: told.passPayment, amount: 1000 }))).toBe('applied')

        expect(await facts()).toEqual([
          {
            kind: 'refund',
            paymentId: told.passPayment,
            settled: 1000,
            pending: 0,
            paid: 2500,
            periodEnd: null,
          },
        ])
        expect(await billing.version()).toBe(2)
      })

      it('several refunds add up; what failed or was canceled does not count', async () => {
        await billing.apply(billing.pass(NOW_SECONDS))
        await billing.apply(told.refund({ of: told.passPayment, id: 'a', amount: 1000 }))
        await billing.apply(told.refund({ of: told.passPayment, id: 'b', amount: 700, status: 'pending' }))
        await billing.apply(told.refund({ of: told.passPayment, id: 'c', amount: 300, status: 'failed' }))
        await billing.apply(told.refund({ of: told.passPayment, id: 'd', amount: 200, status: 'canceled' }))

        expect(await facts()).toMatchObject([{ settled: 1000, pending: 700 }])
      })

      it.each([
        ['then', ['succeeded', 'failed']],
        ['before', ['failed', 'succeeded']],
      ] as const)(
        'a refund that fails %s it is said to have succeeded takes nothing',
        async (_, statuses) => {
          await billing.apply(billing.pass(NOW_SECONDS))
          for (const status of statuses) await billing.apply(told.refund({ of: told.passPayment, status }))

          expect(await facts()).toEqual([])
        },
      )

      it('a refund whose payment nobody knows is ambiguous, and nothing is written', async () => {
        expect(await outcomeOf(told.refund({ of: told.passPayment }))).toEqual({
          outcome: 'ambiguous',
          reason: 'payment_unknown',
          revision: 0,
        })
      })

      it('a refund that is read before its payment is told waits for it', async () => {
        const read = told.read(told.refund({ of: told.passPayment }), { metadata: billing.metadata })
        expect(await billing.apply(read)).toBe('applied')
        expect(await facts()).toEqual([])

        await billing.apply(billing.pass(NOW_SECONDS))

        expect(await facts()).toMatchObject([{ kind: 'refund', settled: 2500, paid: 2500 }])
      })

      it('F7: a refund of a customer whom nobody knows yet is applied when the link is made', async () => {
        const read = told.read(told.refund({ of: told.passPayment }), { customerId: billing.customerId })
        expect(await outcomeOf(read)).toMatchObject({ outcome: 'unresolved', reason: 'unknown_user' })

        await billing.apply(billing.pass(NOW_SECONDS))

        expect(await facts()).toMatchObject([{ kind: 'refund', settled: 2500 }])
      })

      it("I7: nobody's refund is moved by a change of somebody else", async () => {
        await billing.apply(billing.pass(NOW_SECONDS))
        await billing.apply(told.refund({ of: told.passPayment }))
        const other = await billingOfUser(store)
        const stolen = {
          ...told.refund({ of: told.passPayment, at: 900, status: 'failed' }),
          user_id: other.userId,
        }

        expect(await outcomeOf(stolen)).toMatchObject({
          outcome: 'unresolved',
          reason: 'payment_of_another_user',
        })
        expect(await facts()).toHaveLength(1)
      })
    })

    describe('disputes', () => {
      it.each([
        ['in order', [0, 1, 2]],
        ['backwards', [2, 1, 0]],
        ['the outcome first', [2, 0, 1]],
      ])('the newest word counts, lost and won included: %s', async (_, order) => {
        await billing.apply(billing.pass(NOW_SECONDS))
        const words = [
          told.dispute(told.passPayment, 'needs_response', 500),
          told.dispute(told.passPayment, 'lost', 600),
          told.dispute(told.passPayment, 'won', 700),
        ]
        for (const index of order) await billing.apply(words[index] ?? billing.pass(NOW_SECONDS))

        expect(await facts()).toMatchObject([{ kind: 'dispute', status: 'won' }])
      })

      it('two words of one second are a tie, which a read settles', async () => {
        await billing.apply(billing.pass(NOW_SECONDS))
        await billing.apply(told.dispute(told.passPayment, 'under_review'))

        const tie = await outcomeOf(told.dispute(told.passPayment, 'won'))
        if (tie.outcome !== 'ambiguous') throw new Error(tie.outcome)
        expect(tie.reason).toBe('same_second')
        const won = told.dispute(told.passPayment, 'won')
        const reversals = won.reversals.map((one) => ({ ...one, read_after_revision: tie.revision }))
        expect(await billing.apply({ ...won, reversals })).toBe('applied')

        expect(await facts()).toMatchObject([{ status: 'won' }])
      })

      it('the same word again changes nothing, and raises no version', async () => {
        await billing.apply(billing.pass(NOW_SECONDS))
        await billing.apply(told.dispute(told.passPayment, 'lost', 500))
        const before = await billing.version()

        await billing.apply(told.dispute(told.passPayment, 'lost', 500))
        await billing.apply(told.dispute(told.passPayment, 'lost', 600))

        expect(await billing.version()).toBe(before)
        expect(await billing.apply(told.dispute(told.passPayment, 'needs_response', 550))).toBe('stale')
      })
    })

    describe('passes', () => {
      it('those that stand end to end are all given while the last of them lasts', async () => {
        const DAY = 86_400
        const start = 1_800_000_000
        await billing.apply(billing.pass(start, 'one'))
        await billing.apply(billing.pass(start + 10 * DAY, 'two'))
        const sourcesAfter = async (days: number) =>
          (await billing.access((start + days * DAY) * 1000)).length

        expect(await sourcesAfter(29)).toBe(2)
        expect(await sourcesAfter(59)).toBe(2)
        expect(await sourcesAfter(60)).toBe(0)
      })
    })
  })
}
