import type { OutboxMessage } from '../outbox/OutboxMessage.ts'

/** What became of a message. `retryAt` in milliseconds since the epoch; null gives it up. */
export type OutboxResult =
  | { readonly id: number; readonly attempt: number; readonly error: null }
  | {
      readonly id: number
      readonly attempt: number
      readonly error: string
      readonly retryAt: number | null
    }

/** A message that was given up, and what the receiver said last. */
export interface DeadMessage {
  readonly messageId: string
  readonly userId: string
  readonly topic: string
  readonly attempts: number
  readonly createdAt: number
  readonly error: string | null
}

export interface OutboxState {
  readonly waiting: number
  /** When the oldest that waits was written, milliseconds since the epoch; null where none does. */
  readonly oldestAt: number | null
  readonly dead: number
  readonly firstDead: readonly DeadMessage[]
}

/** What is to be told of changes, written in their transactions. Throws `BillingError`. */
export interface IOutbox {
  /** Messages that are due, the oldest of each user, ours for `leaseSeconds`. */
  claim(limit: number, leaseSeconds: number, now: number): Promise<readonly OutboxMessage[]>
  /** What was delivered goes; what was refused is tried again or given up, unless another has it in hand by now. */
  settle(results: readonly OutboxResult[], now: number): Promise<void>
  state(deadMax: number): Promise<OutboxState>
  /** What was given up is tried anew; how many. */
  revive(now: number): Promise<number>
}
