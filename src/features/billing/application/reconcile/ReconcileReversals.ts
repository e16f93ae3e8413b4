import type { ReversalSnapshot } from '#src/features/billing/domain/change/Change.ts'
import { decideChange, type Surroundings } from '#src/features/billing/domain/change/decide-change.ts'
import type { IEntitlementLedger } from '#src/features/billing/domain/interfaces/IEntitlementLedger.ts'
import type { IEventMemory } from '#src/features/billing/domain/interfaces/IEventMemory.ts'
import type { IEventPreview } from '#src/features/billing/domain/interfaces/IEventPreview.ts'
import type {
  DifferingReversal,
  Drift,
  IReconcileStore,
  ReconcileRun,
} from '#src/features/billing/domain/interfaces/IReconcileStore.ts'
import type { ListedObject } from '#src/features/billing/domain/interfaces/IStripeLists.ts'
import type { Policy } from '#src/features/billing/domain/policy/policy.ts'
import type { ApplyStripeObject, ObjectToApply } from '../ApplyStripeObject.ts'
import { PreviewLedger } from '../replay/PreviewLedger.ts'
import type { PageBudget } from './page-budget.ts'

/** A listed refund or dispute, and what it says. */
interface Comparable {
  readonly object: ObjectToApply
  readonly reversal: ReversalSnapshot
}

/**
 * Compares a page of refunds or disputes with what Postgres has of them. What differs is read once more, with its payment
 * where nobody knows that, and set as its event would have been; whose payment is of another app is none of ours.
 */
export class ReconcileReversals {
  readonly #store: IReconcileStore
  readonly #ledger: IEntitlementLedger
  readonly #preview: IEventPreview
  readonly #memory: IEventMemory
  readonly #surroundings: Surroundings
  readonly #policy: Policy
  readonly #applierOver: (ledger: IEntitlementLedger) => ApplyStripeObject

  constructor(deps: {
    store: IReconcileStore
    ledger: IEntitlementLedger
    preview: IEventPreview
    memory: IEventMemory
    surroundings: Surroundings
    policy: Policy
    applierOver: (ledger: IEntitlementLedger) => ApplyStripeObject
  }) {
    this.#store = deps.store
    this.#ledger = deps.ledger
    this.#preview = deps.preview
    this.#memory = deps.memory
    this.#surroundings = deps.surroundings
    this.#policy = deps.policy
    this.#applierOver = deps.applierOver
  }

  /** The drifts of this page; mended where the run repairs. */
  async execute(
    run: ReconcileRun,
    page: readonly ListedObject[],
    budget: PageBudget,
  ): Promise<readonly Drift[]> {
    const comparable = new Map(
      page.flatMap((listed) => this.#comparable(listed)).map((found) => [found.object.id, found]),
    )
    if (comparable.size === 0) return []
    const reversals = [...comparable.values()].map(({ reversal }) => reversal)
    const drifts: Drift[] = []
    for (const differing of await this.#store.compareReversals(reversals)) {
      budget()
      const found = comparable.get(differing.objectId)
      const drift = found && (await this.#examine(run, found, differing))
      if (drift) drifts.push(drift)
    }
    return drifts
  }

  #comparable({ id, facts, livemode, created }: ListedObject): Comparable[] {
    const kind = facts.kind === 'refunds' ? 'refund' : 'dispute'
    const type = kind === 'refund' ? 'refund.updated' : 'charge.dispute.updated'
    const stamp = { at: created, afterRevision: null }
    const change = decideChange({ type, created, livemode }, facts, this.#surroundings, this.#policy, stamp)
    if (change.kind !== 'change') return []
    return change.reversals.map((reversal) => ({
      object: { kind, id, livemode, revision: 0, factsOf: null },
      reversal,
    }))
  }

  async #examine(
    run: ReconcileRun,
    { object, reversal }: Comparable,
    { revision, ours }: DifferingReversal,
  ): Promise<Drift | null> {
    const current = { ...object, revision }
    const answer = await this.#applierOver(new PreviewLedger(this.#preview)).execute(current)
    if (answer?.outcome !== 'applied') return null
    if (run.repairs) {
      const applied = await this.#applierOver(this.#ledger).execute(current)
      await this.#memory.remember(null, applied?.entitlements ?? null)
    }
    return {
      kind: reversal.kind === 'refund' ? 'missed_refund' : 'missed_dispute',
      objectId: object.id,
      userId: answer.userId,
      ours: ours && describe(ours),
      stripes: describe(reversal),
      repaired: run.repairs,
    }
  }
}

function describe({ status, amount }: { readonly status: string; readonly amount: number }): string {
  return `${status}, ${amount}`
}
