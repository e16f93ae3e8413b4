import { setTimeout as sleep } from 'node:timers/promises'
import { BoundedLog } from '#src/sandbox/http/bounded-log.ts'
import type { Account } from './account.ts'
import { apiError, rateLimited, StripeError, unauthorized } from './errors.ts'
import { expanded } from './expand.ts'
import type { Faults } from './faults/faults.ts'
import type { ApiFault } from './faults/language.ts'
import { IdempotencyKeys, type StoredAnswer } from './idempotency.ts'
import { newId } from './ids.ts'
import { RateLimit } from './rate-limit.ts'
import { type ApiRequest, apiKeyOf, type Call, prepare, requestVersion, shownVersion } from './request.ts'
import { refuseWhileAdvancing, testClockAmong } from './test-clock-of.ts'
import type { ApiVersion, RequestVersion } from './versions/api-version.ts'

/** What goes back; `cut` instead of an answer drops the connection. */
export type ApiAnswer = { status: number; body: string; headers: Record<string, string> } | 'cut'

/** A line of the request log, for tests that count calls. */
export interface LoggedRequest {
  request_id: string
  method: string
  path: string
  /** Null where the connection was cut. */
  status: number | null
  idempotency_key: string | null
  replayed: boolean
  at_ms: number
}

/** An answer as it leaves, for whoever holds it to something. */
export interface ObservedAnswer {
  method: string
  path: string
  version: ApiVersion
  status: number
  body: string
}

const MAX_LOGGED_REQUESTS = 1000
const DEFAULT_DELAY_MS = 1000

/** Stripe's API: authentication, faults, idempotency, parameters, the operation, expansion, in this order. */
export class Api {
  readonly faults: Faults
  readonly idempotency = new IdempotencyKeys()
  readonly rateLimit = new RateLimit()
  readonly requests = new BoundedLog<LoggedRequest>(MAX_LOGGED_REQUESTS)
  readonly #account: Account
  readonly #acceptsKey: (key: string) => boolean
  readonly #afterChange: () => void
  readonly #listeners: ((answer: ObservedAnswer) => void)[] = []

  /** `afterChange` is called when a request may have planned something. */
  constructor(
    account: Account,
    faults: Faults,
    acceptsKey: (key: string) => boolean,
    afterChange: () => void,
  ) {
    this.#account = account
    this.faults = faults
    this.#acceptsKey = acceptsKey
    this.#afterChange = afterChange
  }

  async handle(request: ApiRequest): Promise<ApiAnswer> {
    const requestId = newId.request()
    const key = request.method === 'POST' ? (request.header('idempotency-key') ?? null) : null
    const answer = await this.#answer(request, requestId, key)
    this.requests.add({
      request_id: requestId,
      method: request.method,
      path: request.path,
      status: answer === 'cut' ? null : answer.status,
      idempotency_key: key,
      replayed: answer !== 'cut' && answer.headers['Idempotent-Replayed'] === 'true',
      at_ms: Date.now(),
    })
    if (answer !== 'cut') this.#tell(request, answer)
    return answer
  }

  /** Calls `listener` with each answer from now on. */
  onAnswer(listener: (answer: ObservedAnswer) => void): void {
    this.#listeners.push(listener)
  }

  clear(): void {
    this.idempotency.clear()
    this.requests.clear()
    this.rateLimit.perSecond = null
  }

  #tell({ method, path, header }: ApiRequest, { status, body }: Exclude<ApiAnswer, 'cut'>): void {
    const version = shownVersion(header('stripe-version'))
    for (const listener of this.#listeners) listener({ method, path, version, status, body })
  }

  async #answer(request: ApiRequest, requestId: string, key: string | null): Promise<ApiAnswer> {
    const shownAs = shownVersion(request.header('stripe-version'))
    try {
      this.#checkCaller(request)
      const version = requestVersion(request)
      const fault = this.faults.take(request.method, request.path)
      if (fault?.kind === 'down') return 'cut'
      const stored = key === null ? null : this.#begin(request, key)
      if (stored !== null) return this.#reply(stored, { requestId, key, shownAs, replayed: true })
      const answer = await this.#execute(request, { requestId, key, version, fault })
      return fault?.kind === 'reset' ? 'cut' : this.#reply(answer, { requestId, key, shownAs })
    } catch (error) {
      return this.#reply(this.#failure(error, requestId), { requestId, key, shownAs })
    }
  }

  #checkCaller(request: ApiRequest): void {
    const key = apiKeyOf(request.header('authorization'))
    if (key === null || !this.#acceptsKey(key)) throw unauthorized(key)
    if (!this.rateLimit.take(Date.now())) throw rateLimited('Request rate limit exceeded.')
  }

  #begin(request: ApiRequest, key: string): StoredAnswer | null {
    const fingerprint = `${request.method} ${request.path}\n${request.query}\n${request.body}`
    return this.idempotency.begin(key, fingerprint, this.#account.now)
  }

  /** Runs the request. Under a key, its answer is kept once it has begun, and the key is freed if it never did. */
  async #execute(request: ApiRequest, execution: Execution): Promise<StoredAnswer> {
    const { requestId, key, version, fault } = execution
    let begun = false
    let answer: StoredAnswer
    try {
      if (fault?.kind === 'delay') await sleep(fault.delay_ms ?? DEFAULT_DELAY_MS)
      if (fault?.kind === 'status') {
        begun = fault.keep ?? false
        throw faultError(fault)
      }
      const call = prepare(request, version)
      const testClock = testClockAmong(this.#account.state, call.named)
      if (request.method !== 'GET') refuseWhileAdvancing(testClock)
      begun = true
      const result = this.#account.within(
        {
          origin: { id: requestId, idempotency_key: key },
          version,
          testClock,
          // One request is one moment: its events bear one second, as Stripe's do.
          moment: testClock === null ? this.#account.now : null,
        },
        () => this.#run(call),
      )
      this.#afterChange()
      if (fault?.kind === 'error_after_effect') throw faultError(fault)
      answer = { status: 200, body: JSON.stringify(result, null, 2), requestId }
    } catch (error) {
      answer = this.#failure(error, requestId)
    }
    if (key !== null && begun) this.idempotency.keep(key, answer)
    else if (key !== null) this.idempotency.forget(key)
    return answer
  }

  #run(call: Call): object {
    const account = this.#account
    return expanded(account, call.run(account, call.id), call.expand, account.version)
  }

  #failure(error: unknown, requestId: string): StoredAnswer {
    const known = error instanceof StripeError ? error : apiError('The sandbox failed. Its log says why.')
    if (known !== error) console.error('stripe sandbox: request failed', error)
    const log = { request_log_url: `${this.#account.url}/dashboard/requests?id=${requestId}` }
    const body = JSON.stringify({ error: { ...known.body.error, ...log } }, null, 2)
    return { status: known.status, body, requestId, ...(known.isRetryable ? { shouldRetry: true } : {}) }
  }

  #reply(answer: StoredAnswer, { requestId, key, shownAs, replayed = false }: Reply): ApiAnswer {
    return {
      status: answer.status,
      body: answer.body,
      headers: {
        'Content-Type': 'application/json',
        'Cache-Control': 'no-cache, no-store',
        Date: new Date(this.#account.clock.nowMs).toUTCString(),
        'Request-Id': requestId,
        'Stripe-Version': shownAs,
        ...(key === null ? {} : { 'Idempotency-Key': key, 'Original-Request': answer.requestId }),
        ...(replayed ? { 'Idempotent-Replayed': 'true' } : {}),
        ...retryAdvice(answer, replayed),
      },
    }
  }
}

interface Execution {
  requestId: string
  key: string | null
  version: RequestVersion
  fault: ApiFault | null
}

interface Reply {
  requestId: string
  key: string | null
  /** The version that the answer is in. */
  shownAs: ApiVersion
  replayed?: boolean
}

/** Whether the same request again is worth while: for what is kept under its key it changes nothing. */
function retryAdvice(answer: StoredAnswer, replayed: boolean): Record<string, string> {
  if (answer.shouldRetry === true) return { 'Stripe-Should-Retry': 'true' }
  return replayed && answer.status >= 400 ? { 'Stripe-Should-Retry': 'false' } : {}
}

function faultError(fault: ApiFault): StripeError {
  const status = fault.status ?? 500
  return status === 429
    ? rateLimited('Request rate limit exceeded (a fault that was asked for).')
    : apiError('An error that was asked for by a fault of the sandbox.', status)
}
