import type { PlanKey } from '../catalogue/catalogue.ts'
import { findByLookupKey, isBoughtOnce } from '../catalogue/lookup.ts'
import { isTrialOncePerCard, metadataKeys, userIdOf } from '../facts/Metadata.ts'
import type { SubscriptionFacts } from '../facts/SubscriptionFacts.ts'
import type { Policy } from '../policy/policy.ts'
import { cancellationOf, type SubscriptionAccess, subscriptionAccess } from '../policy/subscription-access.ts'
import { type Change, emptyChange, type SnapshotVersion, type SourceItem } from './Change.ts'

/** A snapshot of a subscription, with what it was before where the event says so, and the second it is of. */
export interface SubscriptionSnapshot {
  readonly now: SubscriptionFacts
  readonly before: SubscriptionFacts | null
  readonly version: SnapshotVersion
}

/**
 * A subscription's snapshot as a change: one source with all its items. Items whose price the catalogue does not
 * know open nothing and are named in `reason`; where no item is known, or the status or shape is not, the whole
 * event is kept as unresolved. What is over for good ends whatever was open, whether or not its price is known still.
 */
export function subscriptionChange({ now, before, version }: SubscriptionSnapshot, policy: Policy): Change {
  const user = { user_id: userIdOf(now.metadata), customer_id: now.customerId }
  const access = subscriptionAccess(now, policy)
  if (access.kind === 'unknown') return { kind: 'unresolved', reason: access.reason, ...user }
  const items = now.items.flatMap((item) => sourceItem(item, access))
  const [main] = items
  const isOver = access.kind === 'none' && access.terminal
  if (main === undefined && !isOver) return { kind: 'unresolved', reason: 'unknown_price', ...user }
  const cancelsAt = cancellationOf(now)
  return {
    ...emptyChange,
    ...user,
    links_customer: user.user_id !== null,
    reason: items.length < now.items.length ? 'unknown_price' : null,
    source: {
      ...version,
      kind: 'subscription',
      source_id: now.subscriptionId,
      status: now.status,
      terminal: isOver,
      grants_access: access.kind !== 'none',
      plan: main?.plan ?? now.metadata[metadataKeys.plan] ?? 'unknown',
      plan_version: main?.plan_version ?? 0,
      quantity: main?.quantity ?? 1,
      items,
      // Stryker disable next-line ConditionalExpression: nothing else says that it renews
      renews_at: access.kind === 'until' && access.renews ? earliest(now) : null,
      cancels_at: cancelsAt,
      expires_at: endOf(access, items),
      past_due_entered_at: becamePastDue(now, before) ? version.snapshot_at : null,
      past_due_grace_seconds: access.kind === 'grace' ? access.graceSeconds : null,
      duration_seconds: null,
      paid_at: null,
      amount_paid: null,
      bought_once: items.some(({ plan }) => isBoughtOnce(plan)),
      trial_once_per_card:
        policy.trial.oncePerCard && now.status === 'trialing' && isTrialOncePerCard(now.metadata),
      content: contentOf(now),
      content_before: before === null ? null : contentOf(before),
    },
  }
}

type KnownAccess = Exclude<SubscriptionAccess, { kind: 'unknown' }>

function sourceItem(
  item: SubscriptionFacts['items'][number],
  access: KnownAccess,
): (SourceItem & { readonly plan: PlanKey })[] {
  const known = findByLookupKey(item.lookupKey)
  if (known === null || item.quantity < 1) return []
  return [
    {
      item_id: item.itemId,
      plan: known.planKey,
      plan_version: known.price.version,
      quantity: item.quantity,
      interval: known.price.interval,
      expires_at: access.kind === 'until' ? access.endOf(item) : null,
    },
  ]
}

function endOf(access: KnownAccess, items: readonly SourceItem[]): number | null {
  switch (access.kind) {
    case 'until':
      return Math.max(...items.map((item) => item.expires_at ?? 0))
    case 'grace':
      return access.notAfter
    case 'none':
      return access.endedAt
  }
}

function earliest(facts: SubscriptionFacts): number | null {
  if (facts.status === 'trialing') return facts.trialEnd
  return Math.min(...facts.items.map((item) => item.currentPeriodEnd ?? Number.POSITIVE_INFINITY))
}

function becamePastDue(now: SubscriptionFacts, before: SubscriptionFacts | null): boolean {
  return now.status === 'past_due' && before !== null && before.status !== 'past_due'
}

/** All of a snapshot that can bear on access, in a fixed order, so that equal snapshots are equal documents. */
function contentOf(facts: SubscriptionFacts): unknown {
  return {
    status: facts.status,
    // Stryker disable next-line EqualityOperator: no two items have one id, and either order is one
    items: facts.items.toSorted((a, b) => (a.itemId < b.itemId ? -1 : 1)),
    cancel_at: facts.cancelAt,
    cancel_at_period_end: facts.cancelAtPeriodEnd,
    ended_at: facts.endedAt,
    trial_end: facts.trialEnd,
    collection_paused: facts.collectionPaused,
  }
}
