import { fatesUnder, type PlannedDelivery } from '../faults/fates.ts'
import type { Faults } from '../faults/faults.ts'
import type { Scheduler } from '../scheduler.ts'
import { isSentAt } from '../versions/convert.ts'
import type { StripeEvent, WebhookEndpoint } from '../wire.ts'
import { Courier, type CourierParts, type DeliveryOptions, versionOf } from './courier.ts'
import { Holds, type Release } from './holds.ts'
import { Lane } from './lane.ts'
import type { Listener } from './listener.ts'
import { type DeliveryAttempt, type PendingDelivery, PLAIN_FATE } from './records.ts'

export const DEFAULT_DELIVERY: DeliveryOptions = { timeoutMs: 10_000, retries: 'sandbox', concurrency: 1 }

export interface DeliveryParts extends CourierParts {
  scheduler: Scheduler
  faults: Faults
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
  readonly #courier: Courier
  readonly #holds: Holds
  readonly #lanes = new Map<string, Lane<readonly PendingDelivery[]>>()
  /** Who takes events beside the endpoints. */
  readonly listeners = new Set<Listener>()
  readonly #resumed = new Set<() => void>()
  readonly #idle = new Set<() => void>()
  #inFlight = 0
  #queued = 0
  #closed = false

  constructor(parts: DeliveryParts) {
    this.#parts = parts
    this.#courier = new Courier(parts)
    this.#holds = new Holds(parts.state, parts.clock, parts.scheduler)
  }

  /** Queues the event for each endpoint that is enabled and subscribed to its type. */
  dispatch(event: StripeEvent): void {
    const endpoints = this.#endpointsFor(event)
    event.pending_webhooks = endpoints.length + this.listeners.size
    for (const endpoint of endpoints) {
      this.#begin(event, endpoint, fatesUnder(this.#parts.faults.takeFor(event, endpoint)))
    }
    this.#tellListeners(event, false)
  }

  /** Sends the event again without waiting: to the endpoint named, else to who listens, else to every endpoint. */
  sendAgain(event: StripeEvent, endpointId?: string): void {
    if (endpointId === undefined && this.listeners.size > 0) this.#tellListeners(event, true)
    else void this.resend(event, 1, endpointId)
  }

  /** Goes on with what a restart interrupted. */
  begin(): void {
    for (const pending of this.#parts.state.pendingDeliveries.values()) {
      const isPlanned = this.#parts.scheduler.has('webhook.deliver', pending.id)
      if (!isPlanned && !this.#holds.has(pending.id)) this.#enqueue([pending])
    }
  }

  /** The moment of a delivery has come: a retry, or one that a fault put off. */
  due(pendingId: string): void {
    const pending = this.#parts.state.pendingDeliveries.get(pendingId)
    if (pending !== undefined) this.#enqueue([pending])
  }

  /** The moment of deliveries that a fault held back has come. */
  dueHeld(key: string): void {
    this.#release(this.#holds.release(key))
  }

  /** Lets go of whatever this fault holds back. */
  releaseHeldBy(faultId: string): void {
    this.#release(this.#holds.releaseOf(faultId))
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
    return this.#courier.sentBody(attempt)
  }

  /** Holds back everything that has not left yet, until `resume`. */
  pause(): void {
    this.#parts.state.switches.add('delivery_paused')
    this.#wakeIfIdle()
  }

  resume(): void {
    this.#parts.state.switches.delete('delivery_paused')
    for (const endpoint of this.#lanes.keys()) this.#pump(endpoint)
    for (const resume of this.#resumed) resume()
    this.#resumed.clear()
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
        (endpoint.enabled_events.includes('*') || endpoint.enabled_events.includes(event.type)) &&
        isSentAt(event, versionOf(endpoint)),
    )
  }

  #begin(event: StripeEvent, endpoint: WebhookEndpoint, planned: readonly PlannedDelivery[]): void {
    const { state, scheduler, clock } = this.#parts
    const atOnce: PendingDelivery[] = []
    let holder: PlannedDelivery['held_by'] = null
    for (const { fate, after_seconds: afterSeconds, held_by: heldBy } of planned) {
      const id = `${event.id} ${endpoint.id} ${fate.copy}`
      const pending = { id, event: event.id, endpoint: endpoint.id, try: 1, fate }
      state.pendingDeliveries.set(id, pending)
      if (afterSeconds > 0) scheduler.plan('webhook.deliver', id, clock.now + afterSeconds)
      else atOnce.push(pending)
      holder = heldBy ?? holder
    }
    if (holder !== null)
      this.#release(
        this.#holds.add(
          holder,
          endpoint.id,
          atOnce.map(({ id }) => id),
        ),
      )
    else if (atOnce.length > 0) this.#enqueue(atOnce)
    if (holder !== null || atOnce.length < planned.length) this.#parts.afterPlan()
  }

  #release(groups: Release): void {
    for (const ids of groups) {
      const pending = ids.flatMap((id) => this.#parts.state.pendingDeliveries.get(id) ?? [])
      if (pending.length > 0) this.#enqueue(pending)
    }
  }

  /** Puts deliveries to one endpoint in its lane; those of one group leave together. */
  #enqueue(group: readonly PendingDelivery[]): void {
    const [{ endpoint }] = group as readonly [PendingDelivery]
    const lane = this.#lanes.get(endpoint) ?? new Lane<readonly PendingDelivery[]>()
    this.#lanes.set(endpoint, lane)
    this.#queued += 1
    lane.push(group)
    if (lane.awake) return
    lane.awake = true
    // Not in this tick: the answer to the request that caused the event leaves first.
    setImmediate(() => {
      lane.awake = false
      this.#pump(endpoint)
    })
  }

  #pump(endpointId: string): void {
    const lane = this.#lanes.get(endpointId)
    if (lane === undefined) return
    while (lane.active < this.#parts.options.concurrency && !this.paused && !this.#closed) {
      const group = lane.take()
      if (group === undefined) break
      this.#queued -= 1
      lane.active += 1
      void Promise.all(group.map((pending) => this.#deliver(pending))).finally(() => {
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

  #tellListeners(event: StripeEvent, resent: boolean): void {
    for (const listener of this.listeners) {
      // Not in this tick: the answer to the request that caused the event leaves first.
      setImmediate(async () => {
        if (this.paused) await new Promise<void>((resolve) => this.#resumed.add(resolve))
        const attempt = await this.#counted(() => this.#courier.tell(event, listener, resent))
        if (attempt.outcome === 'succeeded' && !resent) event.pending_webhooks -= 1
      })
    }
  }

  #attempt(
    event: StripeEvent,
    endpoint: WebhookEndpoint,
    which: Pick<PendingDelivery, 'try' | 'fate'>,
    resent: boolean,
  ): Promise<DeliveryAttempt> {
    return this.#counted(() => this.#courier.attempt(event, endpoint, which, resent))
  }

  async #counted(send: () => Promise<DeliveryAttempt>): Promise<DeliveryAttempt> {
    this.#inFlight += 1
    const attempt = await send()
    this.#inFlight -= 1
    if (!this.#closed) this.#record(attempt)
    this.#wakeIfIdle()
    return attempt
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
