/**
 * The format of the document below. A database that does not know a format refuses it, and the event is delivered
 * again when its migrations have run; documents of earlier formats are understood for good, since the ledger has them.
 */
export const CHANGE_FORMAT = 4

/**
 * What one Stripe event means, as a document: it is stored in the ledger and read by `apply_stripe_event`, so its
 * keys are the words of the tables. Instants are whole seconds since the epoch, as Stripe counts them.
 */
export type Change = AppliedChange | RecordedOnly

/** Means nothing for access (`ignored`), or cannot be applied for the reason given (`unresolved`). */
export interface RecordedOnly {
  readonly kind: 'ignored' | 'unresolved'
  readonly reason: string
  readonly user_id: string | null
  readonly customer_id: string | null
}

/** The parts of a change: all are applied in one transaction, or none is. */
export interface AppliedChange {
  readonly kind: 'change'
  /** What an operator should know although the change was applied (an unknown price beside known ones). */
  readonly reason: string | null
  /** The user that Stripe's metadata names; null leaves it to the customer's link, and that to the payment. */
  readonly user_id: string | null
  readonly customer_id: string | null
  readonly needs_user: boolean
  /** Whether this fact makes the link between user and customer where there is none, or ends it. */
  readonly links_customer: boolean
  readonly ends_customer: boolean
  readonly source: SourceSnapshot | null
  /** A source that must be known already; where it is not, its object is read from Stripe. */
  readonly required_source_id: string | null
  /** A payment of which it must be known what it paid for; where it is not, it is read from Stripe. */
  readonly required_payment_id: string | null
  readonly reversals: readonly ReversalSnapshot[]
  readonly invoices: readonly InvoiceSnapshot[]
  readonly invoice_payments: readonly InvoicePaymentRecord[]
  readonly checkout: {
    readonly session_id: string
    readonly status: 'completed' | 'expired' | 'failed'
  } | null
  /** What others are to be told of it besides the change of access (`handled-events.ts`); goes into the outbox. */
  readonly notice: Notice | null
}

/** What the outbox says beside `entitlements.changed`, for whoever writes to the customer. */
export type Notice = 'trial.will_end' | 'payment.failed' | 'payment.action_required'

/** When a snapshot was taken: Stripe's second, and the rank of its kind of event within one second. */
export interface SnapshotVersion {
  readonly snapshot_at: number
  readonly snapshot_rank: number
  /**
   * For a read of the object: the row's revision that had been seen before the read began (0: no row). The read is
   * newer than that revision, whatever the clocks say.
   */
  readonly read_after_revision: number | null
}

export interface SourceItem {
  readonly item_id: string
  readonly plan: string
  readonly plan_version: number
  readonly quantity: number
  readonly interval: string | null
  readonly expires_at: number | null
}

export interface SourceSnapshot extends SnapshotVersion {
  readonly kind: 'subscription' | 'payment'
  readonly source_id: string
  readonly status: string
  readonly terminal: boolean
  readonly grants_access: boolean
  readonly plan: string
  readonly plan_version: number
  readonly quantity: number
  readonly items: readonly SourceItem[]
  readonly renews_at: number | null
  readonly cancels_at: number | null
  readonly expires_at: number | null
  readonly past_due_entered_at: number | null
  readonly past_due_grace_seconds: number | null
  readonly duration_seconds: number | null
  readonly paid_at: number | null
  /** What a one-time payment was of, in the minor unit. */
  readonly amount_paid: number | null
  /** Whether a user buys it once, so that a second one beside it is a mistake (F40). */
  readonly bought_once: boolean
  /** Whether it is on a trial of which Stripe's page said that it is once a card (F89). */
  readonly trial_once_per_card: boolean
  /** What Stripe said, without what we derive: two snapshots of one second are compared by this. */
  readonly content: unknown
  readonly content_before: unknown
}

/** What takes a payment back, or may: a refund, a dispute, an issuer's warning. Each is an object of its own. */
export interface ReversalSnapshot extends SnapshotVersion {
  readonly kind: 'refund' | 'dispute' | 'fraud_warning'
  readonly object_id: string
  readonly payment_id: string
  readonly status: string
  /** Whether no other status can follow, so that this one wins however it arrives. */
  readonly terminal: boolean
  /** In the minor unit. */
  readonly amount: number
}

export interface InvoiceSnapshot {
  readonly invoice_id: string
  readonly subscription_id: string
  readonly status: string
  readonly billing_reason: string | null
  readonly number: string | null
  readonly amount_due: number
  readonly amount_paid: number
  readonly currency: string
  readonly hosted_invoice_url: string | null
  readonly period_end: number | null
  readonly invoiced_at: number
  readonly snapshot_at: number
  /** How far the invoice is in its life: within one second the later state counts. */
  readonly snapshot_rank: number
  /** Whether no other status can follow. */
  readonly terminal: boolean
}

export interface InvoicePaymentRecord {
  readonly invoice_payment_id: string
  readonly invoice_id: string
  readonly payment_kind: 'payment_intent' | 'charge' | 'payment_record'
  readonly payment_id: string
  /** In the minor unit; null where it is not told. */
  readonly amount_paid: number | null
  readonly paid_at: number
}

/** A change without parts, to spread the parts of one onto. */
export const emptyChange: AppliedChange = {
  kind: 'change',
  reason: null,
  user_id: null,
  customer_id: null,
  needs_user: true,
  links_customer: false,
  ends_customer: false,
  source: null,
  required_source_id: null,
  required_payment_id: null,
  reversals: [],
  invoices: [],
  invoice_payments: [],
  checkout: null,
  notice: null,
}
