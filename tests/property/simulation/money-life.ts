import type { ModelCharge } from './objects.ts'
import type { SourceTimeline } from './SourceTimeline.ts'
import type { MONEY_ACTS } from './spec.ts'

/** A charge that took the money for an invoice or a session (`paidFor`). */
export function takeMoney(
  line: SourceTimeline,
  amount: number,
  paidFor: string,
  paymentIntent: string,
): ModelCharge {
  return line.put({
    kind: 'charge',
    id: line.id('ch'),
    paymentIntent,
    customer: line.user.customerId,
    amount,
    amountRefunded: 0,
    created: line.now,
    paidFor,
  })
}

type Life = (line: SourceTimeline, charge: ModelCharge) => void

const LIFE: Record<(typeof MONEY_ACTS)[number], Life> = {
  refund: (line, charge) => refund(line, charge, charge.amount),
  refund_half: (line, charge) => refund(line, charge, Math.floor(charge.amount / 2)),
  refund_fails: failRefund,
  dispute: (line, charge) => openDispute(line, charge, 'needs_response'),
  inquire: (line, charge) => openDispute(line, charge, 'warning_needs_response'),
  win_dispute: (line) => closeDispute(line, 'won'),
  lose_dispute: (line) => closeDispute(line, 'lost'),
  warn_of_fraud: warnOfFraud,
}

/** What happens to the newest charge of the source; nothing where that is not possible. */
export function actOnMoney(line: SourceTimeline, act: (typeof MONEY_ACTS)[number]): void {
  const charge = line.get('charge').at(-1)
  if (charge !== undefined) LIFE[act](line, charge)
}

function refund(line: SourceTimeline, charge: ModelCharge, wanted: number): void {
  const amount = Math.min(wanted, charge.amount - charge.amountRefunded)
  if (amount <= 0) return
  const created = {
    kind: 'refund' as const,
    id: line.id('re'),
    charge: charge.id,
    paymentIntent: charge.paymentIntent,
    amount,
    status: 'succeeded' as const,
    created: line.now,
  }
  line.put(created, 'refund.created')
  line.put({ ...charge, amountRefunded: charge.amountRefunded + amount }, 'charge.refunded')
}

/** A refund that seemed to be done comes back: docs.stripe.com/refunds#failed-refunds. */
function failRefund(line: SourceTimeline): void {
  const refund = line.get('refund').findLast(({ status }) => status === 'succeeded')
  if (refund === undefined) return
  const failed = line.put({ ...refund, status: 'failed' }, 'refund.updated')
  line.say('refund.failed', failed)
}

function openDispute(
  line: SourceTimeline,
  charge: ModelCharge,
  status: 'needs_response' | 'warning_needs_response',
): void {
  if (line.get('dispute').some((dispute) => dispute.charge === charge.id)) return
  line.put(
    {
      kind: 'dispute',
      id: line.id('du'),
      charge: charge.id,
      paymentIntent: charge.paymentIntent,
      amount: charge.amount,
      status,
      created: line.now,
    },
    'charge.dispute.created',
  )
}

function closeDispute(line: SourceTimeline, status: 'won' | 'lost'): void {
  const open = line.get('dispute').find((dispute) => dispute.status === 'needs_response')
  if (open !== undefined) line.put({ ...open, status }, 'charge.dispute.closed')
}

/** It takes nothing, and so the oracle does not know of it: docs.stripe.com/disputes/measuring#early-fraud-warnings. */
function warnOfFraud(line: SourceTimeline, { id, paymentIntent }: ModelCharge): void {
  if (line.get('fraud_warning').some(({ charge }) => charge === id)) return
  line.put(
    { kind: 'fraud_warning', id: line.id('issfr'), charge: id, paymentIntent, created: line.now },
    'radar.early_fraud_warning.created',
  )
}
