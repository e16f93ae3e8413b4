import { userIdOf } from '../facts/Metadata.ts'
import type { InvoiceFacts, InvoicePaymentFacts } from '../facts/StripeFacts.ts'
import { type Change, emptyChange } from './Change.ts'

/**
 * An invoice's snapshot as a change: recorded for the customer and as proof of a paid period. It moves no access by
 * itself; the subscription's status does that. An invoice without a subscription is none of ours.
 */
export function invoiceChange(invoice: InvoiceFacts, snapshotAt: number): Change {
  const user = { user_id: userIdOf(invoice.metadata), customer_id: invoice.customerId }
  if (invoice.subscriptionId === null) return { kind: 'ignored', reason: 'no_subscription', ...user }
  return {
    ...emptyChange,
    ...user,
    invoice: {
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
    },
  }
}

/** Remembers which payment paid which invoice. It names neither user nor customer, and needs none. */
export function invoicePaymentChange(payment: InvoicePaymentFacts): Change {
  return {
    ...emptyChange,
    needs_user: false,
    invoice_payment: {
      invoice_payment_id: payment.invoicePaymentId,
      invoice_id: payment.invoiceId,
      payment_kind: payment.paymentKind,
      payment_id: payment.paymentId,
      paid_at: payment.paidAt,
    },
  }
}
