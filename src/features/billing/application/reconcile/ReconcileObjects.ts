import type { AppliedChange } from '#src/features/billing/domain/change/Change.ts'
import { decideChange, type Surroundings } from '#src/features/billing/domain/change/decide-change.ts'
import type { IEntitlementLedger } from '#src/features/billing/domain/interfaces/IEntitlementLedger.ts'
import type { IEventMemory } from '#src/features/billing/domain/interfaces/IEventMemory.ts'
import type { IEventPreview } from '#src/features/billing/domain/interfaces/IEventPreview.ts'
import type {
  Drift,
  IReconcileStore,
  ReconcileRun,
} from '#src/features/billing/domain/interfaces/IReconcileStore.ts'
import type { ListedObject } from '#src/features/billing/domain/interfaces/IStripeLists.ts'
import type { Policy } from '#src/features/billing/domain/policy/policy.ts'
import { driftOf } from '#src/features/billing/domain/reconcile/drift-kind.ts'
import type { Clock } from '#src/shared/types/clock.ts'
import type { ApplyStripeObject, ObjectToApply } from '../ApplyStripeObject.ts'
import { PreviewLedger } from '../replay/PreviewLedger.ts'
import type { PageBudget } from './page-budget.ts'

/** A listed object that is ours, and what it says of its source. */
interface Comparable {
  readonly object: ObjectToApply
  readonly change: AppliedChange & { readonly source: NonNullable<AppliedChange['source']> }
}

/**
 * Compares a page of subscriptions or payments with what Postgres implies. The page only says where to look: what
 * differs is read once more, as newer than the row's revision, and set by the real SQL, undone or for good. So live
 * traffic may go on: a row that moves meanwhile wins by its version.
 */
export class ReconcileObjects {
  readonly #store: IReconcileStore
  readonly #ledger: IEntitlementLedger
  readonly #preview: IEventPreview
  readonly #memory: IEventMemory
  readonly #clock: Clock
  readonly #surroundings: Surroundings
  readonly #policy: Policy
  readonly #applierOver: (ledger: IEntitlementLedger) => ApplyStripeObject

  constructor(deps: {
    store: IReconcileStore
    ledger: IEntitlementLedger
    preview: IEventPreview
    memory: IEventMemory
    clock: Clock
    surroundings: Surroundings
    policy: Policy
    /** The use case that applies an object, over this ledger. */
    applierOver: (ledger: IEntitlementLedger) => ApplyStripeObject
  }) {
    this.#store = deps.store
    this.#ledger = deps.ledger
    this.#preview = deps.preview
    this.#memory = deps.memory
    this.#clock = deps.clock
    this.#surroundings = deps.surroundings
    this.#policy = deps.policy
    this.#applierOver = deps.applierOver
  }

  /** The drifts of this page, which are those that a user would notice; all is mended where the run repairs. */
  async execute(
    run: ReconcileRun,
    page: readonly ListedObject[],
    budget: PageBudget,
  ): Promise<readonly Drift[]> {
    const comparable = new Map<string, Comparable>()
    for (const listed of page) {
      const found = this.#comparable(listed)
      if (found !== null) comparable.set(found.change.source.source_id, found)
    }
    const changes = [...comparable.values()].map(({ change }) => change)
    if (changes.length === 0) return []
    const drifts: Drift[] = []
    for (const { sourceId, revision } of await this.#store.compareSources(run.runId, changes)) {
      budget()
      const found = comparable.get(sourceId)
      const drift = found && (await this.#examine(run, { ...found.object, revision }, found.change))
      if (drift) drifts.push(drift)
    }
    return drifts
  }

  /** What is of another app, mode or environment in the same account, or not paid, is none of ours. */
  #comparable({ id, facts, livemode, created }: ListedObject): Comparable | null {
    const isSubscription = facts.kind === 'subscription'
    if (!isSubscription && facts.kind !== 'checkout_session') return null
    const type = isSubscription ? 'customer.subscription.updated' : 'checkout.session.completed'
    const stamp = { at: created, afterRevision: null }
    const change = decideChange({ type, created, livemode }, facts, this.#surroundings, this.#policy, stamp)
    if (change.kind !== 'change' || change.source === null) return null
    return {
      object: {
        kind: facts.kind,
        id,
        livemode,
        revision: 0,
        // A payment is of the day on which it was made, however late it is learned of: a pass runs from then.
        factsOf: isSubscription ? null : created,
      },
      change: { ...change, source: change.source },
    }
  }

  async #examine(
    run: ReconcileRun,
    object: ObjectToApply,
    change: Comparable['change'],
  ): Promise<Drift | null> {
    const preview = new PreviewLedger(this.#preview)
    const answer = await this.#applierOver(preview).execute(object)
    const sourceId = change.source.source_id
    if (answer?.outcome === 'unresolved' || answer?.reason === 'forgotten_user_pays') {
      const { status, plan } = change.source
      return {
        kind: 'unknown_user',
        objectId: sourceId,
        userId: change.user_id,
        ours: null,
        stripes: `${plan}, ${status}, ${answer.reason}`,
        repaired: false,
      }
    }
    const [access] = preview.access
    const drift = access && driftOf({ sourceId, ...access }, this.#clock.now())
    if (run.repairs && answer?.outcome === 'applied') {
      const applied = await this.#applierOver(this.#ledger).execute(object)
      await this.#memory.remember(null, applied?.entitlements ?? null)
    }
    return drift ? { ...drift, repaired: run.repairs } : null
  }
}
