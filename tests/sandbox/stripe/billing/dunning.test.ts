import type Stripe from 'stripe'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Counter, DAY, HOUR, openCounter } from './counter.ts'

let counter: Counter

beforeEach(async () => {
  counter = await openCounter()
})
afterEach(() => counter.sandbox.close())

const set = (settings: object) =>
  fetch(`${counter.sandbox.url}/_sandbox/billing_settings`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(settings),
  })

/** A subscription whose card is declined at its first renewal, an hour after it. */
const soldAndDeclined = async (): Promise<Stripe.Subscription> => {
  const subscription = await counter.sell(counter.pro)
  await counter.giveCard(String(subscription.customer), 'pm_card_chargeCustomerFail')
  await counter.sandbox.advance({ to: subscription.items.data[0]?.current_period_end ?? 0 })
  counter.forget()
  await counter.advance(HOUR)
  return counter.subscription(subscription.id)
}

describe('a renewal whose card is declined', () => {
  it('makes the subscription past due, and recovers with a card that works', async () => {
    const subscription = await soldAndDeclined()
    expect(subscription.status).toBe('past_due')
    const invoice = await counter.latestInvoice(subscription)
    expect(invoice).toMatchObject({ status: 'open', attempt_count: 1, amount_remaining: 1_900 })
    expect((invoice.next_payment_attempt ?? 0) - invoice.created).toBe(3 * DAY + HOUR)
    expect(counter.story('invoice', 'customer.subscription')).toEqual([
      'invoice.finalized',
      'invoice.updated',
      'invoice.payment_failed',
      'customer.subscription.updated',
    ])

    await counter.giveCard(String(subscription.customer), 'pm_card_visa')
    await counter.advance(3 * DAY)

    expect((await counter.subscription(subscription.id)).status).toBe('active')
    expect(await counter.latestInvoice(subscription)).toMatchObject({ status: 'paid', attempt_count: 2 })
    expect(counter.event('customer.subscription.updated').data.previous_attributes).toEqual({
      status: 'past_due',
    })
  })

  it('is tried again after three, five and seven days, and then the subscription is cancelled', async () => {
    const subscription = await soldAndDeclined()
    counter.forget()
    await counter.advance(15 * DAY)

    expect(counter.story('invoice.payment_failed')).toHaveLength(3)
    expect(await counter.subscription(subscription.id)).toMatchObject({
      status: 'canceled',
      cancellation_details: { reason: 'payment_failed' },
    })
    expect(await counter.latestInvoice(subscription)).toMatchObject({
      status: 'open',
      attempt_count: 4,
      auto_advance: false,
      next_payment_attempt: null,
    })
  })

  it('ends in unpaid where the account says so: later invoices stay drafts until the latest is paid', async () => {
    await set({ finalFailure: 'unpaid' })
    const subscription = await soldAndDeclined()
    await counter.advance(15 * DAY)
    expect((await counter.subscription(subscription.id)).status).toBe('unpaid')

    await counter.advance(31 * DAY)
    const unpaid = await counter.subscription(subscription.id)
    const invoice = await counter.latestInvoice(unpaid)
    expect(invoice).toMatchObject({ status: 'draft', auto_advance: false })

    await counter.giveCard(String(subscription.customer), 'pm_card_visa')
    await counter.stripe.invoices.pay(String(invoice.id))
    expect((await counter.subscription(subscription.id)).status).toBe('active')
  })

  it('stays past due where the account says so', async () => {
    await set({ finalFailure: 'past_due' })
    const subscription = await soldAndDeclined()
    await counter.advance(15 * DAY)
    expect((await counter.subscription(subscription.id)).status).toBe('past_due')
  })

  it('ends in a pause where the account says so, and says that the last attempt was it', async () => {
    await set({ finalFailure: 'pause' })
    const subscription = await soldAndDeclined()
    await counter.advance(15 * DAY)
    expect(await counter.subscription(subscription.id)).toMatchObject({
      status: 'paused',
      status_details: { paused: { subscription: { type: 'final_payment_failure' } } },
    })
  })

  it('pauses at its first failure where the account says so', async () => {
    await set({ pauseOnFirstFailure: true })
    expect(await soldAndDeclined()).toMatchObject({
      status: 'paused',
      status_details: { paused: { subscription: { type: 'first_payment_failure' } } },
    })
  })

  it('is forgiven by marking its invoice uncollectible, and by voiding it', async () => {
    const subscription = await soldAndDeclined()
    const given = await counter.stripe.invoices.markUncollectible(String(subscription.latest_invoice))
    expect(given).toMatchObject({
      status: 'uncollectible',
      status_details: { uncollectible: { reason: 'user_forgiven' } },
    })
    expect((await counter.subscription(subscription.id)).status).toBe('active')

    const gone = await counter.stripe.invoices.voidInvoice(String(given.id))
    expect(gone.status).toBe('void')
    expect(counter.story('invoice.marked', 'invoice.voided')).toEqual([
      'invoice.marked_uncollectible',
      'invoice.voided',
    ])
  })
})
