import type Stripe from 'stripe'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openShop, type Shop } from './shop.ts'

const DAY = 86_400
/** 2027-01-31 09:00:00 UTC: a day that February does not have. */
const START = Date.UTC(2027, 0, 31, 9) / 1000

let shop: Shop

beforeAll(async () => {
  shop = await openShop()
})
afterAll(() => shop.sandbox.close())

const clocks = () => shop.stripe.testHelpers.testClocks

/** A customer on a clock of their own who subscribes to Pro by the month. */
async function subscriber(): Promise<{ clock: string; customer: string; subscription: string }> {
  const { id: clock } = await clocks().create({ frozen_time: START, name: 'a life' })
  const { id: customer } = await shop.stripe.customers.create({ test_clock: clock, email: 'a@example.test' })
  const session = await shop.checkout('tollgate_pro_monthly_v1', { customer })
  const { session: paid } = shop.sandbox.pay(session.id)
  return { clock, customer, subscription: String(paid.subscription) }
}

/** Advances and waits until the clock is no longer on its way. */
async function advance(clock: string, to: number): Promise<Stripe.TestHelpers.TestClock> {
  await clocks().advance(clock, { frozen_time: to })
  for (;;) {
    const now = await clocks().retrieve(clock)
    if (now.status !== 'advancing') return now
  }
}

describe('a customer on a test clock', () => {
  it('lives by its frozen time, with everything that is theirs', async () => {
    const { customer, subscription } = await subscriber()
    const found = await shop.stripe.subscriptions.retrieve(subscription, { expand: ['latest_invoice'] })

    expect((await shop.stripe.customers.retrieve(customer)) as Stripe.Customer).toMatchObject({
      created: START,
    })
    expect(found).toMatchObject({ created: START, latest_invoice: { created: START } })
    expect(found.items.data[0]?.current_period_end).toBe(Date.UTC(2027, 1, 28, 9) / 1000)
    expect(shop.event('customer.subscription.created').created).toBe(START)
  })

  it('is listed only where its clock is named', async () => {
    const { clock, customer } = await subscriber()
    const ids = async (params: Stripe.CustomerListParams) =>
      (await shop.stripe.customers.list(params)).data.map(({ id }) => id)

    expect(await ids({ test_clock: clock })).toEqual([customer])
    expect(await ids({})).not.toContain(customer)
  })

  it('may have been there before the clock', async () => {
    const { id: customer } = await shop.stripe.customers.create({})
    const { id: clock } = await clocks().create({ frozen_time: START, customer })

    expect(await shop.stripe.customers.retrieve(customer)).toMatchObject({ test_clock: clock })
  })
})

describe('advancing', () => {
  it('is asynchronous, and what falls due on the way happens at its own moment', async () => {
    const { clock, subscription } = await subscriber()
    const renewal = Date.UTC(2027, 1, 28, 9) / 1000
    shop.forget()

    const begun = await clocks().advance(clock, { frozen_time: renewal + 2 * DAY })
    expect(begun).toMatchObject({
      status: 'advancing',
      status_details: { advancing: { target_frozen_time: renewal + 2 * DAY } },
    })

    const arrived = await advance(clock, renewal + 3 * DAY).catch(() => clocks().retrieve(clock))
    expect(arrived.frozen_time).toBeGreaterThanOrEqual(renewal)
    expect(shop.event('invoice.created')).toMatchObject({ created: renewal })
    expect(shop.event('invoice.paid').created).toBeGreaterThan(renewal)
    const found = await shop.stripe.subscriptions.retrieve(subscription)
    expect(found.items.data[0]?.current_period_start).toBe(renewal)
  })

  it('tells by events when it begins and when it is there', async () => {
    const { clock } = await subscriber()
    shop.forget()
    await advance(clock, START + DAY)

    expect(shop.eventTypes()).toEqual(['test_helpers.test_clock.advancing', 'test_helpers.test_clock.ready'])
    expect(shop.event('test_helpers.test_clock.ready')).toMatchObject({ created: START + DAY })
  })

  it('is an internal failure where what falls due cannot happen, and an event says so', async () => {
    const { clock } = await subscriber()
    let isBroken = true
    shop.sandbox.observe(
      () => undefined,
      ({ type }) => {
        if (type === 'invoice.created' && isBroken) throw new Error('nobody can write this invoice')
      },
    )
    shop.forget()

    const stopped = await advance(clock, START + 32 * DAY)
    isBroken = false

    expect(stopped).toMatchObject({ status: 'internal_failure', frozen_time: START, status_details: {} })
    expect(shop.event('test_helpers.test_clock.internal_failure').data.object).toMatchObject({ id: clock })
    expect(shop.eventTypes()).not.toContain('test_helpers.test_clock.ready')
  })

  it('refuses changes of what is on the clock meanwhile', async () => {
    const { clock, customer } = await subscriber()
    const onItsWay = shop.sandbox.state.testClocks.get(clock)
    Object.assign(onItsWay ?? {}, { status: 'advancing' })

    await expect(shop.stripe.customers.update(customer, { name: 'now' })).rejects.toMatchObject({
      statusCode: 429,
      message: `Test clock advancement underway - cannot perform modifications: ${clock}`,
    })
  })

  it('never goes back, and at most two intervals of the shortest subscription ahead', async () => {
    const { clock } = await subscriber()
    const twoMonths = Date.UTC(2027, 2, 31, 9) / 1000

    await expect(clocks().advance(clock, { frozen_time: START - 1 })).rejects.toMatchObject({
      statusCode: 400,
    })
    await expect(clocks().advance(clock, { frozen_time: twoMonths + 1 })).rejects.toMatchObject({
      param: 'frozen_time',
    })
    expect(await advance(clock, twoMonths)).toMatchObject({ status: 'ready', frozen_time: twoMonths })
  })

  it('leaves the time of everybody else alone', async () => {
    const { clock } = await subscriber()
    const { id } = await shop.subscribe()
    const before = await shop.stripe.subscriptions.retrieve(id)
    await advance(clock, START + 50 * DAY)

    expect((await shop.stripe.subscriptions.retrieve(id)).items.data).toEqual(before.items.data)
  })
})

describe('a clock that is deleted', () => {
  it('takes its customers and their subscriptions with it', async () => {
    const { clock, customer, subscription } = await subscriber()
    expect(await clocks().del(clock)).toMatchObject({ id: clock, deleted: true })

    expect(await shop.stripe.customers.retrieve(customer)).toMatchObject({ deleted: true })
    expect(await shop.stripe.subscriptions.retrieve(subscription)).toMatchObject({ status: 'canceled' })
    await expect(clocks().retrieve(clock)).rejects.toMatchObject({ code: 'resource_missing' })
  })
})
