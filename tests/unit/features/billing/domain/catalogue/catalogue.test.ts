import { describe, expect, test } from 'vitest'
import { catalogue } from '#src/features/billing/domain/catalogue/catalogue.ts'
import {
  type CataloguePrice,
  defineCatalogue,
  type Plan,
} from '#src/features/billing/domain/catalogue/define-catalogue.ts'
import {
  baseOf,
  findByLookupKey,
  isBoughtOnce,
  isPlanKey,
  isRepeatable,
  planOf,
  plans,
  priceOf,
  termsOf,
} from '#src/features/billing/domain/catalogue/lookup.ts'

const MONTHLY: CataloguePrice = { lookupKey: 'a_monthly', version: 1, interval: 'month', unitAmount: 100 }
const ONCE: CataloguePrice = { lookupKey: 'a_once', version: 1, interval: null, unitAmount: 100 }

function define(plansGiven: Record<string, Plan>) {
  return defineCatalogue({
    currency: 'eur',
    features: {},
    limits: {},
    free: { name: 'Free', tagline: '', features: [], limits: {} },
    plans: plansGiven,
  })
}

const subscription = (...prices: CataloguePrice[]): Plan => ({
  name: 'A',
  tagline: '',
  kind: 'subscription',
  versions: { 1: { features: [], limits: {} }, 2: { features: [], limits: {} } },
  prices,
})

const oneTime = (...prices: CataloguePrice[]): Plan => ({
  name: 'B',
  tagline: '',
  kind: 'one_time',
  durationDays: null,
  versions: { 1: { features: [], limits: {} } },
  prices,
})

const addOn = (...bases: string[]): Plan => ({
  ...subscription(),
  kind: 'subscription',
  addOnTo: bases,
})

describe('a broken catalogue never serves a request', () => {
  test.each<[string, Record<string, Plan>, string]>([
    [
      'a lookup key that stands twice',
      { a: subscription(MONTHLY), b: subscription(MONTHLY) },
      'catalogue: plan b, price a_monthly: the lookup key stands twice',
    ],
    [
      'a version that does not exist',
      { a: subscription({ ...MONTHLY, version: 3 }) },
      'catalogue: plan a, price a_monthly: version 3 is not defined',
    ],
    [
      'two prices of one interval and version',
      { a: subscription(MONTHLY, { ...MONTHLY, lookupKey: 'a_monthly_too' }) },
      'catalogue: plan a, price a_monthly_too: the plan has a price for month, version 1 already',
    ],
    [
      'two prices of a plan that is paid once',
      { b: oneTime(ONCE, { ...ONCE, lookupKey: 'b_too' }) },
      'catalogue: plan b, price b_too: the plan has a price for once, version 1 already',
    ],
    [
      'a subscription without an interval',
      { a: subscription(ONCE) },
      'catalogue: plan a, price a_once: a subscription price needs an interval',
    ],
    [
      'an interval on what is paid once',
      { b: oneTime(MONTHLY) },
      'catalogue: plan b, price a_monthly: a one_time price has no interval',
    ],
    [
      'an add-on to a plan that does not exist',
      { a: subscription(MONTHLY), x: addOn('b') },
      'catalogue: plan x adds to b, which is no subscription that stands by itself',
    ],
    [
      'an add-on to what is paid once',
      { b: oneTime(ONCE), x: addOn('b') },
      'catalogue: plan x adds to b, which is no subscription that stands by itself',
    ],
    [
      'an add-on to an add-on',
      { a: subscription(MONTHLY), x: addOn('a'), y: addOn('x') },
      'catalogue: plan y adds to x, which is no subscription that stands by itself',
    ],
  ])('%s', (_, given, message) => {
    expect(() => define(given)).toThrow(new Error(message))
  })

  test('a plan may have a price of each interval, and of each version', () => {
    const prices = [
      MONTHLY,
      { ...MONTHLY, lookupKey: 'a_yearly', interval: 'year' } as const,
      { ...MONTHLY, lookupKey: 'a_monthly_v2', version: 2 },
    ]
    expect(define({ a: subscription(...prices) }).plans.a?.prices).toEqual(prices)
  })
})

describe('looking things up', () => {
  test('every plan stands under its key, in the order of the catalogue', () => {
    expect(plans.map(([key, plan]) => [key, plan.name])).toEqual([
      ['pro', 'Pro'],
      ['team', 'Team'],
      ['audit', 'Audit log for Pro'],
      ['pass', '30-day pass'],
      ['lifetime', 'Lifetime'],
      ['api_pack', 'API pack'],
    ])
  })

  test.each(['__proto__', 'constructor', 'toString', 'Pro', ''])('%j is no plan', (word) => {
    expect(isPlanKey(word)).toBe(false)
  })

  test('a plan is one by its key', () => {
    expect(isPlanKey('pro')).toBe(true)
    expect(planOf('pro')).toBe(catalogue.plans.pro)
  })

  test('a price is found by its lookup key', () => {
    expect(findByLookupKey('tollgate_team_yearly_v1')).toMatchObject({
      planKey: 'team',
      price: { interval: 'year', version: 1 },
    })
  })

  test.each([null, '', 'price_123', '__proto__'])('%j is no lookup key', (key) => {
    expect(findByLookupKey(key)).toBeNull()
  })

  test.each([
    ['pro', 'month', 'tollgate_pro_monthly_v1'],
    ['pro', 'year', 'tollgate_pro_yearly_v1'],
    ['lifetime', null, 'tollgate_lifetime_v1'],
  ] as const)('%s is sold per %s as %s', (plan, interval, lookupKey) => {
    expect(priceOf(plan, interval)?.lookupKey).toBe(lookupKey)
  })

  test.each([
    ['pro', null],
    ['lifetime', 'year'],
  ] as const)('%s is not sold per %s', (plan, interval) => {
    expect(priceOf(plan, interval)).toBeNull()
  })

  test('a version has its own terms, and an unknown one has none', () => {
    expect(termsOf('pro', 1)?.features).toEqual(['projects', 'insights', 'export', 'api'])
    expect(termsOf('pro', 2)).toBeNull()
  })

  test('an add-on needs one of its bases, and every other plan stands by itself', () => {
    expect(baseOf('audit')).toEqual(['pro'])
    expect([baseOf('pro'), baseOf('pass')]).toEqual([null, null])
  })

  test.each([
    ['a plan that renews', 'pro', true],
    ['an add-on', 'audit', false],
    ['a pass, which runs out', 'pass', false],
    ['what lasts for life', 'lifetime', true],
    ['a pack', 'api_pack', false],
  ] as const)('F40: %s is bought once: %#', (_, plan, once) => {
    expect(isBoughtOnce(plan)).toBe(once)
  })

  test('a pack alone can be bought again and again', () => {
    expect(plans.map(([key]) => key).filter(isRepeatable)).toEqual(['api_pack'])
  })
})
