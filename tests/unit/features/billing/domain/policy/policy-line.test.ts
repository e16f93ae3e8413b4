import { describe, expect, it } from 'vitest'
import { policy } from '#src/features/billing/domain/policy/policy.ts'
import { policyLineOfHold, policyLineOfStatus } from '#src/features/billing/domain/policy/policy-line.ts'

describe('the line of the policy behind an answer', () => {
  it.each([
    ['trialing', 'trial.access true, until its end and renewal.slackDays 3'],
    ['active', "until the period's end and renewal.slackDays 3; to be cancelled: until exactly then"],
    ['past_due', 'pastDue.graceDays 7, from the moment it became so'],
    ['incomplete', 'incomplete gives no access'],
    ['unpaid', 'unpaid gives no access'],
    ['paused', 'paused gives no access'],
    ['canceled', 'canceled is over for good'],
    ['incomplete_expired', 'incomplete_expired is over for good'],
  ])('of the status %s', (status, line) => {
    expect(policyLineOfStatus(status, policy)).toBe(line)
  })

  it('of a status that is no subscription\u2019s there is none', () => {
    expect(policyLineOfStatus('granted', policy)).toBeNull()
  })

  it.each([
    ['refund', 'refund.holdAtShare 1, refund.countPending true'],
    ['dispute', 'dispute: open and lost ones hold'],
    ['fraud_warning', 'fraudWarning keep'],
    ['invoice', 'invoice.void keep, invoice.uncollectible keep'],
    ['pause', 'paused gives no access'],
    ['no_base', 'addOn.needsBase true'],
  ] as const)('of the hold %s', (hold, line) => {
    expect(policyLineOfHold(hold, policy)).toBe(line)
  })

  it('follows a policy that was changed', () => {
    const strict = { ...policy, pastDue: { graceDays: 0 }, fraudWarning: 'hold' as const }

    expect(policyLineOfStatus('past_due', strict)).toContain('graceDays 0')
    expect(policyLineOfHold('fraud_warning', strict)).toBe('fraudWarning hold')
  })
})
