import type { Clock } from '#src/shared/types/clock.ts'

/** How long to wait before asking again after the sandbox could not be reached. */
const RETRY_DELAY_MS = 500

/**
 * The time of the sandbox, which can be moved: the real time plus an offset that the sandbox tells. One request is
 * always waiting at the sandbox and is answered as soon as the offset changes, so a check costs no round trip.
 * For local development only; the configuration refuses it in production.
 */
export class SandboxClock implements Clock {
  readonly #url: string
  readonly #real: Clock
  readonly #stopped = new AbortController()
  #offsetMs = 0

  constructor(url: string, real: Clock) {
    this.#url = url
    this.#real = real
  }

  now(): number {
    return this.#real.now() + this.#offsetMs
  }

  /** Learns the offset once, then follows it in the background until `stop`. */
  async start(): Promise<void> {
    await this.#learn(this.#url)
    void this.#follow()
  }

  stop(): void {
    this.#stopped.abort()
  }

  async #follow(): Promise<void> {
    while (!this.#stopped.signal.aborted) {
      const learned = await this.#learn(`${this.#url}?wait_for_change_from=${this.#offsetMs}`)
      // The process may end while this waits: following the sandbox keeps nothing alive.
      if (!learned) await new Promise((resolve) => setTimeout(resolve, RETRY_DELAY_MS).unref())
    }
  }

  /** Whether the sandbox told its offset. A sandbox that is away leaves the last offset in force. */
  async #learn(url: string): Promise<boolean> {
    try {
      const response = await fetch(url, { signal: this.#stopped.signal })
      const body: unknown = await response.json()
      if (typeof body !== 'object' || body === null || !('offset_ms' in body)) return false
      if (typeof body.offset_ms !== 'number') return false
      this.#offsetMs = body.offset_ms
      return true
    } catch {
      return false
    }
  }
}
