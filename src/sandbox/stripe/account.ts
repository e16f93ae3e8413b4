import { CliSessions } from './cli/sessions.ts'
import type { SandboxClock } from './clock.ts'
import type { Collection } from './collection.ts'
import type { Delivery } from './delivery/delivery.ts'
import { noSuch } from './errors.ts'
import { newId } from './ids.ts'
import { previousAttributes } from './previous-attributes.ts'
import { Scheduler, type Transition } from './scheduler.ts'
import { SearchIndex } from './search/search-index.ts'
import type { State } from './state.ts'
import { testClockOf } from './test-clock-of.ts'
import type { ApiVersion, RequestVersion } from './versions/api-version.ts'
import { API_VERSION, type EventType, type StripeEvent, type TestClock } from './wire.ts'

/** Who made a change: an API request, or nobody (the clock, the hosted page). */
export interface RequestOrigin {
  id: string | null
  idempotency_key: string | null
}

export const NO_REQUEST: RequestOrigin = { id: null, idempotency_key: null }

/** What holds for a piece of work: who asked for it, as of which version, by whose time. */
interface Context {
  readonly origin: RequestOrigin
  readonly version: RequestVersion
  /** Null for the sandbox's own time. */
  readonly testClock: TestClock | null
  /** The moment at which it happens, where that is not now. Seconds since 1970. */
  readonly moment: number | null
}

/** What is planned, as it is kept across a restart. */
export interface Plans {
  readonly own: readonly Transition[]
  readonly test_clocks: readonly (readonly [id: string, planned: readonly Transition[]])[]
}

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
  readonly delivery: Delivery
  readonly searchIndex = new SearchIndex()
  /** Who listens with the official command line. */
  readonly cliSessions: CliSessions
  /** The sandbox's own origin, without a slash at the end. */
  url = ''
  /** Events emitted since the start. */
  emitted = 0
  readonly #scheduler: Scheduler
  readonly #testClockSchedulers = new Map<string, Scheduler>()
  readonly #listeners: ((event: StripeEvent) => void)[] = []
  #context: Context = { origin: NO_REQUEST, version: null, testClock: null, moment: null }

  constructor(parts: AccountParts) {
    this.state = parts.state
    this.clock = parts.clock
    this.#scheduler = parts.scheduler
    this.delivery = parts.delivery
    this.cliSessions = new CliSessions(parts.state, parts.delivery)
  }

  /** Seconds since 1970: by the test clock that the work at hand is on, else by the sandbox's time. */
  get now(): number {
    const { moment, testClock } = this.#context
    return moment ?? testClock?.frozen_time ?? this.clock.now
  }

  /** What is planned on the time that `now` tells. */
  get scheduler(): Scheduler {
    const { testClock } = this.#context
    return testClock === null ? this.#scheduler : this.schedulerOf(testClock)
  }

  /** The version that the request at hand asked for, else the account's default. */
  get version(): ApiVersion {
    return this.#context.version ?? API_VERSION
  }

  /** The version that the request at hand asked for, or null where it named none. */
  get requestVersion(): RequestVersion {
    return this.#context.version
  }

  /** What is planned on a test clock. */
  schedulerOf(testClock: TestClock): Scheduler {
    const scheduler = this.#testClockSchedulers.get(testClock.id) ?? new Scheduler()
    this.#testClockSchedulers.set(testClock.id, scheduler)
    return scheduler
  }

  /** Runs `work`; the events that it emits name this request. */
  as<T>(origin: RequestOrigin, work: () => T): T {
    return this.within({ origin }, work)
  }

  /** Runs `work` by the time of the test clock that the object of this id is on, or the sandbox's own. */
  onClockOf<T>(id: string, work: () => T): T {
    return this.within({ testClock: testClockOf(this.state, id), moment: null }, work)
  }

  /** Runs `work` with these parts of its context changed. */
  within<T>(part: Partial<Context>, work: () => T): T {
    const before = this.#context
    this.#context = { ...before, ...part }
    try {
      return work()
    } finally {
      this.#context = before
    }
  }

  /** Everything that is planned: on the sandbox's own time, and on each test clock by its id. */
  get plans(): Plans {
    return {
      own: this.#scheduler.planned,
      test_clocks: [...this.#testClockSchedulers].map(([id, { planned }]) => [id, planned] as const),
    }
  }

  /** Puts these plans in place of all others. */
  restorePlans({ own, test_clocks: byTestClock }: Plans): void {
    this.clearPlans()
    this.#scheduler.restore(own)
    for (const [id, planned] of byTestClock) {
      const scheduler = new Scheduler()
      scheduler.restore(planned)
      this.#testClockSchedulers.set(id, scheduler)
    }
  }

  /** Forgets every plan. */
  clearPlans(): void {
    this.#scheduler.clear()
    this.#testClockSchedulers.clear()
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
      request: { ...this.#context.origin },
      type,
    }
    this.emitted += 1
    this.state.events.add(event)
    this.delivery.dispatch(event)
    for (const listener of this.#listeners) listener(event)
    return event
  }

  /** Calls `listener` with each event from now on, within the work that caused it. */
  onEvent(listener: (event: StripeEvent) => void): void {
    this.#listeners.push(listener)
  }

  /** Applies `patch` to the object. Where something changed, emits `type` with the previous attributes. */
  change<Item extends object>(object: Item, patch: Partial<Item>, type?: EventType): void {
    const before = structuredClone(object) as Record<string, unknown>
    Object.assign(object, patch)
    this.searchIndex.changed(before, this.clock.now)
    if (type === undefined) return
    const previous = previousAttributes(before, object as Record<string, unknown>)
    if (Object.keys(previous).length > 0) this.emit(type, object, previous)
  }
}
