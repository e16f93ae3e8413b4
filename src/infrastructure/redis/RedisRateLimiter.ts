import { Ratelimit } from '@upstash/ratelimit'
import type { Redis } from '@upstash/redis'
import type { IPolicy } from 'cockatiel'
import { LRUCache } from 'lru-cache'
import type { Clock } from '#src/shared/types/clock.ts'
import type { Log } from '#src/shared/types/log.ts'
import type { RateLimiter, RateVerdict } from '#src/shared/types/rate-limiter.ts'

/** Requests that one identifier may make within `WINDOW_MS`. */
export interface RateLimit {
  readonly name: string
  readonly requests: number
}

const WINDOW_MS = 60_000

/** How many identifiers a process counts by itself while Redis is away; the least recently seen are forgotten. */
export const LOCAL_IDENTIFIERS_MAX = 10_000

/**
 * Counts requests a minute in Redis, so that all processes count together. While Redis is away each process counts
 * by itself, in bounded memory: an outage loosens the limit by the number of processes, never opens it.
 */
export class RedisRateLimiter implements RateLimiter {
  readonly #limit: RateLimit
  readonly #shared: Ratelimit
  readonly #breaker: IPolicy
  readonly #clock: Clock
  readonly #log: Log
  readonly #local = new LRUCache<string, { readonly startedAt: number; readonly requests: number }>({
    max: LOCAL_IDENTIFIERS_MAX,
  })

  constructor(deps: { redis: Redis; breaker: IPolicy; limit: RateLimit; clock: Clock; log: Log }) {
    this.#limit = deps.limit
    this.#breaker = deps.breaker
    this.#clock = deps.clock
    this.#log = deps.log
    this.#shared = new Ratelimit({
      redis: deps.redis,
      limiter: Ratelimit.slidingWindow(deps.limit.requests, `${WINDOW_MS} ms`),
      prefix: `tollgate:rate:${deps.limit.name}`,
      ephemeralCache: false,
      // Its own timeout would let everybody pass: the client's deadline throws instead, and the fallback counts.
      timeout: 0,
    })
  }

  /** Counts one request of this identifier (a user id, an address). Never throws. */
  async take(identifier: string): Promise<RateVerdict> {
    try {
      const { success, reset } = await this.#breaker.execute(() => this.#shared.limit(identifier))
      // The window in Redis is of the real time, which the reset is given in; a second is the least that helps.
      return success ? { allowed: true } : refused(reset - this.#clock.now())
    } catch (error) {
      this.#log.warn('rate limit counted locally', {
        error_name: error instanceof Error ? error.name : typeof error,
      })
      return this.#takeLocally(identifier)
    }
  }

  #takeLocally(identifier: string): RateVerdict {
    const now = this.#clock.now()
    const known = this.#local.get(identifier)
    const window =
      known !== undefined && now - known.startedAt < WINDOW_MS ? known : { startedAt: now, requests: 0 }
    this.#local.set(identifier, { ...window, requests: window.requests + 1 })
    return window.requests < this.#limit.requests
      ? { allowed: true }
      : refused(window.startedAt + WINDOW_MS - now)
  }
}

function refused(waitMs: number): RateVerdict {
  return {
    allowed: false,
    retryAfterSeconds: Math.min(WINDOW_MS / 1000, Math.max(1, Math.ceil(waitMs / 1000))),
  }
}
