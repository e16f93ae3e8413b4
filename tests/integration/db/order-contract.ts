import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Change } from '#src/features/billing/domain/change/Change.ts'
import type { RecordedEvent } from '#src/features/billing/domain/interfaces/IEntitlementLedger.ts'
import { ordersOf } from '#tests/property/simulation/orders.ts'
import {
  type BillingOfUser,
  billingOfUser,
  event,
  NOW_MS,
  NOW_SECONDS,
} from '#tests/support/billing-of-user.ts'
import type { LedgerUnderTest } from '#tests/support/ledger-under-test.ts'

const DAY = 86_400

/** What every database behind `IEntitlementLedger` promises of snapshots that come in any order. */
export function describeOrder(name: string, open: () => Promise<LedgerUnderTest>): void {
  describe(`snapshots in any order on ${name}`, () => {
    let store: LedgerUnderTest
    let billing: BillingOfUser

    beforeAll(async () => {
      store = await open()
    })
    beforeEach(async () => {
      billing = await billingOfUser(store)
    })
    afterAll(() => store.close())

    describe('I4: an older snapshot never overwrites a newer one', () => {
      it('an older second is stale', async () => {
        await billing.apply(billing.subscription({ at: 200 }))

        expect(await billing.apply(billing.subscription({ at: 199, facts: { status: 'unpaid' } }))).toBe(
          'stale',
        )
        expect(await billing.row()).toMatchObject({ status: 'active' })
      })

      it('within one second a lower rank is stale, a higher one is applied', async () => {
        await billing.apply(billing.subscription({ at: 200, rank: 1 }))

        expect(
          await billing.apply(billing.subscription({ at: 200, rank: 0, facts: { status: 'unpaid' } })),
        ).toBe('stale')
        expect(
          await billing.apply(billing.subscription({ at: 200, rank: 2, facts: { status: 'unpaid' } })),
        ).toBe('applied')
      })

      it('a terminal state wins over any later word, and over any earlier', async () => {
        const canceled = { status: 'canceled', endedAt: 150 }
        await billing.apply(billing.subscription({ at: 200 }))

        expect(await billing.apply(billing.subscription({ at: 150, rank: 2, facts: canceled }))).toBe(
          'applied',
        )
        expect(await billing.apply(billing.subscription({ at: 300 }))).toBe('stale')
        expect(await billing.access()).toEqual([])
      })

      it('equal content changes nothing, and raises no version', async () => {
        const first = event()
        await billing.apply(billing.subscription({ at: 100 }), first)

        expect(await billing.apply(billing.subscription({ at: 100 }))).toBe('applied')
        expect(await billing.apply(billing.subscription({ at: 200 }))).toBe('applied')

        expect(await billing.version()).toBe(1)
        expect(await billing.row()).toMatchObject({ stripeEventId: first.id })
      })

      it('equal content that is newer still makes what lies between stale', async () => {
        await billing.apply(billing.subscription({ at: 100 }))
        await billing.apply(billing.subscription({ at: 200 }))

        expect(await billing.apply(billing.subscription({ at: 150, facts: { status: 'unpaid' } }))).toBe(
          'stale',
        )
      })

      it('each change of access raises the version by one', async () => {
        await billing.apply(billing.subscription({ at: 100 }))
        await billing.apply(billing.subscription({ at: 200, facts: { status: 'unpaid' } }))
        await billing.apply(billing.subscription({ at: 300 }))

        expect(await billing.version()).toBe(3)
      })
    })

    describe('two contents of one second', () => {
      const cancelAt = (at: number) => ({ cancelAt: at })

      it('the one whose change began at the other came after it', async () => {
        await billing.apply(billing.subscription({ at: 100, facts: cancelAt(2e9) }))

        const after = billing.subscription({ at: 100, facts: cancelAt(2.1e9), before: cancelAt(2e9) })
        expect(await billing.apply(after)).toBe('applied')
        expect(await billing.access()).toMatchObject([{ cancelsAt: 2.1e12 }])
      })

      it('the one at which the other began came before it', async () => {
        await billing.apply(billing.subscription({ at: 100, facts: cancelAt(2.1e9), before: cancelAt(2e9) }))

        expect(await billing.apply(billing.subscription({ at: 100, facts: cancelAt(2e9) }))).toBe('stale')
        expect(await billing.access()).toMatchObject([{ cancelsAt: 2.1e12 }])
      })

      it('each of which began at the other are a tie', async () => {
        await billing.apply(billing.subscription({ at: 100, facts: cancelAt(2e9), before: cancelAt(2.1e9) }))

        const back = billing.subscription({ at: 100, facts: cancelAt(2.1e9), before: cancelAt(2e9) })
        expect(await billing.apply(back)).toBe('ambiguous')
      })

      const circles: [string, readonly number[]][] = [
        ['left and reached again', [2e9, 2.1e9, 2e9]],
        ['reached again over two others', [2e9, 2.1e9, 2.2e9, 2e9]],
        ['left twice', [2e9, 2.1e9, 2e9, 2.2e9]],
      ]
      it.each(circles)(
        'one of which is %s: the last one counts, in whatever order all are told',
        async (_, path) => {
          const last = path.at(-1) ?? 0
          const changes = path.slice(1).map((to, index) => ({ to, from: path[index] ?? 0 }))
          for (const order of ordersOf(changes.length)) {
            billing = await billingOfUser(store)
            await billing.apply(billing.subscription({ at: 99, facts: cancelAt(2e9) }))
            for (const index of order) {
              const { from, to } = changes[index] ?? { from: 0, to: 0 }
              const told = billing.subscription({ at: 100, facts: cancelAt(to), before: cancelAt(from) })
              const applied = await billing.service.applyStripeEvent(event(), told, NOW_MS)
              if (applied.outcome !== 'ambiguous') continue
              const readAfterRevision = applied.revision
              await billing.apply(billing.subscription({ at: 100, facts: cancelAt(last), readAfterRevision }))
            }
            expect(await billing.access(), JSON.stringify(order)).toMatchObject([{ cancelsAt: last * 1000 }])
          }
        },
      )

      it('F7: of what was kept, that which nothing puts in order is named until its object was read', async () => {
        const told = (status: string) => ({
          ...billing.subscription({ at: 100, facts: { status } }),
          user_id: null,
          links_customer: false,
        })
        const [first, tied] = [event(), event(undefined, NOW_SECONDS + 1)]
        await billing.apply(told('active'), first)
        await billing.apply(told('unpaid'), tied)
        await billing.service.linkCustomer(billing.userId, billing.customerId, NOW_MS)
        const keptAfter = async (by: RecordedEvent, change: Change) => {
          const applied = await billing.service.applyStripeEvent(by, change, NOW_MS)
          return 'kept' in applied ? applied.kept.map(({ id }) => id) : applied
        }

        expect(await keptAfter(event(), billing.subscription({ at: 90 }))).toEqual([tied.id])
        expect(await keptAfter(first, told('active'))).toEqual([tied.id])
        expect(await keptAfter(tied, billing.subscription({ at: 200, facts: { status: 'unpaid' } }))).toEqual(
          [],
        )
        expect(await billing.row()).toMatchObject({ status: 'unpaid', stripeEventId: tied.id })
      })

      it('of which nothing tells are a tie: nothing is written, the ledger included', async () => {
        await billing.apply(billing.subscription({ at: 100, facts: cancelAt(2e9) }))
        const tied = event()

        const applied = await billing.service.applyStripeEvent(
          tied,
          billing.subscription({ at: 100, facts: cancelAt(2.1e9) }),
          NOW_MS,
        )

        expect(applied).toEqual({ outcome: 'ambiguous', reason: 'same_second', revision: 1 })
        expect(await store.event(tied.id)).toBeUndefined()
        expect(await billing.access()).toMatchObject([{ cancelsAt: 2e12 }])
      })

      it('are settled by a read that began after the row was seen', async () => {
        await billing.apply(billing.subscription({ at: 100, facts: cancelAt(2e9) }))

        const read = billing.subscription({ at: 100, facts: cancelAt(2.1e9), readAfterRevision: 1 })
        expect(await billing.apply(read)).toBe('applied')
        expect(await billing.access()).toMatchObject([{ cancelsAt: 2.1e12 }])
      })

      it('are not settled by a read that another change has overtaken', async () => {
        await billing.apply(billing.subscription({ at: 100, facts: cancelAt(2e9) }))
        await billing.apply(billing.subscription({ at: 100, facts: cancelAt(2.2e9), before: cancelAt(2e9) }))

        const overtaken = billing.subscription({ at: 100, facts: cancelAt(2.1e9), readAfterRevision: 1 })
        expect(await billing.apply(overtaken)).toBe('ambiguous')
        expect(await billing.access()).toMatchObject([{ cancelsAt: 2.2e12 }])
      })

      it('a read never brings back what has ended for good', async () => {
        await billing.apply(
          billing.subscription({ at: 100, rank: 2, facts: { status: 'canceled', endedAt: 100 } }),
        )

        expect(await billing.apply(billing.subscription({ at: 300, readAfterRevision: 1 }))).toBe('stale')
      })
    })

    describe('past due: the grace ends at the same moment, whichever event came first', () => {
      const active = () => billing.subscription({ at: 1_000 })
      const became = () =>
        billing.subscription({ at: 2_000, facts: { status: 'past_due' }, before: { status: 'active' } })
      const later = () =>
        billing.subscription({ at: 5_000, facts: { status: 'past_due', collectionPaused: true } })

      it.each([
        ['in order', [0, 1, 2]],
        ['the transition last', [0, 2, 1]],
        ['the transition first', [1, 0, 2]],
        ['the newest first', [2, 0, 1]],
        ['the newest, then the transition', [2, 1, 0]],
        ['the transition, then the newest', [1, 2, 0]],
      ])('%s', async (_, order) => {
        const history = [active(), became(), later()]
        for (const index of order) await billing.apply(history[index] ?? active())

        expect(await billing.access(0)).toMatchObject([{ pastDueSince: 2_000_000 }])
        expect((await billing.row())?.status).toBe('past_due')
        expect(await billing.row()).toMatchObject({ expiresAt: 2_000 + 7 * DAY })
      })

      it('until the transition has come, the oldest snapshot that shows it stands in for it', async () => {
        await billing.apply(active())
        await billing.apply(later())
        await billing.apply(billing.subscription({ at: 4_000, facts: { status: 'past_due' } }))

        expect(await billing.access(0)).toMatchObject([{ pastDueSince: 4_000_000 }])
      })

      it('a second time past due begins anew', async () => {
        await billing.apply(became())
        await billing.apply(billing.subscription({ at: 3_000 }))
        await billing.apply(
          billing.subscription({ at: 9_000, facts: { status: 'past_due' }, before: { status: 'active' } }),
        )

        expect(await billing.access(0)).toMatchObject([{ pastDueSince: 9_000_000 }])
      })

      it('a transition that is learned late moves the end, counts as a change, and names its event', async () => {
        await billing.apply(later())
        const transition = event()

        expect(await billing.apply(became(), transition)).toBe('applied')
        expect(await billing.version()).toBe(2)
        expect(await billing.row()).toMatchObject({ stripeEventId: transition.id })
      })

      it('never lasts longer than a cancellation that was set', async () => {
        await billing.apply(
          billing.subscription({
            at: 2_000,
            facts: { status: 'past_due', cancelAt: 2_500 },
            before: { status: 'active' },
          }),
        )

        expect(await billing.row()).toMatchObject({ expiresAt: 2_500 })
      })
    })

    describe('a timed pass', () => {
      it('runs from the earliest moment at which it is known to be paid', async () => {
        await billing.apply(billing.pass(NOW_SECONDS + 50))
        await billing.apply(billing.pass(NOW_SECONDS))

        expect(await billing.access()).toMatchObject([
          { kind: 'payment', expiresAt: NOW_MS + 30 * DAY * 1000 },
        ])
      })
    })

    describe('a pause', () => {
      it('holds the subscription, and its end lifts the hold', async () => {
        await billing.apply(billing.subscription({ at: 100 }))
        await billing.apply(billing.subscription({ at: 200, facts: { status: 'paused' } }))
        expect(await billing.access()).toMatchObject([{ holds: [{ kind: 'pause' }] }])

        await billing.apply(billing.subscription({ at: 300 }))
        expect(await billing.access()).toMatchObject([{ holds: [], status: 'active' }])
      })

      it('that comes late does not hold what was resumed', async () => {
        await billing.apply(billing.subscription({ at: 300 }))
        await billing.apply(billing.subscription({ at: 200, facts: { status: 'paused' } }))

        expect(await billing.access()).toMatchObject([{ holds: [], status: 'active' }])
      })
    })
  })
}
