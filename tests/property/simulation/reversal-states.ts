import type { Change, InvoiceSnapshot } from '#src/features/billing/domain/change/Change.ts'
import type { Applied } from '#src/features/billing/domain/interfaces/IEntitlementLedger.ts'
import type { MemoryTables, SourceRow } from '#src/features/billing/infrastructure/memory/MemoryTables.ts'

/** What is remarkable about the refunds, disputes and warnings of this change, by what was known before it. */
export function reversalStates(tables: MemoryTables, change: Change): readonly string[] {
  if (change.kind !== 'change') return []
  return change.reversals.flatMap(({ kind, status, payment_id }): string[] => {
    const source = sourcePaidBy(tables, payment_id)
    if (kind === 'fraud_warning') return ['a warning of fraud']
    if (source === null) {
      return kind === 'refund'
        ? ['a hold before its grant', 'a refund before its purchase']
        : ['a hold before its grant']
    }
    if (status !== 'won' && paidInvoice(tables, payment_id)?.billing_reason === 'subscription_update')
      return ["a plan change's payment taken back"]
    const isOver = source.snapshot.kind === 'subscription' && source.snapshot.terminal
    return status === 'won' && isOver ? ['a dispute won after the subscription ended'] : []
  })
}

/** Whether the change was taken: what was known before or came too late is no state. */
export function isTaken({ outcome }: Applied): boolean {
  return outcome === 'applied' || outcome === 'unresolved'
}

function sourcePaidBy(tables: MemoryTables, paymentId: string): SourceRow | null {
  return tables.sources.get(paidInvoice(tables, paymentId)?.subscription_id ?? paymentId)
}

function paidInvoice(tables: MemoryTables, paymentId: string): InvoiceSnapshot | undefined {
  const [payment] = tables.invoicePayments.where(({ payment_id }) => payment_id === paymentId)
  return payment && tables.invoices.get(payment.invoice_id)?.invoice
}
