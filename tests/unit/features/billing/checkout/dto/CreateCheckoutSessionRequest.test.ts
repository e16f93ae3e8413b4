import { describe, expect, expectTypeOf, test } from 'vitest'
import {
  type CreateCheckoutSessionRequest,
  orderOf,
  parseCheckoutRequest,
} from '#src/features/billing/application/checkout/dto/CreateCheckoutSessionRequest.ts'
import type { CreateCheckoutSessionResponse } from '#src/shared/types/billing.ts'

const PRO = { plan: 'pro', interval: 'month' }
const TEAM = { plan: 'team', interval: 'year' }

/** The fields that a body is refused for. */
function refusedFields(body: unknown): string[] {
  const parsed = parseCheckoutRequest(body)
  return 'refused' in parsed ? parsed.refused.map(({ field }) => field) : []
}

describe('what the catalogue sells is accepted as it is', () => {
  test.each<[object, object]>([
    [PRO, { plan: 'pro', interval: 'month', quantity: 1, promotionCode: null }],
    [
      { ...PRO, quantity: 1 },
      { plan: 'pro', interval: 'month', quantity: 1, promotionCode: null },
    ],
    [TEAM, { plan: 'team', interval: 'year', quantity: 2, promotionCode: null }],
    [
      { ...TEAM, quantity: 200 },
      { plan: 'team', interval: 'year', quantity: 200, promotionCode: null },
    ],
    [{ plan: 'lifetime' }, { plan: 'lifetime', interval: null, quantity: 1, promotionCode: null }],
    [
      { plan: 'pass', quantity: 1 },
      { plan: 'pass', interval: null, quantity: 1, promotionCode: null },
    ],
    [
      { ...PRO, promotionCode: 'Spring-2027' },
      { plan: 'pro', interval: 'month', quantity: 1, promotionCode: 'Spring-2027' },
    ],
  ])('%j', (body, order) => {
    const parsed = parseCheckoutRequest(body)
    expect(parsed).toEqual({ request: body })
    expect(orderOf(body as CreateCheckoutSessionRequest)).toEqual(order)
  })
})

describe('every bad input names its field', () => {
  test.each<[string, unknown, string[]]>([
    ['a plan that is not sold', { ...PRO, plan: 'gold' }, ['plan']],
    ['no plan', { interval: 'month' }, ['plan']],
    ['a plan that is a number', { ...PRO, plan: 1 }, ['plan']],
    ['a plan of another case', { ...PRO, plan: 'Pro' }, ['plan']],
    ['a plan named like a property of every object', { ...PRO, plan: '__proto__' }, ['plan']],
    ['a plan named constructor', { ...PRO, plan: 'constructor' }, ['plan']],
    ['no interval where the plan needs one', { plan: 'pro' }, ['interval']],
    ['an interval that is not sold', { ...PRO, interval: 'week' }, ['interval']],
    ['an interval where the plan has none', { plan: 'lifetime', interval: 'year' }, ['interval']],
    ['an interval that is null', { ...PRO, interval: null }, ['interval']],
    ['no quantity at all', { ...TEAM, quantity: 0 }, ['quantity']],
    ['a quantity below zero', { ...TEAM, quantity: -1 }, ['quantity']],
    ['a quantity above the seats of the plan', { ...TEAM, quantity: 201 }, ['quantity']],
    ['a quantity below the seats of the plan', { ...TEAM, quantity: 1 }, ['quantity']],
    ['a quantity beyond reason', { ...TEAM, quantity: 1e9 }, ['quantity']],
    ['a quantity beyond integers', { ...TEAM, quantity: 1e300 }, ['quantity']],
    ['half a seat', { ...TEAM, quantity: 2.5 }, ['quantity']],
    ['one and a half of a plan without seats', { ...PRO, quantity: 1.5 }, ['quantity']],
    ['a quantity in words', { ...TEAM, quantity: '2' }, ['quantity']],
    ['two of a plan without seats', { ...PRO, quantity: 2 }, ['quantity']],
    ['two lifetimes', { plan: 'lifetime', quantity: 2 }, ['quantity']],
    ['a promotion code with a space', { ...PRO, promotionCode: 'FREE 4 ALL' }, ['promotionCode']],
    ['an empty promotion code', { ...PRO, promotionCode: '' }, ['promotionCode']],
    ['a promotion code of 65 letters', { ...PRO, promotionCode: 'A'.repeat(65) }, ['promotionCode']],
    ['a promotion code with a line end', { ...PRO, promotionCode: 'FREE\n' }, ['promotionCode']],
    ['a promotion code in Cyrillic', { ...PRO, promotionCode: 'ВЕСНА' }, ['promotionCode']],
    ['a promotion code that is a list', { ...PRO, promotionCode: ['FREE'] }, ['promotionCode']],
    ['an amount', { ...PRO, amount: 1 }, ['amount']],
    ['an amount in Stripe’s word', { ...PRO, unit_amount: 1 }, ['unit_amount']],
    ['a price id', { ...PRO, priceId: 'price_1' }, ['priceId']],
    ['a lookup key', { ...PRO, lookupKey: 'tollgate_pro_monthly_v1' }, ['lookupKey']],
    ['a user id', { ...PRO, userId: 'somebody' }, ['userId']],
    ['a return URL', { ...PRO, successUrl: 'https://elsewhere.test' }, ['successUrl']],
    ['two fields that are not ours', { ...PRO, amount: 1, currency: 'usd' }, ['amount', 'currency']],
    [
      'everything wrong at once',
      { plan: 'gold', interval: 'week', quantity: 0 },
      ['plan', 'interval', 'quantity'],
    ],
    ['a list', [PRO], ['body']],
    ['null', null, ['body']],
    ['a word', 'pro', ['body']],
    ['a number', 1, ['body']],
  ])('%s', (_, body, fields) => {
    expect(refusedFields(body)).toEqual(fields)
  })

  test('a key that JSON can carry and a literal cannot', () => {
    const body: unknown = JSON.parse('{"plan":"pro","interval":"month","__proto__":{"isAdmin":true}}')
    expect(refusedFields(body)).toEqual(['__proto__'])
  })

  test('what is wrong is said in words, and never repeats what was sent', () => {
    expect(parseCheckoutRequest({ ...TEAM, quantity: 500 })).toEqual({
      refused: [{ field: 'quantity', message: 'from 2 to 200' }],
    })
    expect(parseCheckoutRequest({ plan: 'lifetime', interval: 'year' })).toEqual({
      refused: [{ field: 'interval', message: 'this plan has no interval' }],
    })
    expect(parseCheckoutRequest({ ...PRO, quantity: 2 })).toEqual({
      refused: [{ field: 'quantity', message: 'this plan has no seats' }],
    })
    expect(JSON.stringify(parseCheckoutRequest({ ...PRO, plan: '<script>' }))).not.toContain('<script>')
  })
})

test('the answer holds where to go and until when, and nothing else', () => {
  expectTypeOf<CreateCheckoutSessionResponse>().toEqualTypeOf<{
    readonly sessionId: string
    readonly url: string
    readonly expiresAt: number
  }>()
})
