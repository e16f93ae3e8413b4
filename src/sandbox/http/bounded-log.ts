/** The newest entries of something that never ends, and how many there ever were since the last `clear`. */
export class BoundedLog<Entry> {
  readonly #capacity: number
  #entries: Entry[] = []
  #count = 0

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  /** Appends, dropping the oldest entry where the log is full. */
  add(entry: Entry): void {
    this.#count += 1
    this.#entries.push(entry)
    if (this.#entries.length > this.#capacity) this.#entries.shift()
  }

  /** The kept entries, oldest first. */
  get entries(): readonly Entry[] {
    return [...this.#entries]
  }

  /** Entries added since the last `clear`, kept or dropped. */
  get count(): number {
    return this.#count
  }

  clear(): void {
    this.#entries = []
    this.#count = 0
  }
}
