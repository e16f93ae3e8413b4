import { describe, expect, test } from 'vitest'
import {
  type SubscriptionSnapshot,
  subscriptionChange,
} from '#src/features/billing/domain/change/subscription-change.ts'
import { metadataKeys, TRIAL_ONCE_PER_CARD } from '#src/features/billing/domain/facts/Metadata.ts'
import type { SubscriptionFacts } from '#src/features/billing/domain/facts/SubscriptionFacts.ts'
import { daysInSeconds, policy } from '#src/features/billing/domain/policy/policy.ts'
import { itemFacts, PERIOD_END, subscriptionFacts, USER_ID } from '#tests/support/stripe-facts.ts'

const SLACK = daysInSeconds(policy.renewal.slackDays)
const VERSION = { snapshot_at: 1_800_000_000, snapshot_rank: 1, read_after_revision: null }

function changeOf(
  now: Parameters<typeof subscriptionFacts>[0],
  before: SubscriptionSnapshot['before'] = null,
) {
  return subscriptionChange({ now: subscriptionFacts(now), before, version: VERSION }, policy)
}

describe('a snapshot of a subscription', () => {
  test('becomes one source with its plan, its end and its next renewal', () => {
    expect(changeOf({})).toMatchObject({
      kind: 'change',
      reason: null,
      user_id: USER_ID,
      customer_id: 'cus_1',
      links_customer: true,
      source: {
        ...VERSION,
        kind: 'subscription',
        source_id: 'sub_1',
        status: 'active',
        terminal: false,
        grants_access: true,
        plan: 'pro',
        plan_version: 1,
        quantity: 1,
        items: [{ item_id: 'si_1', plan: 'pro', interval: 'month', expires_at: PERIOD_END + SLACK }],
        renews_at: PERIOD_END,
        cancels_at: null,
        expires_at: PERIOD_END + SLACK,
        past_due_entered_at: null,
        past_due_grace_seconds: null,
      },
    })
  })

  test('with several items ends with the last of them and renews with the first', () => {
    const items = [
      itemFacts({ itemId: 'si_1', currentPeriodEnd: PERIOD_END }),
      itemFacts({
        itemId: 'si_2',
        lookupKey: 'tollgate_team_yearly_v1',
        quantity: 4,
        currentPeriodEnd: PERIOD_END + 9,
      }),
    ]
    expect(changeOf({ items })).toMatchObject({
      source: {
        expires_at: PERIOD_END + 9 + SLACK,
        renews_at: PERIOD_END,
        items: [
          { item_id: 'si_1', plan: 'pro', quantity: 1 },
          { item_id: 'si_2', plan: 'team', quantity: 4, interval: 'year' },
        ],
      },
    })
  })

  test('that is to be cancelled ends at that very second and renews no more', () => {
    expect(changeOf({ cancelAtPeriodEnd: true })).toMatchObject({
      source: { expires_at: PERIOD_END, cancels_at: PERIOD_END, renews_at: null },
    })
  })

  test('of a trial renews when the trial ends', () => {
    expect(changeOf({ status: 'trialing', trialEnd: PERIOD_END - 3 })).toMatchObject({
      source: { renews_at: PERIOD_END - 3, expires_at: PERIOD_END - 3 + SLACK },
    })
  })

  test('F89: of a trial is once a card where its buyer was told so, and the house wants it so', () => {
    const told = { metadata: { [metadataKeys.trial]: TRIAL_ONCE_PER_CARD } }
    const trialing = { status: 'trialing', trialEnd: PERIOD_END }
    const anyCard = { ...policy, trial: { ...policy.trial, oncePerCard: false } }
    const isOnce = (facts: Partial<SubscriptionFacts>, by = policy) => {
      const change = subscriptionChange({ now: subscriptionFacts(facts), before: null, version: VERSION }, by)
      return change.kind === 'change' && change.source?.trial_once_per_card
    }

    expect(isOnce({ ...trialing, ...told })).toBe(true)
    expect(isOnce(trialing)).toBe(false)
    expect(isOnce(told)).toBe(false)
    expect(isOnce({ ...trialing, ...told }, anyCard)).toBe(false)
  })

  test('that is past due is judged by the grace, which begins where the event shows the change', () => {
    expect(changeOf({ status: 'past_due' }, subscriptionFacts({ status: 'active' }))).toMatchObject({
      source: {
        past_due_entered_at: VERSION.snapshot_at,
        past_due_grace_seconds: daysInSeconds(policy.pastDue.graceDays),
        expires_at: null,
        items: [{ expires_at: null }],
      },
    })
  })

  test('that is past due no more tells no beginning of it', () => {
    expect(changeOf({}, subscriptionFacts({ status: 'incomplete' }))).toMatchObject({
      source: { past_due_entered_at: null },
    })
  })

  test('that was past due before tells no new beginning of it', () => {
    const change = changeOf({ status: 'past_due' }, subscriptionFacts({ status: 'past_due', cancelAt: 5 }))
    expect(change).toMatchObject({ source: { past_due_entered_at: null } })
  })

  test('that is past due without saying what it was before tells no beginning either', () => {
    expect(changeOf({ status: 'past_due' })).toMatchObject({ source: { past_due_entered_at: null } })
  })

  test('that is paused grants nothing, and is not over', () => {
    expect(changeOf({ status: 'paused' })).toMatchObject({
      source: {
        status: 'paused',
        grants_access: false,
        terminal: false,
        expires_at: null,
        renews_at: null,
      },
    })
  })

  test('that is cancelled is over for good at the moment that Stripe names', () => {
    expect(changeOf({ status: 'canceled', endedAt: 1_799_999_999 })).toMatchObject({
      source: { grants_access: false, terminal: true, expires_at: 1_799_999_999, renews_at: null },
    })
  })

  test('whose metadata names no user leaves that to the customer, and links nobody', () => {
    expect(changeOf({ metadata: {} })).toMatchObject({
      user_id: null,
      customer_id: 'cus_1',
      links_customer: false,
    })
  })

  test('whose metadata names something else than a user names nobody', () => {
    expect(changeOf({ metadata: { tollgate_user_id: "' or 1=1" } })).toMatchObject({ user_id: null })
  })
})

describe('F19, F87: a price that the catalogue does not know', () => {
  test('opens nothing, and is named beside what is known', () => {
    const items = [itemFacts(), itemFacts({ itemId: 'si_2', lookupKey: 'somebody_elses' })]
    expect(changeOf({ items })).toMatchObject({
      kind: 'change',
      reason: 'unknown_price',
      source: { items: [{ item_id: 'si_1' }] },
    })
  })

  test.each([
    ['another lookup key', itemFacts({ lookupKey: 'somebody_elses' })],
    ['no lookup key', itemFacts({ lookupKey: null })],
    ['a key of every object', itemFacts({ lookupKey: '__proto__' })],
    ['no seat at all', itemFacts({ quantity: 0 })],
  ])('alone keeps the event for later: %s', (_, item) => {
    expect(changeOf({ items: [item] })).toEqual({
      kind: 'unresolved',
      reason: 'unknown_price',
      user_id: USER_ID,
      customer_id: 'cus_1',
    })
  })
})

describe('F40: what is bought once', () => {
  const addOn = itemFacts({ itemId: 'si_2', lookupKey: 'tollgate_audit_monthly_v1' })

  test('is a subscription with a plan that stands by itself, whatever is beside it', () => {
    expect(changeOf({ items: [itemFacts(), addOn] })).toMatchObject({ source: { bought_once: true } })
  })

  test('is no add-on alone', () => {
    expect(changeOf({ items: [addOn] })).toMatchObject({ source: { bought_once: false } })
  })
})

describe('what is over for good ends, though the catalogue does not know its price any more', () => {
  const unknown = [itemFacts({ lookupKey: 'sold_no_more' })]

  test.each(['canceled', 'incomplete_expired'])('%s', (status) => {
    expect(changeOf({ status, items: unknown, endedAt: 1_799_999_999 })).toMatchObject({
      kind: 'change',
      reason: 'unknown_price',
      source: { terminal: true, grants_access: false, plan: 'pro', items: [], expires_at: 1_799_999_999 },
    })
  })

  test('a subscription that was not made by us names no plan', () => {
    const change = changeOf({ status: 'canceled', items: unknown, metadata: {} })
    expect(change).toMatchObject({ user_id: null, source: { plan: 'unknown', quantity: 1 } })
  })

  test.each(['unpaid', 'paused', 'incomplete', 'past_due', 'active'])(
    '%s is not over, so it is kept',
    (status) => {
      expect(changeOf({ status, items: unknown })).toMatchObject({
        kind: 'unresolved',
        reason: 'unknown_price',
      })
    },
  )
})

describe('what nobody can decide is kept with its reason', () => {
  test.each([
    ['unknown_status', { status: 'hibernating' }],
    ['unknown_shape', { items: [itemFacts({ currentPeriodEnd: null })] }],
  ])('%s', (reason, changes) => {
    expect(changeOf(changes)).toEqual({ kind: 'unresolved', reason, user_id: USER_ID, customer_id: 'cus_1' })
  })
})

describe('the content, by which two snapshots of one second are compared', () => {
  const contentOf = (changes: Parameters<typeof subscriptionFacts>[0]) => {
    const change = changeOf(changes)
    return change.kind === 'change' ? JSON.stringify(change.source?.content) : null
  }

  test('does not depend on the order of the items', () => {
    const first = itemFacts({ itemId: 'si_1' })
    const second = itemFacts({ itemId: 'si_2', quantity: 3 })
    expect(contentOf({ items: [first, second] })).toBe(contentOf({ items: [second, first] }))
  })

  test.each([
    ['status', { status: 'unpaid' }],
    ['items', { items: [itemFacts({ quantity: 2 })] }],
    ['period', { items: [itemFacts({ currentPeriodEnd: PERIOD_END + 1 })] }],
    ['cancel_at', { cancelAt: 5 }],
    ['cancel_at_period_end', { cancelAtPeriodEnd: true }],
    ['ended_at', { endedAt: 5 }],
    ['trial_end', { trialEnd: 5 }],
    ['collection', { collectionPaused: true }],
  ])('differs with the %s', (_, changes) => {
    expect(contentOf(changes)).not.toBe(contentOf({}))
  })

  test('does not differ with what bears on no access', () => {
    expect(contentOf({ metadata: { note: 'x' } })).toBe(contentOf({}))
  })

  test('of the snapshot before is told where the event tells it', () => {
    const before = subscriptionFacts({ status: 'incomplete' })
    expect(changeOf({}, before)).toMatchObject({ source: { content_before: { status: 'incomplete' } } })
  })
})
