import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Counter, HOUR, openCounter } from './counter.ts'

let counter: Counter

beforeEach(async () => {
  counter = await openCounter()
})
afterEach(() => counter.sandbox.close())

const invoiceOf = async (customer: string, amounts: readonly number[]) => {
  for (const amount of amounts) {
    await counter.stripe.invoiceItems.create({ customer, amount, currency: 'eur', description: 'Work' })
  }
  return counter.stripe.invoices.create({ customer, pending_invoice_items_behavior: 'include' })
}

describe('an invoice by hand', () => {
  it('takes what is pending, is numbered when it is final, and is paid', async () => {
    const { id: customer } = await counter.customer()
    const draft = await invoiceOf(customer, [1_000, 250])
    expect(draft).toMatchObject({ status: 'draft', total: 1_250, number: null, billing_reason: 'manual' })

    const open = await counter.stripe.invoices.finalizeInvoice(draft.id)
    expect(open).toMatchObject({ status: 'open', number: expect.stringMatching(/-0001$/) })
    const paid = await counter.stripe.invoices.pay(draft.id)
    expect(paid).toMatchObject({ status: 'paid', amount_paid: 1_250, amount_remaining: 0 })
    const payments = await counter.stripe.invoicePayments.list({ invoice: draft.id })
    expect(payments.data).toMatchObject([{ status: 'paid', amount_paid: 1_250, is_default: true }])
  })

  it('is changed line by line while it is a draft, and not after', async () => {
    const { id: customer } = await counter.customer()
    const draft = await invoiceOf(customer, [1_000])
    await counter.stripe.invoices.addLines(draft.id, {
      lines: [{ amount: 500, description: 'More' }],
    })
    const [line] = (await counter.stripe.invoices.listLineItems(draft.id)).data
    await counter.stripe.invoices.updateLineItem(draft.id, line?.id ?? '', { amount: 900 })
    await expect(counter.stripe.invoices.retrieve(draft.id)).resolves.toMatchObject({ total: 1_400 })

    const left = await counter.stripe.invoices.removeLines(draft.id, {
      lines: [{ id: line?.id ?? '', behavior: 'delete' }],
    })
    expect(left.total).toBe(500)
    await counter.stripe.invoices.finalizeInvoice(draft.id)
    await expect(
      counter.stripe.invoices.addLines(draft.id, { lines: [{ amount: 1 }] }),
    ).rejects.toMatchObject({ code: 'invoice_not_editable' })
  })

  it('that is deleted as a draft gives its items back', async () => {
    const { id: customer } = await counter.customer()
    const draft = await invoiceOf(customer, [1_000])
    await expect(counter.stripe.invoices.del(draft.id)).resolves.toMatchObject({ deleted: true })

    await expect(counter.stripe.invoices.retrieve(draft.id)).rejects.toMatchObject({ statusCode: 404 })
    const { data } = await counter.stripe.invoiceItems.list({ customer, pending: true })
    expect(data).toHaveLength(1)
    expect(counter.eventTypes().at(-1)).toBe('invoice.deleted')
  })

  it('that advances by itself is final after an hour, and paid', async () => {
    const { id: customer } = await counter.customer()
    const draft = await invoiceOf(customer, [1_000])
    await counter.stripe.invoices.update(draft.id, { auto_advance: true })
    await counter.advance(HOUR + 1)

    await expect(counter.stripe.invoices.retrieve(draft.id)).resolves.toMatchObject({ status: 'paid' })
  })

  it('paid outside Stripe is paid, without a payment that succeeded', async () => {
    const { id: customer } = await counter.customer(null)
    const draft = await invoiceOf(customer, [1_000])
    counter.forget()
    const paid = await counter.stripe.invoices.pay(draft.id, { paid_out_of_band: true })

    expect(paid).toMatchObject({ status: 'paid', amount_paid_off_stripe: 1_000 })
    expect(counter.story('invoice', 'payment_intent')).toEqual([
      'payment_intent.created',
      'invoice.finalized',
      'payment_intent.canceled',
      'invoice.updated',
      'invoice.paid',
    ])
  })

  it('whose card is declined says so with 402, and stays open', async () => {
    const { id: customer } = await counter.customer('pm_card_chargeCustomerFail')
    const draft = await invoiceOf(customer, [1_000])
    await expect(counter.stripe.invoices.pay(draft.id)).rejects.toMatchObject({
      statusCode: 402,
      code: 'card_declined',
    })
    await expect(counter.stripe.invoices.retrieve(draft.id)).resolves.toMatchObject({
      status: 'open',
      attempt_count: 1,
    })
  })
})

describe('the draft of a renewal', () => {
  it('waits for its webhook to be answered, and for 72 hours at most', async () => {
    await counter.stripe.webhookEndpoints.create({
      url: 'http://127.0.0.1:9/never',
      enabled_events: ['invoice.created'],
    })
    const subscription = await counter.sell(counter.pro)
    await counter.sandbox.advance({ to: subscription.items.data[0]?.current_period_end ?? 0 })
    await counter.advance(71 * HOUR)
    const waiting = await counter.latestInvoice(await counter.subscription(subscription.id))
    expect(waiting).toMatchObject({ status: 'draft', webhooks_delivered_at: null })

    await counter.advance(2 * HOUR)
    await expect(counter.stripe.invoices.retrieve(String(waiting.id))).resolves.toMatchObject({
      status: 'paid',
    })
  })
})

describe('a year of renewals', () => {
  it('bills each subscription twelve times, and nothing twice', async () => {
    const sold = await Promise.all(Array.from({ length: 20 }, () => counter.sell(counter.pro)))
    // February 2028 has 29 days.
    await counter.advance(366 * 24 * HOUR + 2 * HOUR)

    const paid = [...counter.sandbox.state.invoices.values()].filter(({ status }) => status === 'paid')
    expect(paid).toHaveLength(13 * sold.length)
    expect(new Set(paid.map(({ number }) => number)).size).toBe(paid.length)
  })
})
