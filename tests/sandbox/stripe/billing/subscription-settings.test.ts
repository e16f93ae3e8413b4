import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Counter, DAY, HOUR, NOON, openCounter } from './counter.ts'

let counter: Counter

beforeEach(async () => {
  counter = await openCounter()
})
afterEach(() => counter.sandbox.close())

const addItem = (subscription: { id: string; customer: unknown }, amount: number) =>
  counter.stripe.invoiceItems.create({
    customer: String(subscription.customer),
    subscription: subscription.id,
    currency: 'eur',
    amount,
  })
const newestInvoice = async (subscription: { id: string }) =>
  counter.latestInvoice(await counter.subscription(subscription.id))

describe('the payment method of a subscription', () => {
  it('is asked for by a setup intent where nothing is due yet, and kept where it says so', async () => {
    const { id: customer } = await counter.customer(null)
    const subscription = await counter.stripe.subscriptions.create({
      customer,
      items: [{ plan: counter.pro.id }],
      trial_period_days: 7,
      payment_settings: { save_default_payment_method: 'on_subscription' },
    })
    const setup = String(subscription.pending_setup_intent)
    expect(await counter.stripe.setupIntents.retrieve(setup)).toMatchObject({
      customer,
      status: 'requires_payment_method',
      usage: 'off_session',
    })

    const { payment_method } = await counter.stripe.setupIntents.confirm(setup, {
      payment_method: 'pm_card_visa',
      return_url: 'http://127.0.0.1/back',
    })
    expect(await counter.subscription(subscription.id)).toMatchObject({
      pending_setup_intent: null,
      default_payment_method: payment_method,
    })
    await counter.advance(7 * DAY + 2 * HOUR)
    expect(await newestInvoice(subscription)).toMatchObject({ status: 'paid', total: 1_900 })
  })

  it('that a payment has succeeded with becomes its own where it says so', async () => {
    const first = await counter.sell(counter.pro)
    const second = await counter.sell(counter.pro, {
      payment_settings: { save_default_payment_method: 'on_subscription' },
    })

    expect((await counter.subscription(first.id)).default_payment_method).toBeNull()
    expect((await counter.subscription(second.id)).default_payment_method).toMatch(/^pm_/)
  })

  it('may be a card of the older kind, its own or the customer’s', async () => {
    const { id: customer } = await counter.stripe.customers.create({ source: 'tok_visa' })
    const buy = (more: object) =>
      counter.stripe.subscriptions.create({ customer, items: [{ price: counter.pro.id }], ...more })
    const fallback = await buy({})
    expect(fallback).toMatchObject({ status: 'active', default_source: null })

    const { id: other } = await counter.stripe.customers.createSource(customer, {
      source: 'tok_chargeCustomerFail',
    })
    const failing = await buy({ default_source: other })
    expect(failing).toMatchObject({ status: 'incomplete', default_source: other })
  })
})

describe('what is pending for a subscription', () => {
  it('is billed in a rhythm of its own', async () => {
    const subscription = await counter.sell(counter.pro, {
      pending_invoice_item_interval: { interval: 'week' },
    })
    expect(subscription.next_pending_invoice_item_invoice).toBe(NOON + 7 * DAY)
    await addItem(subscription, 700)
    await counter.advance(7 * DAY)

    expect(await newestInvoice(subscription)).toMatchObject({
      billing_reason: 'automatic_pending_invoice_item_invoice',
      status: 'paid',
      total: 700,
    })
    await counter.advance(7 * DAY)
    const { data } = await counter.stripe.invoices.list({ subscription: subscription.id })
    expect(data).toHaveLength(2)
    expect(await counter.subscription(subscription.id)).toMatchObject({
      next_pending_invoice_item_invoice: NOON + 21 * DAY,
    })
  })

  it('is billed once it comes to a threshold', async () => {
    const subscription = await counter.sell(counter.pro, { billing_thresholds: { amount_gte: 1_000 } })
    await addItem(subscription, 600)
    expect((await counter.subscription(subscription.id)).latest_invoice).toBe(subscription.latest_invoice)

    await addItem(subscription, 400)
    expect(await newestInvoice(subscription)).toMatchObject({
      billing_reason: 'subscription_threshold',
      status: 'paid',
      total: 1_000,
    })
    expect(subscription.billing_thresholds).toEqual({
      amount_gte: 1_000,
      reset_billing_cycle_anchor: false,
    })
    const without = await counter.stripe.subscriptions.update(subscription.id, { billing_thresholds: '' })
    expect(without.billing_thresholds).toBeNull()
  })

  it('begins a new period at its threshold where that is said', async () => {
    const subscription = await counter.sell(counter.pro, {
      billing_thresholds: { amount_gte: 1_000, reset_billing_cycle_anchor: true },
    })
    await counter.advance(15 * DAY + DAY / 2)
    await addItem(subscription, 1_000)

    const reset = await counter.subscription(subscription.id)
    expect(reset.billing_cycle_anchor).toBe(NOON + 15 * DAY + DAY / 2)
    expect(await counter.latestInvoice(reset)).toMatchObject({ total: 1_000 - 950 + 1_900 })
  })
})

describe('a proration whose discounts are itemized', () => {
  it('shows the amounts in full, and what the discount took off beside them', async () => {
    const half = await counter.stripe.coupons.create({ percent_off: 50, duration: 'forever' })
    const subscription = await counter.sell(counter.pro, {
      discounts: [{ coupon: half.id }],
      billing_mode: { type: 'flexible', flexible: { proration_discounts: 'itemized' } },
    })
    const item = subscription.items.data[0]
    const changed = await counter.stripe.subscriptions.update(subscription.id, {
      items: [{ id: item?.id ?? '', price: counter.team.id }],
      proration_behavior: 'always_invoice',
      proration_date: item?.current_period_start ?? 0,
    })

    const invoice = await counter.latestInvoice(changed)
    const lines = invoice.lines.data.map(({ amount, discount_amounts }) => [
      amount,
      discount_amounts?.[0]?.amount,
    ])
    expect(lines).toEqual([
      [-1_900, -950],
      [4_900, 2_450],
    ])
    expect(invoice).toMatchObject({ subtotal: 3_000, total: 1_500, amount_paid: 1_500 })
  })
})

describe('a pause', () => {
  it('that nobody asked for has the system for its cause', async () => {
    const { id } = await counter.sell(counter.pro)
    const response = await fetch(`${counter.sandbox.url}/_sandbox/subscriptions/${id}/pause`, {
      method: 'POST',
    })

    expect(response.status).toBe(200)
    expect(await counter.subscription(id)).toMatchObject({
      status: 'paused',
      status_details: { paused: { subscription: { type: 'system' } } },
    })
  })
})
