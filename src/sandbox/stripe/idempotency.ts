import { idempotencyInFlight, idempotencyMismatch, refused } from './errors.ts'

// docs.stripe.com/api/idempotent_requests
export const MAX_IDEMPOTENCY_KEY_CHARACTERS = 255
export const IDEMPOTENCY_KEY_LIFETIME_SECONDS = 24 * 60 * 60

/** An answer that can be given again. */
export interface StoredAnswer {
  readonly status: number
  readonly body: string
  readonly requestId: string
  /** Whether the client is told to try again. */
  readonly shouldRetry?: boolean
}

/** An answer under its key, as it is kept across a restart. */
export interface KeptAnswer {
  readonly key: string
  readonly fingerprint: string
  readonly createdAt: number
  readonly answer: StoredAnswer
}

interface Entry {
  readonly fingerprint: string
  readonly createdAt: number
  answer: StoredAnswer | null
}

/** Remembers what was answered under each `Idempotency-Key`, for 24 hours of the sandbox's time. */
export class IdempotencyKeys {
  readonly #entries = new Map<string, Entry>()

  /**
   * Begins a request under `key`. Answers what is to be replayed, or null where the request is to be executed, which
   * must then end in `keep` or `forget`.
   * @throws StripeError 400 for other parameters or an overlong key, 409 while the first request is in flight.
   */
  begin(key: string, fingerprint: string, now: number): StoredAnswer | null {
    if (key.length > MAX_IDEMPOTENCY_KEY_CHARACTERS) {
      throw refused(`Idempotency-Key can have at most ${MAX_IDEMPOTENCY_KEY_CHARACTERS} characters`)
    }
    this.#forgetExpired(now)
    const entry = this.#entries.get(key)
    if (entry === undefined) {
      this.#entries.set(key, { fingerprint, createdAt: now, answer: null })
      return null
    }
    if (entry.fingerprint !== fingerprint) throw idempotencyMismatch(key)
    if (entry.answer === null) throw idempotencyInFlight(key)
    return entry.answer
  }

  /** The request began to execute: its answer stands, whatever its status. */
  keep(key: string, answer: StoredAnswer): void {
    const entry = this.#entries.get(key)
    if (entry) entry.answer = answer
  }

  /** The request failed before it began: the key is free again. */
  forget(key: string): void {
    this.#entries.delete(key)
  }

  /** Every answer that stands. A request in flight has none yet: should the process end, its key is free. */
  get answers(): readonly KeptAnswer[] {
    return [...this.#entries].flatMap(([key, { answer, ...entry }]) =>
      answer === null ? [] : [{ key, ...entry, answer }],
    )
  }

  /** Puts these answers in place of all others. */
  restore(answers: readonly KeptAnswer[]): void {
    this.clear()
    for (const { key, ...entry } of answers) this.#entries.set(key, { ...entry })
  }

  clear(): void {
    this.#entries.clear()
  }

  #forgetExpired(now: number): void {
    for (const [key, entry] of this.#entries) {
      if (entry.createdAt + IDEMPOTENCY_KEY_LIFETIME_SECONDS > now) return
      if (entry.answer !== null) this.#entries.delete(key)
    }
  }
}
