import type {
  AppliedChange,
  InvoiceSnapshot,
  ReversalSnapshot,
} from '#src/features/billing/domain/change/Change.ts'
import { compareSnapshots, type SnapshotVerdict } from './compare-snapshots.ts'
import type { Cause, MemoryTables } from './MemoryTables.ts'
import { applySnapshot } from './source-snapshot.ts'

/** Something must be read from Stripe first, as newer than this revision of its row. Undoes the transaction. */
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

/** The user was deleted, and nothing of theirs is to come back. Undoes the transaction. */
export class Forgotten extends Error {}

/** The parts of one change of one user. Throws `ReadFirst` and `BelongsToAnother`. */
export function applyChange(
  tables: MemoryTables,
  userId: string,
  change: AppliedChange,
  cause: Cause,
): 'applied' | 'stale' {
  const verdicts: SnapshotVerdict[] = []
  const { source, required_source_id } = change
  if (source !== null) {
    const row = tables.sources.get(source.source_id)
    if (row !== null && row.userId !== userId) throw new BelongsToAnother('source_of_another_user')
    const applied = applySnapshot(row, userId, cause.eventId, source)
    if (applied.verdict === 'ambiguous') throw new ReadFirst('same_second', row?.revision ?? 0)
    if (applied.row !== null) tables.sources.set(source.source_id, applied.row)
    verdicts.push(applied.verdict)
    if (source.trial_once_per_card) beginTrial(tables, source.source_id, cause.now)
  } else if (required_source_id !== null && tables.sources.get(required_source_id) === null) {
    throw new ReadFirst('source_unknown', 0)
  }
  for (const reversal of change.reversals) verdicts.push(applyReversal(tables, userId, reversal))
  let accessChanged = verdicts.includes('applied')
  for (const invoice of change.invoices)
    accessChanged = applyInvoice(tables, userId, invoice) || accessChanged
  if (change.checkout !== null) closeAttempt(tables, userId, change.checkout)
  if (change.ends_customer && change.customer_id !== null) endCustomer(tables, userId, change.customer_id)
  if (accessChanged) tables.raiseVersion(userId, cause)
  if (verdicts.length > 0 && verdicts.every((verdict) => verdict === 'stale')) return 'stale'
  const isSettled = change.invoices.some(
    ({ invoice_id }) => tables.invoices.get(invoice_id)?.invoice.terminal === true,
  )
  if (change.notice !== null && !isSettled) tables.tell(userId, change.notice, cause)
  return 'applied'
}

/** A trial that is once a card is open until its card is known. */
function beginTrial({ trials }: MemoryTables, subscriptionId: string, now: number): void {
  if (trials.get(subscriptionId) !== null) return
  trials.set(subscriptionId, { subscriptionId, beganAt: now, verdict: null, cardFingerprint: null })
}

function applyReversal(tables: MemoryTables, userId: string, told: ReversalSnapshot): SnapshotVerdict {
  const row = tables.reversals.get(told.object_id)
  if (row !== null && row.userId !== userId) throw new BelongsToAnother('payment_of_another_user')
  const known = row && { ...snapshotOf(row.reversal, row.revision), contentsBefore: null }
  const verdict = compareSnapshots(known, snapshotOf(told, told.read_after_revision))
  if (verdict === 'ambiguous') throw new ReadFirst('same_second', row?.revision ?? 0)
  if (verdict === 'stale') return verdict
  const snapshot_at = Math.max(row?.reversal.snapshot_at ?? 0, told.snapshot_at)
  tables.reversals.set(told.object_id, {
    userId,
    reversal: { ...told, snapshot_at },
    revision: tables.next(),
  })
  const isKnown = row?.reversal.status === told.status && row.reversal.amount === told.amount
  return isKnown ? 'unchanged' : verdict
}

function snapshotOf(reversal: ReversalSnapshot, revision: number | null) {
  return {
    at: reversal.snapshot_at,
    rank: reversal.snapshot_rank,
    terminal: reversal.terminal,
    content: [reversal.status, reversal.amount],
    contentBefore: null,
    revision,
  }
}

/** What is paid or void stays so; otherwise the newest word counts. Answers whether access may have changed. */
function applyInvoice({ invoices }: MemoryTables, userId: string, told: InvoiceSnapshot): boolean {
  const known = invoices.get(told.invoice_id)
  if (known !== null) {
    if (known.userId !== userId) return false
    const { invoice } = known
    if (invoice.terminal && !told.terminal) return false
    const age = told.snapshot_at - invoice.snapshot_at || told.snapshot_rank - invoice.snapshot_rank
    if (invoice.terminal === told.terminal && age <= 0) return false
  }
  const snapshot_at = Math.max(known?.invoice.snapshot_at ?? 0, told.snapshot_at)
  invoices.set(told.invoice_id, { userId, invoice: { ...told, snapshot_at } })
  const before = known?.invoice.status
  return (
    before !== told.status && (told.terminal || told.status === 'uncollectible' || before === 'uncollectible')
  )
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

/** The link is kept as ended, so that what still comes of the customer finds its user. */
export function endCustomer(
  { users, endedCustomers }: MemoryTables,
  userId: string,
  customerId: string,
): void {
  const user = users.get(userId)
  if (user?.customerId === customerId) users.set(userId, { ...user, customerId: null })
  if (endedCustomers.get(customerId) === null) endedCustomers.set(customerId, { userId })
}
