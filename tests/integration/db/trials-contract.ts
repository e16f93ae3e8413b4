import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { metadataKeys, TRIAL_ONCE_PER_CARD } from '#src/features/billing/domain/facts/Metadata.ts'
import {
  type BillingOfUser,
  billingOfUser,
  event,
  NOW_MS,
  NOW_SECONDS,
} from '#tests/support/billing-of-user.ts'
import type { LedgerUnderTest } from '#tests/support/ledger-under-test.ts'

const MANY = 1_000

/** What every store knows of trials that are once a card. */
export function describeTrials(name: string, open: () => Promise<LedgerUnderTest>): void {
  describe(`F89: a trial is once a card on ${name}`, () => {
    let store: LedgerUnderTest
    let billing: BillingOfUser
    let card: string

    beforeAll(async () => {
      store = await open()
    })
    beforeEach(async () => {
      billing = await billingOfUser(store)
      card = `card_of_${billing.userId}`
    })
    afterAll(() => store.close())

    /** A snapshot of a user's subscription that was sold with a trial that is once a card. */
    const onTrial = (user: BillingOfUser, at: number, facts = {}) =>
      user.subscription({
        at,
        facts: {
          status: 'trialing',
          trialEnd: NOW_SECONDS + 1_000,
          metadata: { ...user.metadata, [metadataKeys.trial]: TRIAL_ONCE_PER_CARD },
          ...facts,
        },
      })
    const trialing = async (user: BillingOfUser) => {
      await user.apply(onTrial(user, 100))
      return user
    }
    const judge = (user: BillingOfUser, fingerprint: string | null = card) =>
      store.trials.judge(user.subscriptionId, fingerprint, NOW_MS)
    const trials = async (user: BillingOfUser) =>
      (await user.service.getBillingAccount(user.userId, NOW_MS, 0)).trials
    const isListed = async (user: BillingOfUser) =>
      (await store.trials.listOpen(MANY)).includes(user.subscriptionId)
    const told = async (user: BillingOfUser) => {
      const topics: string[] = []
      for (;;) {
        const messages = await store.outbox.claim(MANY, 60, NOW_MS)
        if (messages.length === 0) return topics
        topics.push(...messages.filter(({ userId }) => userId === user.userId).map(({ topic }) => topic))
        await store.outbox.settle(
          messages.map(({ id, attempt }) => ({ id, attempt, error: null })),
          NOW_MS,
        )
      }
    }

    it('one that has begun is open, and every answer names it until its card is known', async () => {
      const begun = event()
      const open = [{ subscriptionId: billing.subscriptionId, verdict: null, isOpen: true }]
      const first = await billing.service.applyStripeEvent(begun, onTrial(billing, 100), NOW_MS)
      const again = await billing.service.applyStripeEvent(begun, onTrial(billing, 100), NOW_MS)

      expect([first, again]).toMatchObject([
        { outcome: 'applied', trials: open },
        { outcome: 'duplicate', trials: open },
      ])
      expect(await isListed(billing)).toBe(true)
    })

    it('the first of its card stays so, however often it is judged', async () => {
      await trialing(billing)

      expect([await judge(billing), await judge(billing, 'another card')]).toEqual([
        'first_of_card',
        'first_of_card',
      ])
      expect(await trials(billing)).toMatchObject([{ verdict: 'first_of_card', isOpen: false }])
      expect(await isListed(billing)).toBe(false)
    })

    it('the second of a card is open until Stripe says that it has ended, and is told once', async () => {
      await judge(await trialing(billing))
      const second = await trialing(await billingOfUser(store))

      expect([await judge(second), await judge(second)]).toEqual(['card_had_one', 'card_had_one'])
      expect(await trials(second)).toMatchObject([{ verdict: 'card_had_one', isOpen: true }])
      expect(await isListed(second)).toBe(true)
      expect(await told(second)).toEqual(['entitlements.changed', 'trial.card_had_one'])

      await second.apply(onTrial(second, 200, { status: 'active' }))
      expect(await trials(second)).toMatchObject([{ verdict: 'card_had_one', isOpen: false }])
      expect(await isListed(second)).toBe(false)
    })

    it('of many that begin at once with one card, one is the first', async () => {
      const users = await Promise.all(
        Array.from({ length: 4 }, async () => trialing(await billingOfUser(store))),
      )

      const verdicts = await Promise.all(users.map((user) => judge(user)))

      expect(verdicts.toSorted()).toEqual(['card_had_one', 'card_had_one', 'card_had_one', 'first_of_card'])
    })

    it('what is paid with something else than a card is not asked for again', async () => {
      const other = await trialing(await billingOfUser(store))
      await trialing(billing)

      expect([await judge(billing, null), await judge(other, null)]).toEqual(['no_card', 'no_card'])
      expect(await trials(billing)).toMatchObject([{ verdict: 'no_card', isOpen: false }])
    })

    it('a card keeps its trial when its user is forgotten, and names nobody', async () => {
      await judge(await trialing(billing))
      await store.users.forget({ userId: billing.userId, operator: 'ann', reason: 'asked', now: NOW_MS })

      expect(await judge(await trialing(await billingOfUser(store)))).toBe('card_had_one')
    })

    it('a trial that a person gave at Stripe is theirs to give, and so is a subscription without one', async () => {
      const given = { status: 'trialing', trialEnd: NOW_SECONDS + 1_000 }
      await billing.apply(billing.subscription({ at: 100, facts: given }))
      const other = await billingOfUser(store)
      await other.apply(onTrial(other, 100, { status: 'active' }))

      expect([await trials(billing), await trials(other)]).toEqual([[], []])
      expect(await judge(billing)).toBeNull()
    })
  })
}
