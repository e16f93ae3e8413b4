import { z } from 'zod'

/**
 * One way for the API to misbehave. `route` is the start of the path (`/v1/checkout`), `method` an HTTP method; left
 * out, they take every request. `times` is how many requests it hits (default: until cleared).
 *
 * - `status`: answers `status` (default 500) with Stripe's error body; nothing is done. The idempotency key stays free,
 *   as after a failure before the request began; with `keep` the answer is remembered under it, as after one that
 *   began.
 * - `delay`: everything works, after `delay_ms` (default 1000). The request counts as in flight meanwhile.
 * - `down`: the connection is cut; nothing is done.
 * - `reset`: does what was asked, then cuts the connection instead of answering.
 * - `error_after_effect`: does what was asked, then answers `status` (default 500) and remembers that answer.
 */
export const apiFaultSchema = z.strictObject({
  kind: z.enum(['status', 'delay', 'down', 'reset', 'error_after_effect']),
  route: z.string().startsWith('/').max(200).optional(),
  method: z.enum(['GET', 'POST', 'DELETE']).optional(),
  status: z.int().min(400).max(599).optional(),
  delay_ms: z.int().min(0).max(600_000).optional(),
  times: z.int().min(1).optional(),
  keep: z.boolean().optional(),
})

export type ApiFault = z.infer<typeof apiFaultSchema>

/** As many faults can be set at a time. */
export const MAX_FAULTS = 50

/** The faults in place. The first that fits a request hits it. */
export class ApiFaults {
  #faults: { fault: ApiFault; left: number }[] = []

  /** Adds a fault. Throws a ZodError on one that does not exist. */
  add(given: unknown): ApiFault {
    const fault = apiFaultSchema.parse(given)
    if (this.#faults.length >= MAX_FAULTS) this.#faults.shift()
    this.#faults.push({ fault, left: fault.times ?? Number.POSITIVE_INFINITY })
    return fault
  }

  clear(): void {
    this.#faults = []
  }

  get current(): readonly ApiFault[] {
    return this.#faults.map((each) => each.fault)
  }

  /** The fault that hits this request, counting it; null where none does. */
  take(method: string, path: string): ApiFault | null {
    const hit = this.#faults.find(
      ({ fault }) =>
        (fault.method === undefined || fault.method === method) &&
        (fault.route === undefined || path.startsWith(fault.route)),
    )
    if (hit === undefined) return null
    hit.left -= 1
    if (hit.left === 0) this.#faults = this.#faults.filter((each) => each !== hit)
    return hit.fault
  }
}
