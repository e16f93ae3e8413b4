import type { SubscriptionFacts, SubscriptionItemFacts } from '../facts/SubscriptionFacts.ts'
import { daysInSeconds, type Policy } from './policy.ts'

/**
 * What a subscription's status means for access. Instants in whole seconds.
 *
 * - `until`: access until each item's own end.
 * - `grace`: access for `graceSeconds` from the moment it became past due, never after `notAfter`.
 * - `none`: no access; `terminal` where Stripe lets no other status follow.
 * - `unknown`: the snapshot decides nothing, for the reason given.
 */
export type SubscriptionAccess =
  | {
      readonly kind: 'until'
      readonly endOf: (item: SubscriptionItemFacts) => number
      readonly renews: boolean
    }
  | { readonly kind: 'grace'; readonly graceSeconds: number; readonly notAfter: number | null }
  | { readonly kind: 'none'; readonly terminal: boolean; readonly endedAt: number | null }
  | { readonly kind: 'unknown'; readonly reason: 'unknown_status' | 'unknown_shape' }

/**
 * The one table of Stripe's subscription statuses (docs.stripe.com/billing/subscriptions/overview#subscription-statuses).
 * Pure: the same snapshot and policy always give the same answer.
 */
export function subscriptionAccess(facts: SubscriptionFacts, policy: Policy): SubscriptionAccess {
  const isWithheld = facts.collectionPaused && policy.pauseCollection === 'hold'
  switch (facts.status) {
    // Free of charge until its end, by the seller's own wish: there is nothing to collect.
    case 'trialing':
      if (!policy.trial.access) return NO_ACCESS
      return runsUntil(facts, () => facts.trialEnd, policy)
    // Paid, or about to be: the next word says so if it is not.
    case 'active':
      return isWithheld ? NO_ACCESS : runsUntil(facts, (item) => item.currentPeriodEnd, policy)
    // Stripe still tries to collect: most of these are paid in the end.
    case 'past_due':
      if (isWithheld) return NO_ACCESS
      return {
        kind: 'grace',
        graceSeconds: daysInSeconds(policy.pastDue.graceDays),
        notAfter: cancellationOf(facts),
      }
    // The first payment was never made.
    case 'incomplete':
    // Stripe has given up collecting, and left the subscription open.
    case 'unpaid':
    // The trial ended without a payment method, or somebody paused it.
    case 'paused':
      return NO_ACCESS
    case 'canceled':
    case 'incomplete_expired':
      return { kind: 'none', terminal: true, endedAt: facts.endedAt }
    default:
      return { kind: 'unknown', reason: 'unknown_status' }
  }
}

const NO_ACCESS: SubscriptionAccess = { kind: 'none', terminal: false, endedAt: null }

/** The moment at which a cancellation takes effect; with items of several intervals the earliest period's end. */
export function cancellationOf(facts: SubscriptionFacts): number | null {
  if (facts.cancelAt !== null) return facts.cancelAt
  if (!facts.cancelAtPeriodEnd) return null
  const ends = facts.items.flatMap((item) => item.currentPeriodEnd ?? [])
  return ends.length === 0 ? null : Math.min(...ends)
}

function runsUntil(
  facts: SubscriptionFacts,
  endOf: (item: SubscriptionItemFacts) => number | null,
  policy: Policy,
): SubscriptionAccess {
  const cancellation = cancellationOf(facts)
  // A missing period is neither "for ever" nor "never": the object must be read again.
  if (facts.items.some((item) => endOf(item) === null)) return { kind: 'unknown', reason: 'unknown_shape' }
  if (cancellation !== null) return { kind: 'until', renews: false, endOf: () => cancellation }
  const slack = daysInSeconds(policy.renewal.slackDays)
  return { kind: 'until', renews: true, endOf: (item) => (endOf(item) ?? 0) + slack }
}
