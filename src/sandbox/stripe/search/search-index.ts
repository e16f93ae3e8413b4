type Json = Record<string, unknown>

interface Write {
  readonly id: string
  readonly at: number
  /** The object until then. */
  readonly before: Json
}

/**
 * What a search sees: the objects as they were some seconds ago. Stripe's index follows its writes "in less than a
 * minute" (docs.stripe.com/search#data-freshness); here it follows at once unless a lag is asked for.
 */
export class SearchIndex {
  /** Seconds of the sandbox's time. */
  lagSeconds = 0
  #writes: Write[] = []

  /** An object was changed at `now`. */
  changed(before: Json, now: number): void {
    if (this.lagSeconds === 0 || typeof before.id !== 'string') return
    this.#writes = this.#writes.filter(({ at }) => this.#isHidden(at, now))
    this.#writes.push({ id: before.id, at: now, before })
  }

  /** The objects as the index has them at `now`. */
  shown(objects: readonly (Json & { id: string })[], now: number): (Json & { id: string })[] {
    if (this.lagSeconds === 0) return [...objects]
    return objects
      .filter(({ created }) => !this.#isHidden(Number(created), now))
      .map((object) => {
        const hidden = this.#writes.find(({ id, at }) => id === object.id && this.#isHidden(at, now))
        return hidden === undefined ? object : { ...hidden.before, id: object.id }
      })
  }

  /** Forgets everything, and follows at once again. */
  reset(): void {
    this.lagSeconds = 0
    this.#writes = []
  }

  #isHidden(at: number, now: number): boolean {
    return at > now - this.lagSeconds && at <= now
  }
}
