import { describe, expect, it } from 'vitest'
import {
  type CatalogueAtStripe,
  catalogueSteps,
  type StripePrice,
} from '#src/features/billing/domain/catalogue/catalogue-steps.ts'
import { defineCatalogue } from '#src/features/billing/domain/catalogue/define-catalogue.ts'

const catalogue = defineCatalogue({
  currency: 'eur',
  features: { insights: { name: 'Insights', description: '' } },
  limits: {},
  free: { name: 'Free', tagline: '', features: [], limits: {} },
  plans: {
    pro: {
      name: 'Pro',
      tagline: 'For people who decide',
      kind: 'subscription',
      versions: { 1: { features: ['insights'], limits: {} } },
      prices: [{ lookupKey: 'pro_monthly', version: 1, interval: 'month', unitAmount: 1900 }],
    },
  },
})

const product = {
  productId: 'prod_1',
  plan: 'pro',
  name: 'Pro',
  description: 'For people who decide',
  active: true,
}
const price: StripePrice = {
  priceId: 'price_1',
  productId: 'prod_1',
  lookupKey: 'pro_monthly',
  active: true,
  currency: 'eur',
  unitAmount: 1900,
  interval: 'month',
  intervalCount: 1,
}
const whole: CatalogueAtStripe = {
  products: [product],
  prices: [price],
  portal: { configurationId: 'bpc_1', offers: ['pro_monthly'] },
}

const steps = (stripe: Partial<CatalogueAtStripe>) => catalogueSteps(catalogue, { ...whole, ...stripe })

describe('what a push of the catalogue does', () => {
  it('is nothing where Stripe has all of it', () => {
    expect(steps({})).toEqual([])
  })

  it('makes the product, the price and the portal, in this order, in an empty account', () => {
    expect(steps({ products: [], prices: [], portal: null }).map((step) => step.do)).toEqual([
      'create_product',
      'create_price',
      'create_portal',
    ])
  })

  it.each([
    ['other_amount', { unitAmount: 2900 }],
    ['other_currency', { currency: 'usd' }],
    ['other_interval', { interval: 'year' }],
    ['other_interval', { intervalCount: 3 }],
    ['other_product', { productId: 'prod_other' }],
  ])('a price that differs is never edited: another takes its key (%s)', (why, change) => {
    expect(steps({ prices: [{ ...price, ...change }] })).toMatchObject([
      { do: 'create_price', replaces: 'price_1', why, price: { lookupKey: 'pro_monthly', unitAmount: 1900 } },
    ])
  })

  it('a price that was only archived is opened again', () => {
    expect(steps({ prices: [{ ...price, active: false }] })).toEqual([
      { do: 'activate_price', priceId: 'price_1', lookupKey: 'pro_monthly' },
    ])
  })

  it.each([{ name: 'Pro!' }, { description: null }, { active: false }])(
    'a product that differs is put right: %j',
    (change) => {
      expect(steps({ products: [{ ...product, ...change }] })).toMatchObject([
        { do: 'update_product', productId: 'prod_1', name: 'Pro' },
      ])
    },
  )

  it('a product that does not name its plan is known by its price, and told the plan', () => {
    expect(steps({ products: [{ ...product, plan: null }] })).toMatchObject([
      { do: 'update_product', plan: 'pro', productId: 'prod_1' },
    ])
  })

  it('leaves prices and products alone that are none of the catalogue', () => {
    const foreign = { ...price, priceId: 'price_9', productId: 'prod_9', lookupKey: 'of_another_app' }

    expect(
      steps({
        products: [product, { ...product, productId: 'prod_9', plan: null }],
        prices: [price, foreign],
      }),
    ).toEqual([])
  })

  it('offers in the portal what can be bought now', () => {
    expect(steps({ portal: { configurationId: 'bpc_1', offers: ['old_key'] } })).toEqual([
      { do: 'update_portal', configurationId: 'bpc_1', offers: ['pro_monthly'] },
    ])
  })
})
