import type { Entitlement, EntitlementLayer, Entitlements, HoldKind } from '#src/shared/types/billing.ts'
import { catalogue, type Feature, type Limit, type PlanKey } from '../catalogue/catalogue.ts'
import type { LimitValue } from '../catalogue/define-catalogue.ts'
import { baseOf, termsOf } from '../catalogue/lookup.ts'
import { type Policy, policy as thePolicy } from '../policy/policy.ts'
import { endOfItem, type JudgedSource, judgeSources } from './judge-sources.ts'
import type { GrantedItem, UserEntitlements } from './UserEntitlements.ts'

interface Granted {
  readonly source: JudgedSource
  readonly item: GrantedItem
  readonly holds: readonly HoldKind[]
}

/** What a user may do, and the layer that said so. */
export function decideEntitlements(
  entitlements: UserEntitlements,
  now: number,
  layer: EntitlementLayer,
  policy: Policy = thePolicy,
): Entitlements {
  return { ...accessAt(entitlements, now, policy), layer }
}

/**
 * What a user may do at `now` (milliseconds since the epoch): every source that is unexpired and not held adds its
 * plan's features and limits to those of the free plan. Pure. I5: at or after an item's end it gives nothing,
 * whichever layer the sources came from.
 */
export function accessAt(
  entitlements: UserEntitlements,
  now: number,
  policy: Policy = thePolicy,
): Omit<Entitlements, 'layer'> {
  const live = liveItems(judgeSources(entitlements, policy), now, policy)
  const granting = live.filter(({ holds }) => holds.length === 0)
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
    userId: entitlements.userId,
    asOf: now,
    features: [...features],
    limits: Object.fromEntries(limits),
    active: granting.map(view),
    held: live.filter(({ holds }) => holds.length > 0).map(view),
  }
}

/** Every item that has not ended, with what withholds it: its source's holds, and of an add-on the lack of a base. */
function liveItems(sources: readonly JudgedSource[], now: number, policy: Policy): readonly Granted[] {
  const live = sources.flatMap((source) =>
    source.items
      .filter((item) => isLive(source, item, now))
      .map((item) => ({ source, item, holds: source.holds })),
  )
  if (!policy.addOn.needsBase) return live
  const active = new Set<PlanKey>(live.filter(({ holds }) => holds.length === 0).map(({ item }) => item.plan))
  const lacksBase = ({ item }: Granted) => {
    const bases = baseOf(item.plan)
    // Stryker disable next-line MethodExpression: no add-on of this catalogue has two bases
    return bases !== null && !bases.some((base) => active.has(base))
  }
  return live.map((one) => (lacksBase(one) ? { ...one, holds: [...one.holds, 'no_base'] } : one))
}

function isLive(source: JudgedSource, item: GrantedItem, now: number): boolean {
  const end = endOfItem(source, item)
  return end === null || now < end
}

function combine(limit: Limit, known: number | undefined, amount: number): number {
  if (known === undefined) return amount
  return catalogue.limits[limit].combine === 'add' ? known + amount : Math.max(known, amount)
}

function view({ source, item, holds }: Granted): Entitlement {
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
    holds,
    stripeEventId: source.stripeEventId,
  }
}
