import { isAlarm } from '#src/features/billing/domain/change/alarms.ts'
import type { UserEntitlements } from '#src/features/billing/domain/entitlement/UserEntitlements.ts'
import { BillingError } from '#src/features/billing/domain/errors.ts'
import type {
  AppliedEvent,
  RecordedEvent,
} from '#src/features/billing/domain/interfaces/IEntitlementLedger.ts'
import type { IEventMemory } from '#src/features/billing/domain/interfaces/IEventMemory.ts'
import type { IStripeWebhooks } from '#src/features/billing/domain/interfaces/IStripeWebhooks.ts'
import { problem } from '#src/shared/http/problem.ts'
import { readBody } from '#src/shared/http/read-body.ts'
import { isRetryable } from '#src/shared/retryable.ts'
import type { Analytics, ErrorReporter, Log } from '#src/shared/types/log.ts'
import type { ApplyStripeEvent } from './ApplyStripeEvent.ts'

/** The largest body that is read. Stripe's events are far smaller. */
export const WEBHOOK_BODY_MAX_BYTES = 1024 * 1024

/** How long a sender may take to send its body. */
export const WEBHOOK_BODY_DEADLINE_MS = 10_000

/** How soon Stripe may try again after a failure that time can cure. Stripe keeps to its own schedule. */
export const WEBHOOK_RETRY_AFTER_SECONDS = 10

/** Waits before each further try to write the caches, after the response was sent. */
export const CACHE_RETRY_DELAYS_MS: readonly number[] = [100, 1_000, 5_000]

/** Room for work on deliveries, of which there is so much. */
export interface Admission {
  /** Works when there is room; throws `BillingError` `overloaded` where there is none in time, with nothing begun. */
  readonly admit: <T>(work: () => Promise<T>) => Promise<T>
  /** Whether nobody else may even wait. */
  readonly isFull: () => boolean
}

export interface StripeWebhookDependencies {
  readonly admission: Admission
  readonly webhooks: IStripeWebhooks
  readonly memory: IEventMemory
  readonly applyStripeEvent: Pick<ApplyStripeEvent, 'execute'>
  readonly log: Log
  readonly errors: ErrorReporter
  readonly analytics: Analytics
  /** Runs a task after the response was sent; the host keeps the process alive for it. */
  readonly defer: (task: () => Promise<void>) => void
  readonly sleep: (ms: number) => Promise<void>
  /** A clock that never jumps, in milliseconds, for durations. */
  readonly stopwatch: () => number
}

/**
 * The door for Stripe's webhooks: signature first, over the bytes as they came; then room to work, which only what
 * Stripe has signed can take; then a look at what is known to be done; then one durable write; then 2xx (I3). A 2xx says "done, or recorded as needing nothing, or kept for later";
 * a 4xx says "not from Stripe"; a 5xx asks Stripe to deliver it again.
 */
export async function handleStripeWebhookRequest(
  request: Request,
  deps: StripeWebhookDependencies,
): Promise<Response> {
  const startedAt = deps.stopwatch()
  if (refusesUnread(deps)) return overloaded()
  const body = await readBody(request, WEBHOOK_BODY_MAX_BYTES, WEBHOOK_BODY_DEADLINE_MS)
  if (body.kind === 'too_large') {
    deps.log.warn('refused webhook', { reason: 'too_large' })
    return problem('body_too_large')
  }
  // One answer to all that is not signed as it should be: a forger learns nothing from it.
  if (body.kind !== 'read' || !deps.webhooks.isSigned(body.bytes, request.headers.get('stripe-signature'))) {
    deps.log.warn('refused webhook', { reason: 'signature' })
    return problem('invalid_webhook')
  }
  const parsed = deps.webhooks.parse(body.bytes)
  if (parsed === null) {
    deps.log.warn('refused webhook', { reason: 'not_an_event' })
    return problem('invalid_webhook')
  }
  const { event } = parsed
  const finish = finisher(event, deps, startedAt)
  try {
    return await deps.admission.admit(async () => {
      if (await deps.memory.isProcessed(event.id)) return finish('duplicate', null)
      const applied = await deps.applyStripeEvent.execute(parsed)
      await rememberNowOrLater(event, applied, deps)
      return finish(applied.outcome, applied.reason)
    })
  } catch (error) {
    return refuse(event, error, deps, startedAt)
  }
}

/**
 * Whether whatever is delivered now is to be refused, which it says in the log: nobody else may even wait. Unread: what
 * cannot be worked on must cost the least, or nothing is answered in time.
 */
export function refusesUnread({
  admission,
  log,
}: Pick<StripeWebhookDependencies, 'admission' | 'log'>): boolean {
  const isFull = admission.isFull()
  if (isFull) log.warn('shed webhook', { error_code: 'overloaded' })
  return isFull
}

/** The answer to what is refused for want of room. */
export function overloaded(): Response {
  return problem('overloaded', { retryAfterSeconds: WEBHOOK_RETRY_AFTER_SECONDS })
}

/** Logs and counts an event that is answered 2xx, and answers it. */
function finisher(event: RecordedEvent, deps: StripeWebhookDependencies, startedAt: number) {
  return (outcome: AppliedEvent['outcome'], reason: string | null): Response => {
    const fields = {
      event_id: event.id,
      event_type: event.type,
      outcome,
      reason,
      duration_ms: millisecondsSince(startedAt, deps),
    }
    if (outcome === 'unresolved') {
      deps.log.warn('kept webhook', fields)
      deps.errors.report(new Error(`kept a webhook: ${reason}`), fields)
    } else {
      deps.log.info(outcome === 'duplicate' ? 'skipped replay' : 'processed webhook', fields)
      // Told once: a replay has nothing new to say.
      if (outcome !== 'duplicate' && isAlarm(reason)) {
        deps.errors.report(new Error(`a webhook says: ${reason}`), fields)
      }
    }
    deps.defer(() => deps.analytics.capture('stripe_webhook_processed', fields))
    return Response.json({ outcome, reason }, { headers: { 'cache-control': 'no-store' } })
  }
}

/**
 * The caches are told before the answer, in one round trip. Where they do not take it, the answer does not wait:
 * the truth is durable already, and the write is tried again after the response.
 */
async function rememberNowOrLater(
  event: RecordedEvent,
  applied: AppliedEvent,
  deps: StripeWebhookDependencies,
): Promise<void> {
  // What is kept may be applied when it is delivered again, so it must not be skipped then.
  const doneEventId = applied.outcome === 'unresolved' ? null : event.id
  try {
    await deps.memory.remember(doneEventId, applied.entitlements)
  } catch (error) {
    deps.log.warn('cache write failed', { event_id: event.id, error_name: nameOf(error) })
    deps.defer(() => rememberLater(event, doneEventId, applied.entitlements, deps))
  }
}

async function rememberLater(
  event: RecordedEvent,
  doneEventId: string | null,
  entitlements: UserEntitlements | null,
  deps: StripeWebhookDependencies,
): Promise<void> {
  let lastError: unknown
  for (const delay of CACHE_RETRY_DELAYS_MS) {
    await deps.sleep(delay)
    try {
      return await deps.memory.remember(doneEventId, entitlements)
    } catch (error) {
      lastError = error
    }
  }
  // The cache's own time to live bounds what is stale from here on (I6).
  deps.errors.report(lastError, { event_id: event.id, event_type: event.type, reason: 'cache_write_failed' })
}

function refuse(
  event: RecordedEvent,
  error: unknown,
  deps: StripeWebhookDependencies,
  startedAt: number,
): Response {
  const fields = {
    event_id: event.id,
    event_type: event.type,
    outcome: 'failed',
    error_code: error instanceof BillingError ? error.code : 'internal',
    error_name: nameOf(error),
    duration_ms: millisecondsSince(startedAt, deps),
  }
  if (fields.error_code === 'overloaded') {
    deps.log.warn('shed webhook', fields)
    return overloaded()
  }
  deps.log.error('webhook failed', fields)
  deps.errors.report(error, fields)
  return isRetryable(error)
    ? problem('unavailable', { retryAfterSeconds: WEBHOOK_RETRY_AFTER_SECONDS })
    : problem('internal')
}

function millisecondsSince(startedAt: number, { stopwatch }: StripeWebhookDependencies): number {
  return Math.round(stopwatch() - startedAt)
}

/** The name of the failure that lies behind ours: what timed out is another thing than what was refused. */
function nameOf(error: unknown): string {
  if (error instanceof BillingError && error.cause instanceof Error) return error.cause.name
  return error instanceof Error ? error.name : typeof error
}
