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

/** What becomes of what is bought twice although it is bought once, on every store. */
export function describeSecondPurchases(name: string, open: () => Promise<LedgerUnderTest>): void {
  describe(`F40: a second purchase on ${name}`, () => {
    let store: LedgerUnderTest
    let billing: BillingOfUser

    /** A subscription of this user's under an id of its own. */
    const subscription = (which: string, at: number, facts = {}): AppliedChange =>
      billing.subscription({ at, facts: { subscriptionId: `${billing.subscriptionId}${which}`, ...facts } })
    const reasonOf = async (change: AppliedChange) => {
      const applied = await billing.service.applyStripeEvent(event(), change, NOW_MS)
      return [applied.outcome, applied.reason]
    }

    beforeAll(async () => {
      store = await open()
    })
    beforeEach(async () => {
      billing = await billingOfUser(store)
    })
    afterAll(() => store.close())

    it('counts, and says so: nothing is refunded unasked', async () => {
      await billing.apply(subscription('a', 100))

      expect(await reasonOf(subscription('b', 200))).toEqual(['applied', 'second_purchase'])
      expect(await billing.access()).toHaveLength(2)
    })

    it('is said as well where the page came before the event', async () => {
      await billing.apply(subscription('a', 100))
      await billing.service.applyStripeEvent(null, subscription('b', 200), NOW_MS)

      expect(await reasonOf(subscription('b', 200))).toEqual(['applied', 'second_purchase'])
    })

    it('is none where the first is over', async () => {
      await billing.apply(subscription('a', 100))
      await billing.apply(subscription('a', 150, { status: 'canceled', endedAt: 150 }))

      expect(await reasonOf(subscription('b', 200))).toEqual(['applied', null])
    })

    it('is none beside a grant by hand, nor of a pass, nor of the same subscription again', async () => {
      await store.grants.grantEntitlement({
        grantId: crypto.randomUUID(),
        userId: billing.userId,
        plan: 'pro',
        planVersion: 1,
        quantity: 1,
        expiresAt: null,
        operator: 'ann',
        reason: 'a promise',
        now: NOW_MS,
      })

      expect(await reasonOf(subscription('a', 100))).toEqual(['applied', null])
      expect(await reasonOf(subscription('a', 200, { status: 'past_due' }))).toEqual(['applied', null])
      expect(await reasonOf(billing.pass(NOW_SECONDS - 2, 'a'))).toEqual(['applied', null])
      expect(await reasonOf(billing.pass(NOW_SECONDS - 1, 'b'))).toEqual(['applied', null])
    })

    it('is none of another user', async () => {
      const other = await billingOfUser(store)
      await other.apply(other.subscription({ at: 100 }))

      expect(await reasonOf(subscription('a', 100))).toEqual(['applied', null])
    })

    it('is listed for as long as both are live', async () => {
      const mine = async () =>
        (await store.secondPurchases.list(1_000, NOW_MS)).filter(({ userId }) => userId === billing.userId)
      await billing.apply(subscription('a', 100))
      expect(await mine()).toEqual([])
      await billing.apply(subscription('b', 200))

      expect(await mine()).toEqual([
        {
          userId: billing.userId,
          plan: 'pro',
          sourceIds: [`${billing.subscriptionId}a`, `${billing.subscriptionId}b`],
        },
      ])

      await billing.apply(subscription('b', 300, { status: 'canceled', endedAt: 300 }))
      expect(await mine()).toEqual([])
    })
  })
}
