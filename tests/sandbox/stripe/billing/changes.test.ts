import type Stripe from 'stripe'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Counter, DAY, HOUR, openCounter } from './counter.ts'

let counter: Counter

beforeEach(async () => {
  counter = await openCounter()
})
afterEach(() => counter.sandbox.close())

const item = (subscription: Stripe.Subscription) => subscription.items.data[0] as Stripe.SubscriptionItem

/** What is left of the current period at `at`, as a share of `amount`. */
const share = (subscription: Stripe.Subscription, amount: number, at: number) => {
  const { current_period_start: start, current_period_end: end } = item(subscription)
  return Math.round((amount * (end - at)) / (end - start))
}

describe('a change in the middle of the month', () => {
  it('to a larger plan credits what is unused and debits what remains, by the second, on the next invoice', async () => {
    const subscription = await counter.sell(counter.pro)
    await counter.advance(10 * DAY + 1_234)
    counter.forget()
    const at = item(subscription).current_period_start + 10 * DAY + 1_234

    const changed = await counter.stripe.subscriptions.update(subscription.id, {
      items: [{ id: item(subscription).id, price: counter.team.id }],
      proration_date: at,
    })

    expect(changed.items.data[0]).toMatchObject({
      price: { id: counter.team.id },
      current_period_end: item(subscription).current_period_end,
    })
    expect(counter.story('customer.subscription', 'invoice')).toEqual([
      'invoiceitem.created',
      'invoiceitem.created',
      'customer.subscription.updated',
    ])
    const items = await counter.stripe.invoiceItems.list({ customer: String(subscription.customer) })
    expect(items.data.map(({ amount, proration }) => ({ amount, proration }))).toEqual([
      { amount: share(subscription, 4_900, at), proration: true },
      { amount: -share(subscription, 1_900, at), proration: true },
    ])

    await counter.sandbox.advance({ to: item(subscription).current_period_end + HOUR })
    const invoice = await counter.latestInvoice(await counter.subscription(subscription.id))
    expect(invoice).toMatchObject({
      billing_reason: 'subscription_cycle',
      status: 'paid',
      total: 4_900 + share(subscription, 4_900, at) - share(subscription, 1_900, at),
    })
  })

  it('with always_invoice is billed at once, and the preview said exactly that', async () => {
    const subscription = await counter.sell(counter.pro)
    await counter.advance(10 * DAY)
    const at = item(subscription).current_period_start + 10 * DAY
    const change = {
      items: [{ id: item(subscription).id, price: counter.team.id }],
      proration_behavior: 'always_invoice' as const,
      proration_date: at,
    }
    const preview = await counter.stripe.invoices.createPreview({
      subscription: subscription.id,
      subscription_details: change,
    })
    expect(preview.id).toMatch(/^upcoming_in_/)

    const changed = await counter.stripe.subscriptions.update(subscription.id, change)

    const invoice = await counter.latestInvoice(changed)
    expect(invoice).toMatchObject({ billing_reason: 'subscription_update', status: 'paid' })
    expect(invoice.total).toBe(share(subscription, 4_900, at) - share(subscription, 1_900, at))
    expect(preview.total).toBe(invoice.total)
    expect(preview.lines.data.map((line) => [line.amount, line.description, line.period])).toEqual(
      invoice.lines.data.map((line) => [line.amount, line.description, line.period]),
    )
    await counter.sandbox.advance({ to: item(subscription).current_period_end + HOUR })
    expect(await counter.latestInvoice(await counter.subscription(changed.id))).toMatchObject({
      total: 4_900,
    })
  })

  it('of the quantity is credited from what was billed: twice changed, the sums still add up', async () => {
    const subscription = await counter.sell(counter.pro)
    const start = item(subscription).current_period_start
    const change = (quantity: number, days: number) =>
      counter.stripe.subscriptions.update(subscription.id, {
        items: [{ id: item(subscription).id, quantity }],
        proration_date: start + days * DAY,
      })
    await counter.advance(20 * DAY)
    await change(3, 5)
    await change(2, 10)

    const remaining = share(subscription, 5_700, start + 5 * DAY)
    const end = item(subscription).current_period_end
    const { data } = await counter.stripe.invoiceItems.list({ customer: String(subscription.customer) })
    expect(data.map(({ amount }) => amount).reverse()).toEqual([
      -share(subscription, 1_900, start + 5 * DAY),
      remaining,
      -Math.round((remaining * (end - start - 10 * DAY)) / (end - start - 5 * DAY)),
      share(subscription, 3_800, start + 10 * DAY),
    ])
  })

  it('without prorations costs nothing now, and the new price from the next month on', async () => {
    const subscription = await counter.sell(counter.pro)
    await counter.stripe.subscriptions.update(subscription.id, {
      items: [{ id: item(subscription).id, price: counter.team.id }],
      proration_behavior: 'none',
    })
    await counter.sandbox.advance({ to: item(subscription).current_period_end + HOUR })

    expect(await counter.latestInvoice(await counter.subscription(subscription.id))).toMatchObject({
      total: 4_900,
    })
  })

  it('to a year begins the year now, and takes what is unused of the month off it', async () => {
    const subscription = await counter.sell(counter.pro)
    await counter.advance(15 * DAY)
    const changed = await counter.stripe.subscriptions.update(subscription.id, {
      items: [{ id: item(subscription).id, price: counter.yearly.id }],
    })

    const start = item(changed).current_period_start
    // February 2028 has 29 days.
    expect(item(changed).current_period_end - start).toBe(366 * DAY)
    expect(await counter.latestInvoice(changed)).toMatchObject({
      status: 'paid',
      total: 19_000 - share(subscription, 1_900, start),
    })
  })

  it('that its card cannot pay waits as a pending update, and is made when the invoice is paid', async () => {
    const subscription = await counter.sell(counter.pro)
    await counter.giveCard(String(subscription.customer), 'pm_card_chargeCustomerFail')
    counter.forget()
    const held = await counter.stripe.subscriptions.update(subscription.id, {
      items: [{ id: item(subscription).id, price: counter.team.id }],
      proration_behavior: 'always_invoice',
      payment_behavior: 'pending_if_incomplete',
    })
    expect(held).toMatchObject({ status: 'active', pending_update: { trial_end: null } })
    expect(item(held).price.id).toBe(counter.pro.id)

    await counter.giveCard(String(subscription.customer), 'pm_card_visa')
    await counter.stripe.invoices.pay(String(held.latest_invoice))

    const applied = await counter.subscription(subscription.id)
    expect(applied.pending_update).toBeNull()
    expect(item(applied).price.id).toBe(counter.team.id)
    expect(counter.eventTypes().slice(-2)).toEqual([
      'customer.subscription.updated',
      'customer.subscription.pending_update_applied',
    ])
  })

  it('that waits longer than 23 hours expires, and its invoice is void', async () => {
    const subscription = await counter.sell(counter.pro)
    await counter.giveCard(String(subscription.customer), 'pm_card_chargeCustomerFail')
    const held = await counter.stripe.subscriptions.update(subscription.id, {
      items: [{ id: item(subscription).id, price: counter.team.id }],
      proration_behavior: 'always_invoice',
      payment_behavior: 'pending_if_incomplete',
    })
    await counter.advance(23 * HOUR + 1)

    const left = await counter.subscription(subscription.id)
    expect(left).toMatchObject({ status: 'active', pending_update: null })
    expect(item(left).price.id).toBe(counter.pro.id)
    expect(await counter.latestInvoice(held)).toMatchObject({ status: 'void' })
    expect(counter.eventTypes().at(-1)).toBe('customer.subscription.pending_update_expired')
  })
})

describe('a cancellation', () => {
  it('at min_period_end comes back as the moment that it names', async () => {
    const subscription = await counter.sell(counter.pro)
    const updated = await counter.stripe.subscriptions.update(subscription.id, {
      cancel_at: 'min_period_end',
    })

    expect(updated).toMatchObject({
      cancel_at: item(subscription).current_period_end,
      cancel_at_period_end: false,
      canceled_at: expect.any(Number),
    })
  })

  it('now with prorate and invoice_now gives back the unused time as a balance', async () => {
    const subscription = await counter.sell(counter.pro)
    await counter.advance(10 * DAY)
    counter.forget()
    const ended = await counter.stripe.subscriptions.cancel(subscription.id, {
      prorate: true,
      invoice_now: true,
    })

    const credit = share(subscription, 1_900, Number(ended.ended_at))
    expect(await counter.latestInvoice(ended)).toMatchObject({
      total: -credit,
      amount_due: 0,
      ending_balance: -credit,
      status: 'paid',
    })
    await expect(counter.stripe.customers.retrieve(String(ended.customer))).resolves.toMatchObject({
      balance: -credit,
    })
  })
})
