/** How many requests the API takes in a second; off unless it is set. */
export class RateLimit {
  /** Null for no limit. */
  perSecond: number | null = null
  #second = 0
  #taken = 0

  /** Counts a request at `nowMs` of the machine's time. Answers whether it is within the limit. */
  take(nowMs: number): boolean {
    if (this.perSecond === null) return true
    const second = Math.floor(nowMs / 1000)
    if (second !== this.#second) this.#taken = 0
    this.#second = second
    this.#taken += 1
    return this.#taken <= this.perSecond
  }
}
