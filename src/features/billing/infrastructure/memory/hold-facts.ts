import type { HoldFact } from '#src/features/billing/domain/entitlement/UserEntitlements.ts'
import type { MemoryTables, ReversalRow, SourceRow } from './MemoryTables.ts'

/** Everything that may withhold a source; whether it does is the policy's to say. */
export function holdFacts(tables: MemoryTables, { snapshot, userId }: SourceRow): readonly HoldFact[] {
  const sourceId = snapshot.source_id
  const facts: HoldFact[] = snapshot.status === 'paused' ? [{ kind: 'pause' }] : []
  const refunds = new Map<string, Extract<HoldFact, { kind: 'refund' }>>()
  for (const reversal of tables.reversals.where((row) => row.userId === userId)) {
    for (const periodEnd of periodsOn(tables, reversal, sourceId)) {
      const { kind, object_id, payment_id, status, amount } = reversal.reversal
      if (kind === 'dispute') facts.push({ kind, disputeId: object_id, status, periodEnd })
      if (kind === 'fraud_warning') facts.push({ kind, warningId: object_id, periodEnd })
      if (kind !== 'refund' || status === 'failed' || status === 'canceled') continue
      const key = `${payment_id} ${periodEnd}`
      const known = refunds.get(key)
      refunds.set(key, {
        kind,
        paymentId: payment_id,
        settled: (known?.settled ?? 0) + (status === 'succeeded' ? amount : 0),
        pending: (known?.pending ?? 0) + (status === 'succeeded' ? 0 : amount),
        paid: amountOf(tables, payment_id),
        periodEnd,
      })
    }
  }
  for (const { invoice } of tables.invoices.where((row) => row.userId === userId)) {
    const { status } = invoice
    if (invoice.subscription_id !== sourceId || (status !== 'void' && status !== 'uncollectible')) continue
    facts.push({
      kind: 'invoice',
      invoiceId: invoice.invoice_id,
      status,
      periodEnd: inMs(invoice.period_end),
    })
  }
  return [...facts, ...refunds.values()].toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
}

/** The end of each period of this source that the payment of a reversal paid; null stands for a one-time payment. */
function periodsOn(tables: MemoryTables, { reversal }: ReversalRow, sourceId: string): (number | null)[] {
  const payments = tables.invoicePayments.where((row) => row.payment_id === reversal.payment_id)
  const invoices = payments.map(({ invoice_id }) => tables.invoices.get(invoice_id)?.invoice ?? null)
  const ends = invoices.flatMap((invoice) =>
    invoice?.subscription_id === sourceId ? [inMs(invoice.period_end)] : [],
  )
  const isOneTime = reversal.payment_id === sourceId && invoices.every((invoice) => invoice === null)
  return isOneTime ? [null] : [...new Set(ends)]
}

function amountOf(tables: MemoryTables, paymentId: string): number | null {
  const amounts = tables.invoicePayments
    .where((row) => row.payment_id === paymentId)
    .flatMap(({ amount_paid }) => amount_paid ?? [])
  if (amounts.length > 0) return amounts.reduce((sum, amount) => sum + amount, 0)
  return tables.sources.get(paymentId)?.snapshot.amount_paid ?? null
}

/** The end of the latest period of a subscription that was paid for, milliseconds since the epoch. */
export function paidThrough(tables: MemoryTables, { snapshot }: SourceRow): number | null {
  if (snapshot.kind !== 'subscription') return null
  const ends = tables.invoices
    .where(({ invoice }) => invoice.subscription_id === snapshot.source_id && invoice.status === 'paid')
    .flatMap(({ invoice }) => (isForPeriod(invoice.billing_reason) ? (invoice.period_end ?? []) : []))
  return ends.length === 0 ? null : Math.max(...ends) * 1000
}

function isForPeriod(reason: string | null): boolean {
  return reason === 'subscription_create' || reason === 'subscription_cycle'
}

function keyOf(fact: HoldFact): string {
  switch (fact.kind) {
    case 'pause':
      return ' pause'
    case 'refund':
      return `${fact.kind} ${fact.paymentId} ${fact.periodEnd}`
    case 'dispute':
      return `${fact.kind} ${fact.disputeId} ${fact.periodEnd}`
    case 'fraud_warning':
      return `${fact.kind} ${fact.warningId} ${fact.periodEnd}`
    case 'invoice':
      return `${fact.kind} ${fact.invoiceId} ${fact.periodEnd}`
  }
}

function inMs(seconds: number | null): number | null {
  return seconds === null ? null : seconds * 1000
}
