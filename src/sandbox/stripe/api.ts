import { setTimeout as sleep } from 'node:timers/promises'
import { BoundedLog } from '#src/sandbox/http/bounded-log.ts'
import type { Account } from './account.ts'
import { apiError, refused, StripeError, unauthorized, unknownUrl } from './errors.ts'
import { expanded } from './expand.ts'
import type { Faults } from './faults/faults.ts'
import type { ApiFault } from './faults/language.ts'
import { type FormHash, parseForm } from './form.ts'
import { IdempotencyKeys, type StoredAnswer } from './idempotency.ts'
import { newId } from './ids.ts'
import { findRoute } from './routes.ts'
import { refuseWhileAdvancing, testClockAmong } from './test-clock-of.ts'
import { type ApiVersion, apiVersionOf, type RequestVersion } from './versions/api-version.ts'
import { API_VERSION } from './wire.ts'

/** One request as it came in over HTTP. */
export interface ApiRequest {
  method: string
  path: string
  /** Without the question mark. */
  query: string
  body: string
  header: (name: string) => string | undefined
}

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
      return this.#reply(failure(error, requestId), { requestId, key, shownAs })
    }
  }

  #checkCaller(request: ApiRequest): void {
    const key = apiKeyOf(request.header('authorization'))
    if (key === null || !this.#acceptsKey(key)) throw unauthorized(key)
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
          version: version ?? API_VERSION,
          testClock,
        },
        () => this.#run(call),
      )
      this.#afterChange()
      if (fault?.kind === 'error_after_effect') throw faultError(fault)
      answer = { status: 200, body: JSON.stringify(result, null, 2), requestId }
    } catch (error) {
      answer = failure(error, requestId)
    }
    if (key !== null && begun) this.idempotency.keep(key, answer)
    else if (key !== null) this.idempotency.forget(key)
    return answer
  }

  #run(call: Call): object {
    const account = this.#account
    return expanded(account, call.run(account, call.id), call.expand, account.version)
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

/** The version that the answer to a request with this header is in. */
function shownVersion(name: string | undefined): ApiVersion {
  return apiVersionOf(name ?? '') ?? API_VERSION
}

/** The version that the request names, or null. @throws StripeError 400 for one that does not exist. */
function requestVersion(request: ApiRequest): RequestVersion {
  const name = request.header('stripe-version')
  if (name === undefined) return null
  const version = apiVersionOf(name)
  if (version === null) throw refused(`Invalid Stripe API version: ${name.slice(0, 50)}`)
  return version
}

interface Call {
  run: (account: Account, id: string) => object
  id: string
  expand: string[]
  /** What may name the objects that it is about: the id in the path, and the parameters. */
  named: readonly unknown[]
}

/** Everything that can be refused before anything is done. */
function prepare(request: ApiRequest, version: RequestVersion): Call {
  const match = findRoute(request.method, request.path)
  if (match === null) throw unknownUrl(request.method, request.path)
  const given = parameters(request)
  const expand = expandOf(given)
  const prepared = match.endpoint.prepare(given, version)
  const run: Call['run'] = (account, id) => prepared(account, id, match.innerId)
  return { run, id: match.id, expand, named: [match.id, ...Object.values(given)] }
}

function parameters(request: ApiRequest): FormHash {
  if (request.method !== 'POST') return parseForm(request.query)
  const type = request.header('content-type') ?? ''
  if (request.body !== '' && !type.startsWith('application/x-www-form-urlencoded')) {
    throw refused('Invalid request: the content type of a POST is application/x-www-form-urlencoded')
  }
  return { ...parseForm(request.query), ...parseForm(request.body) }
}

function expandOf(given: FormHash): string[] {
  const { expand } = given
  delete given.expand
  if (expand === undefined) return []
  if (!Array.isArray(expand) || !expand.every((path) => typeof path === 'string')) {
    throw refused('Invalid array', 'expand')
  }
  return expand
}

/** The key of `Authorization: Bearer key`, or the user name of `Basic`. */
function apiKeyOf(authorization: string | undefined): string | null {
  const [scheme, value] = (authorization ?? '').split(' ')
  if (!value) return null
  if (scheme?.toLowerCase() === 'bearer') return value
  if (scheme?.toLowerCase() !== 'basic') return null
  return Buffer.from(value, 'base64').toString('utf8').split(':')[0] || null
}

function faultError(fault: ApiFault): StripeError {
  const status = fault.status ?? 500
  return status === 429
    ? new StripeError({
        status,
        type: 'rate_limit_error',
        code: 'rate_limit',
        message: 'Request rate limit exceeded (a fault that was asked for).',
      })
    : apiError('An error that was asked for by a fault of the sandbox.', status)
}

function failure(error: unknown, requestId: string): StoredAnswer {
  const known = error instanceof StripeError ? error : apiError('The sandbox failed. Its log says why.')
  if (known !== error) console.error('stripe sandbox: request failed', error)
  return { status: known.status, body: JSON.stringify(known.body, null, 2), requestId }
}
