import type Stripe from 'stripe'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DAY, HOUR } from '#tests/sandbox/stripe/billing/counter.ts'
import { openPortalCounter, type PortalCounter } from './portal-counter.ts'

let counter: PortalCounter

beforeEach(async () => {
  counter = await openPortalCounter()
})
afterEach(() => counter.sandbox.close())

type Condition = 'decreasing_item_amount' | 'shortening_interval'

const downgrading = (subscription: Stripe.Subscription, ...conditions: Condition[]) =>
  counter.changing(subscription, {
    proration_behavior: 'always_invoice',
    products: counter.offers({ enabled: true }),
    schedule_at_period_end: { conditions: conditions.map((type) => ({ type })) },
  })

const homeOf = (at: string) => `${at.slice(0, at.indexOf('/subscriptions'))}/home`
const endOf = (subscription: Stripe.Subscription) => subscription.items.data[0]?.current_period_end ?? 0

const bought = async ({ id }: Stripe.Subscription) => {
  const [item] = (await counter.subscription(id)).items.data
  return [item?.price.id, item?.quantity]
}

describe('a change that waits for the end of the period', () => {
  it('to what costs less: nothing is charged now, and the smaller plan is billed from its day on', async () => {
    const subscription = await counter.sell(counter.team)
    const at = await downgrading(subscription, 'decreasing_item_amount')
    await counter.advance(10 * DAY)
    counter.forget()

    const { text } = await counter.visitor.open(`${at}/confirm?price=${counter.pro.id}`)
    const done = await counter.visitor.sendAndFollow(`${at}/update`, { price: counter.pro.id })

    expect(text).toContain(
      'It starts on 1 April 2027. Until then your plan stays as it is, and nothing is charged now.',
    )
    expect(text).toContain('First invoice, 1 April 2027 €19')
    expect(done.text).toContain('The plan changes on 1 April 2027.')
    expect(done.text).toContain('Changes on 1 April 2027 to Pro, €19 per month.')
    expect(counter.story('invoice', 'subscription_schedule', 'customer.subscription')).toEqual([
      'customer.subscription.updated',
      'subscription_schedule.created',
      'subscription_schedule.updated',
    ])
    expect(await bought(subscription)).toEqual([counter.team.id, 1])

    await counter.sandbox.advance({ to: endOf(subscription) + HOUR })
    const smaller = await counter.subscription(subscription.id)
    expect(await bought(smaller)).toEqual([counter.pro.id, 1])
    expect(await counter.latestInvoice(smaller)).toMatchObject({ status: 'paid', total: 1_900 })
    await counter.advance(31 * DAY)
    expect(await counter.subscription(subscription.id)).toMatchObject({ status: 'active', schedule: null })
  })

  it('to a shorter interval: the year is used up before the month is billed', async () => {
    const subscription = await counter.sell(counter.yearly)
    const at = await downgrading(subscription, 'shortening_interval')

    const { text } = await counter.visitor.open(`${at}/confirm?price=${counter.team.id}`)
    await counter.visitor.send(`${at}/update`, { price: counter.team.id })

    expect(text).toContain('First invoice, 1 March 2028 €49')
    await counter.sandbox.advance({ to: endOf(subscription) + HOUR })
    const monthly = await counter.subscription(subscription.id)
    expect(monthly.items.data[0]).toMatchObject({
      price: { id: counter.team.id },
      current_period_start: endOf(subscription),
    })
    expect(await counter.latestInvoice(monthly)).toMatchObject({ status: 'paid', total: 4_900 })
    const invoices = await counter.stripe.invoices.list({ subscription: subscription.id })
    expect(invoices.data.map(({ total }) => total)).toEqual([4_900, 19_000])
  })

  it('to fewer of the same plan, which costs less', async () => {
    const subscription = await counter.sell(counter.pro, { discounts: [] })
    await counter.stripe.subscriptions.update(subscription.id, {
      items: [{ id: String(subscription.items.data[0]?.id), quantity: 3 }],
      proration_behavior: 'none',
    })
    const at = await downgrading(subscription, 'decreasing_item_amount')

    await counter.visitor.send(`${at}/update`, { price: counter.pro.id, quantity: '2' })

    expect(await bought(subscription)).toEqual([counter.pro.id, 3])
    await counter.sandbox.advance({ to: endOf(subscription) + HOUR })
    expect(await bought(subscription)).toEqual([counter.pro.id, 2])
    const renewed = await counter.subscription(subscription.id)
    expect(await counter.latestInvoice(renewed)).toMatchObject({ total: 3_800 })
  })

  it('goes on with what the subscription has beside its price', async () => {
    const { id: coupon } = await counter.stripe.coupons.create({ percent_off: 10, duration: 'forever' })
    const rate = await counter.stripe.taxRates.create({
      display_name: 'VAT',
      inclusive: false,
      percentage: 20,
    })
    const subscription = await counter.sell(counter.team, {
      default_tax_rates: [rate.id],
      discounts: [{ coupon }],
      metadata: { seat: '7' },
    })
    const at = await downgrading(subscription, 'decreasing_item_amount')
    counter.forget()

    const { text } = await counter.visitor.open(`${at}/confirm?price=${counter.pro.id}`)
    await counter.visitor.send(`${at}/update`, { price: counter.pro.id })

    expect(text).toContain('Discount -€1.90 Tax €3.42 First invoice, 1 April 2027 €20.52')
    expect(counter.story('customer.subscription')).toEqual(['customer.subscription.updated'])
    await counter.sandbox.advance({ to: endOf(subscription) + HOUR })
    const smaller = await counter.subscription(subscription.id)
    expect(smaller).toMatchObject({ discounts: subscription.discounts, metadata: { seat: '7' } })
    expect(await counter.latestInvoice(smaller)).toMatchObject({ total: 2_052 })
  })

  it('in a trial lets the trial run to its end', async () => {
    const subscription = await counter.sell(counter.team, { trial_period_days: 14 })
    const at = await downgrading(subscription, 'decreasing_item_amount')
    await counter.advance(2 * DAY)

    const { text } = await counter.visitor.open(`${at}/confirm?price=${counter.pro.id}`)
    await counter.visitor.send(`${at}/update`, { price: counter.pro.id })

    expect(text).toContain('First invoice, 15 March 2027 €19')
    expect(await counter.subscription(subscription.id)).toMatchObject({
      status: 'trialing',
      trial_end: subscription.trial_end,
      items: { data: [{ current_period_start: subscription.items.data[0]?.current_period_start }] },
    })
    await counter.sandbox.advance({ to: endOf(subscription) + HOUR })
    const paid = await counter.subscription(subscription.id)
    expect(paid.status).toBe('active')
    expect(await counter.latestInvoice(paid)).toMatchObject({ status: 'paid', total: 1_900 })
  })

  it('is not what a change is that meets no condition', async () => {
    const subscription = await counter.sell(counter.pro)
    const at = await downgrading(subscription, 'decreasing_item_amount', 'shortening_interval')

    await counter.visitor.send(`${at}/update`, { price: counter.yearly.id })

    expect(await bought(subscription)).toEqual([counter.yearly.id, 1])
    expect((await counter.subscription(subscription.id)).schedule).toBeNull()
  })
})

describe('a scheduled change', () => {
  it('is taken back by its customer, and the plan goes on', async () => {
    const subscription = await counter.sell(counter.team)
    const at = await downgrading(subscription, 'decreasing_item_amount')
    await counter.visitor.send(`${at}/update`, { price: counter.pro.id })

    const { text } = await counter.visitor.sendAndFollow(`${at}/keep-plan`)

    expect(text).toContain('The plan stays as it is.')
    expect(text).not.toContain('Changes on')
    expect(counter.eventTypes().at(-1)).toBe('subscription_schedule.released')
    await counter.sandbox.advance({ to: endOf(subscription) + HOUR })
    expect(await bought(subscription)).toEqual([counter.team.id, 1])
  })

  it('gives way to the next one, whether that is scheduled or made at once', async () => {
    const subscription = await counter.sell(counter.yearly)
    const at = await downgrading(subscription, 'decreasing_item_amount', 'shortening_interval')

    await counter.visitor.send(`${at}/update`, { price: counter.pro.id })
    const second = await counter.visitor.sendAndFollow(`${at}/update`, { price: counter.team.id })
    expect(second.text).toContain('Changes on 1 March 2028 to Team, €49 per month.')
    expect(second.text).not.toContain('to Pro')
    await counter.visitor.send(`${at}/update`, { price: counter.yearly.id, quantity: '2' })

    const now = await counter.subscription(subscription.id)
    expect(now.schedule).toBeNull()
    expect(await bought(now)).toEqual([counter.yearly.id, 2])
    const { data } = await counter.stripe.subscriptionSchedules.list({
      customer: String(subscription.customer),
    })
    expect(data.map(({ status }) => status)).toEqual(['released', 'released'])
  })

  it('stays where the next one is refused', async () => {
    const subscription = await counter.sell(counter.team)
    const at = await downgrading(subscription, 'decreasing_item_amount')
    await counter.visitor.send(`${at}/update`, { price: counter.pro.id })

    const sent = await counter.visitor.sendAndFollow(`${at}/update`, {
      price: counter.yearly.id,
      proration_date: '1',
    })

    expect(sent.text).toContain('Cannot specify a proration date outside of the current period')
    expect(sent.text).toContain('Changes on 1 April 2027 to Pro')
  })

  it('gives way to a cancellation', async () => {
    const subscription = await counter.sell(counter.team)
    const at = await counter.visiting(subscription, {
      subscription_cancel: { enabled: true },
      subscription_update: {
        enabled: true,
        default_allowed_updates: ['price'],
        products: counter.offers(),
        schedule_at_period_end: { conditions: [{ type: 'decreasing_item_amount' }] },
      },
    })
    await counter.visitor.send(`${at}/update`, { price: counter.pro.id })

    await counter.visitor.send(`${at}/cancel`)

    expect(await counter.subscription(subscription.id)).toMatchObject({
      schedule: null,
      cancel_at_period_end: true,
    })
    await counter.sandbox.advance({ to: endOf(subscription) + HOUR })
    expect((await counter.subscription(subscription.id)).status).toBe('canceled')
  })

  it('of the merchant is shown, and cannot be taken back or changed in the portal', async () => {
    const subscription = await counter.sell(counter.team)
    const { id, phases } = await counter.stripe.subscriptionSchedules.create({
      from_subscription: subscription.id,
    })
    await counter.stripe.subscriptionSchedules.update(id, {
      phases: [
        {
          start_date: phases[0]?.start_date ?? 0,
          end_date: endOf(subscription),
          items: [{ price: counter.team.id }],
        },
        { items: [{ price: counter.pro.id }] },
      ],
    })
    const at = await downgrading(subscription, 'decreasing_item_amount')

    const home = await counter.visitor.open(homeOf(at))
    const sent = await counter.visitor.sendAndFollow(`${at}/update`, { price: counter.yearly.id })
    await counter.visitor.send(`${at}/keep-plan`)

    expect(home.text).toContain('Changes on 1 April 2027 to Pro, €19 per month.')
    expect(home.text).not.toContain('Keep the current plan')
    expect(home.text).not.toContain('Change plan')
    expect(sent.text).toContain('A change of this subscription is planned already.')
    expect((await counter.stripe.subscriptionSchedules.retrieve(id)).status).toBe('active')
    expect(await bought(subscription)).toEqual([counter.team.id, 1])
  })
})
