import type {
  Delivery,
  IOutboxSink,
  Notification,
} from '#src/features/billing/domain/interfaces/IOutboxSink.ts'
import type { Log } from '#src/shared/types/log.ts'

/** Tells the log, where no hook is configured: one line a notification. */
export class LogSink implements IOutboxSink {
  readonly #log: Log

  constructor(log: Log) {
    this.#log = log
  }

  async deliver({ topic, userId, stripeEventId }: Notification): Promise<Delivery> {
    this.#log.info('notification', {
      event_type: topic,
      user_id: userId,
      ...(stripeEventId !== null && { event_id: stripeEventId }),
    })
    return { kind: 'delivered' }
  }
}
