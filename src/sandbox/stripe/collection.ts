/** The objects of one kind, by id and in the order in which they were made. */
export class Collection<Item extends { id: string }> {
  /** The kind's name in an error: `No such customer: 'cus_1'`. */
  readonly kind: string
  readonly #capacity: number
  readonly #byId = new Map<string, Item>()

  /** Beyond `capacity` the oldest object is forgotten. */
  constructor(kind: string, capacity = Number.POSITIVE_INFINITY) {
    this.kind = kind
    this.#capacity = capacity
  }

  add(item: Item): Item {
    this.#byId.set(item.id, item)
    if (this.#byId.size > this.#capacity) {
      for (const oldest of this.#byId.keys()) {
        this.#byId.delete(oldest)
        break
      }
    }
    return item
  }

  get(id: string): Item | undefined {
    return this.#byId.get(id)
  }

  delete(id: string): boolean {
    return this.#byId.delete(id)
  }

  get size(): number {
    return this.#byId.size
  }

  /** Oldest first. */
  values(): IterableIterator<Item> {
    return this.#byId.values()
  }

  /** Newest first, as Stripe lists. */
  newestFirst(): Item[] {
    return [...this.#byId.values()].reverse()
  }

  clear(): void {
    this.#byId.clear()
  }
}
