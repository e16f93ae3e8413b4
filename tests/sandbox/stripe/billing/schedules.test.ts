import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Counter, DAY, HOUR, openCounter } from './counter.ts'

let counter: Counter

beforeEach(async () => {
  counter = await openCounter()
})
afterEach(() => counter.sandbox.close())

describe('a subscription schedule', () => {
  it('takes a subscription down to the smaller plan at the end of its period, without a proration', async () => {
    const subscription = await counter.sell(counter.team)
    const end = subscription.items.data[0]?.current_period_end ?? 0
    const schedule = await counter.stripe.subscriptionSchedules.create({
      from_subscription: subscription.id,
    })
    expect(schedule).toMatchObject({ status: 'active', current_phase: { end_date: end } })
    const [phase] = schedule.phases
    await counter.stripe.subscriptionSchedules.update(schedule.id, {
      end_behavior: 'release',
      phases: [
        {
          start_date: phase?.start_date ?? 0,
          end_date: end,
          items: [{ price: counter.team.id, quantity: 1 }],
        },
        { items: [{ price: counter.pro.id }], duration: { interval: 'month' } },
      ],
    })
    counter.forget()

    await counter.sandbox.advance({ to: end + HOUR })

    const smaller = await counter.subscription(subscription.id)
    expect(smaller.items.data[0]).toMatchObject({
      price: { id: counter.pro.id },
      current_period_start: end,
    })
    expect(await counter.latestInvoice(smaller)).toMatchObject({ status: 'paid', total: 1_900 })
    expect(counter.story('subscription_schedule')).toEqual(['subscription_schedule.updated'])

    await counter.advance(31 * DAY)
    await expect(counter.stripe.subscriptionSchedules.retrieve(schedule.id)).resolves.toMatchObject({
      status: 'completed',
      released_subscription: subscription.id,
    })
    expect(await counter.subscription(subscription.id)).toMatchObject({ status: 'active', schedule: null })
  })

  it('begins its subscription at its own moment, and can cancel it at its end', async () => {
    const { id: customer } = await counter.customer()
    const schedule = await counter.stripe.subscriptionSchedules.create({
      customer,
      start_date: counter.sandbox.account.now + DAY,
      end_behavior: 'cancel',
      phases: [{ items: [{ price: counter.pro.id }], duration: { interval: 'month', interval_count: 2 } }],
    })
    expect(schedule).toMatchObject({ status: 'not_started', subscription: null })

    await counter.advance(DAY + 1)
    const begun = await counter.stripe.subscriptionSchedules.retrieve(schedule.id)
    expect(begun.status).toBe('active')
    const subscription = await counter.subscription(String(begun.subscription))
    expect(subscription).toMatchObject({ status: 'active', schedule: schedule.id })

    await counter.advance(62 * DAY)
    expect((await counter.subscription(subscription.id)).status).toBe('canceled')
    await expect(counter.stripe.subscriptionSchedules.retrieve(schedule.id)).resolves.toMatchObject({
      status: 'completed',
    })
  })

  it('that is released lets its subscription go on, and one whose subscription is cancelled goes with it', async () => {
    const first = await counter.sell(counter.pro)
    const released = await counter.stripe.subscriptionSchedules.create({ from_subscription: first.id })
    await expect(counter.stripe.subscriptionSchedules.release(released.id)).resolves.toMatchObject({
      status: 'released',
      released_subscription: first.id,
    })

    const second = await counter.sell(counter.pro)
    const ended = await counter.stripe.subscriptionSchedules.create({ from_subscription: second.id })
    await counter.stripe.subscriptions.cancel(second.id)
    await expect(counter.stripe.subscriptionSchedules.retrieve(ended.id)).resolves.toMatchObject({
      status: 'canceled',
    })
    expect(counter.eventTypes().at(-1)).toBe('subscription_schedule.canceled')
  })

  it('whose subscription ends because nobody pays is aborted', async () => {
    const subscription = await counter.sell(counter.pro)
    const { id } = await counter.stripe.subscriptionSchedules.create({ from_subscription: subscription.id })
    const end = subscription.items.data[0]?.current_period_end ?? 0
    await counter.stripe.subscriptionSchedules.update(id, {
      phases: [
        { start_date: subscription.start_date, end_date: end, items: [{ price: counter.pro.id }] },
        { items: [{ price: counter.pro.id }], duration: { interval: 'year' } },
      ],
    })
    await counter.giveCard(String(subscription.customer), 'pm_card_chargeCustomerFail')
    counter.forget()
    await counter.advance(50 * DAY)

    expect((await counter.stripe.subscriptionSchedules.retrieve(id)).status).toBe('canceled')
    expect(counter.story('customer.subscription.deleted', 'subscription_schedule')).toEqual([
      'subscription_schedule.updated',
      'customer.subscription.deleted',
      'subscription_schedule.aborted',
    ])
  })
})
