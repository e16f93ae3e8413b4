import Stripe from 'stripe'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Counter, HOUR, openCounter } from './counter.ts'

let counter: Counter

beforeEach(async () => {
  counter = await openCounter()
})
afterEach(() => counter.sandbox.close())

/** What the first invoice and those of so many renewals came to. */
const totals = async (subscription: Stripe.Subscription, renewals: number): Promise<number[]> => {
  for (let month = 0; month < renewals; month += 1) {
    const { items } = await counter.subscription(subscription.id)
    await counter.sandbox.advance({ to: (items.data[0]?.current_period_end ?? 0) + HOUR })
  }
  const { data } = await counter.stripe.invoices.list({ subscription: subscription.id })
  return data.map(({ total }) => total).reverse()
}

describe('a coupon', () => {
  it.each([
    [{ percent_off: 25, duration: 'repeating', duration_in_months: 3 }, [1_425, 1_425, 1_425, 1_900]],
    [{ amount_off: 500, currency: 'eur', duration: 'once' }, [1_400, 1_900]],
    [{ percent_off: 10, duration: 'forever' }, [1_710, 1_710, 1_710]],
  ] as const)('%j takes off what it says, as long as it says', async (coupon, expected) => {
    const { id } = await counter.stripe.coupons.create(coupon)
    const subscription = await counter.sell(counter.pro, { discounts: [{ coupon: id }] })

    expect(await totals(subscription, expected.length - 1)).toEqual(expected)
  })

  it('is included in the proration of a change', async () => {
    const { id } = await counter.stripe.coupons.create({ percent_off: 50, duration: 'forever' })
    const subscription = await counter.sell(counter.pro, { discounts: [{ coupon: id }] })
    const item = subscription.items.data[0]
    const changed = await counter.stripe.subscriptions.update(subscription.id, {
      items: [{ id: item?.id ?? '', price: counter.team.id }],
      proration_behavior: 'always_invoice',
      proration_date: item?.current_period_start ?? 0,
    })

    const invoice = await counter.latestInvoice(changed)
    expect(invoice.lines.data.map(({ amount }) => amount)).toEqual([-950, 2_450])
    expect(invoice.total).toBe(1_500)
  })
})

describe('a tiered price', () => {
  const tiers = [
    { up_to: 5, unit_amount: 1_000, flat_amount: 500 },
    { up_to: 'inf' as const, unit_amount_decimal: Stripe.Decimal.from('799.5') },
  ]
  const tiered = (tiers_mode: 'graduated' | 'volume') =>
    counter.stripe.prices.create({
      currency: 'eur',
      billing_scheme: 'tiered',
      tiers,
      tiers_mode,
      recurring: { interval: 'month' },
      product: String(counter.pro.product),
      expand: ['tiers'],
    })

  it.each([
    ['graduated', 7, 500 + 5_000 + 1_599],
    ['volume', 7, 5_597],
    ['volume', 5, 5_500],
  ] as const)('%s, %d units: %d cents', async (mode, quantity, total) => {
    const price = await tiered(mode)
    expect(price.tiers).toHaveLength(2)
    const { id: customer } = await counter.customer()
    const subscription = await counter.stripe.subscriptions.create({
      customer,
      items: [{ price: price.id, quantity }],
    })
    expect(await counter.latestInvoice(subscription)).toMatchObject({ total, amount_paid: total })
  })
})

describe('tax', () => {
  it('by a rate is added line by line, and shown', async () => {
    const rate = await counter.stripe.taxRates.create({
      display_name: 'VAT',
      inclusive: false,
      percentage: 19,
    })
    const subscription = await counter.sell(counter.pro, { default_tax_rates: [rate.id] })

    expect(await counter.latestInvoice(subscription)).toMatchObject({
      subtotal: 1_900,
      total: 2_261,
      total_excluding_tax: 1_900,
      total_taxes: [{ amount: 361, tax_behavior: 'exclusive', taxable_amount: 1_900 }],
    })
  })

  it('that is included leaves the total as it is', async () => {
    const rate = await counter.stripe.taxRates.create({
      display_name: 'VAT',
      inclusive: true,
      percentage: 19,
    })
    const subscription = await counter.sell(counter.pro, { default_tax_rates: [rate.id] })

    expect(await counter.latestInvoice(subscription)).toMatchObject({
      total: 1_900,
      total_excluding_tax: 1_597,
      total_taxes: [{ amount: 303, tax_behavior: 'inclusive' }],
    })
  })

  it('automatic, goes by the country of the customer, and needs one', async () => {
    const { id: customer } = await counter.customer()
    const order = { customer, items: [{ price: counter.pro.id }], automatic_tax: { enabled: true } }
    await expect(counter.stripe.subscriptions.create(order)).rejects.toMatchObject({
      code: 'customer_tax_location_invalid',
    })

    await counter.stripe.customers.update(customer, { address: { country: 'FR' } })
    const subscription = await counter.stripe.subscriptions.create(order)
    expect(await counter.latestInvoice(subscription)).toMatchObject({
      automatic_tax: { enabled: true, status: 'complete' },
      total: 2_280,
    })
  })
})
