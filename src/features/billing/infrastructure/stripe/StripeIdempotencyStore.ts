import type { Pipeline, Redis } from '@upstash/redis'
import type { IPolicy } from 'cockatiel'
import { processedEventKey } from '#src/infrastructure/redis/keys.ts'
import type { Log } from '#src/shared/types/log.ts'

/**
 * How long a mark is kept: longer than Stripe retries a delivery (3 days) and than an event can be resent (30 days):
 * docs.stripe.com/webhooks#retries, docs.stripe.com/api/events
 */
export const PROCESSED_EVENT_TTL_SECONDS = 35 * 24 * 60 * 60

/**
 * Remembers which Stripe events are done. It only remembers facts: an event is marked after Postgres has committed
 * it, and there is no lock, lease or "processing" state. Losing a mark costs one round trip to Postgres, which
 * answers `duplicate`; it never costs correctness.
 */
export class StripeIdempotencyStore {
  readonly #redis: Redis
  readonly #breaker: IPolicy
  readonly #log: Log

  constructor(deps: { redis: Redis; breaker: IPolicy; log: Log }) {
    this.#redis = deps.redis
    this.#breaker = deps.breaker
    this.#log = deps.log
  }

  /** Whether the event is known to be done: one EXISTS. False where Redis cannot be asked. */
  async isProcessed(eventId: string): Promise<boolean> {
    try {
      return (await this.#breaker.execute(() => this.#redis.exists(processedEventKey(eventId)))) === 1
    } catch (error) {
      this.#log.warn('redis read failed', { error_name: error instanceof Error ? error.name : typeof error })
      return false
    }
  }

  /** Marks the event as done, as a part of a pipeline that the caller sends. */
  appendMark(pipeline: Pipeline, eventId: string): void {
    pipeline.set(processedEventKey(eventId), '1', { ex: PROCESSED_EVENT_TTL_SECONDS })
  }
}
