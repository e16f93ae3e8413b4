import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type BillingOfUser, billingOfUser, event, NOW_MS } from '#tests/support/billing-of-user.ts'
import type { LedgerUnderTest } from '#tests/support/ledger-under-test.ts'

/** What becomes of a user who is deleted, on every store. */
export function describeForgottenUsers(name: string, open: () => Promise<LedgerUnderTest>): void {
  describe(`F82: a user who is forgotten, on ${name}`, () => {
    let store: LedgerUnderTest
    let billing: BillingOfUser

    const forget = () =>
      store.users.forget({ userId: billing.userId, operator: 'ann', reason: 'asked for', now: NOW_MS })

    beforeAll(async () => {
      store = await open()
    })
    beforeEach(async () => {
      billing = await billingOfUser(store)
    })
    afterAll(() => store.close())

    it('has no access any more, under a version that is newer', async () => {
      await billing.apply(billing.subscription({ at: 100 }))

      expect(await forget()).toMatchObject({
        outcome: 'forgotten',
        entitlements: { version: { counter: 2 }, sources: [] },
      })
    })

    it('is forgotten once, and a nobody never', async () => {
      await billing.apply(billing.subscription({ at: 100 }))
      await forget()

      expect(await forget()).toMatchObject({
        outcome: 'already_forgotten',
        entitlements: { version: { counter: 2 } },
      })
      const nobody = crypto.randomUUID()
      expect(
        await store.users.forget({ userId: nobody, operator: 'ann', reason: 'asked for', now: NOW_MS }),
      ).toEqual({ outcome: 'unknown_user' })
    })

    it('keeps their ledger, without bodies', async () => {
      const first = event()
      await billing.apply(billing.subscription({ at: 100 }), first)
      await forget()

      const kept = await store.event(first.id)
      expect(kept).toMatchObject({ outcome: 'applied' })
      expect(kept?.payload ?? '').toBe('')
    })

    it('is brought back by nothing that Stripe sends, and a charge of theirs is told apart', async () => {
      await billing.apply(billing.subscription({ at: 100 }))
      await forget()

      const [ended, paid] = [event(), event()]
      const later = { at: 300, facts: { status: 'canceled', endedAt: 300 } } as const
      expect(await billing.apply(billing.subscription(later), ended)).toBe('ignored')
      expect(await billing.apply(billing.subscription({ at: 200 }), paid)).toBe('ignored')

      expect(await billing.access()).toEqual([])
      expect(await store.event(ended.id)).toMatchObject({ reason: 'forgotten_user' })
      expect(await store.event(paid.id)).toMatchObject({ reason: 'forgotten_user_pays' })
      expect((await store.event(paid.id))?.payload ?? '').toBe('')
    })

    it('is known by their customer too, after Supabase Auth has lost them', async () => {
      await billing.apply(billing.subscription({ at: 100 }))
      await forget()
      await store.removeUser(billing.userId)

      const bare = { ...billing.subscription({ at: 200 }), user_id: null }
      const applied = await billing.service.applyStripeEvent(event(), bare, NOW_MS)
      expect(applied).toMatchObject({ outcome: 'ignored', reason: 'forgotten_user_pays' })
    })

    it('has what was kept for want of them ignored from then on', async () => {
      const early = event()
      await store.removeUser(billing.userId)
      await billing.service.linkCustomer(billing.userId, billing.customerId, NOW_MS)
      await billing.apply(billing.subscription({ at: 100 }), early)
      expect(await store.event(early.id)).toMatchObject({ outcome: 'unresolved' })

      await forget()

      expect(await store.event(early.id)).toMatchObject({ outcome: 'ignored', reason: 'forgotten_user' })
    })

    it('is told to others: no access, then that they are forgotten', async () => {
      await billing.apply(billing.subscription({ at: 100 }))
      await forget()

      const topics: string[] = []
      for (;;) {
        const messages = await store.outbox.claim(1_000, 60, NOW_MS)
        if (messages.length === 0) break
        topics.push(...messages.filter(({ userId }) => userId === billing.userId).map(({ topic }) => topic))
        await store.outbox.settle(
          messages.map(({ id, attempt }) => ({ id, attempt, error: null })),
          NOW_MS,
        )
      }
      expect(topics).toEqual(['entitlements.changed', 'entitlements.changed', 'user.forgotten'])
    })

    it('can open no checkout', async () => {
      await billing.apply(billing.subscription({ at: 100 }))
      await forget()

      const reserved = billing.service.reserve({
        userId: billing.userId,
        plan: 'pro',
        renewing: true,
        repeatable: false,
        parametersHash: 'hash',
        attemptId: crypto.randomUUID(),
        now: NOW_MS,
      })
      await expect(reserved).rejects.toThrow()
    })

    it('who is gone from Supabase Auth and not forgotten is listed, and no longer when they are', async () => {
      await billing.apply(billing.subscription({ at: 100 }))
      expect(await store.users.deletedUsers(1_000)).not.toContain(billing.userId)
      await store.removeUser(billing.userId)
      expect(await store.users.deletedUsers(1_000)).toContain(billing.userId)
      expect(await store.users.obligations(billing.userId)).toEqual({
        isForgotten: false,
        signsIn: false,
        customerId: billing.customerId,
      })

      await forget()

      expect(await store.users.deletedUsers(1_000)).not.toContain(billing.userId)
      expect(await store.users.obligations(billing.userId)).toEqual({
        isForgotten: true,
        signsIn: false,
        customerId: null,
      })
    })
  })
}
