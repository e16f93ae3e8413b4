import type { ApiVersion } from '../versions/api-version.ts'

/** What was decided about one delivery when its event was emitted: nothing, unless a fault says otherwise. */
export interface Fate {
  /** 0 for the delivery itself; 1, 2, ... for its duplicates. */
  readonly copy: number
  /** Tries below this one are lost on the way: the endpoint sees nothing of them. */
  readonly first_arrival: number
  /** This many tries reach the endpoint and have their connection cut before the answer is read. */
  readonly cut_tries: number
  /** Shape of the event instead of the endpoint's own. */
  readonly api_version: string | null
  /** Goes here instead of to the endpoint's URL, signed with this secret or the endpoint's own. */
  readonly second_endpoint: { readonly url: string; readonly secret: string | null } | null
  /** The faults that shaped it, by their kind. */
  readonly faults: readonly string[]
}

/** A delivery that is not over: queued, in flight, or waiting for its moment. */
export interface PendingDelivery {
  readonly id: string
  readonly event: string
  readonly endpoint: string
  /** The try that comes next, from 1. */
  try: number
  readonly fate: Fate
}

/** One try to deliver one event to one endpoint. */
export interface DeliveryAttempt {
  event: string
  endpoint: string
  url: string
  /** From 1. Each time that an event is sent again by request counts anew. */
  number: number
  /** 0, or which of the duplicates that a fault asked for. */
  copy: number
  /** Sent again by request rather than by itself. */
  resent: boolean
  /** The faults that shaped it, by their kind. */
  faults: readonly string[]
  /** Seconds since 1970 by the sandbox's clock. */
  at: number
  /** Milliseconds since 1970 by the machine's clock, which signatures use. */
  started_at_ms: number
  duration_ms: number
  /** Shape of the event that was sent. */
  api_version: ApiVersion
  /** What the event said of itself at that moment. */
  pending_webhooks: number
  /** The `Stripe-Signature` header. */
  signature: string
  /** The answer's status, or null where there was none. */
  status: number | null
  error: string | null
  response_headers: Record<string, string>
  response_body: string
  outcome: 'succeeded' | 'failed'
  /** When the next try is due, in seconds since 1970 by the sandbox's clock; null where there will be none. */
  next_try_at: number | null
}

/** The fate of a delivery that no fault touches. */
export const PLAIN_FATE: Fate = {
  copy: 0,
  first_arrival: 1,
  cut_tries: 0,
  api_version: null,
  second_endpoint: null,
  faults: [],
}
