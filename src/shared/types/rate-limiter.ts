export type RateVerdict =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly retryAfterSeconds: number }

/** Counts what one identifier (a user id, an address) does, and says when it is too much. Never throws. */
export interface RateLimiter {
  take(identifier: string): Promise<RateVerdict>
}
