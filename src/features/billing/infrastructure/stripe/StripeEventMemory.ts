import type { Redis } from '@upstash/redis'
import type { IPolicy } from 'cockatiel'
import type { UserEntitlements } from '#src/features/billing/domain/entitlement/UserEntitlements.ts'
import { BillingError } from '#src/features/billing/domain/errors.ts'
import type { IEventMemory } from '#src/features/billing/domain/interfaces/IEventMemory.ts'
import type { UserEntitlementCache } from '#src/infrastructure/redis/index.ts'
import type { StripeIdempotencyStore } from './StripeIdempotencyStore.ts'

/** The mark of an event and the entitlements after it, in one round trip. */
export class StripeEventMemory implements IEventMemory {
  readonly #redis: Redis
  readonly #breaker: IPolicy
  readonly #processed: StripeIdempotencyStore
  readonly #cache: UserEntitlementCache

  constructor(deps: {
    redis: Redis
    breaker: IPolicy
    processed: StripeIdempotencyStore
    cache: UserEntitlementCache
  }) {
    this.#redis = deps.redis
    this.#breaker = deps.breaker
    this.#processed = deps.processed
    this.#cache = deps.cache
  }

  async isProcessed(eventId: string): Promise<boolean> {
    return this.#processed.isProcessed(eventId)
  }

  async remember(eventId: string | null, entitlements: UserEntitlements | null): Promise<void> {
    if (eventId === null && entitlements === null) return
    const pipeline = this.#redis.pipeline()
    // The cache first: a mark that stands alone would let a replay pass over a cache that was never told.
    if (entitlements !== null) this.#cache.appendSet(pipeline, entitlements)
    if (eventId !== null) this.#processed.appendMark(pipeline, eventId)
    try {
      await this.#breaker.execute(() => pipeline.exec())
    } catch (error) {
      // The SDK's own message repeats the commands, and with them what the user has.
      throw new BillingError('cache_unavailable', { retryable: true, cause: error })
    }
  }
}
