import type Stripe from 'stripe'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { refusal } from '../money/pay.ts'
import { type Visitor, visitorOf } from '../pages/visitor.ts'
import { openShop, type Shop } from '../shop.ts'
import { book, pathOf, sellBook } from './book-shop.ts'

let shop: Shop
let visitor: Visitor

beforeAll(async () => {
  shop = await openShop()
  visitor = visitorOf(shop.sandbox)
})
beforeEach(() => {
  shop.sandbox.reset()
  shop.forget()
})
afterAll(() => shop.sandbox.close())

const sell = (more: Partial<Stripe.Checkout.SessionCreateParams>) => sellBook(shop, more)
const refresh = ({ id }: { id: string }) => shop.stripe.checkout.sessions.retrieve(id)
const rate = (display_name: string, amount: number) => ({
  shipping_rate_data: {
    display_name,
    type: 'fixed_amount' as const,
    fixed_amount: { amount, currency: 'eur' },
  },
})

describe('optional items', () => {
  it('are added and taken off by the customer, and are paid with the rest', async () => {
    const product = await shop.stripe.products.create({ name: 'A bookmark' })
    const bookmark = await shop.stripe.prices.create({
      product: product.id,
      currency: 'eur',
      unit_amount: 250,
    })
    const session = await sell({ optional_items: [{ price: bookmark.id, quantity: 2 }] })
    expect(session).toMatchObject({
      amount_total: 1_200,
      optional_items: [{ price: bookmark.id, quantity: 2, adjustable_quantity: null }],
    })

    const path = `${pathOf(session)}/optional`
    const added = await visitor.sendAndFollow(path, { price: bookmark.id })
    expect(added.text).toContain('Due today €17')
    await visitor.send(path, { price: bookmark.id })
    await expect(refresh(session)).resolves.toMatchObject({ amount_total: 1_200 })
    await visitor.send(path, { price: bookmark.id })
    shop.sandbox.pay(session.id)

    await expect(refresh(session)).resolves.toMatchObject({ amount_total: 1_700, status: 'complete' })
    const { data } = await shop.stripe.checkout.sessions.listLineItems(session.id)
    expect(data.map(({ description, quantity }) => [description, quantity])).toEqual([
      ['A book', 1],
      ['A bookmark', 2],
    ])
  })

  it('need a price in the currency of the lines', async () => {
    const product = await shop.stripe.products.create({ name: 'A bookmark' })
    const bookmark = await shop.stripe.prices.create({
      product: product.id,
      currency: 'usd',
      unit_amount: 250,
    })

    await expect(
      refusal(sell({ optional_items: [{ price: bookmark.id, quantity: 1 }] })),
    ).resolves.toMatchObject({ param: 'optional_items[0][price]' })
  })
})

describe('an invoice for a one-time payment', () => {
  it('is made and paid with it, under what the session says of it', async () => {
    const session = await sell({
      line_items: [book({ quantity: 2 })],
      discounts: [{ coupon: (await shop.stripe.coupons.create({ percent_off: 25 })).id }],
      invoice_creation: { enabled: true, invoice_data: { footer: 'Thanks', metadata: { order: '7' } } },
    })
    expect(session.customer_creation).toBe('always')
    shop.forget()
    const { session: paid } = shop.sandbox.pay(session.id)

    const invoice = await shop.stripe.invoices.retrieve(String(paid.invoice))
    expect(invoice).toMatchObject({
      amount_paid: 1_800,
      billing_reason: 'manual',
      customer: paid.customer,
      footer: 'Thanks',
      metadata: { order: '7' },
      status: 'paid',
      subtotal: 2_400,
      total: 1_800,
    })
    expect(shop.eventTypes()).toEqual(
      expect.arrayContaining(['invoice.created', 'invoice.finalized', 'invoice.paid']),
    )
    expect(shop.eventTypes().at(-1)).toBe('checkout.session.completed')
  })

  it('is of what was charged, delivery among it, and leaves the balance of the customer alone', async () => {
    const { id: customer } = await shop.stripe.customers.create({ balance: -500 })
    const session = await sell({
      customer,
      shipping_options: [rate('Post', 490)],
      invoice_creation: { enabled: true },
    })
    const { session: paid } = shop.sandbox.pay(session.id)

    await expect(shop.stripe.invoices.retrieve(String(paid.invoice))).resolves.toMatchObject({
      amount_paid: 1_690,
      amount_shipping: 490,
      total: 1_690,
    })
    await expect(shop.stripe.customers.retrieve(customer)).resolves.toMatchObject({ balance: -500 })
  })

  it('of a bank debit is made when the money has come', async () => {
    const session = await sell({ invoice_creation: { enabled: true } })
    shop.sandbox.pay(session.id, { outcome: 'bank_debit_succeeds' })
    await expect(refresh(session)).resolves.toMatchObject({ payment_status: 'unpaid', invoice: null })
    await shop.sandbox.advance({ seconds: 2 * 86_400 })

    const { invoice } = await refresh(session)
    await expect(shop.stripe.invoices.retrieve(String(invoice))).resolves.toMatchObject({
      status: 'paid',
      amount_paid: 1_200,
    })
  })
})

describe('an open session', () => {
  it('takes other lines, deliveries and facts about its payment from the server', async () => {
    const session = await sell({ shipping_options: [rate('Post', 490)] })
    const { data } = await shop.stripe.checkout.sessions.listLineItems(session.id)
    const changed = await shop.stripe.checkout.sessions.update(session.id, {
      line_items: [{ id: data[0]?.id ?? '', quantity: 3 }, book()],
      shipping_options: [rate('Courier', 1_290)],
      payment_intent_data: { description: 'Four books', metadata: { order: '8' } },
    })
    expect(changed).toMatchObject({ amount_subtotal: 4_800, amount_total: 6_090 })
    shop.sandbox.pay(session.id)

    const { payment_intent: intent } = await refresh(session)
    await expect(shop.stripe.paymentIntents.retrieve(String(intent))).resolves.toMatchObject({
      amount: 6_090,
      description: 'Four books',
      metadata: { order: '8' },
    })
    await expect(
      refusal(shop.stripe.checkout.sessions.update(session.id, { shipping_options: '' })),
    ).resolves.toMatchObject({ statusCode: 400, param: 'shipping_options' })
  })

  it('that is shown elsewhere takes the shipping address from the server', async () => {
    const embedded = await shop.stripe.checkout.sessions.create({
      mode: 'payment',
      ui_mode: 'elements',
      return_url: 'http://127.0.0.1/return',
      line_items: [book()],
      permissions: { update_shipping_details: 'server_only' },
    })
    const shipping_details = { name: 'Ada', address: { country: 'DE', line1: 'Unter den Linden 1' } }
    const changed = await shop.stripe.checkout.sessions.update(embedded.id, {
      collected_information: { shipping_details },
    })
    const hosted = await sell({})

    expect(changed.collected_information).toMatchObject({ shipping_details })
    await expect(
      refusal(
        shop.stripe.checkout.sessions.update(hosted.id, { collected_information: { shipping_details } }),
      ),
    ).resolves.toMatchObject({ param: 'collected_information' })
  })
})
