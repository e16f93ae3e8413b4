import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { laws } from '#src/features/billing/application/invariants/laws.ts'
import { AccessHistory } from '#src/infrastructure/db/access-history.ts'
import { getDiagnosis } from '#src/infrastructure/db/diagnosis.ts'
import { LedgerService } from '#src/infrastructure/db/ledger-service.ts'
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
    let billing: BillingOfUser

    beforeAll(async () => {
      database = await open()
      ledger = new LedgerService(database.call)
      history = new AccessHistory(database.call)
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
