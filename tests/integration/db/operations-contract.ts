import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { laws } from '#src/features/billing/application/invariants/laws.ts'
import { AccessHistory } from '#src/infrastructure/db/access-history.ts'
import { getDiagnosis } from '#src/infrastructure/db/diagnosis.ts'
import { LedgerService } from '#src/infrastructure/db/ledger-service.ts'
import { ReconcileStore } from '#src/infrastructure/db/reconcile-store.ts'
import { type BillingOfUser, billingOfUser, event, NOW_MS } from '#tests/support/billing-of-user.ts'
import { overSql } from '#tests/support/ledger-under-test.ts'
import type { TestDatabase } from '#tests/support/test-database.ts'

const DAY_MS = 86_400_000

/** What the SQL of the operator's tools promises, on every Postgres. */
export function describeOperations(name: string, open: () => Promise<TestDatabase>): void {
  describe(`the operator's SQL on ${name}`, () => {
    let database: TestDatabase
    let ledger: LedgerService
    let history: AccessHistory
    let store: ReconcileStore
    let billing: BillingOfUser

    beforeAll(async () => {
      database = await open()
      ledger = new LedgerService(database.call)
      history = new AccessHistory(database.call)
      store = new ReconcileStore(database.call)
    })
    beforeEach(async () => {
      billing = await billingOfUser(overSql(database))
    })
    afterAll(() => database.close())

    const listed = async (filter: Parameters<LedgerService['listEvents']>[0], limit = 10) =>
      (await ledger.listEvents({ userId: billing.userId, ...filter }, limit)).map(({ eventId }) => eventId)

    describe('the ledger is read', () => {
      it('newest first, a page at a time, each row once', async () => {
        const [old, middle, young] = [event(undefined, 100), event(undefined, 200), event(undefined, 300)]
        for (const [index, of] of [middle, young, old].entries()) {
          await billing.apply(billing.subscription({ at: 100 + index }), of)
        }

        expect(await listed({}, 2)).toEqual([young.id, middle.id])
        expect(await listed({ before: { created: 200, eventId: middle.id } })).toEqual([old.id])
        expect(await listed({ since: 200, until: 300 })).toEqual([middle.id])
        expect(await listed({ eventIds: [old.id, 'evt_none'] })).toEqual([old.id])
      })

      it('by outcome, reason and type', async () => {
        const [applied, stale] = [event(), event()]
        await billing.apply(billing.subscription({ at: 200 }), applied)
        await billing.apply(billing.subscription({ at: 100, facts: { status: 'unpaid' } }), stale)

        expect(await listed({ outcome: 'stale' })).toEqual([stale.id])
        expect(await listed({ type: 'customer.subscription.updated', outcome: 'applied' })).toEqual([
          applied.id,
        ])
        expect(await listed({ reason: 'no_such_reason' })).toEqual([])
      })

      it('one row with its body and what it was taken to mean; a body that went, as none', async () => {
        const first = event()
        await billing.apply(billing.subscription({ at: 100 }), first)
        const [kept, missing] = [await ledger.getEvent(first.id), await ledger.getEvent('evt_none')]
        expect(Buffer.from(kept?.payload ?? [])).toEqual(Buffer.from(first.payload))
        expect(kept?.change).toMatchObject({ kind: 'change', user_id: billing.userId })
        expect(missing).toBeNull()

        expect(await ledger.purgePayloads(NOW_MS + 1, 100)).toBeGreaterThan(0)

        expect(await ledger.getEvent(first.id)).toMatchObject({ outcome: 'applied', payload: null })
        expect(await ledger.purgePayloads(NOW_MS + 1, 100)).toBe(0)
      })
    })

    it('a preview answers as the ledger would, and leaves nothing', async () => {
      await billing.apply(billing.subscription({ at: 100 }))
      const [first, second] = [event(), event()]

      const { answers, before } = await ledger.previewStripeEvents(
        [
          { event: first, change: billing.subscription({ at: 200, facts: { status: 'unpaid' } }) },
          { event: second, change: billing.subscription({ at: 150 }) },
        ],
        NOW_MS,
      )

      expect(answers).toMatchObject([
        { outcome: 'applied', entitlements: { sources: [] } },
        { outcome: 'stale', entitlements: { sources: [] } },
      ])
      expect(before).toMatchObject([{ userId: billing.userId, version: { counter: 1 } }])
      expect(await listed({ eventIds: [first.id, second.id] })).toEqual([])
      expect(await billing.version()).toBe(1)
      const told = await database.query('select 1 from outbox where user_id = $1', [billing.userId])
      expect(told).toHaveLength(1)
    })

    describe('a reconciliation', () => {
      it('is told which sources differ, with their revision, and not which agree', async () => {
        const run = await store.start(false, NOW_MS)
        const known = billing.subscription({ at: 100 })
        await billing.apply(known)
        const differing = async (change: typeof known) =>
          (await store.compareSources(run.runId, [change])).map(({ revision }) => revision)

        expect(await differing(known)).toEqual([])
        expect(await differing(billing.subscription({ at: 200, facts: { status: 'unpaid' } }))).toEqual([1])
        const unknown = billing.subscription({
          at: 100,
          facts: { subscriptionId: `${billing.subscriptionId}x` },
        })
        expect(await differing(unknown)).toEqual([0])
      })

      it('counts a page once, whoever did it, and begins anew when it is finished', async () => {
        const run = await store.start(true, NOW_MS)
        const page = { objects: 3, drifts: [], next: { phase: 'finished', cursor: null } } as const

        expect(await store.advance(run, page, NOW_MS)).toMatchObject({ phase: 'finished', objects: 3 })
        expect(await store.advance(run, page, NOW_MS)).toBeNull()
        expect((await store.latest(true, 10))?.runId).toBe(run.runId)
        expect((await store.start(true, NOW_MS + 1)).runId).not.toBe(run.runId)
      })

      it('is told which customers are not the linked ones', async () => {
        await billing.apply(billing.subscription({ at: 100 }))
        const { userId, customerId } = billing

        expect(
          await store.compareCustomers([
            { customerId, userId },
            { customerId: 'cus_stray', userId },
          ]),
        ).toEqual([{ customerId: 'cus_stray', userId, linkedCustomerId: customerId }])
      })

      it('is told which refunds differ', async () => {
        const refund = {
          kind: 'refund',
          object_id: `re_${billing.customerId}`,
          payment_id: `pi_${billing.customerId}`,
          status: 'pending',
          terminal: false,
          amount: 500,
          snapshot_at: 100,
          snapshot_rank: 0,
          read_after_revision: null,
        } as const
        expect(await store.compareReversals([refund])).toEqual([
          { objectId: refund.object_id, revision: 0, ours: null },
        ])
        await billing.apply({ ...billing.subscription({ at: 100 }), source: null, reversals: [refund] })

        expect(await store.compareReversals([refund])).toEqual([])
        expect(await store.compareReversals([{ ...refund, status: 'succeeded' }])).toMatchObject([
          { ours: { status: 'pending', amount: 500 } },
        ])
      })
    })

    it('every law is run by its name, holds, and names who breaks it', async () => {
      await billing.apply(billing.subscription({ at: 100 }))
      const verdicts = await ledger.checkLaws(NOW_MS)
      expect(verdicts.map(({ law }) => law).toSorted()).toEqual(Object.keys(laws).toSorted())
      expect(verdicts.filter(({ count }) => count > 0)).toEqual([])

      await database.query('update user_entitlements set expires_at = null where user_id = $1', [
        billing.userId,
      ])

      expect((await ledger.checkLaws(NOW_MS)).filter(({ count }) => count > 0)).toEqual([
        { law: 'subscription_access_ends', count: 1, first: [billing.subscriptionId] },
      ])
      await database.query('delete from user_entitlements where user_id = $1', [billing.userId])
    })

    it('the diagnosis finds nothing open to users, and names what is', async () => {
      const clean = { tables_without_rls: [], tables_written_by_users: [], functions_of_users: [] }
      expect(await getDiagnosis(database.call)).toMatchObject(clean)
      await database.query('grant insert on public.outbox to authenticated')
      await database.query('alter table public.outbox no force row level security')
      await database.query('grant execute on function public.get_outbox(integer) to anon')

      expect(await getDiagnosis(database.call)).toMatchObject({
        tables_without_rls: ['outbox'],
        tables_written_by_users: ['outbox'],
        functions_of_users: ['get_outbox'],
      })

      await database.query('revoke insert on public.outbox from authenticated')
      await database.query('alter table public.outbox force row level security')
      await database.query('revoke execute on function public.get_outbox(integer) from anon')
    })

    it('a user is explained as they were, and stay as they are', async () => {
      const [first, second] = [event(), event()]
      const apply = (of: typeof first, status: string, at: number, now: number) =>
        billing.service.applyStripeEvent(of, billing.subscription({ at, facts: { status } }), now)
      await apply(first, 'active', 100, NOW_MS - DAY_MS)
      await apply(second, 'unpaid', 200, NOW_MS)

      const then = await history.explainUser(billing.userId, NOW_MS - 1, true, 10)
      const now = await history.explainUser(billing.userId, NOW_MS, false, 10)

      expect(then.entitlements.sources).toMatchObject([{ status: 'active', stripeEventId: first.id }])
      expect(then.events.map(({ eventId }) => eventId)).toEqual([first.id])
      expect(now).toMatchObject({
        customerId: billing.customerId,
        sources: [{ status: 'unpaid', stripeEventId: second.id, grantsAccess: false }],
        events: [{ eventId: second.id }, { eventId: first.id }],
      })
      expect(await billing.row()).toMatchObject({ status: 'unpaid' })
    })
  })
}
