import type { UserEntitlements } from '../entitlement/UserEntitlements.ts'

/**
 * A message that is in our hand to deliver. `topic` is `entitlements.changed`, `user.forgotten`, `trial.card_had_one` or a `Notice`;
 * `attempt` counts from one; instants in milliseconds since the epoch.
 */
export interface OutboxMessage {
  readonly id: number
  /** The same at every delivery: what the receiver knows it by. */
  readonly messageId: string
  readonly userId: string
  readonly topic: string
  readonly attempt: number
  readonly createdAt: number
  /** The Stripe event that it comes of; null where none does. */
  readonly stripeEventId: string | null
  /** As they are now: no message carries an older state than the one before it (F57). */
  readonly entitlements: UserEntitlements
}

/** Waits before each further try of a message, in seconds: about a day in all. After the last it is given up. */
export const RETRY_AFTER_SECONDS: readonly number[] = [5, 60, 300, 1_800, 7_200, 21_600, 43_200]

/** How often a message is tried before it is given up. */
export const ATTEMPTS_MAX = RETRY_AFTER_SECONDS.length + 1

/** When a message that was refused at this attempt is tried again; null where it is given up. */
export function retryAt(attempt: number, now: number): number | null {
  const seconds = RETRY_AFTER_SECONDS[attempt - 1]
  return seconds === undefined ? null : now + seconds * 1000
}
