import type {
  Delivery,
  IOutboxSink,
  Notification,
} from '#src/features/billing/domain/interfaces/IOutboxSink.ts'
import type { Clock } from '#src/shared/types/clock.ts'
import { signWebhook } from './sign-webhook.ts'

/** How long the receiver may take. Nobody waits but the cron. */
export const HOOK_DEADLINE_MS = 10_000

/**
 * Posts notifications to the configured address, signed as Standard Webhooks has it (standardwebhooks.com), so that any
 * of its libraries verifies them. Any 2xx means that the receiver has it; a redirect is not followed.
 */
export class HookSink implements IOutboxSink {
  readonly #url: string
  readonly #secret: string
  readonly #realClock: Clock
  readonly #deadlineMs: number

  constructor(
    { url, secret }: { url: string; secret: string },
    { realClock, deadlineMs = HOOK_DEADLINE_MS }: { realClock: Clock; deadlineMs?: number },
  ) {
    this.#url = url
    this.#secret = secret
    this.#realClock = realClock
    this.#deadlineMs = deadlineMs
  }

  async deliver(notification: Notification): Promise<Delivery> {
    const { messageId } = notification
    const body = bodyOf(notification)
    const timestamp = Math.floor(this.#realClock.now() / 1000)
    try {
      const response = await fetch(this.#url, {
        method: 'POST',
        redirect: 'manual',
        headers: {
          'content-type': 'application/json',
          ...signWebhook({ messageId, timestamp, body }, this.#secret),
        },
        body,
        signal: AbortSignal.timeout(this.#deadlineMs),
      })
      await response.body?.cancel()
      return response.ok ? { kind: 'delivered' } : { kind: 'refused', reason: `http_${response.status}` }
    } catch (error) {
      const isLate = error instanceof Error && error.name === 'TimeoutError'
      return { kind: 'refused', reason: isLate ? 'timeout' : 'unreachable' }
    }
  }
}

function bodyOf({
  topic,
  userId,
  version,
  features,
  limits,
  occurredAt,
  stripeEventId,
}: Notification): string {
  return JSON.stringify({
    type: topic,
    timestamp: new Date(occurredAt).toISOString(),
    data: { user_id: userId, version, features, limits, stripe_event_id: stripeEventId },
  })
}
