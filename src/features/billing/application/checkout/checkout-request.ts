import { BillingError } from '#src/features/billing/domain/errors.ts'
import { problem } from '#src/shared/http/problem.ts'
import { readJson } from '#src/shared/http/read-json.ts'
import { isSameOrigin } from '#src/shared/http/same-origin.ts'
import { isRetryable } from '#src/shared/retryable.ts'
import type { CreateCheckoutSessionResponse } from '#src/shared/types/billing.ts'
import type { Analytics, ErrorReporter, Log } from '#src/shared/types/log.ts'
import type { RateLimiter } from '#src/shared/types/rate-limiter.ts'
import type {
  CreateCheckoutSessionResult,
  CreateCheckoutSessionUseCase,
} from './CreateCheckoutSessionUseCase.ts'
import { parseCheckoutRequest } from './dto/CreateCheckoutSessionRequest.ts'

/** The largest body that is read. */
export const CHECKOUT_BODY_MAX_BYTES = 16 * 1024

/** How soon a buyer may try again while Stripe or Postgres does not answer. */
export const CHECKOUT_RETRY_AFTER_SECONDS = 5

/** Where somebody who has the plan already manages it. */
const MANAGE_PATH = '/account/billing'

export interface CheckoutRequestDependencies {
  readonly createCheckoutSession: CreateCheckoutSessionUseCase
  /** The signed-in user, verified with the auth server; null where there is none. Throws where it cannot be asked. */
  readonly authenticate: (
    request: Request,
  ) => Promise<{ readonly id: string; readonly email: string | null } | null>
  /** By the caller's address, before anybody is asked who it is. */
  readonly addressLimiter: RateLimiter
  readonly appUrl: string
  readonly log: Log
  readonly errors: ErrorReporter
  readonly analytics: Analytics
  readonly defer: (task: () => Promise<void>) => void
  readonly stopwatch: () => number
}

/**
 * `POST /api/checkout/session`: who asks, how often, and for what, before anything is made at Stripe. Every refusal
 * is problem details with a type of its own.
 */
export async function handleCheckoutRequest(
  request: Request,
  deps: CheckoutRequestDependencies,
): Promise<Response> {
  const startedAt = deps.stopwatch()
  try {
    if (!isSameOrigin(request, deps.appUrl)) return problem('foreign_origin')
    const flooded = await deps.addressLimiter.take(addressOf(request))
    if (!flooded.allowed) return problem('rate_limited', flooded)
    const user = await deps.authenticate(request)
    if (user === null) return problem('unauthenticated')
    const body = await readJson(request, CHECKOUT_BODY_MAX_BYTES)
    if ('refusal' in body) return body.refusal
    const parsed = parseCheckoutRequest(body.value)
    if ('refused' in parsed) return problem('invalid_request', { extensions: { fields: parsed.refused } })
    const result = await deps.createCheckoutSession.execute({ user, request: parsed.request })
    deps.log.info('checkout session', {
      user_id: user.id,
      plan: parsed.request.plan,
      outcome: result.kind,
      duration_ms: Math.round(deps.stopwatch() - startedAt),
      ...(result.kind === 'created' && { session_id: result.session.sessionId }),
    })
    if (result.kind === 'created') {
      deps.defer(() =>
        deps.analytics.capture('checkout_session_created', { user_id: user.id, plan: parsed.request.plan }),
      )
    }
    return answer(result)
  } catch (error) {
    return refuse(error, deps)
  }
}

function answer(result: CreateCheckoutSessionResult): Response {
  switch (result.kind) {
    case 'created':
      return Response.json(result.session satisfies CreateCheckoutSessionResponse, {
        status: 201,
        headers: { 'cache-control': 'private, no-store' },
      })
    case 'already_subscribed':
      return problem('already_subscribed', {
        extensions: { plan: result.plan, planStatus: result.status, manage: MANAGE_PATH },
      })
    case 'checkout_in_progress':
    case 'rate_limited':
      return problem(result.kind, { retryAfterSeconds: result.retryAfterSeconds })
    case 'invalid_promotion_code':
      return problem('invalid_promotion_code', {
        extensions: { fields: [{ field: 'promotionCode', message: 'not valid' }] },
      })
  }
}

function refuse(error: unknown, deps: CheckoutRequestDependencies): Response {
  const code = error instanceof BillingError ? error.code : 'internal'
  const fields = { error_code: code, error_name: error instanceof Error ? error.name : typeof error }
  deps.log.error('checkout failed', fields)
  deps.errors.report(error, fields)
  return isRetryable(error)
    ? problem('unavailable', { retryAfterSeconds: CHECKOUT_RETRY_AFTER_SECONDS })
    : problem('internal')
}

/** The nearest address that the host vouches for; one bucket for all where it names none. */
function addressOf(request: Request): string {
  return request.headers.get('x-forwarded-for')?.split(',')[0]?.trim().slice(0, 64) || 'unknown'
}
