import { LRUCache } from 'lru-cache'
import { isNewer, type UserEntitlements } from '#src/features/billing/domain/entitlement/UserEntitlements.ts'

/** How many users' entitlements one process holds. */
export const MEMORY_USERS_MAX = 10_000

/** For how long a process answers from its memory: the bound within which another process sees a change (I6). */
export const MEMORY_FRESH_MS = 2_000

/** For how long the last known answer is given while no backend can be asked; never past an expiry (I5). */
export const LAST_KNOWN_MS = 5 * 60_000

/** An entry of the process's memory. Instants in milliseconds since the epoch. */
export interface RememberedEntitlements {
  readonly entitlements: UserEntitlements
  readonly learnedAt: number
  readonly validUntil: number | null
}

/** L1: what this process knows, the least recently used forgotten first. An older version never replaces a newer one. */
export class EntitlementMemory {
  readonly #entries: LRUCache<string, RememberedEntitlements>

  constructor({ usersMax = MEMORY_USERS_MAX } = {}) {
    this.#entries = new LRUCache({ max: usersMax })
  }

  /** What is known, however old. */
  peek(userId: string): RememberedEntitlements | null {
    return this.#entries.get(userId) ?? null
  }

  /** What may be answered at `now` without asking anybody. */
  fresh(userId: string, now: number): RememberedEntitlements | null {
    const entry = this.peek(userId)
    return entry !== null && isWithin(entry, now, MEMORY_FRESH_MS) && isValid(entry, now) ? entry : null
  }

  /** What may be answered at `now` when nobody can be asked. Expired items in it are left out by who reads it. */
  lastKnown(userId: string, now: number): RememberedEntitlements | null {
    const entry = this.peek(userId)
    return entry !== null && isWithin(entry, now, LAST_KNOWN_MS) ? entry : null
  }

  set(entry: RememberedEntitlements): void {
    const known = this.peek(entry.entitlements.userId)
    if (known !== null && isNewer(known.entitlements.version, entry.entitlements.version)) return
    this.#entries.set(entry.entitlements.userId, entry)
  }
}

function isWithin(entry: RememberedEntitlements, now: number, ms: number): boolean {
  // A clock that was set back makes an entry look young: it is not.
  return now >= entry.learnedAt && now - entry.learnedAt < ms
}

function isValid(entry: RememberedEntitlements, now: number): boolean {
  return entry.validUntil === null || now < entry.validUntil
}
