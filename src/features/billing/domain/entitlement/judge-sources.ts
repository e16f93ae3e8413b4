import type { HoldKind } from '#src/shared/types/billing.ts'
import { holdsOn } from '../policy/holds.ts'
import { daysInSeconds, type Policy, policy as thePolicy } from '../policy/policy.ts'
import type { EntitlementSource, GrantedItem, UserEntitlements } from './UserEntitlements.ts'

/** A source with what follows from its facts: the end of its access, and what withholds it. */
export interface JudgedSource extends Omit<EntitlementSource, 'holds'> {
  readonly holds: readonly HoldKind[]
}

/** The sources as the policy judges them. Pure, and independent of the order in which their facts were learned. */
export function judgeSources(
  { sources }: Pick<UserEntitlements, 'sources'>,
  policy: Policy,
): readonly JudgedSource[] {
  const judged = sources.map((source) => ({
    ...source,
    holds: holdsOn(source, policy),
    expiresAt: policy.renewal.trustRollover ? source.expiresAt : endOfPaid(source, policy),
  }))
  return stackPasses(judged)
}

/**
 * Passes of one plan stand end to end: a pass that is bought while another runs begins where that one ends, so two
 * passes of 30 days are 60 in whichever order they are learned of. What is withheld gives no time to the others.
 */
function stackPasses(sources: readonly JudgedSource[]): readonly JudgedSource[] {
  const passes = sources
    .filter(isPass)
    .filter(({ holds }) => holds.length === 0)
    .toSorted(byPayment)
  const endOfPlan = new Map<string | undefined, number>()
  const ends = new Map<string, number>()
  for (const { sourceId, items, paidAt, durationMs } of passes) {
    const plan = items[0]?.plan
    const end = Math.max(endOfPlan.get(plan) ?? 0, paidAt) + durationMs
    endOfPlan.set(plan, end)
    ends.set(sourceId, end)
  }
  return sources.map((source) => ({ ...source, expiresAt: ends.get(source.sourceId) ?? source.expiresAt }))
}

type Pass = JudgedSource & { readonly paidAt: number; readonly durationMs: number }

function isPass(source: JudgedSource): source is Pass {
  return source.paidAt !== null && source.durationMs !== null
}

function byPayment(a: Pass, b: Pass): number {
  // Stryker disable next-line EqualityOperator: no two sources have one id
  return a.paidAt - b.paidAt || (a.sourceId < b.sourceId ? -1 : 1)
}

/** Without trust in the rollover an active subscription lasts as long as what was paid, and the slack. */
function endOfPaid(source: EntitlementSource, policy: Policy): number | null {
  if (source.kind !== 'subscription' || source.status !== 'active') return source.expiresAt
  const paid = (source.paidThrough ?? 0) + daysInSeconds(policy.renewal.slackDays) * 1000
  return source.expiresAt === null ? paid : Math.min(source.expiresAt, paid)
}

/** The instant at which an item's access ends: its own end or its source's, whichever comes first. */
export function endOfItem(source: Pick<JudgedSource, 'expiresAt'>, item: GrantedItem): number | null {
  if (item.expiresAt === null) return source.expiresAt
  return source.expiresAt === null ? item.expiresAt : Math.min(item.expiresAt, source.expiresAt)
}

/** The next instant after `now` at which any access ends, milliseconds since the epoch; null where none does. */
export function nextExpiry(
  entitlements: UserEntitlements,
  now: number,
  policy: Policy = thePolicy,
): number | null {
  const ends = judgeSources(entitlements, policy)
    .flatMap((source) => source.items.map((item) => endOfItem(source, item) ?? Number.POSITIVE_INFINITY))
    .filter((end) => end > now)
  const next = Math.min(...ends)
  return next === Number.POSITIVE_INFINITY ? null : next
}
