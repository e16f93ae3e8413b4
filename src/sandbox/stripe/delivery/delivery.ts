import type { SandboxClock } from '../clock.ts'
import type { Journal } from '../persistence/journal.ts'
import type { Scheduler } from '../scheduler.ts'
import type { State } from '../state.ts'
import { API_VERSION, type StripeEvent, type WebhookEndpoint } from '../wire.ts'
import { EventBodies } from './event-body.ts'
import { Lane } from './lane.ts'
import { deliverOnce, type PostAnswer, type Poster } from './post.ts'
import { type DeliveryAttempt, type Fate, type PendingDelivery, PLAIN_FATE } from './records.ts'
import { pauseAfter, type RetryPolicy } from './retries.ts'
import { liveSecrets, signatureHeader } from './signature.ts'

export interface DeliveryOptions {
  /** How long an endpoint may take to answer. Stripe does not document its limit. Default 10 000. */
  timeoutMs: number
  /** When a failed delivery is tried again. Default `sandbox`. */
  retries: RetryPolicy
  /** Deliveries in flight to one endpoint at a time. Default 1, which keeps the order of first tries. */
  concurrency: number
}

export const DEFAULT_DELIVERY: DeliveryOptions = { timeoutMs: 10_000, retries: 'sandbox', concurrency: 1 }

export interface DeliveryParts {
  state: State
  clock: SandboxClock
  scheduler: Scheduler
  poster: Poster
  journal: Journal
  options: DeliveryOptions
  /** Called when something has been planned outside of a request. */
  afterPlan: () => void
}

/** Attempts are kept for this many events. */
const MAX_EVENTS_WITH_ATTEMPTS = 50_000

/**
 * Brings events to the webhook endpoints. One lane an endpoint: first tries leave in the order of the events, with at
 * most `concurrency` in flight; a retry is planned on the sandbox's clock and never holds back what comes after it.
 * Only 2xx counts as delivered. What is not over yet is kept in the state, so it goes on after a restart.
 */
export class Delivery {
  readonly #parts: DeliveryParts
  readonly #bodies = new EventBodies()
  readonly #lanes = new Map<string, Lane<PendingDelivery>>()
  readonly #idle = new Set<() => void>()
  #inFlight = 0
  #queued = 0
  #closed = false

  constructor(parts: DeliveryParts) {
    this.#parts = parts
  }

  /** Queues the event for each endpoint that is enabled and subscribed to its type. */
  dispatch(event: StripeEvent): void {
    const endpoints = this.#endpointsFor(event)
    event.pending_webhooks = endpoints.length
    for (const endpoint of endpoints) this.#begin(event, endpoint, PLAIN_FATE)
  }

  /** Goes on with what a restart interrupted. */
  begin(): void {
    for (const pending of this.#parts.state.pendingDeliveries.values()) {
      if (!this.#parts.scheduler.has('webhook.deliver', pending.id)) this.#enqueue(pending)
    }
  }

  /** The moment of a delivery has come: a retry, or one that a fault put off. */
  due(pendingId: string): void {
    const pending = this.#parts.state.pendingDeliveries.get(pendingId)
    if (pending !== undefined) this.#enqueue(pending)
  }

  /**
   * Sends the event again, `times` at once, to each endpoint subscribed to it or to the one named, and waits for the
   * answers. Retries that are due go on all the same, as at Stripe.
   */
  async resend(event: StripeEvent, times = 1, endpointId?: string): Promise<DeliveryAttempt[]> {
    const endpoints = this.#endpointsFor(event).filter(
      ({ id }) => endpointId === undefined || id === endpointId,
    )
    const sends = endpoints.flatMap((endpoint) =>
      Array.from({ length: times }, () => this.#attempt(event, endpoint, { try: 1, fate: PLAIN_FATE }, true)),
    )
    return Promise.all(sends)
  }

  /** Every try made for this event, oldest first. */
  attempts(eventId: string): readonly DeliveryAttempt[] {
    return this.#parts.state.deliveryAttempts.get(eventId) ?? []
  }

  /** The body that was sent in an attempt; undefined once its event is forgotten. */
  sentBody(attempt: DeliveryAttempt): string | undefined {
    const event = this.#parts.state.events.get(attempt.event)
    return event && this.#bodies.bodyOf(event, attempt.api_version, attempt.pending_webhooks)
  }

  /** Holds back everything that has not left yet, until `resume`. */
  pause(): void {
    this.#parts.state.switches.add('delivery_paused')
    this.#wakeIfIdle()
  }

  resume(): void {
    this.#parts.state.switches.delete('delivery_paused')
    for (const endpoint of this.#lanes.keys()) this.#pump(endpoint)
  }

  get paused(): boolean {
    return this.#parts.state.switches.has('delivery_paused')
  }

  /** Resolves once nothing is queued or in flight. What is paused or waits for its moment does not count. */
  async settled(): Promise<void> {
    while (!this.isIdle) await new Promise<void>((resolve) => this.#idle.add(resolve))
  }

  /** Forgets what is queued; what the state and the plan hold is theirs to forget. */
  clear(): void {
    this.#lanes.clear()
    this.#queued = 0
    this.#wakeIfIdle()
  }

  close(): void {
    this.#closed = true
    this.clear()
    this.#parts.poster.close()
  }

  #endpointsFor(event: StripeEvent): WebhookEndpoint[] {
    return [...this.#parts.state.webhookEndpoints.values()].filter(
      (endpoint) =>
        endpoint.status === 'enabled' &&
        (endpoint.enabled_events.includes('*') || endpoint.enabled_events.includes(event.type)),
    )
  }

  #begin(event: StripeEvent, endpoint: WebhookEndpoint, fate: Fate): void {
    const id = `${event.id} ${endpoint.id} ${fate.copy}`
    const pending = { id, event: event.id, endpoint: endpoint.id, try: 1, fate }
    this.#parts.state.pendingDeliveries.set(id, pending)
    this.#enqueue(pending)
  }

  #enqueue(pending: PendingDelivery): void {
    const lane = this.#lanes.get(pending.endpoint) ?? new Lane<PendingDelivery>()
    this.#lanes.set(pending.endpoint, lane)
    this.#queued += 1
    lane.push(pending)
    if (lane.awake) return
    lane.awake = true
    // Not in this tick: the answer to the request that caused the event leaves first.
    setImmediate(() => {
      lane.awake = false
      this.#pump(pending.endpoint)
    })
  }

  #pump(endpointId: string): void {
    const lane = this.#lanes.get(endpointId)
    if (lane === undefined) return
    while (lane.active < this.#parts.options.concurrency && !this.paused && !this.#closed) {
      const pending = lane.take()
      if (pending === undefined) break
      this.#queued -= 1
      lane.active += 1
      void this.#deliver(pending).finally(() => {
        lane.active -= 1
        this.#pump(endpointId)
      })
    }
    this.#wakeIfIdle()
  }

  /** One try; plans the next one where it fails. */
  async #deliver(pending: PendingDelivery): Promise<void> {
    const { state, scheduler, afterPlan } = this.#parts
    const endpoint = state.webhookEndpoints.get(pending.endpoint)
    const event = state.events.get(pending.event)
    // What was due while an endpoint is disabled or gone is lost, as at Stripe.
    if (endpoint?.status !== 'enabled' || event === undefined) {
      state.pendingDeliveries.delete(pending.id)
      return
    }
    const { outcome, next_try_at: nextTryAt } = await this.#attempt(event, endpoint, pending, false)
    if (this.#closed) return
    if (outcome === 'succeeded' && pending.fate.copy === 0) event.pending_webhooks -= 1
    if (nextTryAt === null) {
      state.pendingDeliveries.delete(pending.id)
      return
    }
    pending.try += 1
    scheduler.plan('webhook.deliver', pending.id, nextTryAt)
    afterPlan()
  }

  async #attempt(
    event: StripeEvent,
    endpoint: WebhookEndpoint,
    { try: number, fate }: Pick<PendingDelivery, 'try' | 'fate'>,
    resent: boolean,
  ): Promise<DeliveryAttempt> {
    const { state, clock, journal, options } = this.#parts
    this.#inFlight += 1
    // An event that an endpoint has seen must not be forgotten by a crash.
    await journal.saved()
    const startedAtMs = Date.now()
    const at = clock.now
    const apiVersion = fate.api_version ?? endpoint.api_version ?? API_VERSION
    const url = fate.second_endpoint?.url ?? endpoint.url
    const secrets = fate.second_endpoint?.secret
      ? [fate.second_endpoint.secret]
      : liveSecrets(state.endpointSecrets.get(endpoint.id) ?? [], startedAtMs)
    const pendingWebhooks = event.pending_webhooks
    const body = this.#bodies.bodyOf(event, apiVersion, pendingWebhooks)
    const signature = signatureHeader(body, secrets, Math.floor(startedAtMs / 1000))
    const answer = await this.#send({ url, body, signature }, number, fate)
    const succeeded = answer.status !== null && answer.status >= 200 && answer.status < 300
    const pause = succeeded || resent ? null : pauseAfter(options.retries, number)
    const attempt: DeliveryAttempt = {
      event: event.id,
      endpoint: endpoint.id,
      url,
      number,
      copy: fate.copy,
      resent,
      faults: fate.faults,
      at,
      started_at_ms: startedAtMs,
      duration_ms: Date.now() - startedAtMs,
      api_version: apiVersion,
      pending_webhooks: pendingWebhooks,
      signature,
      status: answer.status,
      error: answer.error,
      response_headers: answer.headers,
      response_body: answer.body,
      outcome: succeeded ? 'succeeded' : 'failed',
      next_try_at: pause === null ? null : clock.now + pause,
    }
    this.#inFlight -= 1
    if (!this.#closed) this.#record(attempt)
    this.#wakeIfIdle()
    return attempt
  }

  #send(
    post: { url: string; body: string; signature: string },
    number: number,
    fate: Fate,
  ): Promise<PostAnswer> {
    if (number < fate.first_arrival) {
      return Promise.resolve({ status: null, error: 'Lost on the way by a fault', headers: {}, body: '' })
    }
    const isCut = number < fate.first_arrival + fate.cut_tries
    return deliverOnce(this.#parts.poster, { ...post, isCut, timeoutMs: this.#parts.options.timeoutMs })
  }

  #record(attempt: DeliveryAttempt): void {
    const { deliveryAttempts: byEvent } = this.#parts.state
    const attempts = byEvent.get(attempt.event)
    if (attempts) attempts.push(attempt)
    else byEvent.set(attempt.event, [attempt])
    this.#parts.journal.touch()
    if (byEvent.size <= MAX_EVENTS_WITH_ATTEMPTS) return
    for (const oldest of byEvent.keys()) {
      byEvent.delete(oldest)
      break
    }
  }

  /** Nothing is queued or in flight. */
  get isIdle(): boolean {
    return this.#inFlight === 0 && (this.#queued === 0 || this.paused || this.#closed)
  }

  #wakeIfIdle(): void {
    if (!this.isIdle) return
    for (const wake of this.#idle) wake()
    this.#idle.clear()
  }
}
