import type { HoldKind } from '#src/shared/types/billing.ts'
import type { Policy } from './policy.ts'

/** The line of the policy that says what a source's status means for access; null where none does (a grant by hand). */
export function policyLineOfStatus(status: string, policy: Policy): string | null {
  switch (status) {
    case 'trialing':
      return `trial.access ${policy.trial.access}, until its end and renewal.slackDays ${policy.renewal.slackDays}`
    case 'active':
      return `until the period's end and renewal.slackDays ${policy.renewal.slackDays}; to be cancelled: until exactly then`
    case 'past_due':
      return `pastDue.graceDays ${policy.pastDue.graceDays}, from the moment it became so`
    case 'incomplete':
    case 'unpaid':
    case 'paused':
      return `${status} gives no access`
    case 'canceled':
    case 'incomplete_expired':
      return `${status} is over for good`
    default:
      return null
  }
}

/** The line of the policy that makes a hold withhold. */
export function policyLineOfHold(hold: HoldKind, policy: Policy): string {
  switch (hold) {
    case 'refund':
      return `refund.holdAtShare ${policy.refund.holdAtShare}, refund.countPending ${policy.refund.countPending}`
    case 'dispute':
      return 'dispute: open and lost ones hold'
    case 'fraud_warning':
      return `fraudWarning ${policy.fraudWarning}`
    case 'invoice':
      return `invoice.void ${policy.invoice.void}, invoice.uncollectible ${policy.invoice.uncollectible}`
    case 'pause':
      return 'paused gives no access'
    case 'no_base':
      return `addOn.needsBase ${policy.addOn.needsBase}`
  }
}
