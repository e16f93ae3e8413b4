import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Counter, DAY, HOUR, openCounter } from './counter.ts'

let counter: Counter

beforeEach(async () => {
  counter = await openCounter()
})
afterEach(() => counter.sandbox.close())

const startTrial = async (card: string | null, missing: 'cancel' | 'create_invoice' | 'pause') => {
  const { id: customer } = await counter.customer(card)
  return counter.stripe.subscriptions.create({
    customer,
    items: [{ price: counter.pro.id }],
    trial_period_days: 14,
    trial_settings: { end_behavior: { missing_payment_method: missing } },
  })
}

describe('a trial', () => {
  it('that converts: nothing today, a warning three days ahead, then a draft for an hour, then the money', async () => {
    const subscription = await startTrial('pm_card_visa', 'cancel')
    expect(subscription.status).toBe('trialing')
    expect(await counter.latestInvoice(subscription)).toMatchObject({ status: 'paid', total: 0 })
    counter.forget()

    await counter.advance(11 * DAY)
    expect(counter.story('customer.subscription')).toEqual(['customer.subscription.trial_will_end'])
    counter.forget()

    await counter.advance(3 * DAY)
    expect(counter.story('customer.subscription', 'invoice')).toEqual([
      'invoice.created',
      'customer.subscription.updated',
    ])
    expect(counter.event('customer.subscription.updated').data.previous_attributes).toMatchObject({
      status: 'trialing',
    })
    counter.forget()

    await counter.advance(HOUR)
    expect(counter.story('invoice')).toEqual([
      'invoice.finalized',
      'invoice.updated',
      'invoice.paid',
      'invoice.payment_succeeded',
      'invoice_payment.paid',
    ])
    expect(counter.event('invoice.paid').data.object).toMatchObject({
      amount_paid: 1_900,
      billing_reason: 'subscription_cycle',
    })
    expect((await counter.subscription(subscription.id)).status).toBe('active')
  })

  it('that ends without a card pauses, says why, and goes on once its resumption is paid', async () => {
    const subscription = await startTrial(null, 'pause')
    await counter.advance(14 * DAY)

    const paused = await counter.subscription(subscription.id)
    expect(paused).toMatchObject({
      status: 'paused',
      status_details: { paused: { subscription: { type: 'trial_end_without_payment_method' } } },
    })
    expect(counter.eventTypes()).toContain('customer.subscription.paused')

    await counter.giveCard(String(subscription.customer), 'pm_card_visa')
    counter.forget()
    const resuming = await counter.stripe.subscriptions.resume(subscription.id, {
      payment_behavior: 'resume_on_payment_success',
    })
    expect(resuming.status).toBe('active')
    expect(counter.eventTypes()).toContain('customer.subscription.resumed')
    expect(counter.event('invoice.paid').data.object).toMatchObject({ amount_paid: 1_900 })
  })

  it('that ends without a card is cancelled where that was asked for', async () => {
    const subscription = await startTrial(null, 'cancel')
    counter.forget()
    await counter.advance(14 * DAY)

    const ended = await counter.subscription(subscription.id)
    expect(ended).toMatchObject({ status: 'canceled', ended_at: subscription.trial_end })
    expect(counter.story('customer.subscription')).toEqual([
      'customer.subscription.trial_will_end',
      'customer.subscription.deleted',
    ])
  })

  it('that is ended now is billed now', async () => {
    const subscription = await startTrial('pm_card_visa', 'cancel')
    await counter.advance(2 * DAY)
    counter.forget()
    const active = await counter.stripe.subscriptions.update(subscription.id, { trial_end: 'now' })

    expect(active).toMatchObject({ status: 'active', trial_end: null })
    expect(await counter.latestInvoice(active)).toMatchObject({
      billing_reason: 'subscription_update',
      amount_paid: 1_900,
    })
  })
})
