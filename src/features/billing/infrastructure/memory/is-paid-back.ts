import type { MemoryTables } from './MemoryTables.ts'

/** Whether all that was paid has gone back. */
export function isPaidBack(
  { reversals }: MemoryTables,
  paymentId: string,
  amountPaid: number | null,
): boolean {
  const of = reversals
    .where(({ reversal }) => reversal.payment_id === paymentId)
    .map(({ reversal }) => reversal)
  if (of.some(({ kind, status }) => kind === 'dispute' && status === 'lost')) return true
  const refunds = of.filter(({ kind, terminal }) => kind === 'refund' && !terminal)
  const refunded = refunds.reduce((sum, { amount }) => sum + amount, 0)
  return refunds.length > 0 && amountPaid !== null && refunded >= amountPaid
}
