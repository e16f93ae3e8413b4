import { decideEntitlements } from '#src/features/billing/domain/entitlement/decide-entitlements.ts'
import type { IOutbox, OutboxResult } from '#src/features/billing/domain/interfaces/IOutbox.ts'
import type { IOutboxSink, Notification } from '#src/features/billing/domain/interfaces/IOutboxSink.ts'
import { type OutboxMessage, retryAt } from '#src/features/billing/domain/outbox/OutboxMessage.ts'
import type { Clock } from '#src/shared/types/clock.ts'
import type { ErrorReporter, Log } from '#src/shared/types/log.ts'

/** Messages that are delivered at once, each of another user. */
export const OUTBOX_BATCH = 20

/** How long a batch is ours: longer than its deliveries may take, and then another process may have it. */
export const OUTBOX_LEASE_SECONDS = 60

/** What one call has done. */
export interface Drained {
  readonly delivered: number
  /** Refused, and to be tried again. */
  readonly refused: number
  readonly givenUp: number
}

/**
 * Delivers what the outbox holds, in the order of each user's changes. A message goes from the outbox only after the
 * receiver has it: dying in between delivers it twice, never not at all.
 */
export class DrainOutbox {
  readonly #outbox: IOutbox
  readonly #sink: IOutboxSink
  readonly #clock: Clock
  readonly #stopwatch: () => number
  readonly #log: Log
  readonly #errors: ErrorReporter

  constructor(deps: {
    outbox: IOutbox
    sink: IOutboxSink
    clock: Clock
    stopwatch: () => number
    log: Log
    errors: ErrorReporter
  }) {
    this.#outbox = deps.outbox
    this.#sink = deps.sink
    this.#clock = deps.clock
    this.#stopwatch = deps.stopwatch
    this.#log = deps.log
    this.#errors = deps.errors
  }

  /** Until nothing is due, or no batch may be begun any more after `budgetMs`. Throws `BillingError`. */
  async execute({ budgetMs }: { budgetMs: number }): Promise<Drained> {
    const startedAt = this.#stopwatch()
    const drained = { delivered: 0, refused: 0, givenUp: 0 }
    for (;;) {
      const messages = await this.#outbox.claim(OUTBOX_BATCH, OUTBOX_LEASE_SECONDS, this.#clock.now())
      if (messages.length === 0) return drained
      const results = await Promise.all(messages.map((message) => this.#deliver(message)))
      await this.#outbox.settle(results, this.#clock.now())
      for (const result of results) {
        if (result.error === null) drained.delivered += 1
        else if (result.retryAt === null) drained.givenUp += 1
        else drained.refused += 1
      }
      if (this.#stopwatch() - startedAt >= budgetMs) return drained
    }
  }

  async #deliver(message: OutboxMessage): Promise<OutboxResult> {
    const { id, attempt } = message
    const now = this.#clock.now()
    const delivery = await this.#sink.deliver(notificationOf(message, now))
    if (delivery.kind === 'delivered') return { id, attempt, error: null }
    const result = { id, attempt, error: delivery.reason, retryAt: retryAt(attempt, now) }
    const fields = { event_type: message.topic, user_id: message.userId, reason: delivery.reason }
    this.#log.warn('outbox delivery refused', fields)
    if (result.retryAt === null) {
      this.#errors.report(new Error(`gave an outbox message up: ${delivery.reason}`), fields)
    }
    return result
  }
}

function notificationOf(message: OutboxMessage, now: number): Notification {
  const { messageId, topic, userId, createdAt, stripeEventId, entitlements } = message
  const { features, limits } = decideEntitlements(entitlements, now, 'postgres')
  const { epoch, counter } = entitlements.version
  return {
    messageId,
    topic,
    userId,
    version: `${epoch}.${counter}`,
    features,
    limits,
    occurredAt: createdAt,
    stripeEventId,
  }
}
