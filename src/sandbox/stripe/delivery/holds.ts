import type { SandboxClock } from '../clock.ts'
import type { StruckBy } from '../faults/faults.ts'
import { shuffled } from '../faults/random.ts'
import type { Scheduler } from '../scheduler.ts'
import type { State } from '../state.ts'

/** Groups of deliveries that leave together or one after the other, in this order. */
export type Release = readonly (readonly string[])[]

/** Deliveries that a fault holds back until enough of them wait, or their time has come. */
export class Holds {
  readonly #state: State
  readonly #clock: SandboxClock
  readonly #scheduler: Scheduler

  constructor(state: State, clock: SandboxClock, scheduler: Scheduler) {
    this.#state = state
    this.#clock = clock
    this.#scheduler = scheduler
  }

  /** Holds deliveries of one event back. Answers what leaves now because of them. */
  add(armed: StruckBy, endpointId: string, pendingIds: readonly string[]): Release {
    const { fault } = armed
    const key = `${armed.id} ${endpointId}`
    const held = this.#state.heldDeliveries.get(key) ?? []
    if (held.length === 0) {
      const seconds =
        fault.kind === 'burst' ? fault.seconds : fault.kind === 'reorder' ? fault.within_seconds : 0
      this.#scheduler.plan('webhook.release', key, this.#clock.now + seconds)
    }
    held.push(...pendingIds)
    this.#state.heldDeliveries.set(key, held)
    return fault.kind === 'reorder' && held.length >= fault.window ? this.release(key) : []
  }

  /** Lets go of what waits under this key: all at once after a burst, else one after the other. */
  release(key: string): Release {
    const held = this.#state.heldDeliveries.get(key) ?? []
    this.#state.heldDeliveries.delete(key)
    this.#scheduler.cancel('webhook.release', key)
    const armed = this.#state.faults.get(key.slice(0, key.indexOf(' ')))
    if (armed?.fault.kind === 'burst') return [held]
    return (armed === undefined ? held : shuffled(armed, held)).map((id) => [id])
  }

  /** Lets go of whatever this fault holds back. */
  releaseOf(faultId: string): Release {
    const keys = [...this.#state.heldDeliveries.keys()].filter((key) => key.startsWith(`${faultId} `))
    return keys.flatMap((key) => this.release(key))
  }

  /** Whether this delivery is held back. */
  has(pendingId: string): boolean {
    return [...this.#state.heldDeliveries.values()].some((held) => held.includes(pendingId))
  }
}
