import type { StripeEvent } from '../wire.ts'
import type { PostAnswer } from './post.ts'

/** A message to a listener: what an endpoint would have been posted. */
export interface ListenerPost {
  readonly event: StripeEvent
  readonly body: string
  readonly signature: string
  readonly timeoutMs: number
}

/**
 * Somebody who is connected and takes every event beside the webhook endpoints, once each: the official command line.
 * Faults of deliveries and retries are for endpoints alone.
 */
export interface Listener {
  readonly id: string
  /** Where it says that it forwards to; empty where it only prints. */
  readonly url: string
  readonly secret: string
  /** Never rejects: what went wrong stands in `error`. */
  send(post: ListenerPost): Promise<PostAnswer>
}
