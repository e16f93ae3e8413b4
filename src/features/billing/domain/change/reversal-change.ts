import { metadataKeys, userIdOf } from '../facts/Metadata.ts'
import type { DisputeFacts, FraudWarningFacts, PaymentFacts, RefundFacts } from '../facts/StripeFacts.ts'
import { isDisputeStatus } from '../policy/holds.ts'
import type { Policy } from '../policy/policy.ts'
import { type AppliedChange, type Change, emptyChange, type SnapshotVersion } from './Change.ts'
import { invoicePaymentRecord, invoiceSnapshot } from './invoice-change.ts'

/** The words for a refund (docs.stripe.com/api/refunds/object#refund_object-status), and whether another can follow. */
const REFUND_STATUSES: Readonly<Record<string, { readonly terminal: boolean }>> = {
  pending: { terminal: false },
  requires_action: { terminal: false },
  // It can still fail: docs.stripe.com/refunds#failed-refunds
  succeeded: { terminal: false },
  failed: { terminal: true },
  canceled: { terminal: true },
}

const NOBODY = { user_id: null, customer_id: null }

/**
 * Refunds of one payment as facts: each stands for itself, and the share that was given back is judged when it is
 * read. They name neither user nor customer: those follow from what the payment paid for.
 */
export function refundsChange(refunds: readonly RefundFacts[], version: SnapshotVersion): Change {
  const paymentId = refunds.find((refund) => refund.paymentId !== null)?.paymentId ?? null
  if (paymentId === null) return { kind: 'ignored', reason: 'no_payment', ...NOBODY }
  const reversals = refunds.flatMap(({ refundId, amount, status }) => {
    const known = REFUND_STATUSES[status]
    return known === undefined
      ? []
      : [
          {
            ...version,
            ...known,
            kind: 'refund',
            object_id: refundId,
            payment_id: paymentId,
            status,
            amount,
          } as const,
        ]
  })
  if (reversals.length < refunds.length) return { kind: 'unresolved', reason: 'unknown_status', ...NOBODY }
  return { ...emptyChange, required_payment_id: paymentId, reversals }
}

/** A dispute as a fact. There is no order among its statuses, lost and won included: the newest snapshot counts. */
export function disputeChange(dispute: DisputeFacts, version: SnapshotVersion, policy: Policy): Change {
  const { disputeId, paymentId, amount, status } = dispute
  if (!isDisputeStatus(status, policy)) return { kind: 'unresolved', reason: 'unknown_status', ...NOBODY }
  return {
    ...emptyChange,
    required_payment_id: paymentId,
    reversals: [
      {
        ...version,
        kind: 'dispute',
        object_id: disputeId,
        payment_id: paymentId,
        status,
        terminal: false,
        amount,
      },
    ],
  }
}

/** A warning of fraud as a fact: whether it withholds anything is the policy's to say, and it is reported in any case. */
export function fraudWarningChange(warning: FraudWarningFacts, version: SnapshotVersion): Change {
  return {
    ...emptyChange,
    reason: 'fraud_warning',
    required_payment_id: warning.paymentId,
    reversals: [
      {
        ...version,
        kind: 'fraud_warning',
        object_id: warning.warningId,
        payment_id: warning.paymentId,
        status: 'warned',
        terminal: true,
        amount: 0,
      },
    ],
  }
}

/**
 * The same change, with what Stripe says of its payment: whose it is, and what it paid for. A payment of another
 * environment that shares the Stripe account is none of ours.
 */
export function withPayment(
  change: AppliedChange,
  payment: PaymentFacts,
  { readAt, environment }: { readonly readAt: number; readonly environment: string },
): Change {
  const metadata = { ...payment.metadata, ...payment.invoices[0]?.invoice.metadata }
  const user = {
    user_id: change.user_id ?? userIdOf(metadata),
    customer_id: change.customer_id ?? payment.customerId,
  }
  if ((metadata[metadataKeys.environment] ?? environment) !== environment) {
    return { kind: 'unresolved', reason: 'other_environment', user_id: null, customer_id: null }
  }
  return {
    ...change,
    ...user,
    required_payment_id: null,
    invoices: payment.invoices.flatMap(({ invoice }) => invoiceSnapshot(invoice, readAt) ?? []),
    invoice_payments: payment.invoices.map((paid) => invoicePaymentRecord(paid.payment)),
  }
}
