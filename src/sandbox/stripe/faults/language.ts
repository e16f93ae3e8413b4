import { z } from 'zod'
import { whyNotDeliverable } from '../delivery/post.ts'
import { API_VERSIONS } from '../versions/api-version.ts'

/*
 * The fault language: what goes wrong on demand, as JSON. A plan is a seed and a list of faults; one fault is one
 * object with a `kind`. The same plan and the same requests make the same faults: whatever is left to chance is drawn
 * from the seed.
 *
 * Every fault may say how often it strikes: `rate`, the share of what it fits (above 0, at most 1; default 1), and
 * `times`, after how many strikes it is spent (default: never).
 */

const often = {
  rate: z.number().gt(0).max(1).optional(),
  times: z.int().min(1).optional(),
}

const SECONDS_MAX = 366 * 86_400
const seconds = z.int().min(0).max(SECONDS_MAX)

/**
 * Faults of the API. `route` is the start of the path (`/v1/checkout`), `method` an HTTP method; left out, they take
 * every request. Of several that fit, the first that strikes does.
 *
 * - `status`: answers `status` (default 500; 429 is Stripe's rate limit) with Stripe's error body; nothing is done. The
 *   idempotency key stays free, as after a failure before the request began; with `keep` the answer is remembered under
 *   it, as after one that began.
 * - `error_after_effect`: does what was asked, then answers `status` (default 500) and remembers that answer.
 * - `delay`: everything works, after `delay_ms` (default 1000). The request counts as in flight meanwhile.
 * - `down`: the connection is cut; nothing is done.
 * - `reset`: does what was asked, then cuts the connection instead of answering.
 */
export const apiFaultSchema = z
  .strictObject({
    kind: z.enum(['status', 'delay', 'down', 'reset', 'error_after_effect']),
    route: z.string().startsWith('/').max(200).optional(),
    method: z.enum(['GET', 'POST', 'DELETE']).optional(),
    status: z.int().min(400).max(599).optional(),
    delay_ms: z.int().min(0).max(600_000).optional(),
    keep: z.boolean().optional(),
    ...often,
  })
  .superRefine(({ kind, status, delay_ms: delayMs, keep }, context) => {
    const refuse = (path: string, kinds: string) =>
      context.addIssue({ code: 'custom', path: [path], message: `Only a fault of kind ${kinds} takes this` })
    if (status !== undefined && kind !== 'status' && kind !== 'error_after_effect') {
      refuse('status', '"status" or "error_after_effect"')
    }
    if (delayMs !== undefined && kind !== 'delay') refuse('delay_ms', '"delay"')
    if (keep !== undefined && kind !== 'status') refuse('keep', '"status"')
  })

/**
 * What a fault of deliveries fits: `events` are types or groups of them (`invoice.*`), `endpoint` is the id of a webhook
 * endpoint or the start of its URL; left out, they take every delivery.
 */
const deliveries = {
  events: z
    .array(z.string().regex(/^[a-z_]+(\.[a-z_]+)*(\.\*)?$/, 'Name a type of event, or a group: invoice.*'))
    .optional(),
  endpoint: z.string().min(1).max(500).optional(),
  ...often,
}

/**
 * Faults of deliveries, each decided when its event is emitted. Every one that fits strikes: they add up. All seconds
 * are the sandbox's: moving its clock on brings what waits.
 *
 * - `duplicate`: sends the event `copies` times more (default 1), all at once, or each `apart_seconds` after the last.
 * - `reorder`: holds events back until `window` of them wait, or `within_seconds` (default 60) have passed, and sends
 *   them in an order drawn from the seed.
 * - `late`: sends the event after so many `seconds`: a number, or one drawn between `min` and `max`.
 * - `drop`: loses each try before try number `until_try`, as if the network had eaten it.
 * - `cut`: sends the body, and cuts the connection of the first `tries` (default 1) that arrive as soon as the endpoint
 *   begins to answer. The endpoint has done its work; the sandbox counts a failure and tries again.
 * - `second_endpoint`: sends the event to `url` as well, signed with `secret` or with the endpoint's own.
 * - `older_version`: sends the event in the shape of another `api_version`.
 * - `burst`: holds everything back for so many `seconds` (default 3600) from the first event on, then sends all at once.
 */
export const deliveryFaultSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('duplicate'),
    copies: z.int().min(1).max(100).default(1),
    apart_seconds: seconds.default(0),
    ...deliveries,
  }),
  z.strictObject({
    kind: z.literal('reorder'),
    window: z.int().min(2).max(1000),
    within_seconds: seconds.default(60),
    ...deliveries,
  }),
  z.strictObject({
    kind: z.literal('late'),
    seconds: z.union([
      seconds,
      z.strictObject({ min: seconds, max: seconds }).refine(({ min, max }) => min <= max, 'min exceeds max'),
    ]),
    ...deliveries,
  }),
  z.strictObject({ kind: z.literal('drop'), until_try: z.int().min(2).max(100), ...deliveries }),
  z.strictObject({ kind: z.literal('cut'), tries: z.int().min(1).max(100).default(1), ...deliveries }),
  z.strictObject({
    kind: z.literal('second_endpoint'),
    url: z.string().refine((url) => whyNotDeliverable(url) === null, 'Name an http URL of this machine'),
    secret: z.string().startsWith('whsec_').optional(),
    ...deliveries,
  }),
  z.strictObject({ kind: z.literal('older_version'), api_version: z.enum(API_VERSIONS), ...deliveries }),
  z.strictObject({ kind: z.literal('burst'), seconds: seconds.min(1).default(3600), ...deliveries }),
])

/** One fault of any kind. */
export const faultSchema = z.union([apiFaultSchema, deliveryFaultSchema])

/** As many faults can be set at a time. */
export const MAX_FAULTS = 50

const faultPlanSchema = z.strictObject({
  seed: z.int().min(0).max(0xffff_ffff).default(1),
  faults: z.array(z.unknown()).max(MAX_FAULTS).default([]),
})

export type ApiFault = z.infer<typeof apiFaultSchema>
export type DeliveryFault = z.infer<typeof deliveryFaultSchema>
export type Fault = ApiFault | DeliveryFault
/** A fault as it may be written: what has a default may be left out. */
export type GivenFault = z.input<typeof apiFaultSchema> | z.input<typeof deliveryFaultSchema>
export interface FaultPlan {
  seed?: number
  faults?: readonly GivenFault[]
}

const API_KINDS: ReadonlySet<string> = new Set(apiFaultSchema.shape.kind.options)

export function isApiFault(fault: Fault): fault is ApiFault {
  return API_KINDS.has(fault.kind)
}

/** Reads one fault. Throws a ZodError that speaks of the kind that was named and of no other. */
export function parseFault(given: unknown): Fault {
  const { kind } = z.looseObject({ kind: z.unknown() }).parse(given)
  return API_KINDS.has(String(kind)) ? apiFaultSchema.parse(given) : deliveryFaultSchema.parse(given)
}

/**
 * Reads a plan: a `seed` (default 1) and the `faults` that are to be, in the order in which they are asked. Throws a
 * ZodError whose paths name the fault that is wrong.
 */
export function readFaultPlan(given: unknown): { seed: number; faults: Fault[] } {
  const { seed, faults } = faultPlanSchema.parse(given)
  return { seed, faults: faults.map((fault, index) => atPath(['faults', index], () => parseFault(fault))) }
}

function atPath<T>(path: readonly (string | number)[], read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error
    throw new z.ZodError(error.issues.map((issue) => ({ ...issue, path: [...path, ...issue.path] })))
  }
}
