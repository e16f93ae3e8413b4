import type Stripe from 'stripe'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { refusal } from '../money/pay.ts'
import { openShop, type Shop } from '../shop.ts'

// 1 January 2030: a month of 31 days begins.
const NOW = Date.UTC(2030, 0, 1) / 1000
const DAY = 86_400

let shop: Shop

beforeAll(async () => {
  shop = await openShop({ frozenAt: NOW })
})
beforeEach(() => {
  shop.sandbox.reset()
  shop.forget()
})
afterAll(() => shop.sandbox.close())

type SubscriptionData = Stripe.Checkout.SessionCreateParams.SubscriptionData

/** A session for Pro at €19.00 a month. */
const sell = (subscription_data: SubscriptionData, more: Partial<Stripe.Checkout.SessionCreateParams> = {}) =>
  shop.checkout('tollgate_pro_monthly_v1', { subscription_data, ...more })
const pay = async ({ id }: Stripe.Checkout.Session) => {
  const { session } = shop.sandbox.pay(id)
  const subscription = await shop.stripe.subscriptions.retrieve(String(session.subscription))
  const invoice = await shop.stripe.invoices.retrieve(String(session.invoice))
  return { subscription, invoice, item: subscription.items.data[0] }
}

describe('a billing cycle anchor', () => {
  it('charges the days up to it, then whole periods from it on', async () => {
    const session = await sell({ billing_cycle_anchor: NOW + 10 * DAY })
    // The period that ends on 11 January began on 11 December and has 31 days: 19.00 × 10 / 31.
    expect(session).toMatchObject({ amount_subtotal: 613, amount_total: 613 })
    const { subscription, invoice, item } = await pay(session)

    expect(subscription).toMatchObject({ status: 'active', billing_cycle_anchor: NOW + 10 * DAY })
    expect(item).toMatchObject({ current_period_start: NOW, current_period_end: NOW + 10 * DAY })
    expect(invoice).toMatchObject({ total: 613, amount_paid: 613 })
    await shop.sandbox.advance({ seconds: 10 * DAY + 3_601 })
    const { data } = await shop.stripe.invoices.list({ subscription: subscription.id })
    expect(data.map(({ amount_paid }) => amount_paid)).toEqual([1_900, 613])
  })

  it('without prorations gives them for nothing, and saves the card', async () => {
    const session = await sell({ billing_cycle_anchor: NOW + 10 * DAY, proration_behavior: 'none' })
    expect(session).toMatchObject({ amount_total: 0 })
    const { subscription, invoice } = await pay(session)

    expect(subscription).toMatchObject({
      status: 'active',
      default_payment_method: expect.stringMatching(/^pm_/),
    })
    expect(invoice).toMatchObject({ total: 0, status: 'paid' })
  })

  it('that passes before the payment begins a whole period', async () => {
    const session = await sell({ billing_cycle_anchor: NOW + 3_600 })
    await shop.sandbox.advance({ seconds: 7_200 })
    const { invoice, item } = await pay(session)

    expect(invoice.amount_paid).toBe(1_900)
    expect(item).toMatchObject({
      current_period_start: NOW + 3_600,
      current_period_end: NOW + 31 * DAY + 3_600,
    })
  })

  it('may be a day of the month', async () => {
    const session = await sell({
      billing_cycle_anchor_config: { day_of_month: 20, hour: 0, minute: 0, second: 0 },
    })
    const { subscription } = await pay(session)

    expect(session.amount_total).toBe(1_165)
    expect(subscription).toMatchObject({
      billing_cycle_anchor: NOW + 19 * DAY,
      billing_cycle_anchor_config: { day_of_month: 20, month: null },
    })
  })

  it.each([
    ['is past', { billing_cycle_anchor: NOW }, 'billing_cycle_anchor'],
    [
      'is later than the next natural billing date',
      { billing_cycle_anchor: NOW + 32 * DAY },
      'billing_cycle_anchor',
    ],
    [
      'stands beside a trial',
      { billing_cycle_anchor: NOW + DAY, trial_period_days: 3 },
      'billing_cycle_anchor',
    ],
    [
      'is said twice',
      { billing_cycle_anchor: NOW + DAY, billing_cycle_anchor_config: { day_of_month: 3 } },
      'billing_cycle_anchor_config',
    ],
  ])('is refused where it %s', async (_, data, param) => {
    await expect(refusal(sell(data))).resolves.toMatchObject({ param: `subscription_data[${param}]` })
  })
})

it('what the session says of its subscription and its invoices stands on them', async () => {
  const session = await sell({
    billing_mode: { type: 'flexible', flexible: { proration_discounts: 'itemized' } },
    invoice_settings: {
      description: 'Thank you',
      footer: 'Net',
      custom_fields: [{ name: 'PO', value: '7' }],
    },
    pending_invoice_item_interval: { interval: 'week' },
  })
  const { subscription, invoice } = await pay(session)

  expect(subscription).toMatchObject({
    billing_mode: { type: 'flexible', flexible: { proration_discounts: 'itemized' } },
    invoice_settings: { description: 'Thank you' },
    next_pending_invoice_item_invoice: NOW + 7 * DAY,
    pending_invoice_item_interval: { interval: 'week', interval_count: 1 },
  })
  expect(invoice).toMatchObject({
    description: 'Thank you',
    footer: 'Net',
    custom_fields: [{ name: 'PO', value: '7' }],
  })
})

it('its billing is classic where the session asks for it', async () => {
  const { subscription } = await pay(await sell({ billing_mode: { type: 'classic' } }))

  expect(subscription.billing_mode).toEqual({ type: 'classic', flexible: null })
})
