import { z } from 'zod'

/**
 * One way for a stand-in to misbehave.
 *
 * - `down`: the connection is cut before anything is read or done.
 * - `slow`: everything works, after `delayMs` (default 1000).
 * - `status`: answers `status` (default 503) in the service's own error shape; nothing is done.
 * - `html`: answers `status` (default 502) with a page of HTML, as a proxy in between would; nothing is done.
 * - `error_after_effect`: does what was asked, then answers `status` (default 500).
 * - `reset`: does what was asked, then resets the connection instead of answering.
 *
 * `times` is how many requests it hits (default: until cleared). `match` restricts it to requests whose label
 * contains this text: method and path, and for Upstash the commands' names (`POST /pipeline GET SET`).
 */
export const faultSchema = z.strictObject({
  kind: z.enum(['down', 'slow', 'status', 'reset', 'html', 'error_after_effect']),
  delayMs: z.int().min(0).max(600_000).optional(),
  status: z.int().min(400).max(599).optional(),
  times: z.int().min(1).optional(),
  match: z.string().min(1).max(200).optional(),
})

export type Fault = z.infer<typeof faultSchema>

/** The fault that a stand-in is under, at most one at a time. Shared by its HTTP switch and by tests in process. */
export class FaultSwitch {
  readonly #defaultMatch: string
  #fault: Fault | null = null
  #left = Number.POSITIVE_INFINITY

  /** `defaultMatch` stands for the `match` of a fault that has none. */
  constructor(defaultMatch = '') {
    this.#defaultMatch = defaultMatch
  }

  /** Puts `fault` in place of whatever was set. Throws a ZodError on a fault that does not exist. */
  set(fault: Fault): void {
    this.#fault = faultSchema.parse(fault)
    this.#left = this.#fault.times ?? Number.POSITIVE_INFINITY
  }

  /** Ends the fault. */
  clear(): void {
    this.#fault = null
  }

  /** The fault in place, or null. */
  get current(): Fault | null {
    return this.#fault
  }

  /** The fault that hits the request with this label, counting it against `times`; null where none does. */
  take(label: string): Fault | null {
    const fault = this.#fault
    if (fault === null || !label.includes(fault.match ?? this.#defaultMatch)) return null
    this.#left -= 1
    if (this.#left === 0) this.#fault = null
    return fault
  }
}
