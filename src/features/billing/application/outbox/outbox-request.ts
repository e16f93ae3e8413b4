import { problem } from '#src/shared/http/problem.ts'
import { isRetryable } from '#src/shared/retryable.ts'
import type { ErrorReporter, Log } from '#src/shared/types/log.ts'
import { cronCaller } from '../cron-caller.ts'
import type { DrainOutbox } from './DrainOutbox.ts'

/** No batch is begun after this long: hosts end a function after a minute at the earliest. */
export const DRAIN_BUDGET_MS = 20_000

/** How soon a call that a service cut short may come again. */
export const DRAIN_RETRY_AFTER_SECONDS = 60

export interface OutboxRequestDependencies {
  /** What the cron has to show; null closes the route. */
  readonly secret: string | null
  readonly drainOutbox: DrainOutbox
  readonly log: Log
  readonly errors: ErrorReporter
}

/** The cron's call to deliver what the outbox holds. Whoever does not show the secret is told nothing. */
export async function handleOutboxRequest(
  request: Request,
  deps: OutboxRequestDependencies,
): Promise<Response> {
  const caller = cronCaller(request, deps.secret)
  if (caller === 'closed') return new Response(null, { status: 404 })
  if (caller === 'stranger') {
    deps.log.warn('refused outbox call')
    return problem('unauthenticated')
  }
  try {
    const { delivered, refused, givenUp } = await deps.drainOutbox.execute({ budgetMs: DRAIN_BUDGET_MS })
    const isRefused = refused + givenUp > 0
    if (isRefused || delivered > 0) {
      deps.log.info('outbox drained', { outcome: isRefused ? 'refused' : 'delivered' })
    }
    const body = { delivered, refused, given_up: givenUp }
    return Response.json(body, { headers: { 'cache-control': 'no-store' } })
  } catch (error) {
    deps.errors.report(error, { reason: 'outbox' })
    return isRetryable(error)
      ? problem('unavailable', { retryAfterSeconds: DRAIN_RETRY_AFTER_SECONDS })
      : problem('internal')
  }
}
