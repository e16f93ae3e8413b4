import type { Account } from '../account.ts'
import { endpoint } from '../endpoint.ts'
import { EVIDENCE_FIELDS, type Evidence, type EvidenceField } from '../life/money/dispute-evidence.ts'
import { checkOpen, concedeDispute, giveEvidence } from '../life/money/disputes.ts'
import { changedMetadata, metadata } from '../metadata.ts'
import { createdParam, fits, inRange, page, pageParams } from '../pagination.ts'
import { absent, emptyable, flag, hash, list as listOf, oneOf, type Param, text } from '../params.ts'
import { previousAttributes } from '../previous-attributes.ts'
import type { Dispute } from '../wire.ts'

// docs.stripe.com/api/disputes/update
export const MAX_EVIDENCE_CHARACTERS = 20_000

const evidenceFields = Object.fromEntries(
  EVIDENCE_FIELDS.map((field) => [field, emptyable(text(MAX_EVIDENCE_CHARACTERS))]),
) as Record<EvidenceField, Param<string | null>>

const evidenceParam = hash({
  ...evidenceFields,
  appeal: hash({
    card: hash({ reason_for_filing: text(MAX_EVIDENCE_CHARACTERS), supporting_files: listOf(text(), 10) }),
  }),
  ...absent('enhanced_evidence'),
})

/** `GET /v1/disputes/:id` */
export const retrieve = endpoint(hash({}), (account, _, id) => account.need(account.state.disputes, id))

/** `POST /v1/disputes/:id`: evidence is handed in unless `submit` is false. */
export const update = endpoint(
  hash({
    evidence: evidenceParam,
    intended_submission_method: oneOf('manual', 'prefer_manual', 'prefer_smart_disputes', 'smart_disputes'),
    metadata: metadata(),
    submit: flag(),
  }),
  (account, params, id) => {
    const dispute = account.need(account.state.disputes, id)
    checkOpen(dispute)
    follow(account, dispute, () => {
      account.change(dispute, {
        metadata: changedMetadata(dispute.metadata, params.metadata),
        intended_submission_method: params.intended_submission_method ?? dispute.intended_submission_method,
      })
      const evidence = (params.evidence ?? {}) as Partial<Evidence>
      const submits = params.submit ?? params.evidence !== undefined
      if (submits || params.evidence !== undefined) giveEvidence(account, dispute, evidence, submits)
    })
    return dispute
  },
)

/** `POST /v1/disputes/:id/close` */
export const close = endpoint(hash({}), (account, _, id) => {
  const dispute = account.need(account.state.disputes, id)
  concedeDispute(account, dispute)
  return dispute
})

/** `GET /v1/disputes` */
export const list = endpoint(
  hash({ ...pageParams, charge: text(), created: createdParam, payment_intent: text() }),
  (account, params) =>
    page(
      account,
      account.state.disputes,
      params,
      '/v1/disputes',
      (dispute) =>
        fits(dispute, params, 'charge', 'payment_intent') && inRange(dispute.created, params.created),
    ),
)

/** One event for all that `work` changes. */
function follow(account: Account, dispute: Dispute, work: () => void): void {
  const before = structuredClone(dispute)
  work()
  const previous = previousAttributes({ ...before }, { ...dispute })
  if (Object.keys(previous).length > 0) account.emit('charge.dispute.updated', dispute, previous)
}
