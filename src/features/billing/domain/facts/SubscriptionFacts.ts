import type { Metadata } from './Metadata.ts'

/** One item of a subscription. Instants are whole seconds since the epoch, as Stripe counts them. */
export interface SubscriptionItemFacts {
  readonly itemId: string
  readonly lookupKey: string | null
  readonly quantity: number
  readonly currentPeriodEnd: number | null
}

/** What one snapshot of a Stripe subscription says, in one shape for every API version. */
export interface SubscriptionFacts {
  readonly subscriptionId: string
  readonly customerId: string
  readonly status: string
  readonly metadata: Metadata
  readonly items: readonly SubscriptionItemFacts[]
  readonly cancelAt: number | null
  readonly cancelAtPeriodEnd: boolean
  readonly endedAt: number | null
  readonly trialEnd: number | null
  readonly collectionPaused: boolean
  /** The test clock that this subscription lives on, whose time may be years off. */
  readonly testClockId: string | null
}
