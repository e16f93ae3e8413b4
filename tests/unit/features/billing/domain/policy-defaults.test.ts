import { expect, test } from 'vitest'
import { policy } from '#src/features/billing/domain/policy/policy.ts'

test('the house decides this, and nothing in between: every word is one that the code knows', () => {
  expect(policy).toEqual({
    renewal: { slackDays: 3, trustRollover: true },
    pastDue: { graceDays: 7 },
    trial: { access: true, oncePerUser: true, oncePerCard: true },
    pauseCollection: 'keep',
    refund: { holdAtShare: 1, countPending: true, heldUntilNextPayment: true },
    dispute: {
      warning_needs_response: 'keep',
      warning_under_review: 'keep',
      warning_closed: 'keep',
      needs_response: 'hold',
      under_review: 'hold',
      appeal_needs_response: 'hold',
      appeal_under_review: 'hold',
      won: 'keep',
      prevented: 'keep',
      lost: 'hold',
    },
    fraudWarning: 'keep',
    invoice: { void: 'keep', uncollectible: 'keep' },
    addOn: { needsBase: true },
    forget: { subscriptions: 'cancelled' },
  })
})
