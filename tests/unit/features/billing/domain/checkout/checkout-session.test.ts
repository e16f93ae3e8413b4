import { describe, expect, test } from 'vitest'
import {
  CheckoutSession,
  offerTo,
  parametersOf,
  priceOrder,
} from '#src/features/billing/domain/checkout/CheckoutSession.ts'
import { type Policy, policy } from '#src/features/billing/domain/policy/policy.ts'

const ORDER = { plan: 'team', interval: 'month', quantity: 4, promotionCode: 'WELCOME' } as const

describe('what Stripe must be told of an order', () => {
  test('a subscription with its trial', () => {
    expect(priceOrder(ORDER)).toEqual({
      ...ORDER,
      mode: 'subscription',
      lookupKey: 'tollgate_team_monthly_v1',
      trialDays: 14,
      trialOncePerCard: false,
    })
  })

  test('a subscription without one', () => {
    expect(priceOrder({ ...ORDER, plan: 'pro', quantity: 1 })).toMatchObject({ trialDays: null })
  })

  test('a payment', () => {
    expect(priceOrder({ plan: 'pass', interval: null, quantity: 1, promotionCode: null })).toMatchObject({
      mode: 'payment',
      lookupKey: 'tollgate_pass_30_days_v1',
      trialDays: null,
    })
  })

  test('a plan has no price at an interval that it is not sold at', () => {
    expect(priceOrder({ ...ORDER, interval: null })).toBeNull()
  })
})

describe('F89: a trial is for the first subscription, and once a card', () => {
  const trialOf = (subscribedBefore: boolean, changes: Partial<Policy['trial']> = {}) => {
    const priced = priceOrder(ORDER)
    if (priced === null) throw new Error('no price')
    return offerTo(priced, { subscribedBefore }, { trial: { ...policy.trial, ...changes } })
  }

  test('who never had one gets it, and is told that it is once a card', () => {
    expect(trialOf(false)).toEqual({ ...priceOrder(ORDER), trialDays: 14, trialOncePerCard: true })
  })

  test('who had one pays from the first day, for the same, whatever the card', () => {
    expect(trialOf(true)).toEqual({ ...priceOrder(ORDER), trialDays: null })
  })

  test('unless the house gives it to everybody, or with any card', () => {
    expect(trialOf(true, { oncePerUser: false })).toMatchObject({ trialDays: 14, trialOncePerCard: true })
    expect(trialOf(false, { oncePerCard: false })).toMatchObject({ trialDays: 14, trialOncePerCard: false })
  })
})

describe('two orders are the same purchase when they ask Stripe for the same', () => {
  const parameters = (changes: object) => {
    const priced = priceOrder({ ...ORDER, ...changes })
    return priced === null ? null : parametersOf(priced)
  }

  test('the same order twice is one', () => {
    expect(parameters({})).toBe(parameters({}))
  })

  test.each([
    ['plan', { plan: 'pro' }],
    ['interval', { interval: 'year' }],
    ['quantity', { quantity: 5 }],
    ['promotion code', { promotionCode: null }],
  ])('another %s is another purchase', (_, changes) => {
    expect(parameters(changes)).not.toBe(parameters({}))
  })
})

describe('a session can be paid on', () => {
  const open = {
    sessionId: 'cs_1',
    url: 'https://checkout.stripe.com/c/1',
    status: 'open',
    expiresAt: 1_000,
  } as const

  test.each([
    ['until the millisecond before its end', {}, 999, true],
    ['not at its end', {}, 1_000, false],
    ['not after it is complete', { status: 'complete' }, 0, false],
    ['not after it has expired', { status: 'expired' }, 0, false],
    ['not without an address', { url: null }, 0, false],
  ] as const)('%s', (_, changes, now, payable) => {
    expect(new CheckoutSession({ ...open, ...changes }).isPayable(now)).toBe(payable)
  })
})
