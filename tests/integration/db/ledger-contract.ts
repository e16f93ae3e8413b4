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
import type { LedgerUnderTest } from '#tests/support/ledger-under-test.ts'

/** What every database behind `IEntitlementLedger` promises. */
export function describeLedger(name: string, open: () => Promise<LedgerUnderTest>): void {
  describe(`the ledger on ${name}`, () => {
    let store: LedgerUnderTest
    let billing: BillingOfUser

    beforeAll(async () => {
      store = await open()
    })
    beforeEach(async () => {
      billing = await billingOfUser(store)
    })
    afterAll(() => store.close())

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

        expect(await billing.row()).toMatchObject({ status: 'active', stripeEventId: first.id })
      })

      it('the body is kept byte for byte', async () => {
        const first = event()
        await billing.apply(billing.subscription({ at: 100 }), first)

        expect(await store.event(first.id)).toMatchObject({
          payload: Buffer.from(first.payload).toString('hex'),
        })
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
        expect(await store.event(early.id)).toMatchObject({ outcome: 'applied', reason: 'customer_linked' })
      })

      it('I7: what waits for another customer stays kept when this one is linked', async () => {
        const other = await billingOfUser(store)
        const theirs = event()
        await other.apply(
          { ...other.subscription({ at: 100 }), user_id: null, links_customer: false },
          theirs,
        )

        await billing.service.linkCustomer(billing.userId, billing.customerId, NOW_MS)

        expect(await billing.access()).toEqual([])
        expect(await store.event(theirs.id)).toMatchObject({ outcome: 'unresolved', reason: 'unknown_user' })
      })

      it('a user who does not exist is nobody: the event is kept', async () => {
        await store.removeUser(billing.userId)

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
        const other = await billingOfUser(store)
        await billing.apply(billing.subscription({ at: 100 }))

        const forged = { ...other.subscription({ at: 200 }), customer_id: billing.customerId }
        const applied = await other.service.applyStripeEvent(event(), forged, NOW_MS)

        expect(applied).toMatchObject({ outcome: 'unresolved', reason: 'customer_of_another_user' })
        expect(await other.access()).toEqual([])
      })

      it("I7: a subscription of one user never becomes another's", async () => {
        const other = await billingOfUser(store)
        await billing.apply(billing.subscription({ at: 100 }))

        const stolen = {
          ...billing.subscription({ at: 200 }),
          user_id: other.userId,
          customer_id: other.customerId,
        }
        const applied = await other.service.applyStripeEvent(event(), stolen, NOW_MS)

        expect(applied).toMatchObject({ outcome: 'unresolved', reason: 'source_of_another_user' })
        expect(await billing.row()).toMatchObject({ userId: billing.userId })
      })

      it("F59: a second customer's subscription grants, and leaves the link as it is", async () => {
        await billing.apply(billing.subscription({ at: 100 }))
        const stray = billing.subscription({
          at: 200,
          facts: { customerId: 'cus_stray1', subscriptionId: `${billing.subscriptionId}b` },
        })

        expect(await billing.apply(stray)).toBe('applied')
        const { customerId } = await billing.service.getBillingAccount(billing.userId, NOW_MS, 0)
        expect(customerId).toBe(billing.customerId)
      })

      it('F11: two subscriptions of one user are two sources', async () => {
        await billing.apply(billing.subscription({ at: 100 }))
        await billing.apply(
          billing.subscription({ at: 200, facts: { subscriptionId: `${billing.subscriptionId}b` } }),
        )

        expect(await billing.access()).toHaveLength(2)
      })

      it('F5: an attempt that expires ends nothing of the one that was paid', async () => {
        await billing.apply(billing.subscription({ at: 100 }))
        const abandoned = { subscriptionId: `${billing.subscriptionId}b`, endedAt: 200 }

        await billing.apply(
          billing.subscription({ at: 200, facts: { ...abandoned, status: 'incomplete_expired' } }),
        )

        expect(await billing.access()).toMatchObject([{ sourceId: billing.subscriptionId }])
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

      it('F4: what completes a purchase is no duplicate of what told that it began', async () => {
        await billing.apply(billing.subscription({ at: 100, facts: { status: 'incomplete' } }))
        const completed = {
          ...emptyChange,
          user_id: billing.userId,
          required_source_id: billing.subscriptionId,
        }

        expect(await billing.apply(completed)).toBe('applied')
        expect(await billing.apply(billing.subscription({ at: 100, rank: 2 }))).toBe('applied')
        expect(await billing.access()).toHaveLength(1)
      })

      it('a payment of an invoice is remembered without a user', async () => {
        const payment = {
          invoicePaymentId: `inpay_${billing.customerId}`,
          invoiceId: 'in_1',
          paymentKind: 'payment_intent',
          paymentId: 'pi_1',
          amountPaid: 1900,
          paidAt: 100,
        } as const
        const change = invoicePaymentChange(payment)

        const applied = await billing.service.applyStripeEvent(event(), change, NOW_MS)

        expect(applied).toMatchObject({ outcome: 'applied', userId: null })
        expect(await store.invoicePayment(payment.invoicePaymentId)).toEqual({
          invoiceId: 'in_1',
          paymentKind: 'payment_intent',
        })
      })

      it.each([
        ['by itself first', ['inpay_', 'in_'] as const],
        ['by an invoice of an older version first', ['in_', 'inpay_'] as const],
      ])(
        'a payment of an invoice that is told of twice is one, and its own word stands: %s',
        async (_, order) => {
          const paid = (by: 'inpay_' | 'in_') => ({
            invoicePaymentId: `${by}${billing.customerId}`,
            invoiceId: `in_${billing.customerId}`,
            paymentKind: 'payment_intent' as const,
            paymentId: `pi_${billing.customerId}`,
            amountPaid: 1900,
            paidAt: 100,
          })
          for (const by of order) {
            await billing.service.applyStripeEvent(event(), invoicePaymentChange(paid(by)), NOW_MS)
          }

          expect(await store.invoicePayment(paid('inpay_').invoicePaymentId)).toEqual({
            invoiceId: paid('inpay_').invoiceId,
            paymentKind: 'payment_intent',
          })
          expect(await store.invoicePayment(paid('in_').invoicePaymentId)).toBeUndefined()
        },
      )

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

        expect(await billing.row()).toMatchObject({ stripeEventId: null, status: 'active' })
        expect(await store.eventsOf(billing.userId)).toBe(0)
      })
    })

    describe('what leaves the database', () => {
      it('is without what has expired at that moment', async () => {
        await billing.apply(billing.subscription({ at: 100, facts: { cancelAt: NOW_SECONDS + 10 } }))

        expect(await billing.access(NOW_MS + 9_999)).toHaveLength(1)
        expect(await billing.access(NOW_MS + 10_000)).toEqual([])
      })

      it('F76: carries the epoch, which an operator raises after a restore', async () => {
        await store.setEpoch(2)

        const { version } = await billing.service.getUserEntitlements(billing.userId, NOW_MS)
        await store.setEpoch(1)
        expect(version).toEqual({ epoch: 2, counter: 0 })
      })
    })
  })
}
