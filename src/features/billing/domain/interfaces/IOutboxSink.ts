import type { Feature, Limit } from '../catalogue/catalogue.ts'

/** What a receiver is told: that something happened, and what the user may do now. Ids alone, nothing of a person. */
export interface Notification {
  readonly messageId: string
  readonly topic: string
  readonly userId: string
  /** Epoch and counter, as `1.17`: of one user it never falls. */
  readonly version: string
  readonly features: readonly Feature[]
  readonly limits: Readonly<Partial<Record<Limit, number>>>
  /** When it happened, milliseconds since the epoch. */
  readonly occurredAt: number
  readonly stripeEventId: string | null
}

/** Whether the receiver has it, or why not: a word for the operator, without anything that the receiver said itself. */
export type Delivery = { readonly kind: 'delivered' } | { readonly kind: 'refused'; readonly reason: string }

/** Where notifications go. At least once: the receiver knows a repetition by its `messageId`. Never throws. */
export interface IOutboxSink {
  deliver(notification: Notification): Promise<Delivery>
}
