import type Stripe from 'stripe'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { refusal } from '../money/pay.ts'
import { type Visitor, visitorOf } from '../pages/visitor.ts'
import { openShop, type Shop } from '../shop.ts'
import { book, CARD_FIELDS, pathOf, sellBook } from './book-shop.ts'

let shop: Shop
let visitor: Visitor

beforeAll(async () => {
  shop = await openShop()
  visitor = visitorOf(shop.sandbox)
})
beforeEach(() => {
  shop.sandbox.reset()
  shop.forget()
})
afterAll(() => shop.sandbox.close())

const sell = (more: Partial<Stripe.Checkout.SessionCreateParams>) => sellBook(shop, more)
const refresh = ({ id }: { id: string }) => shop.stripe.checkout.sessions.retrieve(id)
const rate = (display_name: string, amount: number) => ({
  shipping_rate_data: {
    display_name,
    type: 'fixed_amount' as const,
    fixed_amount: { amount, currency: 'eur' },
  },
})

describe('deliveries', () => {
  it('cost what the chosen one costs: the first until the customer takes another', async () => {
    const session = await sell({ shipping_options: [rate('Post', 490), rate('Courier', 1_290)] })
    expect(session).toMatchObject({
      amount_subtotal: 1_200,
      amount_total: 1_690,
      shipping_cost: { amount_subtotal: 490, amount_tax: 0, amount_total: 490 },
      shipping_options: [{ shipping_amount: 490 }, { shipping_amount: 1_290 }],
      total_details: { amount_discount: 0, amount_shipping: 490, amount_tax: 0 },
    })
    const courier = String(session.shipping_options[1]?.shipping_rate)
    const page = await visitor.sendAndFollow(`${pathOf(session)}/shipping`, { rate: courier })
    expect(page.text).toContain('Due today €24.90')
    shop.sandbox.pay(session.id)

    const paid = await refresh(session)
    expect(paid).toMatchObject({ amount_total: 2_490, shipping_cost: { shipping_rate: courier } })
    await expect(shop.stripe.paymentIntents.retrieve(String(paid.payment_intent))).resolves.toMatchObject({
      amount_received: 2_490,
    })
  })

  it('are shipping rates, which can be listed, turned off, and named by their id', async () => {
    const made = await shop.stripe.shippingRates.create({
      display_name: 'Post',
      type: 'fixed_amount',
      fixed_amount: { amount: 490, currency: 'eur', currency_options: { usd: { amount: 590 } } },
      delivery_estimate: { minimum: { unit: 'business_day', value: 2 } },
      tax_behavior: 'exclusive',
    })
    const session = await sell({ shipping_options: [{ shipping_rate: made.id }] })
    expect(session.amount_total).toBe(1_690)
    await shop.stripe.shippingRates.update(made.id, { active: false, metadata: { gone: 'yes' } })

    await expect(shop.stripe.shippingRates.list({ active: false })).resolves.toMatchObject({
      data: [{ id: made.id, metadata: { gone: 'yes' }, delivery_estimate: { maximum: null } }],
    })
    await expect(refusal(sell({ shipping_options: [{ shipping_rate: made.id }] }))).resolves.toMatchObject({
      param: 'shipping_options[0][shipping_rate]',
    })
    await expect(
      refusal(shop.stripe.shippingRates.update(made.id, { tax_behavior: 'inclusive' })),
    ).resolves.toMatchObject({ param: 'tax_behavior' })
  })

  it('are for one-time payments', async () => {
    const attempt = shop.checkout('tollgate_pro_monthly_v1', { shipping_options: [rate('Post', 490)] })

    await expect(refusal(attempt)).resolves.toMatchObject({ param: 'shipping_options' })
  })
})

describe('automatic tax', () => {
  const taxed = { automatic_tax: { enabled: true } } as const

  it('comes on top once the address is known, and the customer sees the new total before paying', async () => {
    const session = await sell({ ...taxed, shipping_options: [rate('Post', 490)] })
    expect(session).toMatchObject({
      amount_total: 1_690,
      automatic_tax: { enabled: true, provider: 'stripe', status: 'requires_location_inputs' },
    })
    const form = { ...CARD_FIELDS, billing_country: 'DE', billing_line1: 'Unter den Linden 1' }

    const first = await visitor.send(pathOf(session), { ...form, shownTotal: '1690' })
    expect(first.status).toBe(409)
    expect(first.text).toContain('Taxes have changed the total.')
    expect(first.text).toContain('Tax €3.21')
    const second = await visitor.send(pathOf(session), { ...form, shownTotal: '2011' })

    expect(second.status).toBe(303)
    // 19 % of 12.00 is 2.28; of 4.90 it is 0.93.
    await expect(refresh(session)).resolves.toMatchObject({
      amount_subtotal: 1_200,
      amount_total: 2_011,
      automatic_tax: { status: 'complete' },
      shipping_cost: { amount_subtotal: 490, amount_tax: 93, amount_total: 583 },
      total_details: { amount_shipping: 490, amount_tax: 321 },
    })
  })

  it('is within a price that includes it', async () => {
    const { id: customer } = await shop.stripe.customers.create({
      address: { country: 'AT', line1: 'Graben 1' },
    })
    const priced = book().price_data
    const session = await sell({
      ...taxed,
      customer,
      line_items: [{ quantity: 1, price_data: { ...priced, tax_behavior: 'inclusive' } }],
    })

    // 20 % within 12.00 is 2.00.
    expect(session).toMatchObject({ amount_total: 1_200, total_details: { amount_tax: 200 } })
  })

  it('of a subscription is on its first invoice and on each one after', async () => {
    const session = await shop.checkout('tollgate_pro_monthly_v1', {
      ...taxed,
      customer_update: { address: 'auto' },
    })
    const { session: paid } = shop.sandbox.pay(session.id, { fields: { billing_country: 'FR' } })
    await shop.sandbox.advance({ to_next_renewal: true })
    await shop.sandbox.advance({ seconds: 7_200 })

    expect(paid.amount_total).toBe(2_280)
    const { data } = await shop.stripe.invoices.list({ subscription: String(paid.subscription) })
    expect(data.map(({ amount_paid, total_taxes }) => [amount_paid, total_taxes?.[0]?.amount])).toEqual([
      [2_280, 380],
      [2_280, 380],
    ])
  })

  it('is nothing for a customer who is exempt', async () => {
    const { id: customer } = await shop.stripe.customers.create({
      address: { country: 'DE' },
      tax_exempt: 'exempt',
    })
    const session = await sell({ ...taxed, customer })

    expect(session).toMatchObject({ amount_total: 1_200, total_details: { amount_tax: 0 } })
  })
})

describe('tax rates', () => {
  it('of a line are added to it alone', async () => {
    const vat = await shop.stripe.taxRates.create({ display_name: 'VAT', percentage: 7, inclusive: false })
    const session = await sell({ line_items: [book({ tax_rates: [vat.id] }), book({ quantity: 2 })] })
    const { data } = await shop.stripe.checkout.sessions.listLineItems(session.id)

    expect(session).toMatchObject({ amount_subtotal: 3_600, amount_total: 3_684 })
    expect(data.map(({ amount_tax, amount_total }) => [amount_tax, amount_total])).toEqual([
      [84, 1_284],
      [0, 2_400],
    ])
  })

  it('of the subscription are on its invoice too', async () => {
    const vat = await shop.stripe.taxRates.create({ display_name: 'VAT', percentage: 10, inclusive: false })
    const session = await shop.checkout('tollgate_pro_monthly_v1', {
      subscription_data: { default_tax_rates: [vat.id] },
    })
    const { session: paid } = shop.sandbox.pay(session.id)

    expect(session.amount_total).toBe(2_090)
    await expect(shop.stripe.invoices.retrieve(String(paid.invoice))).resolves.toMatchObject({
      total: 2_090,
      amount_paid: 2_090,
    })
  })
})

describe('the amounts within the total', () => {
  it('are shown on request: discounts and taxes, of the session and of each line', async () => {
    const vat = await shop.stripe.taxRates.create({ display_name: 'VAT', percentage: 10, inclusive: false })
    const { id: coupon } = await shop.stripe.coupons.create({ percent_off: 50 })
    const { id } = await sell({
      discounts: [{ coupon }],
      line_items: [book({ tax_rates: [vat.id] }), book({ tax_rates: [vat.id], quantity: 2 })],
    })
    const expand = ['total_details.breakdown', 'line_items.data.taxes', 'line_items.data.discounts']
    const session = await shop.stripe.checkout.sessions.retrieve(id, { expand })

    const discount = { source: { coupon }, checkout_session: id }
    expect(session.total_details?.breakdown).toMatchObject({
      discounts: [{ amount: 1_800, discount }],
      taxes: [{ amount: 180, rate: { id: vat.id }, taxable_amount: 1_800 }],
    })
    expect(session.line_items?.data).toMatchObject([
      { discounts: [{ amount: 600, discount }], taxes: [{ amount: 60, rate: { id: vat.id } }] },
      {
        discounts: [{ amount: 1_200, discount }],
        taxes: [{ amount: 120, taxability_reason: 'standard_rated' }],
      },
    ])
    shop.sandbox.pay(id)
    const paid = await shop.stripe.checkout.sessions.listLineItems(id, { expand: ['data.discounts'] })
    const redeemed = [...shop.sandbox.state.discounts.values()][0]?.id
    expect(paid.data[0]?.discounts?.[0]?.discount.id).toBe(redeemed)
  })

  it('are not there unasked', async () => {
    const session = await sell({})
    const { data } = await shop.stripe.checkout.sessions.listLineItems(session.id)

    expect(session.total_details).not.toHaveProperty('breakdown')
    expect(data[0]).not.toHaveProperty('taxes')
  })
})

describe('another currency', () => {
  const priceIn = (more: object = {}) =>
    shop.stripe.prices.create({
      currency: 'eur',
      unit_amount: 1_000,
      currency_options: { usd: { unit_amount: 1_200 } },
      product_data: { name: 'A pass' },
      ...more,
    })

  it('of a price is taken where the session asks for it, down to the invoice of each period', async () => {
    const { id: price } = await priceIn({ recurring: { interval: 'month' } })
    const session = await shop.checkout('tollgate_pro_monthly_v1', {
      currency: 'usd',
      line_items: [{ price, quantity: 3 }],
    })
    const page = await visitor.open(pathOf(session))
    const { session: paid } = shop.sandbox.pay(session.id)
    await shop.sandbox.advance({ to_next_renewal: true })
    await shop.sandbox.advance({ seconds: 3_601 })

    expect(session).toMatchObject({ currency: 'usd', amount_total: 3_600 })
    expect(page.text).toContain('3 × $12 per month')
    const { data } = await shop.stripe.invoices.list({ subscription: String(paid.subscription) })
    expect(data.map(({ currency, amount_paid }) => [currency, amount_paid])).toEqual([
      ['usd', 3_600],
      ['usd', 3_600],
    ])
  })

  it('that a price is not sold in is refused', async () => {
    const { id: price } = await priceIn()
    const attempt = sell({ currency: 'gbp', line_items: [{ price, quantity: 1 }] })

    await expect(refusal(attempt)).resolves.toMatchObject({ param: 'line_items[0][price]' })
  })

  it('is refused to whoever has a subscription, or a session open for one, in the first', async () => {
    const { id: price } = await priceIn({ recurring: { interval: 'month' } })
    const { customer } = await shop.checkout('tollgate_pro_monthly_v1')
    const inDollars = () =>
      shop.checkout('tollgate_pro_monthly_v1', {
        currency: 'usd',
        customer: String(customer),
        line_items: [{ price, quantity: 1 }],
      })
    await expect(refusal(inDollars())).resolves.toMatchObject({ param: 'currency' })
    await shop.sandbox.advance({ seconds: 86_401 })
    await expect(inDollars()).resolves.toMatchObject({ currency: 'usd' })

    const { customer: payer } = shop.sandbox.pay((await shop.checkout('tollgate_pro_monthly_v1')).id).session
    const subscribe = shop.stripe.subscriptions.create({
      customer: String(payer),
      currency: 'usd',
      items: [{ price }],
    })
    await expect(refusal(subscribe)).resolves.toMatchObject({ param: 'currency' })
  })

  it('of a coupon takes off what it has there, and without an amount in it the coupon is refused', async () => {
    const { id: price } = await priceIn()
    const { id: coupon } = await shop.stripe.coupons.create({
      amount_off: 300,
      currency: 'eur',
      currency_options: { usd: { amount_off: 400 } },
    })
    const { id: euros } = await shop.stripe.coupons.create({ amount_off: 300, currency: 'eur' })
    const inDollars = (id: string) =>
      sell({ currency: 'usd', discounts: [{ coupon: id }], line_items: [{ price, quantity: 1 }] })

    await expect(inDollars(coupon)).resolves.toMatchObject({ amount_total: 800 })
    await expect(refusal(inDollars(euros))).resolves.toMatchObject({ param: 'discounts[0][coupon]' })
  })
})
