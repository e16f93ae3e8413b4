import type { AppliedChange } from '#src/features/billing/domain/change/Change.ts'
import type { MemoryTables } from './MemoryTables.ts'
import { applySnapshot } from './source-snapshot.ts'

/** The object must be read from Stripe first, as newer than this revision of its row. Undoes the transaction. */
export class ReadFirst extends Error {
  readonly reason: string
  readonly revision: number

  constructor(reason: string, revision: number) {
    super(reason)
    this.reason = reason
    this.revision = revision
  }
}

/** The change speaks of something that belongs to somebody else. Undoes the transaction. */
export class BelongsToAnother extends Error {}

/** The parts of one change of one user. Throws `ReadFirst` and `BelongsToAnother`. */
export function applyChange(
  tables: MemoryTables,
  userId: string,
  change: AppliedChange,
  eventId: string | null,
): 'applied' | 'stale' {
  const { source, required_source_id } = change
  let outcome: 'applied' | 'stale' = 'applied'
  let accessChanged = false
  if (source !== null) {
    const row = tables.sources.get(source.source_id)
    if (row !== null && row.userId !== userId) throw new BelongsToAnother('source_of_another_user')
    const applied = applySnapshot(row, userId, eventId, source)
    if (applied.verdict === 'ambiguous') throw new ReadFirst('same_second', row?.revision ?? 0)
    if (applied.row !== null) tables.sources.set(source.source_id, applied.row)
    accessChanged = applied.verdict === 'applied'
    if (applied.verdict === 'stale') outcome = 'stale'
    else for (const hold of change.holds) accessChanged = applyHold(tables, source, hold) || accessChanged
  } else if (required_source_id !== null && tables.sources.get(required_source_id) === null) {
    throw new ReadFirst('source_unknown', 0)
  }
  if (change.invoice !== null) applyInvoice(tables, userId, change.invoice)
  if (change.checkout !== null) closeAttempt(tables, userId, change.checkout)
  const user = tables.users.get(userId)
  if (accessChanged && user !== null) tables.users.set(userId, { ...user, version: user.version + 1 })
  return outcome
}

/** The newest word counts; a hold that was never placed needs no row to be absent. Answers whether it changed. */
function applyHold(
  { holds }: MemoryTables,
  {
    source_id,
    snapshot_at,
    snapshot_rank,
  }: { source_id: string; snapshot_at: number; snapshot_rank: number },
  { kind, object_id, placed }: AppliedChange['holds'][number],
): boolean {
  const key = `${source_id} ${kind} ${object_id}`
  const row = holds.get(key)
  if (row === null && !placed) return false
  if (row !== null && (snapshot_at - row.at || snapshot_rank - row.rank) < 0) return false
  holds.set(key, { sourceId: source_id, kind, placed, at: snapshot_at, rank: snapshot_rank })
  return placed !== (row?.placed ?? false)
}

/** `paid` is final; otherwise the newest word counts. */
function applyInvoice(
  { invoices }: MemoryTables,
  userId: string,
  invoice: NonNullable<AppliedChange['invoice']>,
): void {
  const known = invoices.get(invoice.invoice_id)
  if (known !== null) {
    if (known.userId !== userId) return
    const isNewer = known.invoice.status !== 'paid' && invoice.snapshot_at >= known.invoice.snapshot_at
    if (invoice.status !== 'paid' && !isNewer) return
  }
  invoices.set(invoice.invoice_id, { userId, invoice })
}

function closeAttempt(
  { attempts }: MemoryTables,
  userId: string,
  { session_id, status }: NonNullable<AppliedChange['checkout']>,
): void {
  for (const attempt of attempts.where((row) => row.session?.sessionId === session_id)) {
    const isLive = attempt.status === 'reserved' || attempt.status === 'open'
    if (isLive && attempt.userId === userId) attempts.set(attempt.attemptId, { ...attempt, status })
  }
}
