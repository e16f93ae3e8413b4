import { z } from 'zod'
import type { SubscriptionFacts } from '#src/features/billing/domain/facts/SubscriptionFacts.ts'
import { Metadata, reference, Seconds, stripeId, Text } from './fields.ts'

const Item = z.object({
  id: stripeId('si'),
  // Metered prices have none.
  quantity: z.int().min(0).max(1_000_000).nullish(),
  price: z.object({ lookup_key: Text.nullish() }),
  // Since 2025-03-31.basil; before that the period is the subscription's.
  current_period_end: Seconds.nullish(),
})

const Subscription = z.object({
  id: stripeId('sub'),
  customer: reference('cus'),
  status: Text,
  metadata: Metadata,
  items: z.object({ data: z.array(Item).min(1), has_more: z.literal(false).nullish() }),
  current_period_end: Seconds.nullish(),
  cancel_at: Seconds.nullish(),
  cancel_at_period_end: z.boolean(),
  ended_at: Seconds.nullish(),
  trial_end: Seconds.nullish(),
  pause_collection: z.looseObject({}).nullish(),
  test_clock: reference('clock').nullish(),
})

/** A subscription of any API version that we know, in our words; null where it has none of their shapes. */
export function subscriptionFacts(object: unknown): SubscriptionFacts | null {
  const parsed = Subscription.safeParse(object)
  if (!parsed.success) return null
  const subscription = parsed.data
  return {
    subscriptionId: subscription.id,
    customerId: subscription.customer,
    status: subscription.status,
    metadata: subscription.metadata,
    items: subscription.items.data.map((item) => ({
      itemId: item.id,
      lookupKey: item.price.lookup_key ?? null,
      quantity: item.quantity ?? 1,
      currentPeriodEnd: item.current_period_end ?? subscription.current_period_end ?? null,
    })),
    cancelAt: subscription.cancel_at ?? null,
    cancelAtPeriodEnd: subscription.cancel_at_period_end,
    endedAt: subscription.ended_at ?? null,
    trialEnd: subscription.trial_end ?? null,
    collectionPaused: (subscription.pause_collection ?? null) !== null,
    testClockId: subscription.test_clock ?? null,
  }
}

/**
 * The subscription as it was before an update: `previous_attributes` holds the old values of what changed, arrays
 * whole (docs.stripe.com/api/events/object#event_object-data-previous_attributes). Null where it cannot be told.
 */
export function subscriptionFactsBefore(
  object: unknown,
  previousAttributes: unknown,
): SubscriptionFacts | null {
  if (typeof object !== 'object' || typeof previousAttributes !== 'object' || previousAttributes === null)
    return null
  return subscriptionFacts({ ...object, ...previousAttributes })
}
