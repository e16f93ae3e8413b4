import type { Entitlement } from '#src/shared/types/billing.ts'
import { accessAt } from '../entitlement/decide-entitlements.ts'
import type { UserEntitlements } from '../entitlement/UserEntitlements.ts'
import type { Drift } from '../interfaces/IReconcileStore.ts'

/** What one source gives, before and after it was set to what Stripe says. */
interface SourceChange {
  readonly sourceId: string
  readonly before: UserEntitlements
  readonly after: UserEntitlements
}

/**
 * How a source stood apart from Stripe's object, told from the access before and after it is set to what Stripe says;
 * or else how another stood apart because of it, since a pass begins where the one before it ends. Null where a user
 * would notice nothing. Pure.
 */
export function driftOf(change: SourceChange, now: number): Omit<Drift, 'repaired'> | null {
  const sources = [...change.before.sources, ...change.after.sources]
  const sourceIds = new Set([change.sourceId, ...sources.map(({ sourceId }) => sourceId)])
  for (const sourceId of sourceIds) {
    const drift = driftOfSource({ ...change, sourceId }, now)
    if (drift !== null) return drift
  }
  return null
}

function driftOfSource(
  { sourceId, before, after }: SourceChange,
  now: number,
): Omit<Drift, 'repaired'> | null {
  const ours = itemsOf(before, sourceId, now)
  const stripes = itemsOf(after, sourceId, now)
  const kind = kindOf(ours, stripes)
  if (kind === null) return null
  return {
    kind,
    objectId: sourceId,
    userId: after.userId,
    ours: describe(ours),
    stripes: describe(stripes),
  }
}

interface Items {
  readonly active: readonly Entitlement[]
  readonly held: readonly Entitlement[]
}

function itemsOf(entitlements: UserEntitlements, sourceId: string, now: number): Items {
  const { active, held } = accessAt(entitlements, now)
  const own = (items: readonly Entitlement[]) => items.filter((item) => item.sourceId === sourceId)
  return { active: own(active), held: own(held) }
}

function kindOf(ours: Items, stripes: Items): Drift['kind'] | null {
  if (ours.active.length === 0 && stripes.active.length > 0) return 'missed_grant'
  if (ours.active.length > 0 && stripes.active.length === 0) return 'phantom_grant'
  if (differs(ours, stripes, ({ plan, planVersion, quantity }) => [plan, planVersion, quantity])) {
    return 'wrong_plan'
  }
  if (differs(ours, stripes, ({ expiresAt }) => [expiresAt])) return 'wrong_expiry'
  const state = ({ status, renewsAt, cancelsAt, holds }: Entitlement) => [status, renewsAt, cancelsAt, holds]
  return differs(ours, stripes, state) ? 'wrong_state' : null
}

function differs(ours: Items, stripes: Items, of: (item: Entitlement) => unknown): boolean {
  const told = ({ active, held }: Items) => JSON.stringify([active.map(of), held.map(of)])
  return told(ours) !== told(stripes)
}

function describe({ active, held }: Items): string | null {
  const lines = [...active, ...held].map(({ plan, quantity, status, expiresAt, holds }) => {
    const until = expiresAt === null ? 'for good' : `until ${new Date(expiresAt).toISOString()}`
    return [`${plan} × ${quantity}`, status, until, ...holds.map((hold) => `held: ${hold}`)].join(', ')
  })
  return lines.length === 0 ? null : lines.join('; ')
}
