import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { OutboxMessage } from '#src/features/billing/domain/outbox/OutboxMessage.ts'
import { type BillingOfUser, billingOfUser, event, NOW_MS } from '#tests/support/billing-of-user.ts'
import type { LedgerUnderTest } from '#tests/support/ledger-under-test.ts'

const LEASE_SECONDS = 60
const LEASE_MS = LEASE_SECONDS * 1000
const MANY = 1_000
const LONG_AFTER_MS = NOW_MS + 86_400_000

/** What every outbox promises, and every ledger that writes one. */
export function describeOutbox(name: string, open: () => Promise<LedgerUnderTest>): void {
  describe(`the outbox on ${name}`, () => {
    let store: LedgerUnderTest
    let billing: BillingOfUser

    const claim = (now = NOW_MS) => store.outbox.claim(MANY, LEASE_SECONDS, now)
    const delivered = (messages: readonly OutboxMessage[], now = NOW_MS) =>
      store.outbox.settle(
        messages.map(({ id, attempt }) => ({ id, attempt, error: null })),
        now,
      )
    const refused = ({ id, attempt }: OutboxMessage, retryAt: number | null, now = NOW_MS) =>
      store.outbox.settle([{ id, attempt, error: 'http_500', retryAt }], now)
    /** Everything, whoever has it in hand. */
    const deliverAll = async () => {
      for (let left = await claim(LONG_AFTER_MS); left.length > 0; left = await claim(LONG_AFTER_MS)) {
        await delivered(left)
      }
    }
    /** The one message of a claim. */
    const next = async (now = NOW_MS) => {
      const claimed = await claim(now)
      expect(claimed).toHaveLength(1)
      return claimed[0] as OutboxMessage
    }

    beforeAll(async () => {
      store = await open()
    })
    beforeEach(async () => {
      await store.outbox.revive(NOW_MS)
      await deliverAll()
      billing = await billingOfUser(store)
    })
    afterAll(() => store.close())

    it('a change of access is told, with the event that it comes of and the access that it left', async () => {
      const first = event()
      await billing.apply(billing.subscription({ at: 100 }), first)

      expect(await claim()).toMatchObject([
        {
          userId: billing.userId,
          topic: 'entitlements.changed',
          attempt: 1,
          stripeEventId: first.id,
          createdAt: NOW_MS,
          entitlements: { version: { counter: 1 }, sources: [{ sourceId: billing.subscriptionId }] },
        },
      ])
    })

    it('I1: a duplicate, a stale event and one that changes nothing are not told', async () => {
      const first = event()
      await billing.apply(billing.subscription({ at: 100 }), first)
      await delivered(await claim())

      await billing.apply(billing.subscription({ at: 100 }), first)
      await billing.apply(billing.subscription({ at: 50, facts: { status: 'unpaid' } }))
      await billing.apply(billing.subscription({ at: 200 }))

      expect(await claim()).toEqual([])
    })

    it('what is kept or refused is not told', async () => {
      await store.removeUser(billing.userId)
      expect(await billing.apply(billing.subscription({ at: 100 }))).toBe('unresolved')

      expect(await claim()).toEqual([])
    })

    it('a grant by hand and its end are told', async () => {
      const { grants } = store
      const by = { operator: 'ann', reason: 'a promise', now: NOW_MS }
      const terms = { plan: 'pro', planVersion: 1, quantity: 1, expiresAt: null } as const
      const grantId = crypto.randomUUID()
      await grants.grantEntitlement({ ...by, ...terms, grantId, userId: billing.userId })
      const given = await next()
      await delivered([given])
      await grants.revokeEntitlement({ ...by, sourceId: `grant_${grantId}` })

      expect(given).toMatchObject({ topic: 'entitlements.changed', stripeEventId: null })
      expect(await next()).toMatchObject({ entitlements: { sources: [] } })
    })

    it('a notice is told beside the change, in the order in which they happened', async () => {
      const change = { ...billing.subscription({ at: 100 }), notice: 'trial.will_end' as const }
      await billing.apply(change)

      const first = await next()
      await delivered([first])

      expect([first.topic, (await next()).topic]).toEqual(['entitlements.changed', 'trial.will_end'])
    })

    it('a notice of what is not so any more is not told', async () => {
      await billing.apply(billing.subscription({ at: 200, facts: { status: 'unpaid' } }))
      await deliverAll()

      await billing.apply({ ...billing.subscription({ at: 100 }), notice: 'trial.will_end' })

      expect(await claim()).toEqual([])
    })

    it('that a payment failed is not told of an invoice that is paid by now', async () => {
      await billing.apply(billing.subscription({ at: 100 }))
      await billing.apply(billing.invoice('paid', 200))
      await deliverAll()

      await billing.apply({ ...billing.invoice('open', 150), notice: 'payment.failed' })

      expect(await claim()).toEqual([])
    })

    it('that a payment failed is told of an invoice that is open', async () => {
      await billing.apply({ ...billing.invoice('open', 150), notice: 'payment.failed' })

      expect(await next()).toMatchObject({ topic: 'payment.failed' })
    })

    it('F57: of one user one message is out at a time, the oldest, and versions never fall', async () => {
      await billing.apply(billing.subscription({ at: 100 }))
      await billing.apply(billing.subscription({ at: 200, facts: { status: 'unpaid' } }))
      const first = await next()
      expect(await claim()).toEqual([])
      await delivered([first])
      const second = await next()

      expect(second.id).toBeGreaterThan(first.id)
      expect(second.entitlements.version.counter).toBeGreaterThanOrEqual(first.entitlements.version.counter)
      expect(second.entitlements.sources).toEqual([])
    })

    it('F57: a message carries the access of when it is delivered, not of when it was written', async () => {
      await billing.apply(billing.subscription({ at: 100 }))
      await billing.apply(billing.subscription({ at: 200, facts: { status: 'unpaid' } }))

      expect((await next()).entitlements).toMatchObject({ version: { counter: 2 }, sources: [] })
    })

    it('messages of several users are out at once', async () => {
      const other = await billingOfUser(store)
      await billing.apply(billing.subscription({ at: 100 }))
      await other.apply(other.subscription({ at: 100 }))

      expect((await claim()).map(({ userId }) => userId)).toEqual([billing.userId, other.userId])
    })

    it('no more are given out than are asked for', async () => {
      const other = await billingOfUser(store)
      await billing.apply(billing.subscription({ at: 100 }))
      await other.apply(other.subscription({ at: 100 }))

      expect(await store.outbox.claim(1, LEASE_SECONDS, NOW_MS)).toHaveLength(1)
      expect(await store.outbox.claim(MANY, LEASE_SECONDS, NOW_MS)).toHaveLength(1)
    })

    it('a deliverer that died has its message taken over when its lease is over, under the same id', async () => {
      await billing.apply(billing.subscription({ at: 100 }))
      const held = await next()

      expect(await claim(NOW_MS + LEASE_MS - 1)).toEqual([])
      expect(await next(NOW_MS + LEASE_MS)).toMatchObject({ messageId: held.messageId, attempt: 2 })
    })

    it('a deliverer that was overtaken gives nothing up that another has in hand', async () => {
      await billing.apply(billing.subscription({ at: 100 }))
      const held = await next()
      await next(NOW_MS + LEASE_MS)

      await refused(held, null)

      expect(await store.outbox.state(1)).toMatchObject({ waiting: 1, dead: 0 })
    })

    it('what was refused comes again at its time, and holds the user’s later ones back until then', async () => {
      await billing.apply(billing.subscription({ at: 100 }))
      await billing.apply(billing.subscription({ at: 200, facts: { status: 'unpaid' } }))
      const first = await next()
      await refused(first, NOW_MS + 5_000)

      expect(await claim(NOW_MS + 4_999)).toEqual([])
      expect(await next(NOW_MS + 5_000)).toMatchObject({ id: first.id, attempt: 2 })
    })

    it('what is given up is kept with its reason, and lets the user’s later ones pass', async () => {
      await billing.apply(billing.subscription({ at: 100 }))
      await billing.apply(billing.subscription({ at: 200, facts: { status: 'unpaid' } }))
      const first = await next()
      await refused(first, null)

      expect((await next()).id).toBeGreaterThan(first.id)
      expect(await store.outbox.state(10)).toMatchObject({
        waiting: 1,
        dead: 1,
        firstDead: [{ messageId: first.messageId, attempts: 1, error: 'http_500' }],
      })
      expect(await store.outbox.revive(NOW_MS)).toBe(1)
    })

    it('what was given up and is tried anew begins anew', async () => {
      await billing.apply(billing.subscription({ at: 100 }))
      const first = await next()
      await refused(first, null)
      await store.outbox.revive(NOW_MS)

      expect(await next()).toMatchObject({ messageId: first.messageId, attempt: 1 })
    })

    it('what was given up 90 days ago is forgotten', async () => {
      await billing.apply(billing.subscription({ at: 100 }))
      await refused(await next(), null)

      await claim(NOW_MS + 90 * 86_400_000)
      expect((await store.outbox.state(1)).dead).toBe(1)
      await claim(NOW_MS + 90 * 86_400_000 + 1)
      expect((await store.outbox.state(1)).dead).toBe(0)
    })

    it('its state says since when the oldest waits', async () => {
      expect(await store.outbox.state(1)).toEqual({ waiting: 0, oldestAt: null, dead: 0, firstDead: [] })
      await billing.apply(billing.subscription({ at: 100 }))

      expect(await store.outbox.state(1)).toMatchObject({ waiting: 1, oldestAt: NOW_MS })
    })
  })
}
