import type { StripeEvent } from '../wire.ts'

/** Bodies that are kept at a time: several endpoints get one event within moments. */
const KEPT = 64

/** Renders events to the bytes that are signed and sent, each once for all endpoints that want the same shape. */
export class EventBodies {
  readonly #bodies = new Map<string, string>()

  /** The event as an endpoint of this API version gets it. */
  bodyOf(event: StripeEvent, apiVersion: string, pendingWebhooks = event.pending_webhooks): string {
    const key = `${event.id} ${apiVersion} ${pendingWebhooks}`
    const known = this.#bodies.get(key)
    if (known !== undefined) return known
    const body = JSON.stringify(
      { ...event, api_version: apiVersion, pending_webhooks: pendingWebhooks },
      null,
      2,
    )
    this.#bodies.set(key, body)
    if (this.#bodies.size > KEPT) {
      for (const oldest of this.#bodies.keys()) {
        this.#bodies.delete(oldest)
        break
      }
    }
    return body
  }
}
