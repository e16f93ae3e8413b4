import { type Account, NO_REQUEST } from '../../account.ts'
import { refused } from '../../errors.ts'
import { newId } from '../../ids.ts'
import type { Charge, Dispute } from '../../wire.ts'
import { SECONDS_PER_DAY } from '../calendar.ts'
import type { DisputeKind, TestCard } from '../cards.ts'
import { DISPUTE_FEE, recordTransaction } from './balance.ts'
import { type Evidence, emptyEvidence, type Verdict, verdictOf } from './dispute-evidence.ts'
import { closeWarnings } from './early-fraud-warnings.ts'

/** Days until evidence is due, to the end of that day in UTC (Stripe: 7 to 21, by network). */
export const EVIDENCE_DUE_DAYS = 8

/** An inquiry that is not escalated closes by itself (docs.stripe.com/disputes/how-disputes-work#inquiries). */
export const INQUIRY_CLOSES_DAYS = 120

/** How long the bank of a test dispute looks at evidence that decides. */
export const REVIEW_SECONDS = 5

interface Kind {
  reason: string
  network_reason_code: string
  case_type: 'chargeback' | 'inquiry'
  status: Dispute['status']
}

const KINDS: Record<DisputeKind, Kind> = {
  fraudulent: {
    reason: 'fraudulent',
    network_reason_code: '10.4',
    case_type: 'chargeback',
    status: 'needs_response',
  },
  product_not_received: {
    reason: 'product_not_received',
    network_reason_code: '13.1',
    case_type: 'chargeback',
    status: 'needs_response',
  },
  inquiry: {
    reason: 'fraudulent',
    network_reason_code: '10',
    case_type: 'inquiry',
    status: 'warning_needs_response',
  },
}

/** Opens what the card disputes. Several disputes share the amount: Stripe does not say how much each is about. */
export function openDisputes(account: Account, charge: Charge, card: TestCard | undefined): void {
  const kinds = card?.disputes ?? []
  let left = charge.amount_captured
  for (const [index, kind] of kinds.entries()) {
    const share = Math.ceil(left / (kinds.length - index))
    left -= share
    openDispute(account, charge, kind, share)
  }
}

/** The customer disputes `amount` of the charge. A chargeback takes the money at once, an inquiry does not. */
export function openDispute(account: Account, charge: Charge, kind: DisputeKind, amount: number): Dispute {
  const { reason, network_reason_code, case_type, status } = KINDS[kind]
  const brand = charge.payment_method_details?.card?.brand ?? 'visa'
  const isInquiry = case_type === 'inquiry'
  const dispute = account.state.disputes.add({
    id: newId.dispute(),
    object: 'dispute',
    amount,
    balance_transactions: [],
    charge: charge.id,
    created: account.now,
    currency: charge.currency,
    enhanced_eligibility_types: [],
    evidence: emptyEvidence(),
    evidence_details: {
      due_by: endOfDay(account.now + EVIDENCE_DUE_DAYS * SECONDS_PER_DAY),
      enhanced_eligibility: {},
      has_evidence: false,
      past_due: false,
      submission_count: 0,
      submission_method: 'not_submitted',
    },
    intended_submission_method: null,
    is_charge_refundable: isInquiry,
    livemode: false,
    metadata: {},
    network_reason_code,
    payment_intent: charge.payment_intent,
    payment_method_details: { card: { brand, case_type, network: brand, network_reason_code }, type: 'card' },
    reason,
    status,
  })
  account.change(charge, { disputed: true })
  if (!isInquiry) withdraw(account, dispute)
  account.as(NO_REQUEST, () => {
    account.emit('charge.dispute.created', dispute)
    if (!isInquiry) account.emit('charge.dispute.funds_withdrawn', dispute)
  })
  closeWarnings(account, charge)
  planDue(account, dispute)
  return dispute
}

/**
 * Writes evidence down and, where `submits`, hands it in: the bank looks at it, and decides where the text is one of
 * Stripe's for tests. During an appeal only its own evidence counts (docs.stripe.com/disputes/arbitration).
 */
export function giveEvidence(
  account: Account,
  dispute: Dispute,
  evidence: Partial<Evidence>,
  submits: boolean,
): void {
  const isAppeal = dispute.status === 'appeal_needs_response'
  if (isAppeal !== (evidence.appeal !== undefined) && Object.keys(evidence).length > 0) {
    throw refused(
      isAppeal
        ? 'Only `evidence[appeal]` can be given while an appeal awaits a response.'
        : 'This dispute cannot be appealed.',
      'evidence',
    )
  }
  const merged = { ...dispute.evidence, ...evidence }
  const details = { ...dispute.evidence_details, has_evidence: true }
  account.change(dispute, { evidence: merged, evidence_details: details })
  if (!submits) return
  const next = UNDER_REVIEW[dispute.status]
  if (next === undefined) throw refused('The evidence for this dispute has already been submitted.')
  account.scheduler.cancel('dispute.due', dispute.id)
  account.change(dispute, {
    status: next,
    evidence_details: {
      ...details,
      submission_count: details.submission_count + 1,
      submission_method: 'manual',
    },
  })
  if (decisive(dispute) !== null) {
    account.scheduler.plan('dispute.decide', dispute.id, account.now + REVIEW_SECONDS)
  }
}

const UNDER_REVIEW: Record<string, Dispute['status']> = {
  needs_response: 'under_review',
  warning_needs_response: 'warning_under_review',
  appeal_needs_response: 'appeal_under_review',
}

/** The bank has looked at the evidence. */
export function decideDispute(account: Account, dispute: Dispute): void {
  const verdict = decisive(dispute)
  if (dispute.status === 'warning_under_review') {
    if (verdict === 'escalated') escalate(account, dispute)
    else if (verdict !== null) close(account, dispute, 'warning_closed')
  } else if (verdict === 'won') win(account, dispute)
  else if (verdict === 'lost') close(account, dispute, 'lost')
}

/** Nobody answered in time: a chargeback is lost, an inquiry closes. */
export function disputeDue(account: Account, dispute: Dispute): void {
  if (dispute.status === 'warning_needs_response' || dispute.status === 'warning_under_review') {
    close(account, dispute, 'warning_closed')
  } else if (dispute.status === 'needs_response' || dispute.status === 'appeal_needs_response') {
    account.change(dispute, { evidence_details: { ...dispute.evidence_details, past_due: true } })
    close(account, dispute, 'lost')
  }
}

/** Gives the dispute up: it is lost, for good (docs.stripe.com/api/disputes/close). */
export function concedeDispute(account: Account, dispute: Dispute): void {
  checkOpen(dispute)
  close(account, dispute, dispute.status.startsWith('warning_') ? 'warning_closed' : 'lost')
}

/** @throws StripeError 400 once the dispute is over. */
export function checkOpen(dispute: Dispute): void {
  if (CLOSED.includes(dispute.status)) throw refused('This dispute is already closed')
}

/** The bank rejects the evidence and leaves an appeal open, as it does for businesses that may appeal. */
export function openAppeal(account: Account, dispute: Dispute): void {
  if (dispute.status !== 'lost' && dispute.status !== 'under_review') {
    throw refused('Only a dispute that is lost or under review can be appealed.')
  }
  const dueBy = endOfDay(account.now + EVIDENCE_DUE_DAYS * SECONDS_PER_DAY)
  account.change(
    dispute,
    { status: 'appeal_needs_response', evidence_details: { ...dispute.evidence_details, due_by: dueBy } },
    'charge.dispute.updated',
  )
  planDue(account, dispute)
}

/** The network settled it before it became a chargeback. There is no `charge.dispute.closed` for this. */
export function preventDispute(account: Account, dispute: Dispute): void {
  if (!dispute.status.endsWith('needs_response')) throw refused('Only a new dispute can be prevented.')
  account.scheduler.cancel('dispute.due', dispute.id)
  account.change(dispute, { status: 'prevented' }, 'charge.dispute.updated')
}

/** The charge was refunded whole: an inquiry into it has nothing left to ask. */
export function closeInquiries(account: Account, charge: Charge): void {
  for (const dispute of account.state.disputes.values()) {
    if (dispute.charge === charge.id && dispute.status === 'warning_needs_response') {
      close(account, dispute, 'warning_closed')
    }
  }
}

const CLOSED: readonly string[] = ['won', 'lost', 'warning_closed', 'prevented']

function decisive(dispute: Dispute): Verdict | null {
  const { appeal, uncategorized_text: text } = dispute.evidence
  return verdictOf(dispute.status.startsWith('appeal_') ? appeal?.card?.reason_for_filing : text)
}

function escalate(account: Account, dispute: Dispute): void {
  const card = dispute.payment_method_details?.card
  const code = KINDS.fraudulent.network_reason_code
  account.change(
    dispute,
    {
      status: 'needs_response',
      is_charge_refundable: false,
      network_reason_code: code,
      ...(card && {
        payment_method_details: {
          type: 'card',
          card: { ...card, case_type: 'chargeback', network_reason_code: code },
        },
      }),
      evidence: { ...dispute.evidence, uncategorized_text: null },
    },
    'charge.dispute.updated',
  )
  withdraw(account, dispute)
  account.emit('charge.dispute.funds_withdrawn', dispute)
  planDue(account, dispute)
}

function win(account: Account, dispute: Dispute): void {
  account.change(dispute, { status: 'won', is_charge_refundable: true })
  book(account, dispute, dispute.amount, 0, `Chargeback reversal for ${dispute.charge}`)
  account.emit('charge.dispute.funds_reinstated', dispute)
  account.emit('charge.dispute.closed', dispute)
}

function close(account: Account, dispute: Dispute, status: 'lost' | 'warning_closed'): void {
  account.scheduler.cancel('dispute.due', dispute.id)
  account.change(dispute, { status })
  account.emit('charge.dispute.closed', dispute)
}

function withdraw(account: Account, dispute: Dispute): void {
  book(account, dispute, -dispute.amount, DISPUTE_FEE, `Chargeback withdrawal for ${dispute.charge}`)
}

function book(account: Account, dispute: Dispute, amount: number, fee: number, description: string): void {
  const transaction = recordTransaction(account, {
    type: 'adjustment',
    reporting_category: amount < 0 ? 'dispute' : 'dispute_reversal',
    amount,
    currency: dispute.currency,
    fee,
    source: dispute.id,
    description,
    isAvailable: amount < 0,
  })
  account.change(dispute, { balance_transactions: [...dispute.balance_transactions, transaction] })
}

function planDue(account: Account, dispute: Dispute): void {
  const isInquiry = dispute.status.startsWith('warning_')
  const dueBy = dispute.evidence_details.due_by ?? account.now
  const at = isInquiry ? dispute.created + INQUIRY_CLOSES_DAYS * SECONDS_PER_DAY : dueBy
  account.scheduler.plan('dispute.due', dispute.id, at)
}

function endOfDay(moment: number): number {
  return (Math.floor(moment / SECONDS_PER_DAY) + 1) * SECONDS_PER_DAY - 1
}
