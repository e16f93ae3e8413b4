import type Stripe from 'stripe'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Counter, HOUR, openCounter } from './counter.ts'

let counter: Counter

beforeEach(async () => {
  counter = await openCounter()
})
afterEach(() => counter.sandbox.close())

const month = (count: number) => Date.UTC(2027, 2 + count, 1, 12) / 1000

/** A draft over 100 euros of a customer with a card. */
const draft = async (more: Stripe.InvoiceCreateParams = {}) => {
  const { id: customer } = await counter.customer()
  const invoice = await counter.stripe.invoices.create({ customer, currency: 'eur', ...more })
  await counter.stripe.invoiceItems.create({ customer, invoice: invoice.id, currency: 'eur', amount: 10_000 })
  return counter.stripe.invoices.retrieve(invoice.id)
}

describe('an invoice', () => {
  it('adds what the delivery costs, with its tax, to its total', async () => {
    const invoice = await draft({
      shipping_cost: {
        shipping_rate_data: {
          display_name: 'Parcel',
          fixed_amount: { amount: 500, currency: 'eur' },
          tax_behavior: 'exclusive',
        },
      },
      shipping_details: { name: 'Zoë', address: { country: 'DE' } },
    })
    expect(invoice).toMatchObject({ subtotal: 10_000, amount_shipping: 500, total: 10_500 })

    await counter.stripe.customers.update(String(invoice.customer), { address: { country: 'DE' } })
    const taxed = await counter.stripe.invoices.update(invoice.id, { automatic_tax: { enabled: true } })
    expect(taxed).toMatchObject({
      shipping_cost: { amount_subtotal: 500, amount_tax: 95, amount_total: 595 },
      shipping_details: { name: 'Zoë', address: { country: 'DE' } },
      total: 10_000 + 1_900 + 595,
    })
    const without = await counter.stripe.invoices.update(invoice.id, { shipping_cost: '' })
    expect(without).toMatchObject({ amount_shipping: 0, total: 11_900 })
  })

  it('keeps how it is shown and how it may be paid', async () => {
    const own = await counter.stripe.taxIds.create({ type: 'eu_vat', value: 'DE123456789' })
    const invoice = await draft({
      account_tax_ids: [own.id],
      rendering: { amount_tax_display: 'exclude_tax', pdf: { page_size: 'a4' } },
      payment_settings: { payment_method_types: ['card'] },
    })
    expect(invoice).toMatchObject({
      account_tax_ids: [own.id],
      rendering: { amount_tax_display: 'exclude_tax', pdf: { page_size: 'a4' } },
      payment_settings: { payment_method_types: ['card'] },
    })
    await expect(
      counter.stripe.invoices.update(invoice.id, { rendering: { template: 'inrtem_1' } }),
    ).rejects.toMatchObject({ code: 'resource_missing', param: 'rendering[template]' })
  })

  it("refuses a tax id that is not the account's own, by its place in the list", async () => {
    const own = await counter.stripe.taxIds.create({ type: 'eu_vat', value: 'DE123456789' })
    const { id: customer } = await counter.stripe.customers.create()
    const foreign = await counter.stripe.customers.createTaxId(customer, { type: 'eu_vat', value: 'DE1' })

    await expect(draft({ account_tax_ids: [own.id, 'txi_none'] })).rejects.toMatchObject({
      statusCode: 400,
      code: 'resource_missing',
      param: 'account_tax_ids[1]',
      message: "No such tax_id: 'txi_none'",
    })
    await expect(draft({ account_tax_ids: [foreign.id] })).rejects.toMatchObject({
      code: 'resource_missing',
      param: 'account_tax_ids[0]',
    })
  })

  it('is paid with a card of the older kind that the request names', async () => {
    const invoice = await draft()
    const card = await counter.stripe.customers.createSource(String(invoice.customer), { source: 'tok_visa' })
    const paid = await counter.stripe.invoices.pay(invoice.id, { source: card.id })

    expect(paid.status).toBe('paid')
  })
})

describe('a revision', () => {
  it('takes the place of its original once it is final', async () => {
    const original = await draft({ description: 'Order 7' })
    await counter.stripe.invoices.finalizeInvoice(original.id)
    const revision = await counter.stripe.invoices.create({
      from_invoice: { action: 'revision', invoice: original.id },
    })
    expect(revision).toMatchObject({
      status: 'draft',
      customer: original.customer,
      description: 'Order 7',
      from_invoice: { action: 'revision', invoice: original.id },
      total: 10_000,
    })
    expect(await counter.stripe.invoices.retrieve(original.id)).toMatchObject({
      status: 'open',
      latest_revision: null,
    })

    const line = revision.lines.data[0]
    await counter.stripe.invoices.updateLineItem(revision.id, line?.id ?? '', { amount: 8_000 })
    await counter.stripe.invoices.finalizeInvoice(revision.id)
    expect(await counter.stripe.invoices.retrieve(revision.id)).toMatchObject({
      status: 'open',
      total: 8_000,
    })
    expect(await counter.stripe.invoices.retrieve(original.id)).toMatchObject({
      status: 'void',
      latest_revision: revision.id,
      total: 10_000,
    })
  })

  it('is of an open invoice that no subscription made', async () => {
    const from = (invoice: string) =>
      counter.stripe.invoices.create({ from_invoice: { action: 'revision', invoice } })
    const subscription = await counter.sell(counter.pro)

    await expect(from((await draft()).id)).rejects.toMatchObject({ param: 'from_invoice[invoice]' })
    await expect(from(String(subscription.latest_invoice))).rejects.toMatchObject({
      param: 'from_invoice[invoice]',
    })
  })
})

describe('a payment that is attached to an invoice', () => {
  const pay = (customer: unknown, amount: number) =>
    counter.stripe.paymentIntents.create({
      amount,
      currency: 'eur',
      customer: String(customer),
      payment_method: 'pm_card_visa',
      confirm: true,
      return_url: 'http://127.0.0.1/back',
    })

  it('is credited, and the invoice is paid once nothing remains', async () => {
    const { id, customer } = await draft()
    await counter.stripe.invoices.finalizeInvoice(id)
    const first = await pay(customer, 4_000)
    counter.forget()
    const partly = await counter.stripe.invoices.attachPayment(id, { payment_intent: first.id })
    expect(partly).toMatchObject({ status: 'open', amount_paid: 4_000, amount_remaining: 6_000 })

    const second = await pay(customer, 7_000)
    const paid = await counter.stripe.invoices.attachPayment(id, { payment_intent: second.id })
    expect(paid).toMatchObject({
      status: 'paid',
      amount_paid: 10_000,
      amount_remaining: 0,
      amount_overpaid: 1_000,
    })
    expect(counter.story('invoice')).toEqual([
      'invoice.updated',
      'invoice_payment.paid',
      'invoice.updated',
      'invoice_payment.paid',
      'invoice.overpaid',
      'invoice.updated',
      'invoice.paid',
      'invoice.payment_succeeded',
    ])
    const { data } = await counter.stripe.invoicePayments.list({ invoice: id })
    expect(data.map(({ status, amount_paid }) => [status, amount_paid])).toEqual([
      ['paid', 6_000],
      ['paid', 4_000],
      ['canceled', null],
    ])
  })

  it('leaves what remains to the invoice’s own payment', async () => {
    const { id, customer } = await draft()
    await counter.stripe.invoices.finalizeInvoice(id)
    const first = await pay(customer, 4_000)
    await counter.stripe.invoices.attachPayment(id, { payment_intent: first.id })
    const paid = await counter.stripe.invoices.pay(id)

    expect(paid).toMatchObject({ status: 'paid', amount_paid: 10_000, amount_remaining: 0 })
    expect(counter.event('charge.succeeded').data.object).toMatchObject({ amount: 6_000 })
  })

  it('is of the same customer', async () => {
    const { id } = await draft()
    await counter.stripe.invoices.finalizeInvoice(id)
    const { id: other } = await counter.customer()
    const foreign = await pay(other, 100)

    await expect(
      counter.stripe.invoices.attachPayment(id, { payment_intent: foreign.id }),
    ).rejects.toMatchObject({ param: 'payment_intent' })
  })
})

describe('a preview', () => {
  it('bills what is described beside what is pending, in all ways that an item has', async () => {
    const { id: customer } = await counter.customer()
    const half = await counter.stripe.coupons.create({ percent_off: 50, duration: 'once' })
    const rate = await counter.stripe.taxRates.create({
      display_name: 'VAT',
      inclusive: false,
      percentage: 19,
    })
    const pending = await counter.stripe.invoiceItems.create({ customer, currency: 'eur', amount: 100 })
    const preview = await counter.stripe.invoices.createPreview({
      customer,
      invoice_items: [
        { invoiceitem: pending.id, amount: 200 },
        { currency: 'eur', unit_amount: 300, quantity: 2, discounts: [{ coupon: half.id }] },
        { currency: 'eur', amount: 1_000, tax_rates: [rate.id], metadata: { what: 'taxed' } },
      ],
    })

    expect(preview.lines.data.map(({ amount }) => amount)).toEqual([200, 600, 1_000])
    expect(preview).toMatchObject({ subtotal: 1_800, total: 200 + 300 + 1_190 })
    expect((await counter.stripe.invoiceItems.retrieve(pending.id)).amount).toBe(100)
    expect((await counter.stripe.coupons.retrieve(half.id)).times_redeemed).toBe(0)
  })

  it('is of a customer that there is not yet', async () => {
    const preview = await counter.stripe.invoices.createPreview({
      automatic_tax: { enabled: true },
      customer_details: { shipping: { name: 'Zoë', address: { country: 'DE' } } },
      subscription_details: { items: [{ price: counter.pro.id }], metadata: { plan: 'pro' } },
    })

    expect(preview).toMatchObject({
      total: 2_261,
      parent: { subscription_details: { metadata: { plan: 'pro' } } },
    })
    const { data } = await counter.stripe.customers.list()
    expect(data).toEqual([])
  })
})

describe('the preview of a schedule', () => {
  it('is the invoice of its first phase, of a change, and of the phase that comes next', async () => {
    const { id: customer } = await counter.customer()
    const phase = (price: Stripe.Price) => ({
      items: [{ price: price.id }],
      duration: { interval: 'month', interval_count: 1 } as const,
    })
    const planned = await counter.stripe.invoices.createPreview({
      customer,
      schedule_details: { phases: [{ ...phase(counter.pro), start_date: month(1) }] },
    })
    expect(planned).toMatchObject({ total: 1_900, period_start: month(1) })

    const schedule = await counter.stripe.subscriptionSchedules.create({
      customer,
      start_date: 'now',
      phases: [phase(counter.pro), phase(counter.team)],
    })
    const next = await counter.stripe.invoices.createPreview({ schedule: schedule.id })
    expect(next.total).toBe(4_900)

    const [current] = schedule.phases
    const changed = await counter.stripe.invoices.createPreview({
      schedule: schedule.id,
      schedule_details: {
        phases: [{ ...phase(counter.team), start_date: current?.start_date ?? 0 }],
        proration_behavior: 'always_invoice',
      },
    })
    expect(changed.total).toBe(3_000)

    await counter.sandbox.advance({ to: month(1) + HOUR })
    const billed = await counter.subscription(String(schedule.subscription))
    expect((await counter.latestInvoice(billed)).total).toBe(next.total)
  })
})
