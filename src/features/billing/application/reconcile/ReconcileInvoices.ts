import type { AppliedChange, InvoiceSnapshot } from '#src/features/billing/domain/change/Change.ts'
import { decideChange, type Surroundings } from '#src/features/billing/domain/change/decide-change.ts'
import { isPaidMonth } from '#src/features/billing/domain/change/invoice-change.ts'
import type { IEntitlementLedger } from '#src/features/billing/domain/interfaces/IEntitlementLedger.ts'
import type { IEventMemory } from '#src/features/billing/domain/interfaces/IEventMemory.ts'
import type { IEventPreview } from '#src/features/billing/domain/interfaces/IEventPreview.ts'
import type {
  Drift,
  IReconcileStore,
  ReconcileRun,
} from '#src/features/billing/domain/interfaces/IReconcileStore.ts'
import type {
  IStripeLists,
  ListedSubscription,
} from '#src/features/billing/domain/interfaces/IStripeLists.ts'
import type { Policy } from '#src/features/billing/domain/policy/policy.ts'
import { driftOf } from '#src/features/billing/domain/reconcile/drift-kind.ts'
import type { Clock } from '#src/shared/types/clock.ts'
import { PreviewLedger } from '../replay/PreviewLedger.ts'
import type { PageBudget } from './page-budget.ts'

/** An invoice that changes no more, and what it says. */
interface Comparable {
  readonly change: AppliedChange
  readonly invoice: InvoiceSnapshot
}

/**
 * Compares the newest invoice of each subscription of a page, and that of the newest month that was paid, with what
 * Postgres has of them: a later month that was paid lifts the hold of one that was refunded or disputed. A paid or void
 * invoice changes no more, so it is set as it was listed.
 */
export class ReconcileInvoices {
  readonly #store: IReconcileStore
  readonly #lists: IStripeLists
  readonly #ledger: IEntitlementLedger
  readonly #preview: IEventPreview
  readonly #memory: IEventMemory
  readonly #clock: Clock
  readonly #surroundings: Surroundings
  readonly #policy: Policy

  constructor(deps: {
    store: IReconcileStore
    lists: IStripeLists
    ledger: IEntitlementLedger
    preview: IEventPreview
    memory: IEventMemory
    clock: Clock
    surroundings: Surroundings
    policy: Policy
  }) {
    this.#store = deps.store
    this.#lists = deps.lists
    this.#ledger = deps.ledger
    this.#preview = deps.preview
    this.#memory = deps.memory
    this.#clock = deps.clock
    this.#surroundings = deps.surroundings
    this.#policy = deps.policy
  }

  /** The drifts of this page, which are those that a user would notice; all is mended where the run repairs. */
  async execute(
    run: ReconcileRun,
    page: readonly ListedSubscription[],
    budget: PageBudget,
  ): Promise<readonly Drift[]> {
    const comparable: Comparable[] = []
    for (const listed of page) {
      budget()
      comparable.push(...(await this.#comparable(listed)))
    }
    if (comparable.length === 0) return []
    const missed = new Set(await this.#store.compareInvoices(comparable.map(({ invoice }) => invoice)))
    const drifts: Drift[] = []
    for (const found of comparable.filter(({ invoice }) => missed.has(invoice.invoice_id))) {
      budget()
      drifts.push(...(await this.#examine(run, found)))
    }
    return drifts
  }

  async #comparable(listed: ListedSubscription): Promise<readonly Comparable[]> {
    const { latestInvoice: latest, livemode } = listed
    if (latest === null) return []
    // Most have just paid a month; of the others only those that give access may be withheld in error.
    const isEnough = isPaidMonth(latest) || !this.#givesAccess(listed)
    const paid = isEnough ? [] : await this.#lists.listPaidInvoices(listed.id)
    const month = paid.find(isPaidMonth)
    return [latest, ...(month === undefined ? [] : [month])].flatMap((invoice) => {
      const event = { type: 'invoice.paid', created: invoice.created, livemode }
      const change = decideChange(event, { kind: 'invoice', invoice }, this.#surroundings, this.#policy)
      if (change.kind !== 'change') return []
      return change.invoices.filter(({ terminal }) => terminal).map((told) => ({ change, invoice: told }))
    })
  }

  /** Whether it is ours and its status gives access, whatever is held against it. */
  #givesAccess({ facts, livemode, created }: ListedSubscription): boolean {
    const event = { type: 'customer.subscription.updated', created, livemode }
    const change = decideChange(event, facts, this.#surroundings, this.#policy)
    return change.kind === 'change' && change.source?.grants_access === true
  }

  async #examine(run: ReconcileRun, { change, invoice }: Comparable): Promise<readonly Drift[]> {
    const now = this.#clock.now()
    const preview = new PreviewLedger(this.#preview)
    await preview.applyStripeEvent(null, change, now)
    const [access] = preview.access
    if (access === undefined) return []
    if (run.repairs) {
      const applied = await this.#ledger.applyStripeEvent(null, change, now)
      await this.#memory.remember(null, applied.outcome === 'ambiguous' ? null : applied.entitlements)
    }
    const drift = driftOf({ sourceId: invoice.subscription_id, ...access }, now)
    return drift === null ? [] : [{ ...drift, repaired: run.repairs }]
  }
}
