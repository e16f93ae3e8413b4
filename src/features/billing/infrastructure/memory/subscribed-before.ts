import type { MemoryTables } from './MemoryTables.ts'

/** F89: a trial is for the first subscription; one whose first payment never came was none. */
export function subscribedBefore(tables: MemoryTables, userId: string): boolean {
  const subscriptions = tables.sources.where(
    (row) => row.userId === userId && row.snapshot.kind === 'subscription',
  )
  return subscriptions.some(
    ({ snapshot: { status } }) => status !== 'incomplete' && status !== 'incomplete_expired',
  )
}
