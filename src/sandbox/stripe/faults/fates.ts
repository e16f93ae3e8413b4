import { type Fate, PLAIN_FATE } from '../delivery/records.ts'
import type { StruckBy } from './faults.ts'
import { drawBetween } from './random.ts'

/** A delivery that is to be made of an event: how, and when. */
export interface PlannedDelivery {
  readonly fate: Fate
  /** By the sandbox's clock. */
  readonly after_seconds: number
  /** The fault that holds it back until others wait beside it, or null. */
  readonly held_by: StruckBy | null
}

const PLAIN: readonly PlannedDelivery[] = [{ fate: PLAIN_FATE, after_seconds: 0, held_by: null }]

/** The deliveries that come of one event for one endpoint under these faults: one, unless they say otherwise. */
export function fatesUnder(struck: readonly StruckBy[]): readonly PlannedDelivery[] {
  if (struck.length === 0) return PLAIN
  const copies: { after_seconds: number; second_endpoint: Fate['second_endpoint'] }[] = []
  const main = {
    first_arrival: 1,
    cut_tries: 0,
    api_version: null as string | null,
    faults: struck.map(({ fault }) => fault.kind),
  }
  let afterSeconds = 0
  let heldBy: StruckBy | null = null
  for (const armed of struck) {
    const { fault } = armed
    switch (fault.kind) {
      case 'duplicate':
        for (let copy = 1; copy <= fault.copies; copy += 1) {
          copies.push({ after_seconds: copy * fault.apart_seconds, second_endpoint: null })
        }
        break
      case 'second_endpoint':
        copies.push({ after_seconds: 0, second_endpoint: { url: fault.url, secret: fault.secret ?? null } })
        break
      case 'late': {
        const { min, max } =
          typeof fault.seconds === 'number' ? { min: fault.seconds, max: fault.seconds } : fault.seconds
        afterSeconds += drawBetween(armed, min, max)
        break
      }
      case 'drop':
        main.first_arrival = Math.max(main.first_arrival, fault.until_try)
        break
      case 'cut':
        main.cut_tries += fault.tries
        break
      case 'older_version':
        main.api_version = fault.api_version
        break
      case 'reorder':
      case 'burst':
        heldBy ??= armed
        break
      default:
        return fault satisfies never
    }
  }
  const all = [{ after_seconds: 0, second_endpoint: null }, ...copies]
  return all.map(({ after_seconds: later, second_endpoint: secondEndpoint }, copy) => ({
    fate: { ...main, copy, second_endpoint: secondEndpoint },
    after_seconds: afterSeconds + later,
    held_by: afterSeconds + later === 0 ? heldBy : null,
  }))
}
