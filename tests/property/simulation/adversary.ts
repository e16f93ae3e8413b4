import fc from 'fast-check'
import { type Fault, faultLists, HANG_MS } from './faults.ts'
import type { History, ModelEvent, Moment } from './objects.ts'
import { API_VERSIONS, type ApiVersion } from './render.ts'

/** How one event is delivered: a try for each delay (seconds after the event), each to one of the processes. */
interface DeliveryTrait {
  /** Whether Stripe makes an event of it at all: of what it does not, only a reconciliation learns (F56). */
  readonly isGenerated: boolean
  readonly tries: readonly {
    readonly delay: number
    readonly process: number
    readonly version: ApiVersion
  }[]
}

/** Everything that a run may suffer. Short lists are gone through again and again, so that they shrink well. */
export interface AdversarySpec {
  readonly deliveries: readonly DeliveryTrait[]
  /** How many steps run at once, in any order. */
  readonly together: readonly number[]
  /** What happens to the calls that leave a process, in the order in which they are made. */
  readonly faults: readonly Fault[]
  /** After how many steps one of the processes dies in the middle of what it does. */
  readonly crashEvery: number
  /** After how many steps Redis loses all that it holds. */
  readonly forgetEvery: number
  /** Whether buyers come back to the success page, and after how many seconds. */
  readonly visitDelays: readonly number[]
}

/** Processes of the app that run side by side. */
export const PROCESSES = 2

/** The longest between two steps that run at once: every call has ended at its deadline by then. */
const TOGETHER_SECONDS = HANG_MS / 1000

const DELAYS = [0, 0, 0, 1, 2, 60, 3_600, 3 * 86_400, 40 * 86_400]

export const adversaries: fc.Arbitrary<AdversarySpec> = fc.record({
  deliveries: fc.array(
    fc.record({
      isGenerated: fc.oneof(
        { weight: 24, arbitrary: fc.constant(true) },
        { weight: 1, arbitrary: fc.constant(false) },
      ),
      // No try at all: the first delivery is lost, and only the last redelivery comes.
      tries: fc.array(
        fc.record({
          delay: fc.constantFrom(...DELAYS),
          process: fc.nat({ max: PROCESSES - 1 }),
          version: fc.constantFrom(...API_VERSIONS),
        }),
        { minLength: 0, maxLength: 3 },
      ),
    }),
    { minLength: 1, maxLength: 8 },
  ),
  together: fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 5 }),
  faults: faultLists,
  crashEvery: fc.constantFrom(5, 11, 1_000),
  forgetEvery: fc.constantFrom(7, 1_000, 1_000),
  visitDelays: fc.array(fc.constantFrom(0, 1, 5, 600), { maxLength: 2 }),
})

export type Step =
  | { readonly kind: 'moment'; readonly at: number; readonly moment: Moment; readonly index: number }
  | {
      readonly kind: 'deliver'
      readonly at: number
      readonly event: ModelEvent
      readonly after: number
      readonly process: number
      readonly version: ApiVersion
    }
  | {
      readonly kind: 'visit'
      readonly at: number
      readonly sessionId: string
      readonly userId: string
      readonly after: number
      readonly process: number
    }
  | { readonly kind: 'check'; readonly at: number; readonly userId: string; readonly process: number }
  | { readonly kind: 'crash'; readonly at: number; readonly process: number }
  | { readonly kind: 'forget'; readonly at: number }

/** The events that Stripe makes of this history, each with how it is delivered. */
export function generatedEvents({ moments }: History, { deliveries }: AdversarySpec) {
  return moments
    .flatMap((moment) => moment.events)
    .map((event, index) => ({ event, trait: cycled(deliveries, index) }))
    .filter(({ event, trait }) => trait.isGenerated || tellsItsMoment(event))
}

/**
 * Whether it tells when something happened that Stripe's objects show for ever after without its moment: that a
 * subscription became past due, or that a payment settled. A reconciliation cannot find out.
 */
function tellsItsMoment({ object, before }: ModelEvent): boolean {
  if (object.kind === 'checkout_session') return before !== null
  return (
    object.kind === 'subscription' &&
    object.status === 'past_due' &&
    before?.kind === 'subscription' &&
    before.status !== 'past_due'
  )
}

/** The steps of a run in groups: what is in one group happens at once, in the order that the scheduler chooses. */
export function planSteps(history: History, spec: AdversarySpec): Step[][] {
  const users = new Map(history.users.map(({ customerId, userId }) => [customerId, userId]))
  const steps: Step[] = []
  const generated = new Map(generatedEvents(history, spec).map(({ event, trait }) => [event, trait]))
  for (const [index, moment] of history.moments.entries()) {
    steps.push({ kind: 'moment', at: moment.at, moment, index })
    for (const event of moment.events) {
      for (const { delay, process, version } of generated.get(event)?.tries ?? []) {
        steps.push({ kind: 'deliver', at: event.created + delay, event, after: index, process, version })
      }
      if (event.object.kind !== 'checkout_session') continue
      const { id, customer } = event.object
      const userId = users.get(customer) ?? ''
      for (const delay of spec.visitDelays) {
        steps.push({
          kind: 'visit',
          at: event.created + delay,
          sessionId: id,
          userId,
          after: index,
          process: index % PROCESSES,
        })
      }
    }
    const asker = history.users[index % history.users.length]
    if (asker === undefined) continue
    for (let process = 0; process < PROCESSES; process += 1) {
      steps.push({ kind: 'check', at: moment.at + 2 * process, userId: asker.userId, process })
    }
  }
  // Stable: within one second a moment comes before what it leads to.
  steps.sort((a, b) => a.at - b.at)
  return grouped(withDisasters(steps, spec), spec.together)
}

function withDisasters(steps: readonly Step[], spec: AdversarySpec): Step[] {
  return steps.flatMap((step, index): Step[] => {
    const disasters: Step[] = []
    if (index % spec.crashEvery === spec.crashEvery - 1) {
      disasters.push({ kind: 'crash', at: step.at, process: index % PROCESSES })
    }
    if (index % spec.forgetEvery === spec.forgetEvery - 1) disasters.push({ kind: 'forget', at: step.at })
    return [step, ...disasters]
  })
}

function grouped(steps: readonly Step[], together: readonly number[]): Step[][] {
  const groups: Step[][] = []
  let begun = 0
  while (begun < steps.length) {
    const most = steps.slice(begun, begun + cycled(together, groups.length))
    const until = (most[0]?.at ?? 0) + TOGETHER_SECONDS
    const late = most.findIndex(({ at }) => at > until)
    const group = late === -1 ? most : most.slice(0, late)
    groups.push(group)
    begun += group.length
  }
  return groups
}

function cycled<Item>(items: readonly Item[], index: number): Item {
  const item = items[index % items.length]
  if (item === undefined) throw new RangeError('nothing to go through')
  return item
}
