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

/** A collection over another: what is read is a copy, what is written stays here. */
export class OverlayCollection<Item extends { id: string }> extends Collection<Item> {
  readonly #base: Collection<Item>
  readonly #deleted = new Set<string>()

  constructor(base: Collection<Item>) {
    super(base.kind)
    this.#base = base
  }

  override get(id: string): Item | undefined {
    const own = super.get(id)
    if (own !== undefined || this.#deleted.has(id)) return own
    const original = this.#base.get(id)
    return original && super.add(structuredClone(original))
  }

  override delete(id: string): boolean {
    this.#deleted.add(id)
    return super.delete(id)
  }

  /** Oldest first; objects that nobody has asked for by id are the originals, to be read only. */
  override *values(): Generator<Item> {
    const own = new Map([...super.values()].map((item) => [item.id, item]))
    for (const original of this.#base.values()) {
      if (!this.#deleted.has(original.id)) yield own.get(original.id) ?? original
      own.delete(original.id)
    }
    yield* own.values()
  }

  override newestFirst(): Item[] {
    return [...this.values()].reverse()
  }
}

/** A map over another, to be used by key: what is read is a copy, what is written stays here. */
export class OverlayMap<Key, Value> extends Map<Key, Value> {
  readonly #base: ReadonlyMap<Key, Value>
  readonly #deleted = new Set<Key>()

  constructor(base: ReadonlyMap<Key, Value>) {
    super()
    this.#base = base
  }

  override get(key: Key): Value | undefined {
    if (super.has(key) || this.#deleted.has(key)) return super.get(key)
    const original = structuredClone(this.#base.get(key))
    if (original !== undefined) super.set(key, original)
    return original
  }

  override has(key: Key): boolean {
    return super.has(key) || (this.#base.has(key) && !this.#deleted.has(key))
  }

  override delete(key: Key): boolean {
    this.#deleted.add(key)
    return super.delete(key)
  }
}
