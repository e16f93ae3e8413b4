import { ApplyStripeObject } from '#src/features/billing/application/ApplyStripeObject.ts'
import { Reconcile } from '#src/features/billing/application/reconcile/Reconcile.ts'
import { ReconcileInvoices } from '#src/features/billing/application/reconcile/ReconcileInvoices.ts'
import { ReconcileObjects } from '#src/features/billing/application/reconcile/ReconcileObjects.ts'
import { ReconcileReversals } from '#src/features/billing/application/reconcile/ReconcileReversals.ts'
import type { IEntitlementLedger } from '#src/features/billing/domain/interfaces/IEntitlementLedger.ts'
import type { IEventMemory } from '#src/features/billing/domain/interfaces/IEventMemory.ts'
import type { Drift } from '#src/features/billing/domain/interfaces/IReconcileStore.ts'
import type { IStripeLists } from '#src/features/billing/domain/interfaces/IStripeLists.ts'
import type { IStripeObjects } from '#src/features/billing/domain/interfaces/IStripeObjects.ts'
import { policy } from '#src/features/billing/domain/policy/policy.ts'
import { MemoryCheckoutAttempts } from '#src/features/billing/infrastructure/memory/MemoryCheckoutAttempts.ts'
import { MemoryLedger } from '#src/features/billing/infrastructure/memory/MemoryLedger.ts'
import { MemoryReconcileStore } from '#src/features/billing/infrastructure/memory/MemoryReconcileStore.ts'
import type { MemoryTables } from '#src/features/billing/infrastructure/memory/MemoryTables.ts'
import { MemorySecondPurchases } from '#src/features/billing/infrastructure/memory/second-purchase.ts'
import type { Clock } from '#src/shared/types/clock.ts'
import { surroundings } from './AppProcess.ts'
import { BrokenLaw } from './Laws.ts'

/** The first finds all that there is; two more have nothing left to find. */
const RECONCILIATIONS_MAX = 3

/** The real reconciliation over these tables, wired as the operations root does. */
export function createReconcile(services: {
  readonly tables: MemoryTables
  readonly ledger: IEntitlementLedger
  readonly objects: IStripeObjects
  readonly lists: IStripeLists
  readonly memory: IEventMemory
  readonly clock: Clock
}): Reconcile {
  const { tables, ledger, objects, lists, memory, clock } = services
  const store = new MemoryReconcileStore(tables)
  const reconciled = {
    store,
    ledger,
    preview: new MemoryLedger(tables),
    memory,
    clock,
    surroundings,
    policy,
    applierOver: (over: IEntitlementLedger) =>
      new ApplyStripeObject({ ledger: over, objects, clock, surroundings, policy }),
  }
  const attempts = new MemoryCheckoutAttempts(tables)
  return new Reconcile({
    store,
    lists,
    secondPurchases: new MemorySecondPurchases(tables),
    objects: new ReconcileObjects(reconciled),
    invoices: new ReconcileInvoices({ ...reconciled, lists }),
    reversals: new ReconcileReversals(reconciled),
    linkCustomer: (userId, customerId, now) => attempts.linkCustomer(userId, customerId, now),
    clock,
    stopwatch: () => 0,
  })
}

/**
 * Runs it again until two in a row mend nothing, and says of what kinds all that it found was: a payment that is over
 * may have linked its customer, whose subscription only the next run can set.
 */
export async function untilNothingIsFound(reconcile: Reconcile): Promise<readonly Drift['kind'][]> {
  const kinds: Drift['kind'][] = []
  let quietRuns = 0
  for (let runs = 1; runs <= RECONCILIATIONS_MAX; runs += 1) {
    const { found, repaired } = await reconcile.execute({ repairs: true, budgetMs: Number.POSITIVE_INFINITY })
    kinds.push(...found.map(({ kind }) => kind))
    quietRuns = repaired === 0 ? quietRuns + 1 : 0
    if (quietRuns === 2) return kinds
  }
  throw new BrokenLaw(`I2: reconciliation ${RECONCILIATIONS_MAX} still finds something`)
}
