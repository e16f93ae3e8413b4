import type {
  Delivery,
  IOutboxSink,
  Notification,
} from '#src/features/billing/domain/interfaces/IOutboxSink.ts'
import type { Analytics } from '#src/shared/types/log.ts'

/**
 * Tells product analytics of what another sink has delivered, so that it hears of each change of access, whoever made
 * it. What analytics does not take is lost to it, and is no reason to tell the receiver once more.
 */
export class CountedSink implements IOutboxSink {
  readonly #sink: IOutboxSink
  readonly #analytics: Analytics

  constructor(sink: IOutboxSink, analytics: Analytics) {
    this.#sink = sink
    this.#analytics = analytics
  }

  async deliver(notification: Notification): Promise<Delivery> {
    const delivery = await this.#sink.deliver(notification)
    if (delivery.kind === 'delivered') {
      const { messageId, topic, userId, stripeEventId, occurredAt } = notification
      const fields = {
        event_type: topic,
        user_id: userId,
        ...(stripeEventId !== null && { event_id: stripeEventId }),
      }
      await this.#analytics.capture('outbox_message_delivered', fields, { id: messageId, at: occurredAt })
    }
    return delivery
  }
}
