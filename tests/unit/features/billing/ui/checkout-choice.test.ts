import { describe, expect, it } from 'vitest'
import {
  clampSeats,
  parseChoice,
  parseInterval,
  pricingPath,
} from '#src/features/billing/ui/checkout-choice.ts'

const choose = (plan: unknown, interval?: unknown, quantity?: unknown) =>
  parseChoice({ plan, interval, quantity })

describe('the choice in a form or an address', () => {
  it('is a plan of the catalogue at its interval', () => {
    expect(choose('pro', 'year')).toEqual({ plan: 'pro', interval: 'year', quantity: 1 })
  })

  it('is monthly where no interval is given', () => {
    expect(choose('pro')).toEqual({ plan: 'pro', interval: 'month', quantity: 1 })
    expect(parseInterval('week')).toBe('month')
  })

  it('of a plan that is paid once has no interval', () => {
    expect(choose('pass', 'year')).toEqual({ plan: 'pass', interval: null, quantity: 1 })
  })

  it.each([['toString'], ['free'], ['PRO'], [''], [undefined], [42], [['pro']]])(
    'is none for %o, which the catalogue does not sell',
    (plan) => {
      expect(choose(plan)).toBeNull()
    },
  )

  it('has seats only where the plan has them', () => {
    expect(choose('team', 'month', '5')?.quantity).toBe(5)
    expect(choose('pro', 'month', '5')?.quantity).toBe(1)
  })
})

describe('seats', () => {
  it.each([
    ['7', 7],
    ['2.9', 2],
    ['1', 2],
    ['-3', 2],
    ['1e9', 200],
    ['', 2],
    ['  ', 2],
    ['many', 2],
    [undefined, 2],
  ])('%o become %i within 2 and 200', (typed, seats) => {
    expect(clampSeats(typed, { min: 2, max: 200 })).toBe(seats)
  })
})

describe('the way to the plans', () => {
  it('keeps the choice, so that it can be linked and reloaded', () => {
    expect(pricingPath({ plan: 'team', interval: 'year', quantity: 3 })).toBe(
      '/pricing?plan=team&interval=year&quantity=3',
    )
    expect(pricingPath({ plan: 'lifetime', interval: null, quantity: 1 })).toBe('/pricing?plan=lifetime')
  })

  it('says where to go when it is paid', () => {
    expect(pricingPath(null, { return_to: '/insights?a=1' })).toBe('/pricing?return_to=%2Finsights%3Fa%3D1')
    expect(pricingPath(null)).toBe('/pricing')
  })

  it('leads to the choice that it was made of', () => {
    const choice = { plan: 'team', interval: 'year', quantity: 3 } as const
    const query = new URL(pricingPath(choice), 'https://app.example').searchParams

    expect(choose(query.get('plan'), query.get('interval'), query.get('quantity'))).toEqual(choice)
  })
})
