import type { State } from '../state.ts'
import type { ApiVersion } from '../versions/api-version.ts'
import { eventAtVersion } from '../versions/convert.ts'
import type { StripeEvent } from '../wire.ts'

/** Bodies that are kept at a time: several endpoints get one event within moments. */
const KEPT = 64

/** Renders events to the bytes that are signed and sent, each once for all endpoints that want the same shape. */
export class EventBodies {
  readonly #state: State
  readonly #bodies = new Map<string, string>()

  constructor(state: State) {
    this.#state = state
  }

  /** The event as an endpoint of this API version gets it. */
  bodyOf(event: StripeEvent, apiVersion: ApiVersion, pendingWebhooks = event.pending_webhooks): string {
    const key = `${event.id} ${apiVersion} ${pendingWebhooks}`
    const known = this.#bodies.get(key)
    if (known !== undefined) return known
    const shaped = eventAtVersion(this.#state, event, apiVersion)
    const body = JSON.stringify({ ...shaped, pending_webhooks: pendingWebhooks }, null, 2)
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
