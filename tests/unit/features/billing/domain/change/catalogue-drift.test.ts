import { describe, expect, it } from 'vitest'
import { catalogueDrift, priceChange } from '#src/features/billing/domain/change/catalogue-drift.ts'

const PRICE = {
  priceId: 'price_1',
  lookupKey: 'tollgate_pro_monthly_v1',
  active: true,
  currency: 'eur',
  unitAmount: 1_900,
  interval: 'month',
  intervalCount: 1,
}
const PASS = { lookupKey: 'tollgate_pass_30_days_v1', unitAmount: 2_500, interval: null, intervalCount: null }

describe('a price of Stripe beside the catalogue', () => {
  it.each([
    ['agrees', {}],
    ['agrees', { intervalCount: null }],
    ['agrees', PASS],
    ['agrees', { ...PASS, intervalCount: 3 }],
    ['other_price', { lookupKey: 'another_app' }],
    ['other_price', { lookupKey: null }],
    ['other_currency', { currency: 'usd' }],
    ['other_amount', { unitAmount: 1_901 }],
    ['other_amount', { unitAmount: null }],
    ['other_interval', { interval: 'year' }],
    ['other_interval', { intervalCount: 3 }],
    ['other_interval', { ...PASS, interval: 'month', intervalCount: 1 }],
    ['inactive_price', { active: false }],
  ])('%s: %j', (drift, changes) => {
    expect(catalogueDrift({ ...PRICE, ...changes })).toBe(drift)
  })

  it('that was deleted sells nothing any more', () => {
    expect(priceChange(PRICE, true)).toMatchObject({ kind: 'ignored', reason: 'catalogue_inactive_price' })
    expect(priceChange(PRICE, false)).toMatchObject({ reason: 'agrees' })
    expect(priceChange({ ...PRICE, lookupKey: null }, true)).toMatchObject({ reason: 'other_price' })
  })
})
