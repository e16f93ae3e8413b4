import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Counter, DAY, HOUR, openCounter } from './counter.ts'

let counter: Counter

beforeEach(async () => {
  counter = await openCounter()
})
afterEach(() => counter.sandbox.close())

const start = (customer: string, more: object = {}) =>
  counter.stripe.subscriptions.create({ customer, items: [{ price: counter.pro.id }], ...more })

describe('a subscription through the API', () => {
  it('whose card pays is active from its first second, and says so before its invoice', async () => {
    const subscription = await counter.sell(counter.pro)

    expect(subscription).toMatchObject({ status: 'active', billing_mode: { type: 'flexible' } })
    expect(await counter.latestInvoice(subscription)).toMatchObject({
      status: 'paid',
      billing_reason: 'subscription_create',
      amount_paid: 1_900,
    })
    expect(counter.story('customer.subscription', 'invoice')).toEqual([
      'customer.subscription.created',
      'invoice.created',
      'invoice.finalized',
      'invoice.updated',
      'invoice.paid',
      'invoice.payment_succeeded',
      'invoice_payment.paid',
    ])
    const created = counter.event('customer.subscription.created')
    expect(created.data.object).toMatchObject({ status: 'active' })
    expect(counter.event('invoice_payment.paid').created).toBe(created.created)
    expect(counter.event('invoice.paid').request?.id).toBe(created.request?.id)
  })

  it('whose card is declined is incomplete, and incomplete_expired after 23 hours with its invoice void', async () => {
    const { id: customer } = await counter.customer('pm_card_chargeCustomerFail')
    const subscription = await start(customer)
    expect(subscription.status).toBe('incomplete')
    const invoice = await counter.latestInvoice(subscription)
    expect(invoice).toMatchObject({ status: 'open', attempt_count: 1, next_payment_attempt: null })
    counter.forget()

    await counter.advance(23 * HOUR - 60)
    expect((await counter.subscription(subscription.id)).status).toBe('incomplete')
    await counter.advance(120)

    expect((await counter.subscription(subscription.id)).status).toBe('incomplete_expired')
    expect((await counter.stripe.invoices.retrieve(String(invoice.id))).status).toBe('void')
    expect(counter.event('customer.subscription.updated').data.previous_attributes).toMatchObject({
      status: 'incomplete',
    })
    expect(counter.story('customer.subscription')).toEqual(['customer.subscription.updated'])
  })

  it('whose first invoice is paid with another card within the day is active', async () => {
    const { id: customer } = await counter.customer('pm_card_chargeCustomerFail')
    const subscription = await start(customer)
    await counter.giveCard(customer, 'pm_card_visa')
    await counter.stripe.invoices.pay(String(subscription.latest_invoice))

    expect((await counter.subscription(subscription.id)).status).toBe('active')
    expect(counter.event('customer.subscription.updated').data.previous_attributes).toEqual({
      status: 'incomplete',
    })
  })

  it('under default_incomplete waits for its payment intent, whose secret the invoice shows when asked', async () => {
    const { id: customer } = await counter.customer()
    const subscription = await start(customer, {
      payment_behavior: 'default_incomplete',
      expand: ['latest_invoice.confirmation_secret'],
    })

    expect(subscription.status).toBe('incomplete')
    expect(subscription.latest_invoice).toMatchObject({
      status: 'open',
      amount_due: 1_900,
      confirmation_secret: { client_secret: expect.stringContaining('_secret_'), type: 'payment_intent' },
    })
  })

  it('under error_if_incomplete is refused with 402, and nothing has happened', async () => {
    const { id: customer } = await counter.customer('pm_card_chargeCustomerFail')
    counter.forget()

    await expect(start(customer, { payment_behavior: 'error_if_incomplete' })).rejects.toMatchObject({
      statusCode: 402,
      code: 'card_declined',
    })
    expect(counter.eventTypes()).toEqual([])
    expect((await counter.stripe.subscriptions.list({ customer, status: 'all' })).data).toEqual([])
  })

  it('that is billed by invoice is active at once; its invoice goes out after an hour, and is overdue in the end', async () => {
    const { id: customer } = await counter.customer(null)
    const subscription = await start(customer, { collection_method: 'send_invoice', days_until_due: 7 })
    expect(subscription.status).toBe('active')
    expect((await counter.latestInvoice(subscription)).status).toBe('draft')
    counter.forget()

    await counter.advance(HOUR)
    const invoice = await counter.latestInvoice(subscription)
    expect(invoice).toMatchObject({ status: 'open', amount_due: 1_900, due_date: invoice.created + 7 * DAY })
    expect(counter.story('invoice')).toEqual(['invoice.finalized', 'invoice.sent'])

    await counter.advance(7 * DAY)
    expect(counter.story('invoice.overdue', 'customer.subscription')).toEqual([
      'invoice.overdue',
      'customer.subscription.updated',
    ])
    expect((await counter.subscription(subscription.id)).status).toBe('past_due')

    await counter.stripe.invoices.pay(String(invoice.id), { paid_out_of_band: true })
    expect((await counter.subscription(subscription.id)).status).toBe('active')
  })

  it('anchored to the 15th is billed for its share of the month, to the second', async () => {
    const now = counter.sandbox.account.now
    const { id: customer } = await counter.customer()
    const subscription = await start(customer, { billing_cycle_anchor_config: { day_of_month: 15 } })
    const anchor = new Date(subscription.billing_cycle_anchor * 1000)
    const whole =
      Date.UTC(
        anchor.getUTCFullYear(),
        anchor.getUTCMonth() - 1,
        15,
        anchor.getUTCHours(),
        anchor.getUTCMinutes(),
        anchor.getUTCSeconds(),
      ) / 1000

    expect(anchor.getUTCDate()).toBe(15)
    expect((await counter.latestInvoice(subscription)).total).toBe(
      Math.round(
        (1_900 * (subscription.billing_cycle_anchor - subscription.created)) /
          (subscription.billing_cycle_anchor - whole),
      ),
    )
    expect(subscription.created).toBeGreaterThanOrEqual(now)
  })

  it('is previewed with its anchor before it is there', async () => {
    const { id: customer } = await counter.customer()
    const timestamp = counter.sandbox.account.now + 10 * DAY
    const preview = await counter.stripe.invoices.createPreview({
      customer,
      subscription_details: {
        items: [{ price: counter.pro.id }],
        billing_cycle_anchor: { type: 'timestamp', timestamp },
      },
    })
    const subscription = await start(customer, { billing_cycle_anchor: timestamp })

    expect(preview.total).toBeLessThan(1_900)
    expect(preview.total).toBe((await counter.latestInvoice(subscription)).total)
  })

  it('bills several intervals by flexible billing alone', async () => {
    const { id: customer } = await counter.customer()
    const items = [{ price: counter.team.id }, { price: counter.yearly.id }]
    const subscription = await start(customer, { items })

    expect((await counter.latestInvoice(subscription)).total).toBe(23_900)
    await expect(start(customer, { items, billing_mode: { type: 'classic' } })).rejects.toMatchObject({
      param: 'items',
    })
  })
})
