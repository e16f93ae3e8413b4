import type { PlanKey } from '#src/features/billing/domain/catalogue/catalogue.ts'
import { planOf } from '#src/features/billing/domain/catalogue/lookup.ts'
import type { Entitlements } from '#src/shared/types/billing.ts'

/**
 * What a visitor can do with a plan: buy it; manage it, as they have it; change to it in the portal, as they have another
 * subscription; or nothing, as they have it for good.
 */
export type PlanStanding = 'buy' | 'manage' | 'change' | 'owned'

/** How a visitor stands to a plan. Null is nobody signed in, who can buy everything. */
export function planStanding(planKey: PlanKey, entitlements: Entitlements | null): PlanStanding {
  const sources = entitlements ? [...entitlements.active, ...entitlements.held] : []
  const bought = sources.filter((source) => source.kind !== 'manual')
  if (planOf(planKey).kind === 'subscription') {
    if (bought.some((source) => source.plan === planKey && source.kind === 'subscription')) return 'manage'
    return bought.some((source) => source.kind === 'subscription') ? 'change' : 'buy'
  }
  return bought.some((source) => source.plan === planKey && source.expiresAt === null) ? 'owned' : 'buy'
}

/** Whether a visitor pays for nothing and was given nothing, so that the free plan is theirs. */
export function isOnFreePlan(entitlements: Entitlements | null): boolean {
  return entitlements !== null && entitlements.active.length === 0 && entitlements.held.length === 0
}
