import { randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type {
  AppliedChange,
  InvoiceSnapshot,
  ReversalSnapshot,
} from '#src/features/billing/domain/change/Change.ts'
import type {
  DifferingReversal,
  IReconcileStore,
  ReconciledPage,
  ReconcileRun,
  UnseenSource,
} from '#src/features/billing/domain/interfaces/IReconcileStore.ts'
import type { MemoryTables, SourceRow } from './MemoryTables.ts'

const DAY_MS = 86_400_000

interface Run {
  /** As it stands, with all that it found. */
  readonly run: ReconcileRun
  readonly updatedAt: number
  /** The sources that were there when it began, oldest first: later ones are not looked for. */
  readonly sourceIds: readonly string[]
  readonly seen: Set<string>
}

/** Reconciliations in this process: what the functions of `compare_sources.sql` and `reconcile_runs.sql` promise. */
export class MemoryReconcileStore implements IReconcileStore {
  readonly #tables: MemoryTables
  #runs: readonly Run[] = []

  constructor(tables: MemoryTables) {
    this.#tables = tables
  }

  async start(repairs: boolean, now: number): Promise<ReconcileRun> {
    this.#runs = this.#runs.filter(({ run, updatedAt }) =>
      run.finishedAt === null ? updatedAt >= now - DAY_MS : run.finishedAt >= now - 90 * DAY_MS,
    )
    const known = this.#runs.find(({ run }) => run.finishedAt === null && run.repairs === repairs)
    if (known !== undefined) return { ...known.run, found: [] }
    const run: ReconcileRun = {
      runId: randomUUID(),
      startedAt: now,
      finishedAt: null,
      repairs,
      phase: 'customers',
      cursor: null,
      objects: 0,
      drifts: 0,
      repaired: 0,
      found: [],
    }
    const sourceIds = this.#tables.sources.where(() => true).map(({ snapshot }) => snapshot.source_id)
    this.#runs = [...this.#runs, { run, updatedAt: now, sourceIds, seen: new Set() }]
    return run
  }

  async advance(
    { runId, phase, cursor }: ReconcileRun,
    { objects, drifts, next }: ReconciledPage,
    now: number,
  ): Promise<ReconcileRun | null> {
    const known = this.#run(runId)
    if (known.run.phase !== phase || known.run.cursor !== cursor) return null
    const run: ReconcileRun = {
      ...known.run,
      ...next,
      finishedAt: next.phase === 'finished' ? now : null,
      objects: known.run.objects + objects,
      drifts: known.run.drifts + drifts.length,
      repaired: known.run.repaired + drifts.filter(({ repaired }) => repaired).length,
      found: [...known.run.found, ...drifts],
    }
    this.#runs = this.#runs.map((other) => (other === known ? { ...known, run, updatedAt: now } : other))
    return { ...run, found: [] }
  }

  async latest(repairs: boolean, driftsMax: number): Promise<ReconcileRun | null> {
    const newest = this.#runs.findLast(({ run }) => run.repairs === repairs)?.run
    return newest === undefined ? null : { ...newest, found: newest.found.slice(0, driftsMax) }
  }

  async compareSources(runId: string, changes: readonly AppliedChange[]) {
    const { seen } = this.#run(runId)
    return changes.flatMap(({ user_id, source }) => {
      if (source === null) return []
      seen.add(source.source_id)
      const row = this.#tables.sources.get(source.source_id)
      const differs = row === null ? source.grants_access : !agrees(row, user_id, source)
      return differs ? [{ sourceId: source.source_id, revision: row?.revision ?? 0 }] : []
    })
  }

  async compareReversals(reversals: readonly ReversalSnapshot[]): Promise<readonly DifferingReversal[]> {
    return reversals.flatMap(({ object_id, status, amount }): DifferingReversal[] => {
      const row = this.#tables.reversals.get(object_id)
      if (row === null) return [{ objectId: object_id, revision: 0, ours: null }]
      const ours = { status: row.reversal.status, amount: row.reversal.amount }
      const isSame = ours.status === status && ours.amount === amount
      return isSame ? [] : [{ objectId: object_id, revision: row.revision, ours }]
    })
  }

  async compareInvoices(invoices: readonly InvoiceSnapshot[]): Promise<readonly string[]> {
    return invoices
      .filter(({ invoice_id, status }) => this.#tables.invoices.get(invoice_id)?.invoice.status !== status)
      .map(({ invoice_id }) => invoice_id)
  }

  async compareCustomers(customers: readonly { readonly customerId: string; readonly userId: string }[]) {
    return customers.flatMap(({ customerId, userId }) => {
      const linkedCustomerId = this.#tables.users.get(userId)?.customerId ?? null
      const differs = this.#tables.authUsers.has(userId) && linkedCustomerId !== customerId
      return differs ? [{ customerId, userId, linkedCustomerId }] : []
    })
  }

  async unseenSources(
    runId: string,
    after: number,
    limit: number,
    now: number,
  ): Promise<readonly UnseenSource[]> {
    const { sourceIds, seen } = this.#run(runId)
    const unseen = sourceIds.flatMap((sourceId, index): UnseenSource[] => {
      const row = this.#tables.sources.get(sourceId)
      if (row === null || seen.has(sourceId) || !isInForce(row, now)) return []
      const { plan, status } = row.snapshot
      return [{ id: index + 1, sourceId, userId: row.userId, plan, status }]
    })
    return unseen.filter(({ id }) => id > after).slice(0, limit)
  }

  #run(runId: string): Run {
    const known = this.#runs.find(({ run }) => run.runId === runId)
    if (known === undefined) throw new RangeError(`no reconciliation ${runId}`)
    return known
  }
}

/** Whether our row says of a source what Stripe's object says. */
function agrees(
  { userId, snapshot }: SourceRow,
  namedUserId: string | null,
  told: NonNullable<AppliedChange['source']>,
): boolean {
  const said = ({
    content,
    items,
    status,
    terminal,
    grants_access,
    expires_at,
    duration_seconds,
  }: typeof told) => [content, items, status, terminal, grants_access, expires_at, duration_seconds]
  const ours = { ...snapshot, kind: told.kind }
  return (namedUserId ?? userId) === userId && isDeepStrictEqual(said(ours), said(told))
}

function isInForce({ snapshot, expiresAt }: SourceRow, now: number): boolean {
  if (snapshot.kind === 'manual' || !snapshot.grants_access) return false
  return expiresAt === null || expiresAt * 1000 > now
}
