import { previousAttributes } from '../previous-attributes.ts'
import type { State } from '../state.ts'
import type { StripeEvent } from '../wire.ts'
import type { ApiVersion } from './api-version.ts'
import { isHash, type Json, type VersionStep } from './step.ts'
import { refundEvents } from './steps/2024-10-28.acacia.ts'
import { basil } from './steps/2025-03-31.basil.ts'
import { clover } from './steps/2025-09-30.clover.ts'
import { dahlia } from './steps/2026-03-25.dahlia.ts'

/*
 * The sandbox keeps every object as the newest version has it. An older version's shape is made on the way out, by
 * taking back the breaking changes of one release after the other (docs.stripe.com/changelog). What Stripe only added
 * is shown to every version, as at Stripe.
 */

/** Newest first. */
const STEPS: readonly VersionStep[] = [dahlia, clover, basil]

/**
 * The object, and everything within it, as `version` has it. References that an older shape has and the newest has
 * not are looked up in `state`. The object itself is not changed. Events keep the shape that they were made with
 * (docs.stripe.com/webhooks/versioning): for a webhook endpoint's own version there is `eventAtVersion`.
 */
export function atVersion(state: State, object: object, version: ApiVersion): object {
  const steps = stepsBack(version)
  return steps.length === 0 ? object : (converted(state, object, steps) as object)
}

/** The event as an endpoint of `version` gets it, its previous attributes included. */
export function eventAtVersion(state: State, event: StripeEvent, version: ApiVersion): StripeEvent {
  const steps = stepsBack(version)
  if (steps.length === 0) return event
  const { object, previous_attributes: previous } = event.data
  const now = converted(state, object, steps) as Json
  if (previous === undefined) return { ...event, api_version: version, data: { object: now } }
  const before = converted(state, restored(object, previous), steps) as Json
  return {
    ...event,
    api_version: version,
    data: { object: now, previous_attributes: previousAttributes(before, now) },
  }
}

/** Whether an endpoint of `version` is sent this event at all. */
export function isSentAt(event: StripeEvent, version: ApiVersion): boolean {
  return version >= refundEvents.version || !refundEvents.isNew(event)
}

function stepsBack(version: ApiVersion): readonly VersionStep[] {
  return STEPS.filter((step) => step.version > version)
}

function converted(state: State, value: unknown, steps: readonly VersionStep[]): unknown {
  if (Array.isArray(value)) return value.map((each) => converted(state, each, steps))
  if (!isHash(value)) return value
  const kind = String(value.object)
  if (kind === 'event') return value
  let object = value
  for (const step of steps) object = step.before[kind]?.(object, state) ?? object
  return Object.fromEntries(Object.entries(object).map(([key, each]) => [key, converted(state, each, steps)]))
}

/** What the object was before an update: hashes hold their changed keys only, lists are whole. */
function restored(object: Json, previous: Json): Json {
  const before: Json = { ...object }
  for (const [key, old] of Object.entries(previous)) {
    const current = object[key]
    before[key] = isHash(old) && isHash(current) ? restored(current, old) : old
  }
  return before
}
