import { catalogue } from '#src/features/billing/domain/catalogue/catalogue.ts'
import type { IForgottenUsers } from '#src/features/billing/domain/interfaces/IForgottenUsers.ts'
import type { ILedgerReader } from '#src/features/billing/domain/interfaces/ILedgerReader.ts'
import type { IOutbox } from '#src/features/billing/domain/interfaces/IOutbox.ts'
import type { ReconcileRun } from '#src/features/billing/domain/interfaces/IReconcileStore.ts'
import type { ISecondPurchases } from '#src/features/billing/domain/interfaces/ISecondPurchases.ts'
import type { PushCatalogue } from '../catalogue/PushCatalogue.ts'
import type { CheckLaws } from '../invariants/CheckLaws.ts'
import { type Check, findings } from './Finding.ts'

const HOUR_MS = 3_600_000

/** How old the last finished reconciliation may be. */
export const RECONCILIATION_AGE_MAX_MS = 48 * HOUR_MS

/** Stripe has the products, prices and portal of the catalogue. */
export function catalogueCheck(pushCatalogue: PushCatalogue): Check {
  const name = 'catalogue'
  const { ok, warning, failure } = findings(name)
  return {
    name,
    run: async () => {
      const steps = await pushCatalogue.diff()
      if (steps.length === 0)
        return [ok(`Stripe has all of it, ${Object.keys(catalogue.plans).length} plans`)]
      const mend = 'npm run tollgate -- catalogue diff, then: catalogue push'
      if (steps.every((step) => step.do.endsWith('_portal'))) {
        return [
          warning('the customer portal is as Stripe’s dashboard has it, not as the catalogue says', mend),
        ]
      }
      return [failure(`${steps.length} differences to Stripe`, mend)]
    },
  }
}

/** F82: whoever was deleted in Supabase Auth is forgotten here, and charged no more. */
export function deletedUsersCheck(users: Pick<IForgottenUsers, 'deletedUsers'>): Check {
  const name = 'deleted users'
  const { ok, warning } = findings(name)
  const shown = 3
  return {
    name,
    run: async () => {
      const deleted = await users.deletedUsers(shown)
      if (deleted.length === 0) return [ok('none is charged still')]
      return deleted.map((userId) =>
        warning(
          `${userId} is gone from Supabase Auth, and not forgotten`,
          `npm run tollgate -- forget ${userId} --apply`,
        ),
      )
    },
  }
}

/** F40: nobody pays twice for what is bought once. Nothing is refunded unasked. */
export function secondPurchasesCheck(purchases: ISecondPurchases, now: () => number): Check {
  const name = 'second purchases'
  const { ok, warning } = findings(name)
  const shown = 3
  return {
    name,
    run: async () => {
      const found = await purchases.list(shown, now())
      if (found.length === 0) return [ok('nobody pays twice')]
      return found.map(({ userId, plan, sourceIds }) =>
        warning(
          `${userId} has ${plan} twice: ${sourceIds.join(', ')}`,
          `In Stripe's dashboard cancel ${sourceIds.at(-1)} and refund what it took.`,
        ),
      )
    },
  }
}

/** How long a message may wait in the outbox. */
export const OUTBOX_AGE_MAX_MS = HOUR_MS

/** What others are to be told of changes is told, and nothing was given up. */
export function outboxCheck(outbox: IOutbox, now: () => number): Check {
  const name = 'outbox'
  const { ok, warning } = findings(name)
  return {
    name,
    run: async () => {
      const { waiting, oldestAt, dead, firstDead } = await outbox.state(1)
      const found = [
        ...(oldestAt !== null && now() - oldestAt > OUTBOX_AGE_MAX_MS
          ? [
              warning(
                `${waiting} wait, the oldest since ${new Date(oldestAt).toISOString()}`,
                'Let a cron call /api/billing/outbox with CRON_SECRET; or: npm run tollgate -- outbox --drain',
              ),
            ]
          : []),
        ...firstDead.map(({ error }) =>
          warning(
            `${dead} were given up, the first for ${error}`,
            'Mend the receiver at TOLLGATE_HOOK_URL, then: npm run tollgate -- outbox --retry --drain',
          ),
        ),
      ]
      return found.length > 0
        ? found
        : [ok(waiting === 0 ? 'nothing waits' : `${waiting} wait, none for long`)]
    },
  }
}

/** No law of the tables is broken. */
export function lawsCheck(checkLaws: CheckLaws): Check {
  const name = 'laws'
  const { ok, failure } = findings(name)
  return {
    name,
    run: async () => {
      const verdicts = await checkLaws.execute()
      const broken = verdicts.filter(({ count }) => count > 0)
      if (broken.length === 0) return [ok(`all ${verdicts.length} hold`)]
      return broken.map(({ law, says, count, first }) =>
        failure(
          `${law} is broken ${count} times (${says}): ${first.join(', ')}`,
          'npm run tollgate -- reconcile --repair, and look at these rows',
        ),
      )
    },
  }
}

/** Nothing waits in the ledger for somebody to look at it. */
export function keptCheck(ledger: ILedgerReader): Check {
  const name = 'kept events'
  const { ok, warning } = findings(name)
  const shown = 10
  return {
    name,
    run: async () => {
      const kept = await ledger.listEvents({ outcome: 'unresolved' }, shown)
      if (kept.length === 0) return [ok('none')]
      const reasons = [...new Set(kept.map(({ reason }) => reason))].join(', ')
      const count = kept.length === shown ? `${shown} or more` : String(kept.length)
      return [warning(`${count}: ${reasons}`, 'npm run tollgate -- events --outcome unresolved')]
    },
  }
}

/** A reconciliation ran lately, and left nothing open. */
export function reconciliationCheck(latest: () => Promise<ReconcileRun | null>, now: () => number): Check {
  const name = 'reconciliation'
  const { ok, warning } = findings(name)
  return {
    name,
    run: async () => {
      const run = await latest()
      if (run === null || now() - run.startedAt > RECONCILIATION_AGE_MAX_MS) {
        return [
          warning(
            run === null ? 'none has run yet' : 'none has run for two days',
            'Set CRON_SECRET and let a cron call /api/billing/reconcile; or: npm run tollgate -- reconcile --repair',
          ),
        ]
      }
      const open = run.drifts - run.repaired
      if (open > 0) {
        return [warning(`${open} drifts are open`, 'npm run tollgate -- reconcile --repair --last')]
      }
      return [ok(`${run.objects} objects, ${run.drifts} drifts, ${run.repaired} mended`)]
    },
  }
}
