import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { emptyChange } from '#src/features/billing/domain/change/Change.ts'
import {
  CheckoutSession,
  RESERVATION_TAKEOVER_SECONDS,
} from '#src/features/billing/domain/checkout/CheckoutSession.ts'
import type {
  CheckoutAttempt,
  Reservation,
} from '#src/features/billing/domain/checkout/interfaces/ICheckoutAttempts.ts'
import { type BillingOfUser, billingOfUser, NOW_MS, NOW_SECONDS } from '#tests/support/billing-of-user.ts'
import type { LedgerUnderTest } from '#tests/support/ledger-under-test.ts'
import { reversalsOf } from '#tests/support/reversals-of-user.ts'

const HOUR_MS = 3_600_000

/** What every database behind `ICheckoutAttempts` promises. */
export function describeAttempts(name: string, open: () => Promise<LedgerUnderTest>): void {
  describe(`the reservations of checkouts on ${name}`, () => {
    let store: LedgerUnderTest
    let billing: BillingOfUser

    beforeAll(async () => {
      store = await open()
    })
    beforeEach(async () => {
      billing = await billingOfUser(store)
    })
    afterAll(() => store.close())

    const reserve = (
      changes: { plan?: 'pro' | 'team' | 'pass' | 'lifetime'; now?: number; repeatable?: boolean } = {},
    ) => {
      const { plan = 'pro', now = NOW_MS, repeatable = false } = changes
      return billing.service.reserve({
        userId: billing.userId,
        plan,
        renewing: plan === 'pro' || plan === 'team',
        repeatable,
        parametersHash: `hash of ${plan}`,
        attemptId: randomUUID(),
        now,
      })
    }
    const attemptOf = (reservation: Reservation): CheckoutAttempt => {
      if (!('attempt' in reservation)) throw new Error(`no attempt: ${reservation.outcome}`)
      return reservation.attempt
    }
    const session = (changes: { sessionId?: string; expiresAt?: number } = {}) =>
      new CheckoutSession({
        sessionId: `cs_test_${randomUUID().replaceAll('-', '')}`,
        url: 'http://127.0.0.1/c/pay',
        status: 'open',
        expiresAt: NOW_MS + HOUR_MS,
        ...changes,
      }) as CheckoutSession & { readonly url: string }
    const buy = (changes: Record<string, unknown> = {}) =>
      billing.apply(billing.subscription({ at: 100, facts: changes }))

    it('the first who asks may open a session, for a customer that is still to be made', async () => {
      expect(await reserve()).toMatchObject({
        outcome: 'reserved',
        attempt: { attemptNumber: 1, customerId: null },
      })
    })

    it('who asks for the same again has the same attempt, and with it the same idempotency key', async () => {
      const first = attemptOf(await reserve())

      expect(await reserve()).toEqual({ outcome: 'reserved', attempt: first })
    })

    it('F40: an open session with the same parameters is given again', async () => {
      const first = attemptOf(await reserve())
      const opened = session()
      expect(await billing.service.open(first, opened)).toBe(true)

      expect(await reserve()).toEqual({ outcome: 'open', attempt: first, session: opened })
    })

    it('F40: an open session with other parameters is to be expired first', async () => {
      const opened = session()
      await billing.service.open(attemptOf(await reserve()), opened)

      expect(await reserve({ plan: 'team' })).toMatchObject({
        outcome: 'other_open',
        session: { sessionId: opened.sessionId },
      })
    })

    it('a session that has run out makes room for a new attempt', async () => {
      const first = attemptOf(await reserve())
      await billing.service.open(first, session({ expiresAt: NOW_MS + 1_000 }))

      const next = attemptOf(await reserve({ now: NOW_MS + 1_000 }))
      expect(next.attemptId).not.toBe(first.attemptId)
    })

    it('a closed attempt makes room for a new one', async () => {
      const first = attemptOf(await reserve())
      await billing.service.open(first, session())
      await billing.service.close(first.attemptId, 'expired')

      expect(attemptOf(await reserve()).attemptId).not.toBe(first.attemptId)
    })

    it('while one is being opened, another with other parameters waits', async () => {
      await reserve()

      expect(await reserve({ plan: 'team', now: NOW_MS + RESERVATION_TAKEOVER_SECONDS * 1000 - 1 })).toEqual({
        outcome: 'in_progress',
      })
    })

    it('F61: a holder that is gone is overtaken after a minute, and refused when it comes late', async () => {
      const gone = attemptOf(await reserve())

      const next = await reserve({ plan: 'team', now: NOW_MS + RESERVATION_TAKEOVER_SECONDS * 1000 })

      expect(next).toMatchObject({ outcome: 'taken_over' })
      expect(await billing.service.open(gone, session())).toBe(false)
      expect(await billing.service.open(attemptOf(next), session())).toBe(true)
    })

    it('F61: whoever goes on with what was taken over is told so too, until a session is open', async () => {
      await reserve()
      const later = NOW_MS + RESERVATION_TAKEOVER_SECONDS * 1000
      const taker = attemptOf(await reserve({ plan: 'team', now: later }))

      const next = await reserve({ plan: 'team', now: later })

      expect(next).toEqual({ outcome: 'taken_over', attempt: taker })
      expect(await billing.service.open(attemptOf(next), session())).toBe(true)
      expect(await reserve({ plan: 'team', now: later })).toMatchObject({ outcome: 'open' })
    })

    it('F61: whoever asks for the same late is its holder from then on, and is not overtaken', async () => {
      await reserve()
      const later = NOW_MS + RESERVATION_TAKEOVER_SECONDS * 1000
      const holder = attemptOf(await reserve({ now: later }))

      expect(await reserve({ plan: 'team', now: later + 1 })).toEqual({ outcome: 'in_progress' })
      expect(await billing.service.open(holder, session())).toBe(true)
    })

    it('F42: a final answer raises the number, once for all who were told it', async () => {
      const first = attemptOf(await reserve())
      await billing.service.renew(first)
      await billing.service.renew(first)

      expect(await reserve()).toEqual({ outcome: 'reserved', attempt: { ...first, attemptNumber: 2 } })
      expect(await billing.service.open(first, session())).toBe(false)
    })

    it('the same session told twice is no change; another one is refused', async () => {
      const first = attemptOf(await reserve())
      const opened = session()
      await billing.service.open(first, opened)

      expect(await billing.service.open(first, opened)).toBe(true)
      expect(await billing.service.open(first, session())).toBe(false)
    })

    it.each(['active', 'trialing', 'past_due', 'unpaid', 'paused'])(
      'F39, F41: who has a subscription that is %s manages it instead of buying another',
      async (status) => {
        await buy({ status, trialEnd: 1_900_000_000 })

        expect(await reserve({ plan: 'team' })).toEqual({
          outcome: 'already_subscribed',
          plan: 'pro',
          status,
        })
      },
    )

    it.each([
      ['ended', { status: 'canceled', endedAt: 100 }, true],
      ['was never paid', { status: 'incomplete_expired' }, false],
    ])('F89: whether an earlier subscription was one: it %s', async (_, facts, subscribedBefore) => {
      expect(attemptOf(await reserve())).toMatchObject({ subscribedBefore: false })
      await buy(facts)

      expect(attemptOf(await reserve())).toMatchObject({ subscribedBefore })
      expect(await store.service.getBillingAccount(billing.userId, NOW_MS, 0)).toMatchObject({
        subscribedBefore,
      })
    })

    it.each([
      ['has ended', { status: 'canceled', endedAt: 100 }],
      ['was never paid', { status: 'incomplete' }],
    ])('who has a subscription that %s may buy', async (_, facts) => {
      await buy(facts)

      expect(await reserve()).toMatchObject({
        outcome: 'reserved',
        attempt: { customerId: billing.customerId },
      })
    })

    it('who has a subscription may buy a pass', async () => {
      await buy()

      expect(await reserve({ plan: 'pass' })).toMatchObject({ outcome: 'reserved' })
    })

    it('who has a pass may buy another, and a subscription', async () => {
      await billing.apply(billing.pass(100))

      expect(await reserve({ plan: 'pass' })).toMatchObject({ outcome: 'reserved' })
    })

    it('what lasts for life is bought once, a pack as often as one likes, and what was paid back again', async () => {
      const told = reversalsOf(billing)
      const pass = billing.pass(NOW_SECONDS)
      const lifetime = pass.source && { ...pass.source, plan: 'lifetime', duration_seconds: null }
      await billing.apply({ ...pass, source: lifetime })

      expect(await reserve({ plan: 'lifetime' })).toMatchObject({ outcome: 'already_subscribed' })
      expect(await reserve({ plan: 'lifetime', repeatable: true })).toMatchObject({ outcome: 'reserved' })
      await billing.apply(told.refund({ of: told.passPayment, amount: 2499 }))
      expect(await reserve({ plan: 'lifetime' })).toMatchObject({ outcome: 'already_subscribed' })
      await billing.apply(told.refund({ of: told.passPayment, id: 'b', amount: 1 }))
      expect(await reserve({ plan: 'lifetime' })).toMatchObject({ outcome: 'reserved' })
    })

    it('a customer that is deleted at Stripe makes room for another, and is linked to nobody again', async () => {
      await billing.apply(billing.subscription({ at: 100, facts: { status: 'canceled', endedAt: 100 } }))
      await billing.apply({ ...emptyChange, customer_id: billing.customerId, ends_customer: true })

      const next = attemptOf(await reserve())
      expect(next).toMatchObject({ customerId: null, customersBefore: 1 })
      await billing.apply(billing.subscription({ at: 50 }))
      expect(attemptOf(await reserve())).toMatchObject({ customerId: null })
      expect(await billing.service.linkCustomer(billing.userId, `${billing.customerId}b`, NOW_MS)).toBe(
        `${billing.customerId}b`,
      )
    })

    it('the attempt is over when its session is', async () => {
      const opened = session()
      await billing.service.open(attemptOf(await reserve({ plan: 'pass' })), opened)
      const paid = billing.pass(100)
      await billing.apply({ ...paid, checkout: { session_id: opened.sessionId, status: 'completed' } })

      expect(await store.attemptsOf(billing.userId)).toEqual(['completed'])
    })

    it("nobody's attempt is closed by an event of somebody else", async () => {
      const opened = session()
      await billing.service.open(attemptOf(await reserve()), opened)
      const other = await billingOfUser(store)
      await other.apply({
        ...other.pass(100),
        checkout: { session_id: opened.sessionId, status: 'completed' },
      })

      expect(await reserve()).toMatchObject({ outcome: 'open' })
    })

    it('F14: a user is linked to the customer that was first, whoever asks', async () => {
      expect(await billing.service.linkCustomer(billing.userId, billing.customerId, NOW_MS)).toBe(
        billing.customerId,
      )
      expect(await billing.service.linkCustomer(billing.userId, 'cus_second1', NOW_MS)).toBe(
        billing.customerId,
      )
    })

    it('a customer is linked to one user', async () => {
      const other = await billingOfUser(store)
      await billing.service.linkCustomer(billing.userId, billing.customerId, NOW_MS)

      await expect(
        other.service.linkCustomer(other.userId, billing.customerId, NOW_MS),
      ).rejects.toMatchObject({
        retryable: true,
      })
    })
  })
}
