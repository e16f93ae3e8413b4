import { describe, expect, test } from 'vitest'
import type { SubscriptionFacts } from '#src/features/billing/domain/facts/SubscriptionFacts.ts'
import { daysInSeconds, type Policy, policy } from '#src/features/billing/domain/policy/policy.ts'
import {
  cancellationOf,
  subscriptionAccess,
} from '#src/features/billing/domain/policy/subscription-access.ts'
import { itemFacts, PERIOD_END, subscriptionFacts } from '#tests/support/stripe-facts.ts'

const SLACK = daysInSeconds(policy.renewal.slackDays)
const GRACE = daysInSeconds(policy.pastDue.graceDays)
const TRIAL_END = PERIOD_END - 500
const CANCEL_AT = PERIOD_END - 1_000
const ENDED_AT = PERIOD_END - 2_000

/** What an access comes to, with the function that gives each item's end replaced by the end of the first item. */
function answerFor(changes: Partial<SubscriptionFacts>, houseRules: Policy = policy) {
  const facts = subscriptionFacts({ trialEnd: TRIAL_END, ...changes })
  const access = subscriptionAccess(facts, houseRules)
  if (access.kind !== 'until') return access
  return { kind: access.kind, renews: access.renews, end: access.endOf(facts.items[0] ?? itemFacts()) }
}

const until = (end: number, renews: boolean) => ({ kind: 'until', end, renews })
const grace = (notAfter: number | null) => ({ kind: 'grace', graceSeconds: GRACE, notAfter })
const none = { kind: 'none', terminal: false, endedAt: null }
const over = { kind: 'none', terminal: true, endedAt: ENDED_AT }
const unknown = (reason: string) => ({ kind: 'unknown', reason })

const RENEWS = { cancelAtPeriodEnd: false, cancelAt: null }
const AT_PERIOD_END = { cancelAtPeriodEnd: true, cancelAt: null }
const AT_A_DATE = { cancelAtPeriodEnd: false, cancelAt: CANCEL_AT }
const BOTH_CANCELLATIONS = { cancelAtPeriodEnd: true, cancelAt: CANCEL_AT }

describe('F22, F81: each status has one answer, whether it renews, ends with its period, or ends at a date', () => {
  test.each([
    ['trialing', RENEWS, until(TRIAL_END + SLACK, true)],
    ['trialing', AT_PERIOD_END, until(PERIOD_END, false)],
    ['trialing', AT_A_DATE, until(CANCEL_AT, false)],
    ['trialing', BOTH_CANCELLATIONS, until(CANCEL_AT, false)],
    ['active', RENEWS, until(PERIOD_END + SLACK, true)],
    ['active', AT_PERIOD_END, until(PERIOD_END, false)],
    ['active', AT_A_DATE, until(CANCEL_AT, false)],
    ['active', BOTH_CANCELLATIONS, until(CANCEL_AT, false)],
    ['past_due', RENEWS, grace(null)],
    ['past_due', AT_PERIOD_END, grace(PERIOD_END)],
    ['past_due', AT_A_DATE, grace(CANCEL_AT)],
    ['past_due', BOTH_CANCELLATIONS, grace(CANCEL_AT)],
    ['incomplete', RENEWS, none],
    ['incomplete', AT_PERIOD_END, none],
    ['incomplete', AT_A_DATE, none],
    ['unpaid', RENEWS, none],
    ['unpaid', AT_PERIOD_END, none],
    ['unpaid', AT_A_DATE, none],
    ['paused', RENEWS, none],
    ['paused', AT_PERIOD_END, none],
    ['paused', AT_A_DATE, none],
    ['canceled', RENEWS, over],
    ['canceled', AT_PERIOD_END, over],
    ['canceled', AT_A_DATE, over],
    ['incomplete_expired', RENEWS, over],
    ['incomplete_expired', AT_PERIOD_END, over],
    ['incomplete_expired', AT_A_DATE, over],
    ['a_word_of_tomorrow', RENEWS, unknown('unknown_status')],
    ['a_word_of_tomorrow', AT_PERIOD_END, unknown('unknown_status')],
    ['', AT_A_DATE, unknown('unknown_status')],
  ])('%s with %o', (status, cancellation, expected) => {
    const facts = { status, endedAt: ENDED_AT, ...cancellation }
    const collecting = answerFor({ ...facts, collectionPaused: false })
    const notCollecting = answerFor({ ...facts, collectionPaused: true })
    expect(collecting).toEqual(expected)
    // Stripe means the customer to keep access while collection is paused, and so does the house's policy.
    expect(notCollecting).toEqual(expected)
  })
})

describe('F81: where the house decides that paused collection ends access', () => {
  const strict = { ...policy, pauseCollection: 'hold' } as const

  test('an active subscription whose collection is paused gives none', () => {
    expect(answerFor({ collectionPaused: true }, strict)).toEqual(none)
  })

  test('one that collects gives access as ever', () => {
    expect(answerFor({ collectionPaused: false }, strict)).toEqual(until(PERIOD_END + SLACK, true))
  })

  test('a trial has nothing to collect, so it goes on', () => {
    expect(answerFor({ status: 'trialing', collectionPaused: true }, strict)).toEqual(
      until(TRIAL_END + SLACK, true),
    )
  })
})

describe('F10: a missing period is neither "for ever" nor "never"', () => {
  test.each([
    ['an active subscription without a period', { items: [itemFacts({ currentPeriodEnd: null })] }],
    [
      'one of two items without a period',
      { items: [itemFacts(), itemFacts({ itemId: 'si_2', currentPeriodEnd: null })] },
    ],
    ['a trial without an end', { status: 'trialing', trialEnd: null }],
    [
      'an end at a date does not make up for it',
      { items: [itemFacts({ currentPeriodEnd: null })], cancelAt: CANCEL_AT },
    ],
  ])('%s decides nothing', (_, changes) => {
    expect(answerFor(changes)).toEqual(unknown('unknown_shape'))
  })
})

describe('F80: a period ends at the instant that Stripe names, whatever the calendar says', () => {
  test.each([
    ['on 29 February', '2028-02-29T12:00:00Z'],
    ['on the last of a month, after one of the 31st', '2027-04-30T23:59:59Z'],
    ['within the hour that summer time skips in Berlin', '2027-03-28T01:30:00Z'],
    ['within the hour that Berlin has twice', '2027-10-31T00:30:00Z'],
    ['in the second after the last of 32 bits', '2038-01-19T03:14:08Z'],
    ['beyond 32 unsigned bits', '2106-02-07T06:28:16Z'],
  ])('%s', (_, instant) => {
    const end = Date.parse(instant) / 1000
    const items = [itemFacts({ currentPeriodEnd: end })]

    expect(answerFor({ items, cancelAtPeriodEnd: true })).toEqual(until(end, false))
    expect(answerFor({ items })).toEqual(until(end + SLACK, true))
  })
})

describe('the moment at which a cancellation takes effect', () => {
  test('with items of several intervals it is the earliest end of a period', () => {
    const items = [
      itemFacts({ currentPeriodEnd: PERIOD_END }),
      itemFacts({ currentPeriodEnd: PERIOD_END - 7 }),
    ]
    expect(cancellationOf(subscriptionFacts({ items, cancelAtPeriodEnd: true }))).toBe(PERIOD_END - 7)
  })

  test('a period that is not known is passed over', () => {
    const items = [itemFacts({ currentPeriodEnd: null })]
    expect(cancellationOf(subscriptionFacts({ items, cancelAtPeriodEnd: true }))).toBeNull()
  })

  test('there is none for what renews', () => {
    expect(cancellationOf(subscriptionFacts())).toBeNull()
  })
})
