import type { Pipeline, Redis } from '@upstash/redis'
import type { IPolicy } from 'cockatiel'
import { nextExpiry } from '#src/features/billing/domain/entitlement/judge-sources.ts'
import { isNewer, type UserEntitlements } from '#src/features/billing/domain/entitlement/UserEntitlements.ts'
import { BillingError } from '#src/features/billing/domain/errors.ts'
import type { IEntitlementReader } from '#src/features/billing/domain/interfaces/IEntitlementReader.ts'
import type { EntitlementLayer } from '#src/shared/types/billing.ts'
import type { Clock } from '#src/shared/types/clock.ts'
import type { Log } from '#src/shared/types/log.ts'
import { EntitlementMemory } from './EntitlementMemory.ts'
import { type CachedEntitlements, decodeEntitlements, encodeEntitlements } from './entitlements-value.ts'
import { entitlementsKey } from './keys.ts'
import { SET_IF_NEWER } from './set-if-newer.ts'

/** The longest that Redis keeps a user's entitlements: the very worst staleness of a check (I6). */
export const CACHE_TTL_MS = 5 * 60_000

/** Likewise for a user who has bought nothing: briefly, since a purchase may be under way. */
export const NEGATIVE_CACHE_TTL_MS = 30_000

/** Times to live are shortened by up to this share at random, so that what was cached together is not missed together. */
export const TTL_JITTER = 0.1

/** After how many checks the counters of hits and misses are logged. */
export const STATS_LOG_EVERY = 1_000

/** How often a layer was asked and could answer (a hit), or could not (a miss). */
export type LayerStats = Readonly<
  Record<EntitlementLayer, { readonly hits: number; readonly misses: number }>
>

interface Answer {
  readonly entitlements: UserEntitlements
  readonly layer: EntitlementLayer
}

/**
 * A user's entitlements, from the fastest layer that can answer: process memory, then one GET to Redis, then
 * Postgres with a write back. Postgres is the truth; the other two only save the way to it. No layer answers with
 * what has expired, none replaces a newer version by an older one, and a failure is never cached.
 */
export class UserEntitlementCache implements IEntitlementReader {
  readonly #redis: Redis
  readonly #breaker: IPolicy
  readonly #loadFromDatabase: (userId: string, now: number) => Promise<UserEntitlements>
  readonly #clock: Clock
  readonly #log: Log
  readonly #random: () => number
  readonly #memory: EntitlementMemory
  readonly #reads = new Map<string, Promise<Answer>>()
  readonly #asked: Record<EntitlementLayer, { hits: number; misses: number }> = {
    memory: { hits: 0, misses: 0 },
    redis: { hits: 0, misses: 0 },
    postgres: { hits: 0, misses: 0 },
    last_known: { hits: 0, misses: 0 },
  }

  constructor(deps: {
    redis: Redis
    breaker: IPolicy
    loadFromDatabase: (userId: string, now: number) => Promise<UserEntitlements>
    clock: Clock
    log: Log
    memory?: EntitlementMemory
    random?: () => number
  }) {
    this.#redis = deps.redis
    this.#breaker = deps.breaker
    this.#loadFromDatabase = deps.loadFromDatabase
    this.#clock = deps.clock
    this.#log = deps.log
    this.#memory = deps.memory ?? new EntitlementMemory()
    this.#random = deps.random ?? Math.random
  }

  /**
   * What the user has. Memory answers without a round trip, Redis with one GET, Postgres with one RPC. Throws
   * `BillingError` `entitlements_unavailable` where neither backend answers and nothing recent is known.
   */
  async get(userId: string): Promise<Answer> {
    const fresh = this.#memory.fresh(userId, this.#clock.now())
    this.#count('memory', fresh !== null)
    if (fresh !== null) return { entitlements: fresh.entitlements, layer: 'memory' }
    // Concurrent misses for one user share one read.
    const underWay = this.#reads.get(userId)
    if (underWay !== undefined) return underWay
    const read = this.#read(userId).finally(() => this.#reads.delete(userId))
    this.#reads.set(userId, read)
    return read
  }

  /** Tells memory and Redis what Postgres holds. Throws where Redis did not take it. */
  async set(entitlements: UserEntitlements): Promise<void> {
    const pipeline = this.#redis.pipeline()
    this.appendSet(pipeline, entitlements)
    await this.#breaker.execute(() => pipeline.exec())
  }

  /** As `set`, but as a part of a pipeline that the caller sends. Memory knows at once. */
  appendSet(pipeline: Pipeline, entitlements: UserEntitlements): void {
    const now = this.#clock.now()
    const validUntil = nextExpiry(entitlements, now)
    const known = this.#memory.peek(entitlements.userId)
    // What is told again, since Redis did not take it, is as old as when it was told first (I6).
    if (known === null || isNewer(entitlements.version, known.entitlements.version)) {
      this.#memory.set({ entitlements, learnedAt: now, validUntil })
    }
    const { epoch, counter } = entitlements.version
    pipeline.eval(
      SET_IF_NEWER,
      [entitlementsKey(entitlements.userId)],
      [
        epoch,
        counter,
        encodeEntitlements({ entitlements, validUntil }),
        this.#ttlMs(entitlements, validUntil, now),
      ],
    )
  }

  /** What each layer was asked since the process started. Checks that share a read ask Redis and Postgres once. */
  stats(): LayerStats {
    return structuredClone(this.#asked)
  }

  async #read(userId: string): Promise<Answer> {
    // What is learned is as old as the question: how long the answer took does not make it younger (I6).
    const askedAt = this.#clock.now()
    const { isReachable, cached } = await this.#readFromRedis(userId)
    this.#count('redis', cached !== null)
    if (cached !== null) {
      this.#memory.set({ ...cached, learnedAt: askedAt })
      return { entitlements: cached.entitlements, layer: 'redis' }
    }
    let entitlements: UserEntitlements
    try {
      entitlements = await this.#loadFromDatabase(userId, this.#clock.now())
    } catch (error) {
      this.#count('postgres', false)
      return this.#lastKnown(userId, error)
    }
    this.#count('postgres', true)
    const validUntil = nextExpiry(entitlements, this.#clock.now())
    this.#memory.set({ entitlements, learnedAt: askedAt, validUntil })
    // A Redis that was not there a moment ago is not waited for a second time.
    if (isReachable) await this.#writeBack(entitlements)
    // A webhook may have told this process of something newer meanwhile: it does not go back behind that (I4).
    const known = this.#memory.peek(userId)
    if (known !== null && isNewer(known.entitlements.version, entitlements.version)) {
      return { entitlements: known.entitlements, layer: 'memory' }
    }
    return { entitlements, layer: 'postgres' }
  }

  /** What Redis holds, unless it has expired or this process knows of something newer. Any failure is a miss. */
  async #readFromRedis(userId: string): Promise<{ isReachable: boolean; cached: CachedEntitlements | null }> {
    try {
      const value = await this.#breaker.execute(() => this.#redis.get<string>(entitlementsKey(userId)))
      const cached = decodeEntitlements(userId, value)
      return { isReachable: true, cached: cached !== null && this.#isUsable(cached) ? cached : null }
    } catch (error) {
      this.#warn('redis read failed', error)
      return { isReachable: false, cached: null }
    }
  }

  #isUsable({ entitlements, validUntil }: CachedEntitlements): boolean {
    if (validUntil !== null && this.#clock.now() >= validUntil) return false
    const known = this.#memory.peek(entitlements.userId)
    return known === null || !isNewer(known.entitlements.version, entitlements.version)
  }

  /** A check does not fail because its answer could not be cached. */
  async #writeBack(entitlements: UserEntitlements): Promise<void> {
    try {
      await this.set(entitlements)
    } catch (error) {
      this.#warn('redis write failed', error)
    }
  }

  #lastKnown(userId: string, cause: unknown): Answer {
    this.#warn('postgres read failed', cause)
    const known = this.#memory.lastKnown(userId, this.#clock.now())
    this.#count('last_known', known !== null)
    if (known !== null) return { entitlements: known.entitlements, layer: 'last_known' }
    throw new BillingError('entitlements_unavailable', { retryable: true, cause })
  }

  #ttlMs(entitlements: UserEntitlements, validUntil: number | null, now: number): number {
    const longest = entitlements.sources.length === 0 ? NEGATIVE_CACHE_TTL_MS : CACHE_TTL_MS
    const jittered = longest * (1 - TTL_JITTER * this.#random())
    return Math.max(1, Math.floor(validUntil === null ? jittered : Math.min(jittered, validUntil - now)))
  }

  #count(layer: EntitlementLayer, isHit: boolean): void {
    this.#asked[layer][isHit ? 'hits' : 'misses'] += 1
    const { hits, misses } = this.#asked.memory
    if (layer === 'memory' && (hits + misses) % STATS_LOG_EVERY === 0) {
      this.#log.info('entitlement cache', { layers: this.stats() })
    }
  }

  #warn(message: string, error: unknown): void {
    this.#log.warn(message, { error_name: error instanceof Error ? error.name : typeof error })
  }
}
