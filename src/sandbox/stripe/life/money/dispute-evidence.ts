import type { Dispute } from '../../wire.ts'

export type Evidence = Dispute['evidence']

/** The fields that a merchant writes (docs.stripe.com/api/disputes/evidence_object); those of files hold a file's id. */
export const EVIDENCE_FIELDS = [
  'access_activity_log',
  'billing_address',
  'cancellation_policy',
  'cancellation_policy_disclosure',
  'cancellation_rebuttal',
  'customer_communication',
  'customer_email_address',
  'customer_name',
  'customer_purchase_ip',
  'customer_signature',
  'duplicate_charge_documentation',
  'duplicate_charge_explanation',
  'duplicate_charge_id',
  'product_description',
  'receipt',
  'refund_policy',
  'refund_policy_disclosure',
  'refund_refusal_explanation',
  'service_date',
  'service_documentation',
  'shipping_address',
  'shipping_carrier',
  'shipping_date',
  'shipping_documentation',
  'shipping_tracking_number',
  'uncategorized_file',
  'uncategorized_text',
] as const

export type EvidenceField = (typeof EVIDENCE_FIELDS)[number]

/** Evidence of nothing. */
export function emptyEvidence(): Evidence {
  const empty = Object.fromEntries(EVIDENCE_FIELDS.map((field) => [field, null])) as Record<
    EvidenceField,
    null
  >
  return { ...empty, enhanced_evidence: {} }
}

/** How a dispute ends. */
export type Verdict = 'won' | 'lost' | 'escalated'

/** The texts that decide a test dispute: docs.stripe.com/testing#evidence. Any other text decides nothing. */
export function verdictOf(text: string | null | undefined): Verdict | null {
  if (text === 'winning_evidence') return 'won'
  if (text === 'losing_evidence') return 'lost'
  return text === 'escalate_inquiry_evidence' ? 'escalated' : null
}
