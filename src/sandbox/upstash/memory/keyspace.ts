import { type Bytes, CommandError } from '../reply.ts'

export type HashValue = Map<Bytes, Bytes>
export type SetValue = Set<Bytes>
export type SortedSetValue = Map<Bytes, number>
export type ListValue = Bytes[]

interface Values {
  string: Bytes
  hash: HashValue
  set: SetValue
  zset: SortedSetValue
  list: ListValue
}

/** The types as `TYPE` names them. */
export type ValueType = keyof Values
type Value = { [Type in ValueType]: { type: Type; data: Values[Type] } }[ValueType]
type Entry = Value & { expiresAtMs: number | null }

const WRONG_TYPE = 'WRONGTYPE Operation against a key holding the wrong kind of value'

/**
 * The keys of one database with their expiry. A key is gone from the millisecond of its expiry on; it is dropped
 * when it is next looked at. An empty collection is no key: callers end each removal with `dropIfEmpty`.
 */
export class Keyspace {
  readonly #entries = new Map<Bytes, Entry>()
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  /** Milliseconds since the epoch, by the clock that expiry follows. */
  now(): number {
    return this.#now()
  }

  #live(key: Bytes): Entry | null {
    const entry = this.#entries.get(key)
    if (entry === undefined) return null
    if (entry.expiresAtMs === null || entry.expiresAtMs > this.#now()) return entry
    this.#entries.delete(key)
    return null
  }

  type(key: Bytes): ValueType | null {
    return this.#live(key)?.type ?? null
  }

  has(key: Bytes): boolean {
    return this.#live(key) !== null
  }

  /** The value of this type, or null where there is no key. @throws WRONGTYPE where it has another type. */
  read<Type extends ValueType>(type: Type, key: Bytes): Values[Type] | null {
    const entry = this.#live(key)
    if (entry === null) return null
    if (entry.type !== type) throw new CommandError(WRONG_TYPE)
    return entry.data as Values[Type]
  }

  /** As `read`, but makes an empty collection first where there is no key. */
  open<Type extends Exclude<ValueType, 'string'>>(type: Type, key: Bytes): Values[Type] {
    const found = this.read(type, key)
    if (found !== null) return found
    const made = { hash: new Map(), set: new Set(), zset: new Map(), list: [] }[type] as Values[Type]
    this.#entries.set(key, { type, data: made, expiresAtMs: null } as Entry)
    return made
  }

  /** Sets a string whatever was there before; its expiry goes unless `keepTtl`. */
  writeString(key: Bytes, data: Bytes, keepTtl: boolean): void {
    const expiresAtMs = keepTtl ? (this.#live(key)?.expiresAtMs ?? null) : null
    this.#entries.set(key, { type: 'string', data, expiresAtMs })
  }

  delete(key: Bytes): boolean {
    return this.#live(key) !== null && this.#entries.delete(key)
  }

  /** Gives the key, with its value and expiry, another name; whatever had that name is gone. False for no key. */
  rename(from: Bytes, to: Bytes): boolean {
    const entry = this.#live(from)
    if (entry === null) return false
    this.#entries.delete(from)
    this.#entries.set(to, entry)
    return true
  }

  /** Puts a copy of the key, with its expiry, under another name. False where there is no key. */
  copy(from: Bytes, to: Bytes): boolean {
    const entry = this.#live(from)
    if (entry === null) return false
    this.#entries.set(to, structuredClone(entry))
    return true
  }

  /** Replaces whatever the key held by this collection; an empty one leaves no key. */
  replace<Type extends Exclude<ValueType, 'string'>>(type: Type, key: Bytes, data: Values[Type]): void {
    this.#entries.set(key, { type, data, expiresAtMs: null } as Entry)
    this.dropIfEmpty(key)
  }

  dropIfEmpty(key: Bytes): void {
    const entry = this.#live(key)
    if (entry === null || entry.type === 'string') return
    const size = entry.type === 'list' ? entry.data.length : entry.data.size
    if (size === 0) this.#entries.delete(key)
  }

  /** Milliseconds since the epoch, null for a key without expiry, undefined for no key. */
  expiry(key: Bytes): number | null | undefined {
    return this.#live(key)?.expiresAtMs
  }

  /** Sets or, with null, removes the expiry; a moment that is past removes the key. False where there is no key. */
  setExpiry(key: Bytes, expiresAtMs: number | null): boolean {
    const entry = this.#live(key)
    if (entry === null) return false
    entry.expiresAtMs = expiresAtMs
    this.#live(key)
    return true
  }

  keys(): Bytes[] {
    return [...this.#entries.keys()].filter((key) => this.has(key))
  }

  clear(): void {
    this.#entries.clear()
  }
}
