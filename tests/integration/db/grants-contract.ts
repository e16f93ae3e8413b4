import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ManualGrant } from '#src/features/billing/domain/interfaces/IManualGrants.ts'
import { type BillingOfUser, billingOfUser, NOW_MS } from '#tests/support/billing-of-user.ts'
import type { LedgerUnderTest } from '#tests/support/ledger-under-test.ts'

/** What every database behind `IManualGrants` promises. */
export function describeGrants(name: string, open: () => Promise<LedgerUnderTest>): void {
  describe(`grants by hand on ${name}`, () => {
    let store: LedgerUnderTest
    let billing: BillingOfUser

    beforeAll(async () => {
      store = await open()
    })
    beforeEach(async () => {
      billing = await billingOfUser(store)
    })
    afterAll(() => store.close())

    const comp = (changes: Partial<ManualGrant> = {}): ManualGrant => ({
      grantId: randomUUID(),
      userId: billing.userId,
      plan: 'team',
      planVersion: 1,
      quantity: 5,
      expiresAt: NOW_MS + 60_000,
      operator: 'ada',
      reason: 'an outage',
      now: NOW_MS,
      ...changes,
    })
    const revocation = (sourceId: string) => ({ sourceId, operator: 'ada', reason: 'a mistake', now: NOW_MS })

    it('a grant gives access at once, until its end, and raises the version', async () => {
      const grant = comp()

      const answer = await store.grants.grantEntitlement(grant)

      expect(answer).toMatchObject({
        outcome: 'granted',
        sourceId: `grant_${grant.grantId}`,
        entitlements: {
          version: { counter: 1 },
          sources: [{ kind: 'manual', holds: [], stripeEventId: null }],
        },
      })
      expect(await billing.access(NOW_MS + 59_999)).toMatchObject([
        { items: [{ plan: 'team', quantity: 5 }] },
      ])
      expect(await billing.access(NOW_MS + 60_000)).toEqual([])
    })

    it('a grant without an end never ends', async () => {
      await store.grants.grantEntitlement(comp({ expiresAt: null }))

      expect(await billing.access(NOW_MS + 1e12)).toHaveLength(1)
    })

    it('the same grant asked for twice is one', async () => {
      const grant = comp()
      await store.grants.grantEntitlement(grant)

      expect(await store.grants.grantEntitlement(grant)).toMatchObject({ outcome: 'exists' })
      expect(await billing.access()).toHaveLength(1)
      expect(await billing.version()).toBe(1)
    })

    it('nobody is granted anything who does not exist', async () => {
      expect(await store.grants.grantEntitlement(comp({ userId: randomUUID() }))).toEqual({
        outcome: 'unknown_user',
      })
    })

    it('a revoked grant gives nothing, for good, and raises the version once', async () => {
      const grant = comp()
      await store.grants.grantEntitlement(grant)
      const sourceId = `grant_${grant.grantId}`

      expect(await store.grants.revokeEntitlement(revocation(sourceId))).toMatchObject({
        outcome: 'revoked',
        entitlements: { version: { counter: 2 }, sources: [] },
      })
      expect(await store.grants.revokeEntitlement(revocation(sourceId))).toMatchObject({
        outcome: 'already_revoked',
        entitlements: { version: { counter: 2 } },
      })
      expect(await store.grants.grantEntitlement(grant)).toMatchObject({ outcome: 'exists' })
      expect(await billing.access()).toEqual([])
    })

    it("what Stripe's objects grant cannot be revoked by hand", async () => {
      await billing.apply(billing.subscription({ at: 100 }))

      expect(await store.grants.revokeEntitlement(revocation(billing.subscriptionId))).toEqual({
        outcome: 'not_found',
      })
      expect(await billing.access()).toHaveLength(1)
    })

    it('a comp stands beside a paid plan and survives its cancellation', async () => {
      await billing.apply(billing.subscription({ at: 100 }))
      await store.grants.grantEntitlement(comp())
      await billing.apply(billing.subscription({ at: 200, facts: { status: 'canceled', endedAt: 200 } }))

      expect(await billing.access()).toMatchObject([{ kind: 'manual' }])
    })
  })
}
