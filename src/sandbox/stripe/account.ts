import type { SandboxClock } from './clock.ts'
import type { Collection } from './collection.ts'
import type { Delivery } from './delivery.ts'
import { noSuch } from './errors.ts'
import { newId } from './ids.ts'
import { previousAttributes } from './previous-attributes.ts'
import type { Scheduler } from './scheduler.ts'
import type { State } from './state.ts'
import { API_VERSION, type EventType, type StripeEvent } from './wire.ts'

/** Who made a change: an API request, or nobody (the clock, the hosted page). */
export interface RequestOrigin {
  id: string | null
  idempotency_key: string | null
}

export const NO_REQUEST: RequestOrigin = { id: null, idempotency_key: null }

export interface AccountParts {
  state: State
  clock: SandboxClock
  scheduler: Scheduler
  delivery: Delivery
}

/**
 * The pretend Stripe account: its objects, its time, and the one way to change an object so that its event is
 * emitted. All of it is synchronous, so each API call and each transition is atomic.
 */
export class Account {
  readonly state: State
  readonly clock: SandboxClock
  readonly scheduler: Scheduler
  readonly delivery: Delivery
  /** The sandbox's own origin, without a slash at the end. */
  url = ''
  /** Events emitted since the start. */
  emitted = 0
  #origin: RequestOrigin = NO_REQUEST

  constructor(parts: AccountParts) {
    this.state = parts.state
    this.clock = parts.clock
    this.scheduler = parts.scheduler
    this.delivery = parts.delivery
  }

  /** Seconds since 1970 by the sandbox's time. */
  get now(): number {
    return this.clock.now
  }

  /** Runs `work`; the events that it emits name this request. */
  as<T>(origin: RequestOrigin, work: () => T): T {
    const before = this.#origin
    this.#origin = origin
    try {
      return work()
    } finally {
      this.#origin = before
    }
  }

  /** The object, or Stripe's refusal: 404 for the id in the path, 400 where `param` names a parameter. */
  need<Item extends { id: string }>(collection: Collection<Item>, id: string, param = 'id'): Item {
    const item = collection.get(id)
    if (item === undefined) throw noSuch(collection.kind, id, param)
    return item
  }

  /** Records that something happened and hands it to delivery. */
  emit(type: EventType, object: object, previous?: Record<string, unknown>): StripeEvent {
    const event: StripeEvent = {
      id: newId.event(),
      object: 'event',
      api_version: API_VERSION,
      created: this.now,
      data: {
        object: structuredClone(object) as Record<string, unknown>,
        ...(previous === undefined ? {} : { previous_attributes: previous }),
      },
      livemode: false,
      pending_webhooks: 0,
      request: { ...this.#origin },
      type,
    }
    this.emitted += 1
    this.state.events.add(event)
    this.delivery.dispatch(event)
    return event
  }

  /** Applies `patch` to the object. Where something changed, emits `type` with the previous attributes. */
  change<Item extends object>(object: Item, patch: Partial<Item>, type?: EventType): void {
    const before = structuredClone(object) as Record<string, unknown>
    Object.assign(object, patch)
    if (type === undefined) return
    const previous = previousAttributes(before, object as Record<string, unknown>)
    if (Object.keys(previous).length > 0) this.emit(type, object, previous)
  }
}
