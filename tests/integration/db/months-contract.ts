import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { AppliedChange } from '#src/features/billing/domain/change/Change.ts'
import { type BillingOfUser, billingOfUser, event, NOW_MS } from '#tests/support/billing-of-user.ts'
import type { LedgerUnderTest } from '#tests/support/ledger-under-test.ts'
import { reversalsOf } from '#tests/support/reversals-of-user.ts'

/** What every database behind `IEntitlementLedger` promises of months that were paid, and of money that went back for them. */
export function describeMonths(name: string, open: () => Promise<LedgerUnderTest>): void {
  describe(`the months of a subscription on ${name}`, () => {
    let store: LedgerUnderTest
    let billing: BillingOfUser
    let told: ReturnType<typeof reversalsOf>

    beforeAll(async () => {
      store = await open()
    })
    beforeEach(async () => {
      billing = await billingOfUser(store)
      told = reversalsOf(billing)
    })
    afterAll(() => store.close())

    const facts = async () => (await billing.access()).flatMap(({ holds }) => holds)
    const outcomeOf = async (of: AppliedChange) => store.service.applyStripeEvent(event(), of, NOW_MS)

    describe('of a month of a subscription', () => {
      const histories: [string, number[]][] = [
        ['in order', [0, 1, 2, 3]],
        ['the payment of the invoice last', [0, 1, 3, 2]],
        ['the invoice last', [0, 2, 3, 1]],
        ['the refund first', [3, 0, 1, 2]],
        ['backwards', [3, 2, 1, 0]],
      ]

      it.each(histories)(
        'the refund stands on the subscription, with the period that it paid: %s',
        async (_, order) => {
          const refund = told.refund({ of: told.monthPayment, amount: 1900 })
          const history = [
            () => billing.apply(billing.subscription({ at: 100 })),
            () => billing.apply(told.monthInvoice('1', 2_000)),
            () => billing.apply(told.monthPaid('1')),
            async () => {
              const { outcome } = await outcomeOf(refund)
              if (outcome === 'ambiguous') await billing.apply(told.readMonth(refund, '1', 2_000))
            },
          ]
          for (const index of order) await history[index]?.()

          expect(await billing.access()).toMatchObject([
            {
              sourceId: billing.subscriptionId,
              paidThrough: 2_000_000,
              holds: [
                {
                  kind: 'refund',
                  paymentId: told.monthPayment,
                  settled: 1900,
                  paid: 1900,
                  periodEnd: 2_000_000,
                },
              ],
            },
          ])
        },
      )

      it('the latest period that was paid is a maximum, whichever invoice comes last', async () => {
        await billing.apply(billing.subscription({ at: 100 }))
        const before = await billing.version()
        await billing.apply(told.monthInvoice('2', 4_000))
        await billing.apply(told.monthInvoice('1', 2_000))

        expect(await billing.access()).toMatchObject([{ paidThrough: 4_000_000 }])
        expect(await billing.version()).toBeGreaterThan(before)
      })

      it('a month that is paid for something else than its period moves nothing', async () => {
        await billing.apply(billing.subscription({ at: 100 }))
        const extra = told.monthInvoice('1', 9_000)
        await billing.apply({
          ...extra,
          invoices: extra.invoices.map((one) => ({ ...one, billing_reason: 'subscription_update' })),
        })

        expect(await billing.access()).toMatchObject([{ paidThrough: null }])
      })

      it('a payment that is found to have paid a second invoice is taken back from both', async () => {
        await billing.apply(billing.subscription({ at: 100 }))
        await billing.apply(told.monthInvoice('1', 2_000))
        await billing.apply(told.monthPaid('1'))
        await billing.apply(told.monthInvoice('2', 4_000))
        await billing.apply(told.refund({ of: told.monthPayment, amount: 1900 }))
        const before = await billing.version()

        await billing.apply(told.monthPaid('2'))

        expect(await facts()).toMatchObject([{ periodEnd: 2_000_000 }, { periodEnd: 4_000_000, paid: 3800 }])
        expect(await billing.version()).toBe(before + 1)
      })

      it('an invoice that was given up is a fact, and no longer one when it is paid after all', async () => {
        await billing.apply(billing.subscription({ at: 100 }))
        await billing.apply(billing.invoice('uncollectible', 300))
        expect(await facts()).toMatchObject([{ kind: 'invoice', status: 'uncollectible' }])

        await billing.apply(billing.invoice('paid', 400))
        expect(await facts()).toEqual([])
      })
    })
  })
}
