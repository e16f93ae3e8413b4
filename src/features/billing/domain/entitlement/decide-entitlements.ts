import type { Entitlement, EntitlementLayer, Entitlements } from '#src/shared/types/billing.ts'
import { catalogue, type Feature, type Limit } from '../catalogue/catalogue.ts'
import type { LimitValue } from '../catalogue/define-catalogue.ts'
import { termsOf } from '../catalogue/lookup.ts'
import {
  type EntitlementSource,
  endOfItem,
  type GrantedItem,
  type UserEntitlements,
} from './UserEntitlements.ts'

/**
 * What a user may do at `now` (milliseconds since the epoch): every source that is unexpired and not held adds its
 * plan's features and limits to those of the free plan. Pure. I5: at or after an item's end it gives nothing,
 * whichever layer the sources came from.
 */
export function decideEntitlements(
  { userId, sources }: UserEntitlements,
  now: number,
  layer: EntitlementLayer,
): Entitlements {
  const live = sources.flatMap((source) =>
    source.items.filter((item) => isLive(source, item, now)).map((item) => ({ source, item })),
  )
  const granting = live.filter(({ source }) => source.holds.length === 0)
  const features = new Set<Feature>(catalogue.free.features)
  const limits = new Map<Limit, number>(Object.entries(catalogue.free.limits) as [Limit, number][])
  const added = new Map<Limit, number>()
  for (const { item } of granting) {
    const terms = termsOf(item.plan, item.planVersion)
    for (const feature of terms?.features ?? []) features.add(feature)
    for (const [limit, value] of Object.entries(terms?.limits ?? {}) as [Limit, LimitValue][]) {
      const amount = value === 'quantity' ? item.quantity : value
      added.set(limit, combine(limit, added.get(limit), amount))
    }
  }
  for (const [limit, amount] of added) limits.set(limit, Math.max(amount, limits.get(limit) ?? 0))
  return {
    userId,
    asOf: now,
    features: [...features],
    limits: Object.fromEntries(limits),
    active: granting.map(({ source, item }) => view(source, item)),
    held: live.filter(({ source }) => source.holds.length > 0).map(({ source, item }) => view(source, item)),
    layer,
  }
}

function isLive(source: EntitlementSource, item: GrantedItem, now: number): boolean {
  const end = endOfItem(source, item)
  return end === null || now < end
}

function combine(limit: Limit, known: number | undefined, amount: number): number {
  if (known === undefined) return amount
  return catalogue.limits[limit].combine === 'add' ? known + amount : Math.max(known, amount)
}

function view(source: EntitlementSource, item: GrantedItem): Entitlement {
  return {
    kind: source.kind,
    sourceId: source.sourceId,
    status: source.status,
    plan: item.plan,
    planVersion: item.planVersion,
    quantity: item.quantity,
    interval: item.interval,
    expiresAt: endOfItem(source, item),
    renewsAt: source.renewsAt,
    cancelsAt: source.cancelsAt,
    pastDueSince: source.pastDueSince,
    holds: source.holds,
    stripeEventId: source.stripeEventId,
  }
}
