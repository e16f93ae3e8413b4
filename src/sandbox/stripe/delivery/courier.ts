import type { SandboxClock } from '../clock.ts'
import type { Journal } from '../persistence/journal.ts'
import type { State } from '../state.ts'
import { type ApiVersion, apiVersionOf } from '../versions/api-version.ts'
import { API_VERSION, type StripeEvent, type WebhookEndpoint } from '../wire.ts'
import { EventBodies } from './event-body.ts'
import type { Listener } from './listener.ts'
import { deliverOnce, type PostAnswer, type Poster } from './post.ts'
import type { DeliveryAttempt, Fate, PendingDelivery } from './records.ts'
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

export interface CourierParts {
  state: State
  clock: SandboxClock
  poster: Poster
  journal: Journal
  options: DeliveryOptions
}

interface Target {
  readonly id: string
  readonly url: string
  readonly api_version: ApiVersion
  secretsAt(nowMs: number): string[]
  send(body: string, signature: string): Promise<PostAnswer>
}

type Which = Pick<DeliveryAttempt, 'number' | 'copy' | 'faults' | 'resent'> & { is_last: boolean }

/** Makes one try: the event in the endpoint's shape, signed now, posted, and what came of it. */
export class Courier {
  readonly #parts: CourierParts
  readonly #bodies: EventBodies

  constructor(parts: CourierParts) {
    this.#parts = parts
    this.#bodies = new EventBodies(parts.state)
  }

  /** Never rejects for what the endpoint does. `resent` tries have no successor. */
  attempt(
    event: StripeEvent,
    endpoint: WebhookEndpoint,
    { try: number, fate }: Pick<PendingDelivery, 'try' | 'fate'>,
    resent: boolean,
  ): Promise<DeliveryAttempt> {
    const url = fate.second_endpoint?.url ?? endpoint.url
    const target: Target = {
      id: endpoint.id,
      url,
      api_version: apiVersionOf(fate.api_version ?? '') ?? versionOf(endpoint),
      secretsAt: (nowMs) => this.#secretsOf(endpoint, fate, nowMs),
      send: (body, signature) => this.#send({ url, body, signature }, number, fate),
    }
    return this.#try(event, target, { number, copy: fate.copy, faults: fate.faults, resent, is_last: resent })
  }

  /** The same for somebody who listens: there is one try. */
  tell(event: StripeEvent, listener: Listener, resent: boolean): Promise<DeliveryAttempt> {
    const { timeoutMs } = this.#parts.options
    const target: Target = {
      id: listener.id,
      url: listener.url,
      api_version: API_VERSION,
      secretsAt: () => [listener.secret],
      send: (body, signature) => listener.send({ event, body, signature, timeoutMs }),
    }
    return this.#try(event, target, { number: 1, copy: 0, faults: [], resent, is_last: true })
  }

  async #try(
    event: StripeEvent,
    target: Target,
    { is_last: isLast, ...which }: Which,
  ): Promise<DeliveryAttempt> {
    const { clock, journal, options } = this.#parts
    // An event that an endpoint has seen must not be forgotten by a crash.
    await journal.saved()
    const startedAtMs = Date.now()
    const at = clock.now
    const pendingWebhooks = event.pending_webhooks
    const body = this.#bodies.bodyOf(event, target.api_version, pendingWebhooks)
    const signature = signatureHeader(body, target.secretsAt(clock.nowMs), Math.floor(startedAtMs / 1000))
    const answer = await target.send(body, signature)
    const succeeded = answer.status !== null && answer.status >= 200 && answer.status < 300
    const pause = succeeded || isLast ? null : pauseAfter(options.retries, which.number)
    return {
      event: event.id,
      endpoint: target.id,
      url: target.url,
      ...which,
      at,
      started_at_ms: startedAtMs,
      duration_ms: Date.now() - startedAtMs,
      api_version: target.api_version,
      pending_webhooks: pendingWebhooks,
      signature,
      status: answer.status,
      error: answer.error,
      response_headers: answer.headers,
      response_body: answer.body,
      outcome: succeeded ? 'succeeded' : 'failed',
      next_try_at: pause === null ? null : clock.now + pause,
    }
  }

  /** The body that was sent in an attempt; undefined once its event is forgotten. */
  sentBody(attempt: DeliveryAttempt): string | undefined {
    const event = this.#parts.state.events.get(attempt.event)
    return event && this.#bodies.bodyOf(event, attempt.api_version, attempt.pending_webhooks)
  }

  #secretsOf(endpoint: WebhookEndpoint, { second_endpoint: second }: Fate, nowMs: number): string[] {
    if (second?.secret) return [second.secret]
    return liveSecrets(this.#parts.state.endpointSecrets.get(endpoint.id) ?? [], nowMs)
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
}

/** The version of an endpoint's events: its own, or the account's. */
export function versionOf(endpoint: WebhookEndpoint): ApiVersion {
  return apiVersionOf(endpoint.api_version ?? '') ?? API_VERSION
}
