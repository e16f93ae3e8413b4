import { noSuch, refused } from '../errors.ts'
import { newId } from '../ids.ts'
import type { State } from '../state.ts'
import type { StripeEvent, WebhookEndpoint } from '../wire.ts'
import type { ArmedFault } from './armed-fault.ts'
import {
  type ApiFault,
  type DeliveryFault,
  isApiFault,
  MAX_FAULTS,
  parseFault,
  readFaultPlan,
} from './language.ts'
import { draw, randomFrom } from './random.ts'

/** A fault of deliveries that strikes one. */
export type StruckBy = ArmedFault & { readonly fault: DeliveryFault }

const DEFAULT_SEED = 1

/** The faults in place, kept in the state. */
export class Faults {
  readonly #state: State
  readonly #removed: (id: string) => void

  /** `removed` is called with the id of a fault that was taken away. */
  constructor(state: State, removed: (id: string) => void) {
    this.#state = state
    this.#removed = removed
  }

  /** What all chance comes from. */
  get seed(): number {
    return this.#state.counters.get('fault_seed') ?? DEFAULT_SEED
  }

  /** Every fault in place, in the order in which they were added. */
  get armed(): readonly ArmedFault[] {
    return [...this.#state.faults.values()]
  }

  /** Those of the API. */
  get current(): readonly ApiFault[] {
    return this.armed.map(({ fault }) => fault).filter(isApiFault)
  }

  /** Adds a fault. Throws a ZodError on one that does not exist. @throws StripeError 400 where there are too many. */
  add(given: unknown): ArmedFault {
    const fault = parseFault(given)
    if (this.#state.faults.size >= MAX_FAULTS)
      throw refused(`At most ${MAX_FAULTS} faults can be set at a time`)
    const index = this.#state.counters.get('faults_added') ?? 0
    this.#state.counters.set('faults_added', index + 1)
    return this.#state.faults.add({
      id: newId.fault(),
      fault,
      left: fault.times ?? null,
      struck: 0,
      random: randomFrom(this.seed, index),
    })
  }

  /** Puts a plan in place of whatever was set. Throws a ZodError, and changes nothing, on one that is none. */
  setPlan(given: unknown): void {
    const { seed, faults } = readFaultPlan(given)
    this.clear()
    this.#state.counters.set('fault_seed', seed)
    for (const fault of faults) this.add(fault)
  }

  /** Takes one away. What it held back leaves. */
  remove(id: string): void {
    if (!this.#state.faults.delete(id)) throw noSuch('fault', id)
    this.#removed(id)
  }

  /** Takes all away, and starts their chance anew from the same seed. */
  clear(): void {
    for (const { id } of this.armed) this.remove(id)
    this.#state.counters.delete('faults_added')
  }

  /** The fault that strikes this request, counting it; null where none does. */
  take(method: string, path: string): ApiFault | null {
    if (this.#state.faults.size === 0) return null
    for (const armed of this.armed) {
      const { fault } = armed
      if (isApiFault(fault) && fitsRequest(fault, method, path) && this.#strikes(armed)) return fault
    }
    return null
  }

  /** The faults that strike the delivery of this event to this endpoint, counting each. */
  takeFor(event: StripeEvent, endpoint: WebhookEndpoint): readonly StruckBy[] {
    if (this.#state.faults.size === 0) return []
    return this.armed.filter(
      (armed): armed is StruckBy =>
        !isApiFault(armed.fault) && fitsDelivery(armed.fault, event, endpoint) && this.#strikes(armed),
    )
  }

  #strikes(armed: ArmedFault): boolean {
    if (armed.left === 0) return false
    const { rate } = armed.fault
    if (rate !== undefined && draw(armed) >= rate) return false
    armed.struck += 1
    if (armed.left !== null) armed.left -= 1
    // A spent fault of deliveries may still hold some back; one of the API is over.
    if (armed.left === 0 && isApiFault(armed.fault)) this.#state.faults.delete(armed.id)
    return true
  }
}

function fitsRequest({ method, route }: ApiFault, givenMethod: string, path: string): boolean {
  return (method === undefined || method === givenMethod) && (route === undefined || path.startsWith(route))
}

function fitsDelivery(fault: DeliveryFault, event: StripeEvent, endpoint: WebhookEndpoint): boolean {
  const { events, endpoint: wanted } = fault
  return (
    (events === undefined || events.some((pattern) => isOfType(event.type, pattern))) &&
    (wanted === undefined || endpoint.id === wanted || endpoint.url.startsWith(wanted))
  )
}

/** Whether the type is the one named, or in the group: `invoice.*`. */
export function isOfType(type: string, pattern: string): boolean {
  return pattern.endsWith('.*') ? type.startsWith(pattern.slice(0, -1)) : type === pattern
}
