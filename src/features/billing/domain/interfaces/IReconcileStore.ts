import type { AppliedChange, InvoiceSnapshot, ReversalSnapshot } from '../change/Change.ts'

/**
 * What a reconciliation reads, one after the other: the customers first, as whose the rest is may hang on a link that is
 * made there. `sources` are ours that Stripe's lists did not have.
 */
export const reconcilePhases = [
  'customers',
  'subscriptions',
  'payments',
  'refunds',
  'disputes',
  'sources',
  'finished',
] as const
export type ReconcilePhase = (typeof reconcilePhases)[number]

/**
 * Where Stripe's object and ours were found apart.
 *
 * - `missed_grant`: Stripe says access, and there is none here: an event was missed, or never generated.
 * - `phantom_grant`: there is access here, and Stripe says none.
 * - `wrong_plan`, `wrong_expiry`, `wrong_state`: access on both sides, of another plan or quantity, until another
 *   instant, or in another state (a status, a hold, a renewal).
 * - `missed_refund`, `missed_dispute`: one that is not known here, or says something else.
 * - `unknown_user`: paid, for nobody that is known here.
 * - `second_customer`: a user with a customer at Stripe beside the one that they are linked to.
 * - `unlinked_customer`: a customer that names its user, who is linked to none.
 * - `second_purchase`: two are live of what is bought once (F40): one is to be cancelled and refunded by a person.
 * - `unknown_to_stripe`: access here from an object that Stripe does not have.
 */
export type DriftKind =
  | 'missed_grant'
  | 'phantom_grant'
  | 'wrong_plan'
  | 'wrong_expiry'
  | 'wrong_state'
  | 'missed_refund'
  | 'missed_dispute'
  | 'unknown_user'
  | 'second_customer'
  | 'unlinked_customer'
  | 'second_purchase'
  | 'unknown_to_stripe'

export interface Drift {
  readonly kind: DriftKind
  readonly objectId: string
  readonly userId: string | null
  readonly ours: string | null
  readonly stripes: string | null
  readonly repaired: boolean
}

/** A run and how far it has come. Instants in milliseconds since the epoch. */
export interface ReconcileRun {
  readonly runId: string
  readonly startedAt: number
  readonly finishedAt: number | null
  readonly repairs: boolean
  readonly phase: ReconcilePhase
  /** The last object of the last page that is done; null before the first. */
  readonly cursor: string | null
  /** Objects of Stripe's that were compared, places found apart, and those mended. */
  readonly objects: number
  readonly drifts: number
  readonly repaired: number
  /** The first of what was found. */
  readonly found: readonly Drift[]
}

/** A page that is done: what was compared, what was found, and where to go on. */
export interface ReconciledPage {
  readonly objects: number
  readonly drifts: readonly Drift[]
  readonly next: Pick<ReconcileRun, 'phase' | 'cursor'>
}

/** A source of ours that a run did not meet at Stripe. */
export interface UnseenSource {
  readonly id: number
  readonly sourceId: string
  readonly userId: string
  readonly plan: string
  readonly status: string
}

/** A refund or dispute that stands otherwise here; `ours` null where it is not known. */
export interface DifferingReversal {
  readonly objectId: string
  readonly revision: number
  readonly ours: { readonly status: string; readonly amount: number } | null
}

/** What Postgres keeps of reconciliations, and what it implies of Stripe's objects. Throws `BillingError`. */
export interface IReconcileStore {
  /** The run of this kind that is under way, or a new one. */
  start(repairs: boolean, now: number): Promise<ReconcileRun>
  /** The run after this page; null where another process has done it. */
  advance(run: ReconcileRun, page: ReconciledPage, now: number): Promise<ReconcileRun | null>
  /** The newest run of this kind with the first drifts that it found; null before the first. */
  latest(repairs: boolean, driftsMax: number): Promise<ReconcileRun | null>
  /** Of these changes, each with a source: those of which Postgres says something else, with the revision of its row. */
  compareSources(
    runId: string,
    changes: readonly AppliedChange[],
  ): Promise<readonly { readonly sourceId: string; readonly revision: number }[]>
  /** Of these refunds and disputes: those of which Postgres says something else, and what it says. */
  compareReversals(reversals: readonly ReversalSnapshot[]): Promise<readonly DifferingReversal[]>
  /** Of these invoices, each paid or void: the ids of those of which Postgres says something else. */
  compareInvoices(invoices: readonly InvoiceSnapshot[]): Promise<readonly string[]>
  /** Of these customers, each naming its user: those that the user is not linked to. */
  compareCustomers(customers: readonly { readonly customerId: string; readonly userId: string }[]): Promise<
    readonly {
      readonly customerId: string
      readonly userId: string
      readonly linkedCustomerId: string | null
    }[]
  >
  /** Our sources that give access and were not met, after this row; at most `limit`. */
  unseenSources(runId: string, after: number, limit: number, now: number): Promise<readonly UnseenSource[]>
}
