import { deliverOnce, type Poster } from './post.ts'
import { signatureHeader } from './signature.ts'
import type { State } from './state.ts'
import type { StripeEvent, WebhookEndpoint } from './wire.ts'

export interface DeliveryOptions {
  /** How long an endpoint may take to answer. Default 10 000. */
  timeoutMs: number
  /** Pauses before the second, third, ... try, in real milliseconds. Default 1000 and 5000: three tries. */
  retryDelaysMs: readonly number[]
  /** Deliveries in flight to one endpoint at a time. Default 1, which keeps the order. */
  concurrency: number
}

export const DEFAULT_DELIVERY: DeliveryOptions = {
  timeoutMs: 10_000,
  retryDelaysMs: [1000, 5000],
  concurrency: 1,
}

/** One try to deliver one event to one endpoint. Times are the machine's, not the sandbox's. */
export interface DeliveryAttempt {
  event: string
  endpoint: string
  url: string
  number: number
  resent: boolean
  started_at_ms: number
  duration_ms: number
  /** The answer's status, or null where there was none. */
  status: number | null
  error: string | null
  response_body: string
  outcome: 'succeeded' | 'failed'
  /** Real milliseconds until the next try; null where there will be none. */
  retry_in_ms: number | null
}

interface Job {
  readonly event: StripeEvent
  readonly body: string
  readonly number: number
}

interface Lane {
  readonly waiting: Job[]
  active: number
}

/** Attempts are kept for this many events. */
const MAX_EVENTS_WITH_ATTEMPTS = 50_000

/**
 * Brings events to the webhook endpoints. One lane an endpoint: first tries leave in the order of the events, with at
 * most `concurrency` in flight; a retry never holds back what comes after it. Only 2xx counts as delivered.
 */
export class Delivery {
  readonly #state: State
  readonly #options: DeliveryOptions
  readonly #poster: Poster
  readonly #lanes = new Map<string, Lane>()
  readonly #attempts = new Map<string, DeliveryAttempt[]>()
  readonly #retries = new Map<NodeJS.Timeout, { endpoint: string }>()
  readonly #idle = new Set<() => void>()
  #inFlight = 0
  #queued = 0
  #paused = false
  #closed = false

  constructor(state: State, poster: Poster, options: DeliveryOptions) {
    this.#state = state
    this.#poster = poster
    this.#options = options
  }

  /** Queues the event for each endpoint that is enabled and subscribed to its type. */
  dispatch(event: StripeEvent): void {
    const endpoints = this.#endpointsFor(event)
    event.pending_webhooks = endpoints.length
    if (endpoints.length === 0) return
    const body = bodyOf(event)
    for (const endpoint of endpoints) {
      this.#queued += 1
      this.#lane(endpoint.id).waiting.push({ event, body, number: 1 })
      // Not in this tick: the answer to the request that caused the event leaves first.
      setImmediate(() => this.#pump(endpoint.id))
    }
  }

  /** Sends the event again, `times` at once, to each endpoint subscribed to it, and waits for the answers. */
  async resend(event: StripeEvent, times = 1): Promise<DeliveryAttempt[]> {
    const body = bodyOf(event)
    const sends = this.#endpointsFor(event).flatMap((endpoint) =>
      Array.from({ length: times }, () => this.#attempt(endpoint, { event, body, number: 1 }, true)),
    )
    return Promise.all(sends)
  }

  /** Every try made for this event, oldest first. */
  attempts(eventId: string): readonly DeliveryAttempt[] {
    return this.#attempts.get(eventId) ?? []
  }

  /** Holds back everything that has not left yet, until `resume`. */
  pause(): void {
    this.#paused = true
    this.#wakeIfIdle()
  }

  resume(): void {
    this.#paused = false
    for (const endpoint of this.#lanes.keys()) this.#pump(endpoint)
  }

  get paused(): boolean {
    return this.#paused
  }

  /** Resolves once each first try has been answered. What waits behind a pause or for a retry does not count. */
  async firstTriesAnswered(): Promise<void> {
    while (!this.#isIdle()) await new Promise<void>((resolve) => this.#idle.add(resolve))
  }

  /** Resolves once nothing is queued, in flight, or to be retried. */
  async settled(): Promise<void> {
    while (!this.#isIdle() || this.#retries.size > 0) {
      await new Promise<void>((resolve) => this.#idle.add(resolve))
    }
  }

  /** Drops everything that has not been delivered. */
  clear(): void {
    for (const timer of this.#retries.keys()) clearTimeout(timer)
    this.#retries.clear()
    this.#lanes.clear()
    this.#attempts.clear()
    this.#queued = 0
    this.#wakeIfIdle()
  }

  close(): void {
    this.#closed = true
    this.clear()
    this.#poster.close()
  }

  #endpointsFor(event: StripeEvent): WebhookEndpoint[] {
    return [...this.#state.webhookEndpoints.values()].filter(
      (endpoint) =>
        endpoint.status === 'enabled' &&
        (endpoint.enabled_events.includes('*') || endpoint.enabled_events.includes(event.type)),
    )
  }

  #lane(endpointId: string): Lane {
    const lane = this.#lanes.get(endpointId) ?? { waiting: [], active: 0 }
    this.#lanes.set(endpointId, lane)
    return lane
  }

  #pump(endpointId: string): void {
    const lane = this.#lanes.get(endpointId)
    if (lane === undefined || this.#paused || this.#closed) return
    while (lane.active < this.#options.concurrency) {
      const job = lane.waiting.shift()
      if (job === undefined) return
      this.#queued -= 1
      const endpoint = this.#state.webhookEndpoints.get(endpointId)
      // What was due while an endpoint is disabled or gone is lost, as at Stripe.
      if (endpoint?.status !== 'enabled') {
        this.#wakeIfIdle()
        continue
      }
      lane.active += 1
      void this.#attempt(endpoint, job, false).finally(() => {
        lane.active -= 1
        this.#pump(endpointId)
      })
    }
  }

  async #attempt(endpoint: WebhookEndpoint, job: Job, resent: boolean): Promise<DeliveryAttempt> {
    this.#inFlight += 1
    const startedAtMs = Date.now()
    const answer = await deliverOnce(this.#poster, {
      url: endpoint.url,
      body: job.body,
      signature: signatureHeader(job.body, this.#liveSecrets(endpoint.id), Math.floor(startedAtMs / 1000)),
      timeoutMs: this.#options.timeoutMs,
    })
    const succeeded = answer.status !== null && answer.status >= 200 && answer.status < 300
    const delay = succeeded || resent ? undefined : this.#options.retryDelaysMs[job.number - 1]
    const attempt: DeliveryAttempt = {
      event: job.event.id,
      endpoint: endpoint.id,
      url: endpoint.url,
      number: job.number,
      resent,
      started_at_ms: startedAtMs,
      duration_ms: Date.now() - startedAtMs,
      status: answer.status,
      error: answer.error,
      response_body: answer.body,
      outcome: succeeded ? 'succeeded' : 'failed',
      retry_in_ms: delay ?? null,
    }
    this.#inFlight -= 1
    if (this.#closed) return attempt
    this.#record(attempt)
    if (succeeded && !resent) job.event.pending_webhooks = Math.max(0, job.event.pending_webhooks - 1)
    if (delay !== undefined) this.#retryLater(endpoint.id, job, delay)
    this.#wakeIfIdle()
    return attempt
  }

  #retryLater(endpointId: string, job: Job, delayMs: number): void {
    const timer = setTimeout(() => {
      this.#retries.delete(timer)
      const endpoint = this.#state.webhookEndpoints.get(endpointId)
      if (endpoint?.status === 'enabled')
        void this.#attempt(endpoint, { ...job, number: job.number + 1 }, false)
      else this.#wakeIfIdle()
    }, delayMs)
    this.#retries.set(timer, { endpoint: endpointId })
  }

  #record(attempt: DeliveryAttempt): void {
    const attempts = this.#attempts.get(attempt.event)
    if (attempts) attempts.push(attempt)
    else this.#attempts.set(attempt.event, [attempt])
    if (this.#attempts.size <= MAX_EVENTS_WITH_ATTEMPTS) return
    for (const oldest of this.#attempts.keys()) {
      this.#attempts.delete(oldest)
      break
    }
  }

  #liveSecrets(endpointId: string): string[] {
    const secrets = this.#state.endpointSecrets.get(endpointId) ?? []
    return secrets
      .filter((each) => each.expires_at_ms === null || each.expires_at_ms > Date.now())
      .map((each) => each.secret)
  }

  #isIdle(): boolean {
    return this.#inFlight === 0 && (this.#queued === 0 || this.#paused || this.#closed)
  }

  #wakeIfIdle(): void {
    if (!this.#isIdle()) return
    for (const wake of this.#idle) wake()
    this.#idle.clear()
  }
}

function bodyOf(event: StripeEvent): string {
  return JSON.stringify(event, null, 2)
}
