import type { ReconcileRun } from '#src/features/billing/domain/interfaces/IReconcileStore.ts'
import { problem } from '#src/shared/http/problem.ts'
import { isRetryable } from '#src/shared/retryable.ts'
import type { Clock } from '#src/shared/types/clock.ts'
import type { ErrorReporter, Log } from '#src/shared/types/log.ts'
import { cronCaller } from '../cron-caller.ts'
import type { ForgetDeletedUsers } from '../forget/ForgetDeletedUsers.ts'
import type { CheckLaws } from '../invariants/CheckLaws.ts'
import type { PurgePayloads } from '../ledger/PurgePayloads.ts'
import type { SettleTrials } from '../trial/SettleTrials.ts'
import type { Reconcile } from './Reconcile.ts'

/** No page is begun after this long: hosts end a function after a minute at the earliest. */
export const SCHEDULED_BUDGET_MS = 20_000

/** How long a finished run is left alone: a cron may call as often as it likes. */
export const SCHEDULED_REST_MS = 6 * 3_600_000

/** How soon a call that a service cut short may come again. */
export const SCHEDULED_RETRY_AFTER_SECONDS = 60

export interface ReconcileRequestDependencies {
  /** What the cron has to show; null closes the route. */
  readonly secret: string | null
  readonly reconcile: Reconcile
  readonly checkLaws: CheckLaws
  readonly purgePayloads: PurgePayloads
  readonly forgetDeletedUsers: Pick<ForgetDeletedUsers, 'execute'>
  readonly settleTrials: Pick<SettleTrials, 'sweep'>
  readonly clock: Clock
  readonly log: Log
  readonly errors: ErrorReporter
}

/**
 * The scheduled check: goes on with a repairing reconciliation for a bounded time, holds the tables to their laws,
 * lets old bodies of events go, forgets whom Supabase Auth does not have any more, and settles trials that are open still.
 * Whoever does not show the secret is told nothing.
 */
export async function handleReconcileRequest(
  request: Request,
  deps: ReconcileRequestDependencies,
): Promise<Response> {
  const caller = cronCaller(request, deps.secret)
  if (caller === 'closed') return new Response(null, { status: 404 })
  if (caller === 'stranger') {
    deps.log.warn('refused scheduled check')
    return problem('unauthenticated')
  }
  try {
    const run = await goOn(deps)
    const broken = (await deps.checkLaws.execute()).filter(({ count }) => count > 0)
    const purged = await deps.purgePayloads.execute()
    const forgotten = await deps.forgetDeletedUsers.execute()
    const openTrials = await deps.settleTrials.sweep()
    report(run, broken, deps)
    const body = {
      run_id: run.runId,
      phase: run.phase,
      objects: run.objects,
      drifts: run.drifts,
      repaired: run.repaired,
      broken_laws: broken.map(({ law, count, first }) => ({ law, count, first })),
      purged_payloads: purged,
      forgotten_users: forgotten.kind === 'forgotten' ? forgotten.count : forgotten.kind,
      open_trials: openTrials,
    }
    return Response.json(body, { headers: { 'cache-control': 'no-store' } })
  } catch (error) {
    deps.errors.report(error, { reason: 'scheduled_check' })
    return isRetryable(error)
      ? problem('unavailable', { retryAfterSeconds: SCHEDULED_RETRY_AFTER_SECONDS })
      : problem('internal')
  }
}

async function goOn({ reconcile, clock }: ReconcileRequestDependencies): Promise<ReconcileRun> {
  const last = await reconcile.latest(true)
  const rests = last?.finishedAt != null && clock.now() - last.startedAt < SCHEDULED_REST_MS
  return rests && last !== null ? last : reconcile.execute({ repairs: true, budgetMs: SCHEDULED_BUDGET_MS })
}

/** A drift and a broken law are for a person to look at, mended or not: they say that something was missed. */
function report(
  run: ReconcileRun,
  broken: readonly { readonly law: string; readonly count: number }[],
  { log, errors }: ReconcileRequestDependencies,
): void {
  log.info('scheduled check', { outcome: run.phase })
  if (run.finishedAt !== null && run.drifts > 0) {
    errors.report(new Error(`reconciliation found ${run.drifts} drifts, mended ${run.repaired}`), {
      reason: 'drift',
    })
  }
  for (const { law, count } of broken) {
    errors.report(new Error(`the law ${law} is broken ${count} times`), { reason: law })
  }
}
