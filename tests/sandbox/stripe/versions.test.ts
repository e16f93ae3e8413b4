import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ApiVersion } from '#src/sandbox/stripe/versions/api-version.ts'
import { eventAtVersion } from '#src/sandbox/stripe/versions/convert.ts'
import type { StripeEvent } from '#src/sandbox/stripe/wire.ts'
import { openShop, type Shop } from './shop.ts'

type Json = Record<string, unknown>

let shop: Shop
let subscription: string

beforeAll(async () => {
  shop = await openShop()
  const coupon = await shop.stripe.coupons.create({ percent_off: 50, duration: 'forever' })
  const session = await shop.checkout('tollgate_pro_monthly_v1', { discounts: [{ coupon: coupon.id }] })
  subscription = String(shop.sandbox.pay(session.id).session.subscription)
})
afterAll(() => shop.sandbox.close())

/** What the API answers to a request of this version, as JSON. */
async function get(path: string, version?: string): Promise<Json> {
  const response = await fetch(`${shop.sandbox.url}${path}`, {
    headers: {
      authorization: `Bearer ${shop.sandbox.secretKey}`,
      ...(version === undefined ? {} : { 'stripe-version': version }),
    },
  })
  return (await response.json()) as Json
}

/** The newest event of a type as an endpoint of this version is sent it. */
const sent = (type: string, version: ApiVersion) =>
  eventAtVersion(shop.sandbox.state, shop.event(type) as unknown as StripeEvent, version)

describe('the version of a request', () => {
  it.each(['2024-06-20', '2025-03-31.basil', '2026-10-28.endive'])(
    '%s is answered as such',
    async (version) => {
      const { lastResponse } = await shop.stripe.customers.list({}, { apiVersion: version })

      expect(lastResponse.headers['stripe-version']).toBe(version)
    },
  )

  it('that does not exist is refused', async () => {
    expect(await get('/v1/customers', '2025-03-31.endive')).toMatchObject({
      error: { type: 'invalid_request_error', message: 'Invalid Stripe API version: 2025-03-31.endive' },
    })
  })

  it('is the newest where the request names none', async () => {
    const answer = await get(`/v1/subscriptions/${subscription}`)

    expect(answer).not.toHaveProperty('current_period_end')
    expect(answer).toHaveProperty('items.data.0.current_period_end')
  })
})

describe('a subscription', () => {
  it('has its period itself until 2025-03-31.basil, and on its items since', async () => {
    const old = await get(`/v1/subscriptions/${subscription}`, '2025-02-24.acacia')
    const basil = await get(`/v1/subscriptions/${subscription}`, '2025-03-31.basil')

    expect(old.current_period_end).toEqual(expect.any(Number))
    expect(old).not.toHaveProperty('items.data.0.current_period_end')
    expect(basil).not.toHaveProperty('current_period_end')
    expect(basil).toHaveProperty('items.data.0.current_period_end', old.current_period_end)
  })

  it('has one discount until 2025-03-31.basil, whose coupon stands in it until 2025-09-30.clover', async () => {
    const old = await get(`/v1/subscriptions/${subscription}`, '2024-06-20')
    const basil = await get(`/v1/subscriptions/${subscription}?expand[]=discounts`, '2025-03-31.basil')
    const now = await get(`/v1/subscriptions/${subscription}?expand[]=discounts`)

    expect(old).toHaveProperty('discount.coupon.percent_off', 50)
    expect(basil).not.toHaveProperty('discount')
    expect(basil).toHaveProperty('discounts.0.coupon.percent_off', 50)
    expect(now).not.toHaveProperty('discounts.0.coupon')
    expect(now).toHaveProperty('discounts.0.source.coupon', expect.any(String))
  })
})

describe('an invoice', () => {
  it('names its subscription, its payment and whether it is paid until 2025-03-31.basil', async () => {
    const old = sent('invoice.paid', '2024-06-20').data.object
    const now = sent('invoice.paid', '2025-03-31.basil').data.object

    expect(old).toMatchObject({
      subscription,
      paid: true,
      payment_intent: expect.stringMatching(/^pi_/),
      charge: expect.stringMatching(/^ch_/),
      discount: { object: 'discount', coupon: { percent_off: 50 } },
    })
    expect(old).not.toHaveProperty('parent')
    expect(now).toMatchObject({ parent: { subscription_details: { subscription } } })
    expect(now).not.toHaveProperty('subscription')
  })

  it('has lines with their price and plan until 2025-03-31.basil', () => {
    const old = sent('invoice.paid', '2024-06-20').data.object
    const now = sent('invoice.paid', '2025-03-31.basil').data.object

    expect(old).toHaveProperty('lines.data.0.price.lookup_key', 'tollgate_pro_monthly_v1')
    expect(old).toHaveProperty('lines.data.0.plan.interval', 'month')
    expect(old).toHaveProperty('lines.data.0.type', 'subscription')
    expect(now).toHaveProperty('lines.data.0.pricing.price_details.price', expect.stringMatching(/^price_/))
    expect(now).not.toHaveProperty('lines.data.0.price')
  })

  it('is named by its charge until 2025-03-31.basil', () => {
    const old = sent('charge.succeeded', '2024-06-20').data.object
    const now = sent('charge.succeeded', '2025-03-31.basil').data.object

    expect(old.invoice).toMatch(/^in_/)
    expect(now).not.toHaveProperty('invoice')
  })

  it('can be expanded along the paths of its version', async () => {
    const path = `/v1/subscriptions/${subscription}?expand[]=latest_invoice.payment_intent`

    expect(await get(path, '2024-06-20')).toHaveProperty(
      'latest_invoice.payment_intent.object',
      'payment_intent',
    )
    expect(await get(path)).toMatchObject({ error: { param: 'expand' } })
  })
})

describe('a Checkout session', () => {
  it('has the old names of ui_mode until 2026-03-25.dahlia', async () => {
    const { id } = await shop.checkout('tollgate_lifetime_v1', { mode: 'payment' })

    expect(await get(`/v1/checkout/sessions/${id}`, '2026-02-25.clover')).toHaveProperty('ui_mode', 'hosted')
    expect(await get(`/v1/checkout/sessions/${id}`, '2026-03-25.dahlia')).toHaveProperty(
      'ui_mode',
      'hosted_page',
    )
  })
})

describe('an event that is read', () => {
  it('keeps the version that it was made with, whatever the request asks for', async () => {
    const { id } = shop.event('invoice.paid')

    expect(await get(`/v1/events/${id}`, '2024-06-20')).toMatchObject({
      api_version: '2026-10-28.endive',
      data: { object: { parent: { type: 'subscription_details' } } },
    })
  })
})

describe('an update', () => {
  it('shows in its events the previous attributes of the same shape', async () => {
    await shop.sandbox.advance({ to_next_renewal: true })
    const old = sent('customer.subscription.updated', '2024-06-20')
    const now = sent('customer.subscription.updated', '2026-10-28.endive')

    expect(old.api_version).toBe('2024-06-20')
    expect(old.data.previous_attributes).toMatchObject({
      current_period_end: old.data.object.current_period_start,
      current_period_start: expect.any(Number),
    })
    expect(old.data.previous_attributes).not.toHaveProperty('items')
    expect(now.data.previous_attributes).toHaveProperty('items.data.0.current_period_end')
  })
})
