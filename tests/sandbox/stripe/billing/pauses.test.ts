import type Stripe from 'stripe'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Counter, DAY, HOUR, openCounter } from './counter.ts'

let counter: Counter

beforeEach(async () => {
  counter = await openCounter()
})
afterEach(() => counter.sandbox.close())

const renewal = (subscription: Stripe.Subscription) =>
  counter.sandbox.advance({ to: (subscription.items.data[0]?.current_period_end ?? 0) + HOUR })

describe('pause_collection', () => {
  it.each([
    ['keep_as_draft', 'draft'],
    ['void', 'void'],
    ['mark_uncollectible', 'uncollectible'],
  ] as const)(
    '%s: the subscription stays active and its next invoice ends as %s',
    async (behavior, status) => {
      const subscription = await counter.sell(counter.pro)
      await counter.stripe.subscriptions.update(subscription.id, { pause_collection: { behavior } })
      counter.forget()
      await renewal(subscription)

      const renewed = await counter.subscription(subscription.id)
      expect(renewed).toMatchObject({ status: 'active', pause_collection: { behavior, resumes_at: null } })
      expect(await counter.latestInvoice(renewed)).toMatchObject({ status, amount_paid: 0 })
      expect(counter.eventTypes()).not.toContain('customer.subscription.paused')
    },
  )

  it('ends by itself at resumes_at, and the next invoice is collected', async () => {
    const subscription = await counter.sell(counter.pro)
    const resumesAt = counter.sandbox.account.now + 5 * DAY
    await counter.stripe.subscriptions.update(subscription.id, {
      pause_collection: { behavior: 'void', resumes_at: resumesAt },
    })
    await counter.advance(6 * DAY)
    expect((await counter.subscription(subscription.id)).pause_collection).toBeNull()

    await renewal(subscription)
    expect(await counter.latestInvoice(await counter.subscription(subscription.id))).toMatchObject({
      status: 'paid',
    })
  })
})

describe('a preview of a pause', () => {
  it('shows the invoice that it would make: what is pending, less the unused time', async () => {
    const subscription = await counter.sell(counter.pro)
    const { customer } = subscription
    await counter.stripe.invoiceItems.create({ customer: String(customer), amount: 3_000, currency: 'eur' })
    await counter.advance(10 * DAY)
    const preview = await counter.stripe.invoices.createPreview({
      subscription: subscription.id,
      subscription_details: { pause: { invoicing_behavior: 'invoice' } },
    })
    const paused = await counter.stripe.subscriptions.pause(subscription.id, {
      type: 'subscription',
      invoicing_behavior: 'invoice',
    })

    const made = await counter.latestInvoice(paused)
    expect(preview.total).toBeLessThan(3_000)
    expect(preview.lines.data.map(({ amount }) => amount)).toEqual(
      made.lines.data.map(({ amount }) => amount),
    )
  })

  it('that leaves what is due for later has nothing to show', async () => {
    const { id } = await counter.sell(counter.pro)
    const preview = counter.stripe.invoices.createPreview({
      subscription: id,
      subscription_details: { pause: { invoicing_behavior: 'pending_invoice_item' } },
    })

    await expect(preview).rejects.toMatchObject({ code: 'invoice_upcoming_none' })
  })
})

describe('a paused subscription', () => {
  it('gives its unused time back with the next invoice, and no period passes', async () => {
    const subscription = await counter.sell(counter.pro)
    await counter.advance(10 * DAY)
    counter.forget()
    const paused = await counter.stripe.subscriptions.pause(subscription.id, { type: 'subscription' })

    expect(paused).toMatchObject({
      status: 'paused',
      status_details: { paused: { subscription: { type: 'pause_requested' }, type: 'subscription' } },
    })
    expect(counter.story('customer.subscription', 'invoiceitem')).toEqual([
      'invoiceitem.created',
      'customer.subscription.updated',
      'customer.subscription.paused',
    ])
    counter.forget()
    await counter.advance(60 * DAY)
    expect(counter.story('invoice')).toEqual([])

    const credit = (await counter.stripe.invoiceItems.list({ customer: String(paused.customer) })).data[0]
    const resumed = await counter.stripe.subscriptions.resume(subscription.id, {
      payment_behavior: 'resume_on_payment_success',
    })
    expect(resumed.status).toBe('active')
    expect(await counter.latestInvoice(resumed)).toMatchObject({ total: 1_900 + (credit?.amount ?? 0) })
  })

  it('by default waits for an attempt at its resumption, and is past due if that fails', async () => {
    const subscription = await counter.sell(counter.pro)
    await counter.stripe.subscriptions.pause(subscription.id, {
      bill_for: { unused_time_from: { type: 'none' } },
    })
    await counter.giveCard(String(subscription.customer), 'pm_card_chargeCustomerFail')
    const waiting = await counter.stripe.subscriptions.resume(subscription.id)
    expect(waiting.status).toBe('paused')
    expect(await counter.latestInvoice(waiting)).toMatchObject({ status: 'open', attempt_count: 0 })

    await expect(counter.stripe.invoices.pay(String(waiting.latest_invoice))).rejects.toMatchObject({
      statusCode: 402,
    })
    expect((await counter.subscription(subscription.id)).status).toBe('past_due')
  })

  it('whose resumption nobody pays stays paused, its invoice void after 23 hours', async () => {
    const subscription = await counter.sell(counter.pro)
    await counter.stripe.subscriptions.pause(subscription.id, {
      bill_for: { unused_time_from: { type: 'none' } },
    })
    const waiting = await counter.stripe.subscriptions.resume(subscription.id)
    await counter.advance(23 * HOUR + 1)

    expect((await counter.subscription(subscription.id)).status).toBe('paused')
    expect((await counter.latestInvoice(waiting)).status).toBe('void')
  })

  it('must be billed flexibly', async () => {
    const subscription = await counter.sell(counter.pro, { billing_mode: { type: 'classic' } })
    await expect(counter.stripe.subscriptions.pause(subscription.id)).rejects.toMatchObject({
      statusCode: 400,
    })
    await counter.stripe.subscriptions.migrate(subscription.id, { billing_mode: { type: 'flexible' } })
    await expect(counter.stripe.subscriptions.pause(subscription.id)).resolves.toMatchObject({
      status: 'paused',
    })
  })
})
