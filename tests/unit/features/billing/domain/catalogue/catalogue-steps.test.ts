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

  it('knows no product by a price that it does not sell, by one without a key, or that is another plan’s', () => {
    const nameless = { ...product, plan: null }
    const creates = [{ do: 'create_product' }, { do: 'create_price' }]

    expect(steps({ products: [nameless], prices: [] })).toMatchObject(creates)
    expect(steps({ products: [nameless], prices: [{ ...price, lookupKey: null }] })).toMatchObject(creates)
    expect(steps({ products: [nameless], prices: [{ ...price, lookupKey: 'other' }] })).toMatchObject(creates)
    expect(steps({ products: [{ ...product, plan: 'team' }] })).toMatchObject(creates)
    expect(steps({ products: [{ ...nameless, productId: 'prod_2' }] })).toMatchObject(creates)
  })

  it('finds its own among those of others, wherever they stand', () => {
    const foreign = { ...price, priceId: 'price_9', productId: 'prod_9', lookupKey: null }
    const others = { ...product, productId: 'prod_9', plan: 'of_another_app' }

    expect(steps({ products: [others, product], prices: [foreign, price] })).toEqual([])
    expect(steps({ products: [others, { ...product, plan: null }], prices: [foreign, price] })).toMatchObject(
      [{ do: 'update_product', productId: 'prod_1' }],
    )
  })

  it('says that a price is missing where Stripe has none', () => {
    expect(steps({ prices: [] })).toEqual([
      {
        do: 'create_price',
        plan: 'pro',
        price: catalogue.plans.pro.prices[0],
        currency: 'eur',
        replaces: null,
        why: 'missing',
      },
    ])
  })

  it('offers in the portal the newest prices of what renews, sorted, and nothing that is paid once', () => {
    const newest = { lookupKey: 'pro_monthly_v2', version: 2, interval: 'month', unitAmount: 2 } as const
    const { pro } = catalogue.plans
    const plans = {
      pro: {
        ...pro,
        versions: { ...pro.versions, 2: pro.versions[1] ?? { features: [], limits: {} } },
        prices: [newest, ...pro.prices, { ...newest, lookupKey: 'a_yearly_v2', interval: 'year' as const }],
      },
      pass: {
        ...pro,
        kind: 'one_time' as const,
        durationDays: 30,
        prices: [{ lookupKey: 'pass', version: 1, interval: null, unitAmount: 1 }],
      },
    }

    expect(
      catalogueSteps({ ...catalogue, plans }, { products: [], prices: [], portal: null }).at(-1),
    ).toEqual({ do: 'create_portal', offers: ['a_yearly_v2', 'pro_monthly_v2'] })
  })

  it('offers in the portal what can what can be bought now', () => {
    expect(steps({ portal: { configurationId: 'bpc_1', offers: ['old_key'] } })).toEqual([
      { do: 'update_portal', configurationId: 'bpc_1', offers: ['pro_monthly'] },
    ])
  })
})
