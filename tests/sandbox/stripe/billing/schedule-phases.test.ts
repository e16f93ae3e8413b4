import type Stripe from 'stripe'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Counter, DAY, HOUR, NOON, openCounter } from './counter.ts'

let counter: Counter

beforeEach(async () => {
  counter = await openCounter()
})
afterEach(() => counter.sandbox.close())

const schedule = async (
  phases: Stripe.SubscriptionScheduleCreateParams.Phase[],
  more: Stripe.SubscriptionScheduleCreateParams = {},
) => {
  const { id: customer } = await counter.customer()
  return counter.stripe.subscriptionSchedules.create({ customer, start_date: 'now', phases, ...more })
}
const monthly = (count = 1) => ({ interval: 'month', interval_count: count }) as const
const totals = async (subscription: string) => {
  const { data } = await counter.stripe.invoices.list({ subscription })
  return data.map(({ total }) => total).reverse()
}
/** The moment a month after NOON, and so on. */
const month = (count: number) => Date.UTC(2027, 2 + count, 1, 12) / 1000

describe('a phase of a schedule', () => {
  it('takes its discount while it lasts, and the next one goes without', async () => {
    const half = await counter.stripe.coupons.create({ percent_off: 50, duration: 'forever' })
    const { subscription } = await schedule([
      { items: [{ price: counter.pro.id }], discounts: [{ coupon: half.id }], duration: monthly(2) },
      { items: [{ price: counter.pro.id }], duration: monthly() },
    ])
    await counter.sandbox.advance({ to: month(2) + HOUR })

    expect(await totals(String(subscription))).toEqual([950, 950, 1_900])
    expect((await counter.subscription(String(subscription))).discounts).toEqual([])
    expect((await counter.stripe.coupons.retrieve(half.id)).times_redeemed).toBe(1)
  })

  it('bills what it adds once, for the span that it names, and its own tax', async () => {
    const rate = await counter.stripe.taxRates.create({
      display_name: 'VAT',
      inclusive: false,
      percentage: 19,
    })
    const onboarding = await counter.stripe.prices.create({
      currency: 'eur',
      unit_amount: 10_000,
      product: String(counter.pro.product),
    })
    const { subscription } = await schedule([
      { items: [{ price: counter.pro.id }], duration: monthly() },
      {
        items: [{ price: counter.pro.id }],
        default_tax_rates: [rate.id],
        add_invoice_items: [
          {
            price: onboarding.id,
            metadata: { what: 'onboarding' },
            period: { start: { type: 'phase_start' }, end: { type: 'phase_end' } },
          },
        ],
        duration: monthly(2),
      },
    ])
    await counter.sandbox.advance({ to: month(2) + HOUR })

    expect(await totals(String(subscription))).toEqual([1_900, 14_161, 2_261])
    const { data } = await counter.stripe.invoices.list({ subscription: String(subscription) })
    expect(data[1]?.lines.data).toMatchObject([
      { amount: 10_000, metadata: { what: 'onboarding' }, period: { start: month(1), end: month(3) } },
      { amount: 1_900, period: { start: month(1), end: month(2) } },
    ])
  })

  it('sends its invoices where it says so, with what the schedule says about invoices', async () => {
    const { subscription } = await schedule(
      [
        { items: [{ price: counter.pro.id }], duration: monthly() },
        {
          items: [{ price: counter.pro.id }],
          collection_method: 'send_invoice',
          invoice_settings: { days_until_due: 14, footer: 'Thank you' },
          duration: monthly(),
        },
      ],
      { default_settings: { description: 'By contract', invoice_settings: { description: 'Contract 7' } } },
    )
    await counter.sandbox.advance({ to: month(1) + HOUR })

    const sent = await counter.subscription(String(subscription))
    expect(sent).toMatchObject({ description: 'By contract', days_until_due: 14 })
    expect(await counter.latestInvoice(sent)).toMatchObject({
      collection_method: 'send_invoice',
      status: 'open',
      description: 'Contract 7',
      footer: 'Thank you',
      due_date: month(1) + 14 * DAY,
    })
  })

  it('lasts as many periods as `iterations` says, for requests before it was taken away', async () => {
    const { id: customer } = await counter.customer()
    const phases = [{ iterations: 3, items: [{ price: counter.pro.id }] }]
    const old = await counter.stripe.rawRequest(
      'POST',
      '/v1/subscription_schedules',
      { customer, start_date: 'now', phases },
      { apiVersion: '2025-08-27.basil' },
    )

    expect(old).toMatchObject({ phases: [{ start_date: NOON, end_date: month(3) }] })
    await expect(
      counter.stripe.rawRequest('POST', '/v1/subscription_schedules', { customer, phases }),
    ).rejects.toMatchObject({ code: 'parameter_unknown', param: 'phases[0][iterations]' })
  })

  it.each([
    [{ duration: monthly(), end_date: month(2) }, 'phases[0]'],
    [{ currency: 'usd' }, 'phases[0][currency]'],
    [{ collection_method: 'send_invoice' }, 'phases[0][invoice_settings][days_until_due]'],
    [{ discounts: [{ coupon: 'none' }] }, 'phases[0][discounts][0][coupon]'],
  ] as const)('with %j is refused', async (phase, param) => {
    await expect(
      schedule([{ items: [{ price: counter.pro.id }], ...structuredClone(phase) } as never]),
    ).rejects.toMatchObject({
      param,
    })
  })
})

describe('the end of a schedule', () => {
  it('is announced seven days ahead', async () => {
    await schedule([{ items: [{ price: counter.pro.id }], duration: monthly() }], { end_behavior: 'cancel' })
    counter.forget()
    await counter.sandbox.advance({ to: month(1) - 7 * DAY - 1 })
    expect(counter.story('subscription_schedule')).toEqual([])

    await counter.advance(1)
    expect(counter.story('subscription_schedule')).toEqual(['subscription_schedule.expiring'])
    await counter.sandbox.advance({ to: month(1) })
    expect(counter.story('subscription_schedule')).toEqual([
      'subscription_schedule.expiring',
      'subscription_schedule.completed',
    ])
  })

  it('is a release or a cancellation', async () => {
    const phases = [{ items: [{ price: counter.pro.id }] }]
    await expect(schedule(phases, { end_behavior: 'renew' })).rejects.toMatchObject({ param: 'end_behavior' })
  })
})

describe('a pause that is planned', () => {
  it('credits the unused time, and resumes with a new period', async () => {
    const subscription = await counter.sell(counter.pro)
    const { id } = await counter.stripe.subscriptionSchedules.create({
      from_subscription: subscription.id,
      pause_schedules: [
        {
          pause: { pause_at: { type: 'timestamp', timestamp: NOON + 15 * DAY + DAY / 2 } },
          resume: { resume_at: { type: 'duration', duration: { interval: 'day', interval_count: 4 } } },
        },
      ],
    })
    counter.forget()
    await counter.advance(16 * DAY)

    const paused = await counter.stripe.subscriptionSchedules.retrieve(id)
    expect(paused.pause_schedules).toMatchObject([
      { pause: { status: { type: 'succeeded' } }, resume: { status: { type: 'scheduled' } } },
    ])
    expect(await counter.subscription(subscription.id)).toMatchObject({
      status: 'paused',
      status_details: { paused: { subscription: { type: 'pause_requested' } } },
    })

    await counter.advance(4 * DAY)
    const resumed = await counter.subscription(subscription.id)
    expect(resumed).toMatchObject({ status: 'active', billing_cycle_anchor: NOON + 19 * DAY + DAY / 2 })
    expect(await counter.latestInvoice(resumed)).toMatchObject({ status: 'paid', total: 1_900 - 950 })
    expect(counter.story('customer.subscription.paused', 'customer.subscription.resumed')).toEqual([
      'customer.subscription.paused',
      'customer.subscription.resumed',
    ])
  })

  it('is changed under its key, and taken away by an empty string', async () => {
    const subscription = await counter.sell(counter.pro)
    const at = (timestamp: number) => ({ pause: { pause_at: { type: 'timestamp', timestamp } } }) as const
    const { id, pause_schedules } = await counter.stripe.subscriptionSchedules.create({
      from_subscription: subscription.id,
      pause_schedules: [at(NOON + DAY)],
    })
    const key = pause_schedules[0]?.key ?? ''
    const later = await counter.stripe.subscriptionSchedules.update(id, {
      pause_schedules: [{ key, ...at(NOON + 2 * DAY) }],
    })
    expect(later.pause_schedules).toMatchObject([{ key, pause: { pause_at: NOON + 2 * DAY } }])

    await counter.stripe.subscriptionSchedules.update(id, { pause_schedules: '' })
    await counter.advance(3 * DAY)
    expect((await counter.subscription(subscription.id)).status).toBe('active')
  })
})
