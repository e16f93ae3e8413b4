import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ReversalSnapshot } from '#src/features/billing/domain/change/Change.ts'
import type { SubscriptionFacts } from '#src/features/billing/domain/facts/SubscriptionFacts.ts'
import type { Drift, IReconcileStore } from '#src/features/billing/domain/interfaces/IReconcileStore.ts'
import { type BillingOfUser, billingOfUser, event, NOW_MS } from '#tests/support/billing-of-user.ts'
import type { LedgerUnderTest } from '#tests/support/ledger-under-test.ts'

const HOUR_MS = 3_600_000
const ALL = 1_000_000
const finish = { objects: 3, drifts: [], next: { phase: 'finished', cursor: null } } as const

/** What a reconciliation is told and keeps, and what a preview shows, on every store. */
export function describeReconciliations(name: string, open: () => Promise<LedgerUnderTest>): void {
  describe(`a reconciliation on ${name}`, () => {
    let opened: LedgerUnderTest
    let store: IReconcileStore
    let billing: BillingOfUser

    beforeAll(async () => {
      opened = await open()
      store = opened.reconciliations
    })
    beforeEach(async () => {
      billing = await billingOfUser(opened)
      // What an earlier test has left under way.
      for (const repairs of [true, false])
        await store.advance(await store.start(repairs, NOW_MS), finish, NOW_MS)
    })
    afterAll(() => opened.close())

    const subscription = (at: number, facts: Partial<SubscriptionFacts> = {}) =>
      billing.subscription({ at, facts })

    it('is told which sources differ, with their revision, and not which agree', async () => {
      const { runId } = await store.start(false, NOW_MS)
      await billing.apply(subscription(100))
      const differing = async (facts: Partial<SubscriptionFacts>) =>
        (await store.compareSources(runId, [subscription(200, facts)])).map(({ revision }) => revision)

      expect(await differing({})).toEqual([])
      expect(await differing({ status: 'unpaid' })).toEqual([1])
      expect(await differing({ subscriptionId: `${billing.subscriptionId}x` })).toEqual([0])
      expect(await differing({ subscriptionId: `${billing.subscriptionId}x`, status: 'unpaid' })).toEqual([])
    })

    it('is told what gives access and was not met', async () => {
      await billing.apply(subscription(100))
      const run = await store.start(true, NOW_MS + HOUR_MS)
      const mine = async () =>
        (await store.unseenSources(run.runId, 0, ALL, NOW_MS)).filter(
          ({ userId }) => userId === billing.userId,
        )
      expect(await mine()).toMatchObject([
        { sourceId: billing.subscriptionId, plan: 'pro', status: 'active' },
      ])

      await store.compareSources(run.runId, [subscription(100)])

      expect(await mine()).toEqual([])
    })

    it('lists what was not met a page at a time', async () => {
      for (const which of ['a', 'b']) {
        await billing.apply(subscription(100, { subscriptionId: `${billing.subscriptionId}${which}` }))
      }
      const { runId } = await store.start(true, NOW_MS + HOUR_MS)
      const all = await store.unseenSources(runId, 0, ALL, NOW_MS)
      const [first, second] = all.slice(-2)

      expect(await store.unseenSources(runId, first?.id ?? 0, 1, NOW_MS)).toEqual([second])
      expect(await store.unseenSources(runId, second?.id ?? 0, ALL, NOW_MS)).toEqual([])
    })

    it('counts a page once, whoever did it, and begins anew when it is finished', async () => {
      const run = await store.start(true, NOW_MS + 2 * HOUR_MS)
      const drift: Drift = {
        kind: 'missed_grant',
        objectId: billing.subscriptionId,
        userId: billing.userId,
        ours: null,
        stripes: 'pro',
        repaired: true,
      }
      const page = { ...finish, drifts: [drift, { ...drift, objectId: 'sub_other', repaired: false }] }

      expect(await store.advance(run, page, NOW_MS + 2 * HOUR_MS)).toMatchObject({
        phase: 'finished',
        objects: 3,
      })
      expect(await store.advance(run, page, NOW_MS + 2 * HOUR_MS)).toBeNull()
      expect(await store.latest(true, 1)).toMatchObject({ runId: run.runId, drifts: 2, repaired: 1 })
      expect((await store.latest(true, 1))?.found).toEqual([drift])
      expect((await store.start(true, NOW_MS + 3 * HOUR_MS)).runId).not.toBe(run.runId)
    })

    it('that is under way goes on, and one that nobody went on with for a day is forgotten', async () => {
      const { runId } = await store.start(true, NOW_MS)

      expect((await store.start(true, NOW_MS + HOUR_MS)).runId).toBe(runId)
      expect((await store.start(false, NOW_MS)).runId).not.toBe(runId)
      expect((await store.start(true, NOW_MS + 25 * HOUR_MS)).runId).not.toBe(runId)
    })

    it('is told which customers are not the linked ones, and passes over who is gone', async () => {
      await billing.apply(subscription(100))
      const { userId, customerId } = billing

      expect(
        await store.compareCustomers([
          { customerId, userId },
          { customerId: 'cus_stray', userId },
          { customerId: 'cus_of_nobody', userId: crypto.randomUUID() },
        ]),
      ).toEqual([{ customerId: 'cus_stray', userId, linkedCustomerId: customerId }])
    })

    it('is told which refunds differ', async () => {
      const refund: ReversalSnapshot = {
        kind: 'refund',
        object_id: `re_${billing.customerId}`,
        payment_id: `pi_${billing.customerId}`,
        status: 'pending',
        terminal: false,
        amount: 500,
        snapshot_at: 100,
        snapshot_rank: 0,
        read_after_revision: null,
      }
      expect(await store.compareReversals([refund])).toEqual([
        { objectId: refund.object_id, revision: 0, ours: null },
      ])
      await billing.apply({ ...subscription(100), source: null, reversals: [refund] })

      expect(await store.compareReversals([refund])).toEqual([])
      expect(await store.compareReversals([{ ...refund, status: 'succeeded' }])).toMatchObject([
        { ours: { status: 'pending', amount: 500 } },
      ])
    })

    it('is told which paid invoices differ', async () => {
      const paid = billing.invoice('paid', 100)
      const missed = () => store.compareInvoices(paid.invoices)
      expect(await missed()).toEqual([paid.invoices[0]?.invoice_id])

      await billing.apply(billing.invoice('open', 110))
      expect(await missed()).toEqual([paid.invoices[0]?.invoice_id])

      await billing.apply(paid)
      expect(await missed()).toEqual([])
    })

    it('is shown what the ledger would answer, of which nothing is left', async () => {
      await billing.apply(subscription(100))
      const [first, second] = [event(), event()]
      const { waiting } = await opened.outbox.state(0)

      const { answers, before } = await opened.preview.previewStripeEvents(
        [
          { event: first, change: subscription(200, { status: 'unpaid' }) },
          { event: second, change: subscription(150) },
        ],
        NOW_MS,
      )

      expect(answers).toMatchObject([
        { outcome: 'applied', entitlements: { sources: [] } },
        { outcome: 'stale', entitlements: { sources: [] } },
      ])
      expect(before).toMatchObject([{ userId: billing.userId, version: { counter: 1 } }])
      expect([await opened.event(first.id), await opened.event(second.id)]).toEqual([undefined, undefined])
      expect(await billing.version()).toBe(1)
      expect((await opened.outbox.state(0)).waiting).toBe(waiting)
    })
  })
}
