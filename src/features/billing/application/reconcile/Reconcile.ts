import type {
  Drift,
  IReconcileStore,
  ReconciledPage,
  ReconcileRun,
} from '#src/features/billing/domain/interfaces/IReconcileStore.ts'
import type { ISecondPurchases } from '#src/features/billing/domain/interfaces/ISecondPurchases.ts'
import type { IStripeLists, ListedCustomer } from '#src/features/billing/domain/interfaces/IStripeLists.ts'
import type { Clock } from '#src/shared/types/clock.ts'
import { pageBudget } from './page-budget.ts'
import type { ReconcileInvoices } from './ReconcileInvoices.ts'
import type { ReconcileObjects } from './ReconcileObjects.ts'
import type { ReconcileReversals } from './ReconcileReversals.ts'

/** Rows of ours that are looked at in one page. */
const SOURCES_PAGE = 100

/** Users who pay twice, of whom one run tells. */
const SECOND_PURCHASES_MAX = 100

/** The most drifts that a finished run lists. */
export const DRIFTS_SHOWN_MAX = 100

export interface ReconcileOptions {
  /** Whether what is found apart is set to what Stripe says; else it is only told. */
  readonly repairs: boolean
  /** Begin no second page after this long; the next call goes on from there. */
  readonly budgetMs: number
  readonly onProgress?: (run: ReconcileRun) => void
}

/** Makes the link between a user and a customer where there is none; answers the customer that the user is linked to. */
export type LinkCustomer = (userId: string, customerId: string, now: number) => Promise<string>

/**
 * Compares all of Stripe's current objects with what Postgres implies, page by page, and mends what differs. It reads
 * objects, not events: an event that Stripe never generated is in no list (F56). How far it has come is kept in
 * Postgres after each page, so a call that is cut off costs one page, and memory holds one page. A page that Stripe does not
 * let come to its end is given up in time (`PAGE_BUDGET_MS`): what it mended is no drift to the call that does it again.
 */
export class Reconcile {
  readonly #store: IReconcileStore
  readonly #lists: IStripeLists
  readonly #secondPurchases: ISecondPurchases
  readonly #objects: ReconcileObjects
  readonly #invoices: ReconcileInvoices
  readonly #reversals: ReconcileReversals
  readonly #linkCustomer: LinkCustomer
  readonly #clock: Clock
  readonly #stopwatch: () => number

  constructor(deps: {
    store: IReconcileStore
    lists: IStripeLists
    secondPurchases: ISecondPurchases
    objects: ReconcileObjects
    invoices: ReconcileInvoices
    reversals: ReconcileReversals
    linkCustomer: LinkCustomer
    clock: Clock
    stopwatch: () => number
  }) {
    this.#store = deps.store
    this.#lists = deps.lists
    this.#secondPurchases = deps.secondPurchases
    this.#objects = deps.objects
    this.#invoices = deps.invoices
    this.#reversals = deps.reversals
    this.#linkCustomer = deps.linkCustomer
    this.#clock = deps.clock
    this.#stopwatch = deps.stopwatch
  }

  /** The run so far, or finished, with what it found. A run of this kind that is under way goes on. Throws `BillingError`. */
  async execute({ repairs, budgetMs, onProgress }: ReconcileOptions): Promise<ReconcileRun> {
    const startedAt = this.#stopwatch()
    let run: ReconcileRun | null = await this.#store.start(repairs, this.#clock.now())
    while (run !== null && run.phase !== 'finished') {
      onProgress?.(run)
      const page = await this.#page(run)
      // Another process did this page: it goes on, and this one need not.
      run = await this.#store.advance(run, page, this.#clock.now())
      if (this.#stopwatch() - startedAt >= budgetMs) break
    }
    const latest = await this.latest(repairs)
    if (latest === null) throw new TypeError('a reconciliation that was started is not there')
    return latest
  }

  /** The newest run of this kind, with what it found; null before the first. */
  async latest(repairs: boolean): Promise<ReconcileRun | null> {
    return this.#store.latest(repairs, DRIFTS_SHOWN_MAX)
  }

  async #page(run: ReconcileRun): Promise<ReconciledPage> {
    const budget = pageBudget(this.#stopwatch)
    switch (run.phase) {
      case 'customers': {
        const { items, next } = await this.#lists.listCustomers(run.cursor)
        return pageOf(items.length, await this.#customers(run, items), next, run, 'subscriptions')
      }
      case 'subscriptions': {
        const { items, next } = await this.#lists.listSubscriptions(run.cursor)
        const drifts = [
          ...(await this.#objects.execute(run, items, budget)),
          ...(await this.#invoices.execute(run, items, budget)),
        ]
        return pageOf(items.length, drifts, next, run, 'payments')
      }
      case 'payments': {
        const { items, next } = await this.#lists.listCompletedSessions(run.cursor)
        return pageOf(items.length, await this.#objects.execute(run, items, budget), next, run, 'refunds')
      }
      case 'refunds': {
        const { items, next } = await this.#lists.listRefunds(run.cursor)
        return pageOf(items.length, await this.#reversals.execute(run, items, budget), next, run, 'disputes')
      }
      case 'disputes': {
        const { items, next } = await this.#lists.listDisputes(run.cursor)
        return pageOf(items.length, await this.#reversals.execute(run, items, budget), next, run, 'sources')
      }
      case 'sources':
        return this.#sources(run)
      case 'finished':
        throw new TypeError('a finished reconciliation has no next page')
    }
  }

  /** A link that exists is never changed here (F59): a second customer is told, and is a person's to decide. */
  async #customers(run: ReconcileRun, listed: readonly ListedCustomer[]): Promise<readonly Drift[]> {
    const named = listed.flatMap(({ customerId, userId }) =>
      userId === null ? [] : [{ customerId, userId }],
    )
    const drifts: Drift[] = []
    for (const { customerId, userId, linkedCustomerId } of await this.#store.compareCustomers(named)) {
      const isLinked = linkedCustomerId !== null
      const linked =
        run.repairs && !isLinked && (await this.#linkCustomer(userId, customerId, this.#clock.now()))
      drifts.push({
        kind: isLinked ? 'second_customer' : 'unlinked_customer',
        objectId: customerId,
        userId,
        ours: linkedCustomerId,
        stripes: customerId,
        repaired: linked === customerId,
      })
    }
    return drifts
  }

  /** All of Stripe's lists were read: what gives access here and was in none of them, Stripe does not have. */
  async #sources(run: ReconcileRun): Promise<ReconciledPage> {
    const after = Number(run.cursor ?? 0)
    const unseen = await this.#store.unseenSources(run.runId, after, SOURCES_PAGE, this.#clock.now())
    const drifts = unseen.map(
      ({ sourceId, userId, plan, status }): Drift => ({
        kind: 'unknown_to_stripe',
        objectId: sourceId,
        userId,
        ours: `${plan}, ${status}`,
        stripes: null,
        repaired: false,
      }),
    )
    const last = unseen.at(-1)
    const next = last !== undefined && unseen.length === SOURCES_PAGE ? String(last.id) : null
    if (next === null) drifts.push(...(await this.#twice()))
    return pageOf(0, drifts, next, run, 'finished')
  }

  /** F40: what was bought twice is told, and never given back unasked. */
  async #twice(): Promise<readonly Drift[]> {
    const twice = await this.#secondPurchases.list(SECOND_PURCHASES_MAX, this.#clock.now())
    return twice.map(({ userId, plan, sourceIds }) => ({
      kind: 'second_purchase',
      objectId: sourceIds.at(-1) ?? '',
      userId,
      ours: `${plan}: ${sourceIds.join(', ')}`,
      stripes: 'one is to be cancelled and refunded',
      repaired: false,
    }))
  }
}

/** The page's result: on with the same list where it has a next page, else with what comes after it. */
function pageOf(
  objects: number,
  drifts: readonly Drift[],
  cursor: string | null,
  { phase }: ReconcileRun,
  nextPhase: ReconcileRun['phase'],
): ReconciledPage {
  return { objects, drifts, next: cursor === null ? { phase: nextPhase, cursor } : { phase, cursor } }
}
