import type { HoldKind } from '#src/shared/types/billing.ts'

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
  /** The user that Stripe's metadata names; null leaves it to the customer's link. */
  readonly user_id: string | null
  readonly customer_id: string | null
  readonly needs_user: boolean
  /** Whether this fact makes the link between user and customer where there is none. */
  readonly links_customer: boolean
  readonly source: SourceSnapshot | null
  /** A source that must be known already; where it is not, its object is read from Stripe. */
  readonly required_source_id: string | null
  readonly holds: readonly { readonly kind: HoldKind; readonly object_id: string; readonly placed: boolean }[]
  readonly invoice: InvoiceSnapshot | null
  readonly invoice_payment: InvoicePaymentRecord | null
  readonly checkout: {
    readonly session_id: string
    readonly status: 'completed' | 'expired' | 'failed'
  } | null
}

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
  /** What Stripe said, without what we derive: two snapshots of one second are compared by this. */
  readonly content: unknown
  readonly content_before: unknown
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
}

export interface InvoicePaymentRecord {
  readonly invoice_payment_id: string
  readonly invoice_id: string
  readonly payment_kind: 'payment_intent' | 'charge' | 'payment_record'
  readonly payment_id: string
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
  source: null,
  required_source_id: null,
  holds: [],
  invoice: null,
  invoice_payment: null,
  checkout: null,
}
