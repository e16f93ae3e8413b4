import type { AppliedChange, Change } from '#src/features/billing/domain/change/Change.ts'
import { invoicePaymentChange } from '#src/features/billing/domain/change/invoice-change.ts'
import {
  disputeChange,
  refundsChange,
  withPayment,
} from '#src/features/billing/domain/change/reversal-change.ts'
import type { Metadata } from '#src/features/billing/domain/facts/Metadata.ts'
import { policy } from '#src/features/billing/domain/policy/policy.ts'
import type { BillingOfUser } from './billing-of-user.ts'
import { invoiceFacts } from './stripe-facts.ts'

interface Refund {
  readonly of: string
  readonly at?: number
  readonly id?: string
  readonly amount?: number
  readonly status?: string
}

/** What Stripe's events would say of money that goes back to a user, for the pass and for the months that they paid. */
export function reversalsOf(billing: BillingOfUser) {
  const tag = billing.userId.replaceAll('-', '')
  const passPayment = `pi_${tag}`
  const monthPayment = `pi_month_${tag}`
  const at = (second: number) => ({ snapshot_at: second, snapshot_rank: 1, read_after_revision: null })
  const paymentOf = (month: string) => ({
    invoicePaymentId: `inpay_${month}_${tag}`,
    invoiceId: `in_${month}_${tag}`,
    paymentKind: 'payment_intent' as const,
    paymentId: monthPayment,
    amountPaid: 1900,
    paidAt: 400,
  })
  return {
    passPayment,
    monthPayment,
    refund: ({ of, at: second = 500, id = 'a', amount = 2500, status = 'succeeded' }: Refund) =>
      applied(refundsChange([{ refundId: `re_${id}_${tag}`, paymentId: of, amount, status }], at(second))),
    dispute: (of: string, status: string, second = 500) =>
      applied(
        disputeChange({ disputeId: `dp_${tag}`, paymentId: of, amount: 2500, status }, at(second), policy),
      ),
    /** The invoice of a month, paid. */
    monthInvoice: (month: string, periodEnd: number): AppliedChange => {
      const paid = billing.invoice('paid', 400)
      const ids = { invoice_id: `in_${month}_${tag}`, period_end: periodEnd }
      return { ...paid, invoices: paid.invoices.map((invoice) => ({ ...invoice, ...ids })) }
    },
    /** That the payment paid the invoice of this month. */
    monthPaid: (month: string) => applied(invoicePaymentChange(paymentOf(month))),
    /** The same change after its payment was read: a one-time one of whoever the metadata and the customer name. */
    read: (change: AppliedChange, named: { metadata?: Metadata; customerId?: string | null }) =>
      applied(
        withPayment(
          change,
          { paymentId: passPayment, customerId: null, metadata: {}, invoices: [], ...named },
          { readAt: 500, environment: 'local' },
        ),
      ),
    /** The same change after its payment was read: it paid the month that ends then. */
    readMonth: (change: AppliedChange, month: string, periodEnd: number) => {
      const invoice = invoiceFacts({
        invoiceId: `in_${month}_${tag}`,
        subscriptionId: billing.subscriptionId,
        customerId: billing.customerId,
        periodEnd,
        metadata: billing.metadata,
      })
      const invoices = [{ invoice, payment: paymentOf(month) }]
      const payment = { paymentId: monthPayment, customerId: billing.customerId, metadata: {}, invoices }
      return applied(withPayment(change, payment, { readAt: 500, environment: 'local' }))
    },
  }
}

function applied(change: Change): AppliedChange {
  if (change.kind !== 'change') throw new Error(`not a change: ${JSON.stringify(change)}`)
  return change
}
