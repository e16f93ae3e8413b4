import type Stripe from 'stripe'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DAY, HOUR, NOON } from '#tests/sandbox/stripe/billing/counter.ts'
import { openPortalCounter, type PortalCounter } from './portal-counter.ts'

let counter: PortalCounter
let subscription: Stripe.Subscription

beforeEach(async () => {
  counter = await openPortalCounter()
  subscription = await counter.sell(counter.pro)
})
afterEach(() => counter.sandbox.close())

type Pause = NonNullable<Stripe.BillingPortal.ConfigurationCreateParams['features']['subscription_pause']>
type Interval = 'day' | 'week' | 'month' | 'year'

const pausing = (duration?: Pause['duration']) =>
  counter.visiting(subscription, {
    subscription_pause: { enabled: true, ...(duration ? { duration } : {}) },
  })

const lasting = (...options: [Interval, number][]): NonNullable<Pause['duration']> => ({
  type: 'interval_options',
  interval_options: options.map(([interval, interval_count]) => ({ interval, interval_count })),
})

const current = () => counter.subscription(subscription.id)
/** The middle of a month of 31 days: half of it is credited. */
const MIDDLE = NOON + 15 * DAY + DAY / 2

describe('a pause with a duration', () => {
  it('begins at once, credits the unused half, and ends by itself with the rest to pay', async () => {
    const at = await pausing(lasting(['week', 2], ['month', 3]))
    await counter.sandbox.advance({ to: MIDDLE })
    counter.forget()

    const { text } = await counter.visitor.open(`${at}/pause`)
    const done = await counter.visitor.sendAndFollow(`${at}/pause`, { duration: '3_month' })

    expect(text).toContain('2 weeks until 31 March 2027 3 months until 17 June 2027')
    expect(done.text).toContain('The subscription is paused until 17 June 2027.')
    expect(done.text).toContain('It is paused until 17 June 2027, when it resumes by itself.')
    expect((await current()).status).toBe('paused')
    expect(counter.story('customer.subscription.paused', 'invoice.')).toEqual([
      'customer.subscription.paused',
    ])

    await counter.sandbox.advance({ to: MIDDLE + 92 * DAY - HOUR })
    expect((await current()).status).toBe('paused')
    await counter.advance(2 * HOUR)
    const resumed = await current()
    expect(resumed).toMatchObject({ status: 'active', schedule: null })
    expect(await counter.latestInvoice(resumed)).toMatchObject({ status: 'paid', total: 1_900 - 950 })
  })

  it('begins where a flow to pause leads, and can be taken by a customer on a test clock', async () => {
    const clock = await counter.stripe.testHelpers.testClocks.create({ frozen_time: NOON })
    const { id: customer } = await counter.stripe.customers.create({
      test_clock: clock.id,
      payment_method: 'pm_card_visa',
      invoice_settings: { default_payment_method: 'pm_card_visa' },
    })
    subscription = await counter.stripe.subscriptions.create({ customer, items: [{ price: counter.pro.id }] })
    const at = await counter.visiting(
      subscription,
      { subscription_pause: { enabled: true, duration: lasting(['day', 10]) } },
      {
        type: 'subscription_pause',
        subscription_pause: { subscription: subscription.id },
        after_completion: { type: 'redirect', redirect: { return_url: 'http://127.0.0.1/rested' } },
      },
    )

    const start = await counter.visitor.open(at.slice(0, at.indexOf('/subscriptions')))
    const page = await counter.visitor.open(String(start.location))
    const { location } = await counter.visitor.send(String(start.location), { duration: '10_day' })

    expect(start.location).toBe(`${at}/pause`)
    expect(page.text).toContain('10 days until 11 March 2027')
    expect(location).toBe('http://127.0.0.1/rested')
    expect((await current()).status).toBe('paused')
  })

  it('is over as soon as its customer resumes, who pays at once', async () => {
    const at = await pausing(lasting(['month', 3]))
    await counter.sandbox.advance({ to: MIDDLE })
    await counter.visitor.send(`${at}/pause`, { duration: '3_month' })
    await counter.advance(5 * DAY)

    const { text } = await counter.visitor.sendAndFollow(`${at}/resume`)

    expect(text).toContain('The subscription is resumed.')
    const resumed = await current()
    expect(resumed).toMatchObject({ status: 'active', schedule: null })
    expect(await counter.latestInvoice(resumed)).toMatchObject({ status: 'paid', total: 950 })
    await counter.advance(100 * DAY)
    expect((await current()).status).toBe('active')
  })

  it('whose end nobody pays for stays a pause until its invoice is paid', async () => {
    const at = await pausing(lasting(['week', 1]))
    await counter.sandbox.advance({ to: MIDDLE })
    await counter.visitor.send(`${at}/pause`, { duration: '1_week' })
    await counter.giveCard(String(subscription.customer), 'pm_card_chargeCustomerFail')

    await counter.advance(8 * DAY)

    const { text } = await counter.visitor.open(`${at.slice(0, at.indexOf('/subscriptions'))}/home`)
    expect((await current()).status).toBe('paused')
    expect(text).toContain('It is paused until its invoice is paid.')
  })

  it('ends with a cancellation, which takes effect at once', async () => {
    const at = await counter.visiting(subscription, {
      subscription_cancel: { enabled: true, mode: 'at_period_end' },
      subscription_pause: { enabled: true, duration: lasting(['month', 3]) },
    })
    await counter.sandbox.advance({ to: MIDDLE })
    await counter.visitor.send(`${at}/pause`, { duration: '3_month' })
    await counter.advance(20 * DAY)

    const { text } = await counter.visitor.open(`${at}/cancel`)
    await counter.visitor.send(`${at}/cancel`)
    counter.forget()
    await counter.advance(100 * DAY)

    expect(text).toContain('It ends at once.')
    expect((await current()).status).toBe('canceled')
    expect(counter.story('customer.subscription', 'invoice')).toEqual([])
  })

  it('is one of those that are offered', async () => {
    const at = await pausing(lasting(['week', 1], ['month', 1]))

    const none = await counter.visitor.send(`${at}/pause`)
    const other = await counter.visitor.send(`${at}/pause`, { duration: '2_year' })

    expect([none.status, other.status]).toEqual([422, 422])
    expect(none.text).toContain('Choose how long the pause lasts.')
    expect((await current()).status).toBe('active')
  })
})

describe('a pause without one', () => {
  it('lasts until the customer resumes', async () => {
    const at = await pausing({ type: 'indefinite' })
    await counter.sandbox.advance({ to: MIDDLE })

    const page = await counter.visitor.open(`${at}/pause`)
    const { text } = await counter.visitor.sendAndFollow(`${at}/pause`)
    await counter.advance(200 * DAY)
    const paused = await current()
    await counter.visitor.send(`${at}/resume`)

    expect(page.text).toContain('It lasts until you resume the subscription.')
    expect(text).toContain('It is paused until you resume it.')
    expect(paused).toMatchObject({ status: 'paused', schedule: null })
    const resumed = await current()
    expect(resumed.status).toBe('active')
    expect(await counter.latestInvoice(resumed)).toMatchObject({ status: 'paid', total: 950 })
  })
})

describe('the duration of a portal configuration', () => {
  it('is a month where none is given', async () => {
    const { features } = await counter.stripe.billingPortal.configurations.create({
      features: { subscription_pause: { enabled: true } },
    })

    expect(features.subscription_pause.duration).toEqual(lasting(['month', 1]))
  })

  it.each([
    ['needs options of its kind', { type: 'interval_options' }, ''],
    ['has none where it is indefinite', { ...lasting(['day', 1]), type: 'indefinite' }, ''],
    ['is three years at most', lasting(['month', 36], ['month', 37]), '[1]'],
  ] as const)('%s', async (_, duration, place) => {
    await expect(pausing(duration as Pause['duration'])).rejects.toMatchObject({
      statusCode: 400,
      param: `features[subscription_pause][duration][interval_options]${place}`,
    })
  })
})

describe('a subscription that cannot be paused', () => {
  it('says why, and offers no pause', async () => {
    subscription = await counter.sell(counter.pro, { billing_mode: { type: 'classic' } })
    const at = await pausing()

    const home = await counter.visitor.open(`${at.slice(0, at.indexOf('/subscriptions'))}/home`)
    const sent = await counter.visitor.sendAndFollow(`${at}/pause`, { duration: '1_month' })

    expect(home.html).not.toContain(`${subscription.id}/pause`)
    expect(sent.text).toContain('can be paused.')
    expect(await current()).toMatchObject({ status: 'active', schedule: null })
  })
})
