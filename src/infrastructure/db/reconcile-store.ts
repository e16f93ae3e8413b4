import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type {
  AppliedChange,
  InvoiceSnapshot,
  ReversalSnapshot,
} from '#src/features/billing/domain/change/Change.ts'
import {
  type DifferingReversal,
  type Drift,
  type DriftKind,
  type IReconcileStore,
  type ReconciledPage,
  type ReconcileRun,
  reconcilePhases,
} from '#src/features/billing/domain/interfaces/IReconcileStore.ts'
import { ask, instant } from './ask.ts'
import type { CallFunction } from './supabase-rpc.ts'

const DriftRow = z.object({
  object_id: z.string(),
  kind: z.custom<DriftKind>((word) => typeof word === 'string'),
  user_id: z.string().nullable(),
  ours: z.string().nullable(),
  stripes: z.string().nullable(),
  repaired: z.boolean(),
})

const RunRow = z
  .object({
    run_id: z.string(),
    started_at: z.int(),
    finished_at: z.int().nullable(),
    repairs: z.boolean(),
    phase: z.enum(reconcilePhases),
    cursor: z.string().nullable(),
    objects: z.int(),
    drifts: z.int(),
    repaired: z.int(),
    found: z.array(DriftRow),
  })
  .transform(
    ({ run_id, started_at, finished_at, found, ...row }): ReconcileRun => ({
      ...row,
      runId: run_id,
      startedAt: started_at,
      finishedAt: finished_at,
      found: found.map(({ object_id, user_id, ...drift }) => ({
        ...drift,
        objectId: object_id,
        userId: user_id,
      })),
    }),
  )

const DifferingSources = z.array(
  z
    .object({ source_id: z.string(), revision: z.int() })
    .transform(({ source_id, revision }) => ({ sourceId: source_id, revision })),
)

const DifferingReversals = z.array(
  z
    .object({
      object_id: z.string(),
      revision: z.int(),
      status: z.string().nullable(),
      amount: z.int().nullable(),
    })
    .transform(
      ({ object_id, revision, status, amount }): DifferingReversal => ({
        objectId: object_id,
        revision,
        ours: status === null || amount === null ? null : { status, amount },
      }),
    ),
)

const DifferingCustomers = z.array(
  z
    .object({ customer_id: z.string(), user_id: z.string(), linked_customer_id: z.string().nullable() })
    .transform((row) => ({
      customerId: row.customer_id,
      userId: row.user_id,
      linkedCustomerId: row.linked_customer_id,
    })),
)

const UnseenSources = z.array(
  z
    .object({ id: z.int(), source_id: z.string(), user_id: z.string(), plan: z.string(), status: z.string() })
    .transform(({ source_id, user_id, ...row }) => ({ ...row, sourceId: source_id, userId: user_id })),
)

/** Reconciliations in Postgres, through their SQL functions. */
export class ReconcileStore implements IReconcileStore {
  readonly #call: CallFunction

  constructor(call: CallFunction) {
    this.#call = call
  }

  async start(repairs: boolean, now: number): Promise<ReconcileRun> {
    return ask(this.#call, RunRow, 'start_reconcile_run', {
      p_run_id: randomUUID(),
      p_repairs: repairs,
      p_now: instant(now),
    })
  }

  async advance(run: ReconcileRun, page: ReconciledPage, now: number): Promise<ReconcileRun | null> {
    return ask(this.#call, RunRow.nullable(), 'advance_reconcile_run', {
      p_run_id: run.runId,
      p_phase: run.phase,
      p_cursor: run.cursor,
      p_next_phase: page.next.phase,
      p_next_cursor: page.next.cursor,
      p_objects: page.objects,
      p_drifts: page.drifts.map(driftRow),
      p_now: instant(now),
    })
  }

  async latest(repairs: boolean, driftsMax: number): Promise<ReconcileRun | null> {
    return ask(this.#call, RunRow.nullable(), 'get_reconcile_run', {
      p_repairs: repairs,
      p_drifts_max: driftsMax,
    })
  }

  async compareSources(runId: string, changes: readonly AppliedChange[]) {
    return ask(this.#call, DifferingSources, 'compare_sources', { p_run_id: runId, p_changes: changes })
  }

  async compareReversals(reversals: readonly ReversalSnapshot[]): Promise<readonly DifferingReversal[]> {
    return ask(this.#call, DifferingReversals, 'compare_reversals', { p_reversals: reversals })
  }

  async compareInvoices(invoices: readonly InvoiceSnapshot[]): Promise<readonly string[]> {
    return ask(this.#call, z.array(z.string()), 'compare_invoices', { p_invoices: invoices })
  }

  async compareCustomers(customers: readonly { customerId: string; userId: string }[]) {
    return ask(this.#call, DifferingCustomers, 'compare_customers', {
      p_customers: customers.map(({ customerId, userId }) => ({ customer_id: customerId, user_id: userId })),
    })
  }

  async unseenSources(runId: string, after: number, limit: number, now: number) {
    return ask(this.#call, UnseenSources, 'list_unseen_sources', {
      p_run_id: runId,
      p_after: after,
      p_limit: limit,
      p_now: instant(now),
    })
  }
}

function driftRow({ objectId, userId, ...drift }: Drift): Record<string, unknown> {
  return { ...drift, object_id: objectId, user_id: userId }
}
