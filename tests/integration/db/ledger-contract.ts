import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { emptyChange } from '#src/features/billing/domain/change/Change.ts'
import { invoicePaymentChange } from '#src/features/billing/domain/change/invoice-change.ts'
import {
  type BillingOfUser,
  billingOfUser,
  event,
  NOW_MS,
  NOW_SECONDS,
} from '#tests/support/billing-of-user.ts'
import type { TestDatabase } from '#tests/support/test-database.ts'

const DAY = 86_400

/** What every database behind `IEntitlementLedger` promises. */
export function describeLedger(name: string, open: () => Promise<TestDatabase>): void {
  describe(`the ledger on ${name}`, () => {
    let database: TestDatabase
    let billing: BillingOfUser

    beforeAll(async () => {
      database = await open()
    })
    beforeEach(async () => {
      billing = await billingOfUser(database)
    })
    afterAll(() => database.close())

    describe('I1: an event counts once', () => {
      it('applied the first time, a duplicate ever after, with the access that it left', async () => {
        const first = event()
        expect(await billing.apply(billing.subscription({ at: 100 }), first)).toBe('applied')

        const again = await billing.service.applyStripeEvent(first, billing.subscription({ at: 100 }), NOW_MS)

        expect(again).toMatchObject({ outcome: 'duplicate', userId: billing.userId })
        expect('entitlements' in again && again.entitlements?.version.counter).toBe(1)
      })

      it('a duplicate does nothing even where it says something else', async () => {
        const first = event()
        await billing.apply(billing.subscription({ at: 100 }), first)

        await billing.apply(billing.subscription({ at: 200, facts: { status: 'unpaid' } }), first)

        expect(await billing.row()).toMatchObject({ status: 'active', stripe_event_id: first.id })
      })

      it('an event stands in one row at the most', async () => {
        const first = event()
        await billing.apply(billing.subscription({ at: 100 }), first)
        const insert = database.query(
          `insert into user_entitlements (user_id, source_kind, source_id, stripe_event_id, status, terminal,
             grants_access, plan, plan_version, quantity, items, snapshot_at, snapshot_rank, content, created_at, updated_at)
           select user_id, source_kind, 'sub_other', stripe_event_id, status, terminal, grants_access, plan,
             plan_version, quantity, items, snapshot_at, snapshot_rank, content, created_at, updated_at
           from user_entitlements where stripe_event_id = $1`,
          [first.id],
        )

        await expect(insert).rejects.toThrow('idx_user_entitlements_stripe_event_id')
      })

      it('the body is kept byte for byte', async () => {
        const first = event()
        await billing.apply(billing.subscription({ at: 100 }), first)

        const [row] = await database.query(
          "select encode(payload, 'hex') as hex from stripe_events where event_id = $1",
          [first.id],
        )
        expect(row).toEqual({ hex: Buffer.from(first.payload).toString('hex') })
      })
    })

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
        expect(await billing.row()).toMatchObject({ stripe_event_id: first.id })
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

      it('of which nothing tells are a tie: nothing is written, the ledger included', async () => {
        await billing.apply(billing.subscription({ at: 100, facts: cancelAt(2e9) }))
        const tied = event()

        const applied = await billing.service.applyStripeEvent(
          tied,
          billing.subscription({ at: 100, facts: cancelAt(2.1e9) }),
          NOW_MS,
        )

        expect(applied).toEqual({ outcome: 'ambiguous', reason: 'same_second', revision: 1 })
        expect(await database.query('select * from stripe_events where event_id = $1', [tied.id])).toEqual([])
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
        const [row] = await database.query(
          'select extract(epoch from expires_at)::bigint::text as ends from user_entitlements where user_id = $1',
          [billing.userId],
        )
        expect(row).toEqual({ ends: String(2_000 + 7 * DAY) })
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
        expect(await billing.row()).toMatchObject({ stripe_event_id: transition.id })
      })

      it('never lasts longer than a cancellation that was set', async () => {
        await billing.apply(
          billing.subscription({
            at: 2_000,
            facts: { status: 'past_due', cancelAt: 2_500 },
            before: { status: 'active' },
          }),
        )

        const [row] = await database.query(
          'select extract(epoch from expires_at)::bigint::text as ends from user_entitlements where user_id = $1',
          [billing.userId],
        )
        expect(row).toEqual({ ends: '2500' })
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
        expect(await billing.access()).toMatchObject([{ holds: ['pause'] }])

        await billing.apply(billing.subscription({ at: 300 }))
        expect(await billing.access()).toMatchObject([{ holds: [], status: 'active' }])
      })

      it('that comes late does not hold what was resumed', async () => {
        await billing.apply(billing.subscription({ at: 300 }))
        await billing.apply(billing.subscription({ at: 200, facts: { status: 'paused' } }))

        expect(await billing.access()).toMatchObject([{ holds: [], status: 'active' }])
      })
    })

    describe('whose event it is', () => {
      it('the customer speaks for the user that it is linked to', async () => {
        await billing.apply(billing.subscription({ at: 100 }))

        const bare = { ...billing.subscription({ at: 200, facts: { status: 'unpaid' } }), user_id: null }
        expect(await billing.apply(bare)).toBe('applied')
        expect(await billing.row()).toMatchObject({ status: 'unpaid' })
      })

      it('F7: what came before the customer was known is applied when the link is made', async () => {
        const early = event()
        const bare = { ...billing.subscription({ at: 100 }), user_id: null, links_customer: false }
        expect(await billing.apply(bare, early)).toBe('unresolved')

        await billing.service.linkCustomer(billing.userId, billing.customerId, NOW_MS)

        expect(await billing.access()).toMatchObject([
          { sourceId: billing.subscriptionId, stripeEventId: early.id },
        ])
        const [row] = await database.query('select outcome, reason from stripe_events where event_id = $1', [
          early.id,
        ])
        expect(row).toEqual({ outcome: 'applied', reason: 'customer_linked' })
      })

      it('a user who does not exist is nobody: the event is kept', async () => {
        await database.query('delete from auth.users where id = $1', [billing.userId])

        const applied = await billing.service.applyStripeEvent(
          event(),
          billing.subscription({ at: 100 }),
          NOW_MS,
        )
        expect(applied).toMatchObject({ outcome: 'unresolved', reason: 'unknown_user', entitlements: null })
      })

      it('what was kept is applied when it is delivered again and the reason is gone', async () => {
        const early = event()
        const bare = { ...billing.subscription({ at: 100 }), user_id: null, links_customer: false }
        await billing.apply(bare, early)

        expect(await billing.apply(billing.subscription({ at: 100 }), early)).toBe('applied')
      })

      it('I7: a customer of one user never speaks for another', async () => {
        const other = await billingOfUser(database)
        await billing.apply(billing.subscription({ at: 100 }))

        const forged = { ...other.subscription({ at: 200 }), customer_id: billing.customerId }
        const applied = await other.service.applyStripeEvent(event(), forged, NOW_MS)

        expect(applied).toMatchObject({ outcome: 'unresolved', reason: 'customer_of_another_user' })
        expect(await other.access()).toEqual([])
      })

      it("I7: a subscription of one user never becomes another's", async () => {
        const other = await billingOfUser(database)
        await billing.apply(billing.subscription({ at: 100 }))

        const stolen = {
          ...billing.subscription({ at: 200 }),
          user_id: other.userId,
          customer_id: other.customerId,
        }
        const applied = await other.service.applyStripeEvent(event(), stolen, NOW_MS)

        expect(applied).toMatchObject({ outcome: 'unresolved', reason: 'source_of_another_user' })
        expect(await billing.row()).toMatchObject({ user_id: billing.userId })
      })

      it("F59: a second customer's subscription grants, and leaves the link as it is", async () => {
        await billing.apply(billing.subscription({ at: 100 }))
        const stray = billing.subscription({
          at: 200,
          facts: { customerId: 'cus_stray1', subscriptionId: `${billing.subscriptionId}b` },
        })

        expect(await billing.apply(stray)).toBe('applied')
        const [row] = await database.query(
          'select stripe_customer_id from billing_users where user_id = $1',
          [billing.userId],
        )
        expect(row).toEqual({ stripe_customer_id: billing.customerId })
      })

      it('F11: two subscriptions of one user are two sources', async () => {
        await billing.apply(billing.subscription({ at: 100 }))
        await billing.apply(
          billing.subscription({ at: 200, facts: { subscriptionId: `${billing.subscriptionId}b` } }),
        )

        expect(await billing.access()).toHaveLength(2)
      })
    })

    describe('what needs no source', () => {
      it('a session whose subscription nobody has told of is ambiguous, and nothing is written', async () => {
        const change = { ...emptyChange, user_id: billing.userId, required_source_id: billing.subscriptionId }

        expect(await billing.service.applyStripeEvent(event(), change, NOW_MS)).toEqual({
          outcome: 'ambiguous',
          reason: 'source_unknown',
          revision: 0,
        })
      })

      it('and is applied once it is known', async () => {
        await billing.apply(billing.subscription({ at: 100 }))
        const change = { ...emptyChange, user_id: billing.userId, required_source_id: billing.subscriptionId }

        expect(await billing.apply(change)).toBe('applied')
      })

      it('a payment of an invoice is remembered without a user', async () => {
        const payment = {
          invoicePaymentId: `inpay_${billing.customerId}`,
          invoiceId: 'in_1',
          paymentKind: 'payment_intent',
          paymentId: 'pi_1',
          paidAt: 100,
        } as const
        const change = invoicePaymentChange(payment)

        const applied = await billing.service.applyStripeEvent(event(), change, NOW_MS)

        expect(applied).toMatchObject({ outcome: 'applied', userId: null })
        const rows = await database.query(
          'select invoice_id, payment_kind from invoice_payments where invoice_payment_id = $1',
          [payment.invoicePaymentId],
        )
        expect(rows).toEqual([{ invoice_id: 'in_1', payment_kind: 'payment_intent' }])
      })

      it.each<[string, [string, number], [string, number]]>([
        ['paid, then the failure before it', ['paid', 200], ['open', 100]],
        ['the failure, then paid', ['open', 100], ['paid', 200]],
        ['a failure told later than it was paid', ['paid', 100], ['open', 200]],
      ])('an invoice that was paid stays paid: %s', async (_, first, second) => {
        await billing.apply(billing.invoice(...first))
        await billing.apply(billing.invoice(...second))

        const { invoices } = await billing.service.getBillingAccount(billing.userId, NOW_MS, 10)
        expect(invoices).toMatchObject([{ status: 'paid', amountPaid: 1900, currency: 'eur' }])
      })

      it('what means nothing is recorded with its reason', async () => {
        const ignored = event()
        const change = {
          kind: 'ignored',
          reason: 'unhandled_type',
          user_id: null,
          customer_id: null,
        } as const

        expect(await billing.service.applyStripeEvent(ignored, change, NOW_MS)).toMatchObject({
          outcome: 'ignored',
        })
        expect((await billing.service.applyStripeEvent(ignored, change, NOW_MS)).outcome).toBe('duplicate')
      })

      it('a read without an event leaves no ledger row, and its grant names no event', async () => {
        await billing.service.applyStripeEvent(null, billing.subscription({ at: 100 }), NOW_MS)

        expect(await billing.row()).toMatchObject({ stripe_event_id: null, status: 'active' })
        expect(
          await database.query('select * from stripe_events where user_id = $1', [billing.userId]),
        ).toEqual([])
      })
    })

    describe('what leaves the database', () => {
      it('is without what has expired at that moment', async () => {
        await billing.apply(billing.subscription({ at: 100, facts: { cancelAt: NOW_SECONDS + 10 } }))

        expect(await billing.access(NOW_MS + 9_999)).toHaveLength(1)
        expect(await billing.access(NOW_MS + 10_000)).toEqual([])
      })

      it('F76: carries the epoch, which an operator raises after a restore', async () => {
        await database.query('update billing_epoch set epoch = epoch + 1')

        const { version } = await billing.service.getUserEntitlements(billing.userId, NOW_MS)
        await database.query('update billing_epoch set epoch = epoch - 1')
        expect(version).toEqual({ epoch: 2, counter: 0 })
      })
    })

    it('the ledger is append-only: what it says of an event stays said', async () => {
      const said = event()
      await billing.apply(billing.subscription({ at: 100 }), said)

      await expect(
        database.query("update stripe_events set outcome = 'ignored' where event_id = $1", [said.id]),
      ).rejects.toThrow('append-only')
      await expect(
        database.query('delete from stripe_events where event_id = $1', [said.id]),
      ).rejects.toThrow('append-only')
    })
  })
}
