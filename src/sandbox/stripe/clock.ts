/** How long a long poll is held before it is answered unchanged. */
export const CLOCK_POLL_MS = 25_000

/**
 * The sandbox's time: the machine's, plus an offset that only grows. Signatures do not use it: Stripe's carry real
 * time under its test clocks too.
 */
export class SandboxClock {
  #standsAtMs: number | null
  #offsetMs = 0
  readonly #waiting = new Set<() => void>()

  /**
   * @param standsAtMs where given, time does not run: it starts at this moment (milliseconds since 1970) and moves only
   * when it is moved, so that a run can be repeated exactly.
   */
  constructor(standsAtMs: number | null = null) {
    this.#standsAtMs = standsAtMs
  }

  /** Where time does not run: the moment from which the offset counts. */
  get standsAtMs(): number | null {
    return this.#standsAtMs
  }

  /** Goes on from an earlier clock's time. */
  restore(offsetMs: number, standsAtMs: number | null): void {
    this.#standsAtMs = standsAtMs
    this.setOffset(offsetMs)
  }

  /** Milliseconds since 1970 by the sandbox's time. */
  get nowMs(): number {
    return (this.#standsAtMs ?? Date.now()) + this.#offsetMs
  }

  /** Seconds since 1970, as Stripe's timestamps count. */
  get now(): number {
    return Math.floor(this.nowMs / 1000)
  }

  /** Milliseconds that the sandbox is ahead of the machine. */
  get offsetMs(): number {
    return this.#offsetMs
  }

  /** Sets the time. Callers see to it that it never goes back, but for a reset. */
  setOffset(offsetMs: number): void {
    if (offsetMs === this.#offsetMs) return
    this.#offsetMs = offsetMs
    for (const wake of this.#waiting) wake()
  }

  /** Moves time on to this moment; does nothing where it has passed. */
  moveTo(ms: number): void {
    if (ms > this.nowMs) this.setOffset(this.#offsetMs + Math.ceil(ms - this.nowMs))
  }

  /** Resolves when the offset differs from `offsetMs`, at once if it does already, or after `CLOCK_POLL_MS`. */
  changeFrom(offsetMs: number, signal?: AbortSignal): Promise<void> {
    if (offsetMs !== this.#offsetMs || signal?.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer)
        this.#waiting.delete(wake)
        resolve()
      }
      const timer = setTimeout(wake, CLOCK_POLL_MS)
      timer.unref()
      this.#waiting.add(wake)
      signal?.addEventListener('abort', wake, { once: true })
    })
  }

  /** Lets go of every long poll. */
  close(): void {
    for (const wake of this.#waiting) wake()
  }
}
