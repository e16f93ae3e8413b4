import { expect, test } from 'vitest'
import { policy } from '#src/features/billing/domain/policy/policy.ts'

/** Every line of the policy: what the house has decided, and why. */
const LINES: readonly (readonly [line: string, decided: unknown, reason: string])[] = [
  ['renewal.slackDays', 3, 'a renewal that is told late locks nobody out: Stripe retries for about as long'],
  [
    'renewal.trustRollover',
    true,
    'Stripe moves the period an hour before it charges; the status corrects it',
  ],
  ['pastDue.graceDays', 7, 'most of what is past due is paid in the end, and no later event gives more'],
  ['trial.access', true, 'a trial is for trying what is sold'],
  ['trial.oncePerUser', true, 'who had a subscription has tried it'],
  ['trial.oncePerCard', true, 'seventy accounts with four cards are four people (F89)'],
  ['pauseCollection', 'keep', 'Stripe keeps it active, and means the customer to keep access'],
  ['refund.holdAtShare', 1, 'a part of the money back is a discount; all of it is the purchase undone'],
  ['refund.countPending', true, 'the money is on its way; a refund that fails gives the access back'],
  ['refund.heldUntilNextPayment', true, 'a month that was given back is one month, and the next is paid for'],
  ['dispute.warning_needs_response', 'keep', 'an inquiry takes no money'],
  ['dispute.warning_under_review', 'keep', 'an inquiry takes no money'],
  ['dispute.warning_closed', 'keep', 'an inquiry that came to nothing'],
  ['dispute.needs_response', 'hold', 'the bank has taken the money'],
  ['dispute.under_review', 'hold', 'the bank has the money'],
  ['dispute.appeal_needs_response', 'hold', 'the bank has the money still'],
  ['dispute.appeal_under_review', 'hold', 'the bank has the money still'],
  ['dispute.won', 'keep', 'the money came back'],
  ['dispute.prevented', 'keep', 'the money never left'],
  ['dispute.lost', 'hold', 'the money is gone'],
  ['fraudWarning', 'keep', 'a suspicion has taken nothing; it is reported to a person'],
  ['invoice.void', 'keep', 'an invoice that is withdrawn says nothing of access: the status does'],
  ['invoice.uncollectible', 'keep', 'bookkeeping: the status of the subscription moves access'],
  ['addOn.needsBase', true, 'an add-on adds to something'],
  ['forget.subscriptions', 'cancelled', 'who cannot sign in cannot cancel'],
]

test.each(LINES)('%s is %j: %s', (line, decided) => {
  expect(linesOf(policy)).toContainEqual([line, decided])
})

test('the policy has no other line', () => {
  expect(linesOf(policy).map(([line]) => line)).toEqual(LINES.map(([line]) => line))
})

/** Each decision by its path. */
function linesOf(part: object, path = ''): readonly (readonly [string, unknown])[] {
  return Object.entries(part).flatMap(([name, value]) =>
    typeof value === 'object' ? linesOf(value, `${path}${name}.`) : [[`${path}${name}`, value] as const],
  )
}
