import { userIdOf } from '../facts/Metadata.ts'
import type { InvoiceFacts, InvoicePaymentFacts } from '../facts/StripeFacts.ts'
import { type Change, emptyChange, type InvoicePaymentRecord, type InvoiceSnapshot } from './Change.ts'

/**
 * How far an invoice is in its life (docs.stripe.com/invoicing/overview#invoice-statuses): an uncollectible one can
 * still be paid, a paid or void one changes no more.
 */
const STATUS_RANK: Readonly<Record<string, number>> = {
  draft: 0,
  open: 1,
  uncollectible: 2,
  void: 3,
  paid: 4,
}
const FINAL_RANK = 3

/**
 * An invoice's snapshot as a change: recorded for the customer and as proof of a paid period. It moves no access by
 * itself; the subscription's status does that. An invoice without a subscription is none of ours.
 */
export function invoiceChange(invoice: InvoiceFacts, snapshotAt: number): Change {
  const user = { user_id: userIdOf(invoice.metadata), customer_id: invoice.customerId }
  if (invoice.subscriptionId === null) return { kind: 'ignored', reason: 'no_subscription', ...user }
  const snapshot = invoiceSnapshot(invoice, snapshotAt)
  if (snapshot === null) return { kind: 'unresolved', reason: 'unknown_status', ...user }
  return { ...emptyChange, ...user, invoices: [snapshot], invoice_payments: paymentsNamedBy(invoice) }
}

/** Whether it proves that a month was paid: `subscription_update` bills what changed within one. */
export function isPaidMonth({ status, billingReason }: InvoiceFacts): boolean {
  return (
    status === 'paid' && (billingReason === 'subscription_create' || billingReason === 'subscription_cycle')
  )
}

/** An invoice of a subscription as the table keeps it; null where its status is none that we know. */
export function invoiceSnapshot(invoice: InvoiceFacts, snapshotAt: number): InvoiceSnapshot | null {
  const rank = STATUS_RANK[invoice.status]
  if (rank === undefined || invoice.subscriptionId === null) return null
  return {
    invoice_id: invoice.invoiceId,
    subscription_id: invoice.subscriptionId,
    status: invoice.status,
    billing_reason: invoice.billingReason,
    number: invoice.number,
    amount_due: invoice.amountDue,
    amount_paid: invoice.amountPaid,
    currency: invoice.currency,
    hosted_invoice_url: invoice.hostedInvoiceUrl,
    period_end: invoice.periodEnd,
    invoiced_at: invoice.created,
    snapshot_at: snapshotAt,
    snapshot_rank: rank,
    terminal: rank >= FINAL_RANK,
  }
}

/** Remembers which payment paid which invoice. It names neither user nor customer, and needs none. */
export function invoicePaymentChange(payment: InvoicePaymentFacts): Change {
  return { ...emptyChange, needs_user: false, invoice_payments: [invoicePaymentRecord(payment)] }
}

export function invoicePaymentRecord(payment: InvoicePaymentFacts): InvoicePaymentRecord {
  return {
    invoice_payment_id: payment.invoicePaymentId,
    invoice_id: payment.invoiceId,
    payment_kind: payment.paymentKind,
    payment_id: payment.paymentId,
    amount_paid: payment.amountPaid,
    paid_at: payment.paidAt,
  }
}

/** Before 2025-03-31 there are no invoice payments: a paid invoice names its payment itself. */
function paymentsNamedBy(invoice: InvoiceFacts): readonly InvoicePaymentRecord[] {
  const { paymentId } = invoice
  if (paymentId === null || invoice.status !== 'paid') return []
  return [
    {
      invoice_payment_id: `${invoice.invoiceId}/${paymentId}`,
      invoice_id: invoice.invoiceId,
      payment_kind: paymentId.startsWith('pi_') ? 'payment_intent' : 'charge',
      payment_id: paymentId,
      amount_paid: invoice.amountPaid,
      paid_at: invoice.created,
    },
  ]
}
