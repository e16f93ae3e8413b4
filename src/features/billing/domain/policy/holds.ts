import type { HoldKind } from '#src/shared/types/billing.ts'
import type { EntitlementSource, HoldFact } from '../entitlement/UserEntitlements.ts'
import type { Policy } from './policy.ts'

/**
 * What withholds a source, judged from facts that merge in any order: so the same facts always give the same
 * answer, whichever came first, and a changed policy counts from the next check on.
 */
export function holdsOn(source: EntitlementSource, policy: Policy): readonly HoldKind[] {
  const kinds = source.holds.filter((fact) => withholds(fact, source, policy)).map(({ kind }) => kind)
  return [...new Set(kinds)]
}

function withholds(fact: HoldFact, source: EntitlementSource, policy: Policy): boolean {
  if (fact.kind === 'pause') return true
  return stands(fact, policy) && !isLiftedByPayment(fact.periodEnd, source, policy)
}

function stands(fact: Exclude<HoldFact, { kind: 'pause' }>, policy: Policy): boolean {
  switch (fact.kind) {
    case 'refund': {
      const refunded = fact.settled + (policy.refund.countPending ? fact.pending : 0)
      return refunded > 0 && shareOf(refunded, fact.paid) >= policy.refund.holdAtShare
    }
    case 'dispute':
      return isDisputeStatus(fact.status, policy) && policy.dispute[fact.status] === 'hold'
    case 'fraud_warning':
      return policy.fraudWarning === 'hold'
    case 'invoice':
      return policy.invoice[fact.status] === 'hold'
  }
}

/** Whatever came back from a payment of which we do not know the size is more than any share of it. */
function shareOf(refunded: number, paid: number | null): number {
  return refunded / (paid ?? 0)
}

/** A month that was given back holds its subscription until a later period is paid. */
function isLiftedByPayment(
  periodEnd: number | null,
  { paidThrough }: EntitlementSource,
  policy: Policy,
): boolean {
  return policy.refund.heldUntilNextPayment && periodEnd !== null && (paidThrough ?? 0) > periodEnd
}

/** Whether the policy has a line for this word of Stripe's. */
export function isDisputeStatus(status: string, policy: Policy): status is keyof Policy['dispute'] {
  return Object.hasOwn(policy.dispute, status)
}
