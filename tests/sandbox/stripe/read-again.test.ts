import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Counter, DAY, openCounter } from './billing/counter.ts'

let counter: Counter

beforeAll(async () => {
  counter = await openCounter()
})
afterAll(() => counter.sandbox.close())

const idsOf = ({ data }: { data: readonly { id: string }[] }) => data.map(({ id }) => id)

describe('what a shop is set up with', () => {
  it('is an account, by its id and as the current one', async () => {
    const { stripe } = counter
    const current = await stripe.accounts.retrieveCurrent()

    await expect(stripe.accounts.retrieve(current.id)).resolves.toEqual(current)
  })

  it('are tax rates, shipping rates, coupons and promotion codes', async () => {
    const { stripe } = counter
    const vat = await stripe.taxRates.create({ display_name: 'VAT', percentage: 7, inclusive: false })
    await stripe.taxRates.update(vat.id, { active: false, description: 'Books' })
    const post = await stripe.shippingRates.create({
      display_name: 'Post',
      type: 'fixed_amount',
      fixed_amount: { amount: 490, currency: 'eur' },
    })
    const coupon = await stripe.coupons.create({ percent_off: 10 })
    const code = await stripe.promotionCodes.create({
      promotion: { type: 'coupon', coupon: coupon.id },
      code: 'READAGAIN',
    })

    await expect(stripe.taxRates.retrieve(vat.id)).resolves.toMatchObject({ description: 'Books' })
    expect(idsOf(await stripe.taxRates.list({ active: false }))).toContain(vat.id)
    await expect(stripe.shippingRates.retrieve(post.id)).resolves.toEqual(post)
    expect(idsOf(await stripe.coupons.list())).toContain(coupon.id)
    await expect(stripe.promotionCodes.retrieve(code.id)).resolves.toEqual(code)
    expect(idsOf(await stripe.promotionCodes.list({ code: 'readagain' }))).toEqual([code.id])
  })

  it('are products, deleted while nothing is sold of them, and prices that take a lookup key over', async () => {
    const { stripe } = counter
    const { id: product } = await stripe.products.create({ name: 'Unsold' })
    const price = (more: object) =>
      stripe.prices.create({
        currency: 'eur',
        unit_amount: 500,
        product_data: { name: 'A pass' },
        lookup_key: 'pass',
        ...more,
      })
    const first = await price({})
    await expect(price({})).rejects.toMatchObject({ param: 'lookup_key' })
    const second = await price({ transfer_lookup_key: true })

    await expect(stripe.prices.retrieve(first.id)).resolves.toMatchObject({ lookup_key: null })
    expect(idsOf(await stripe.prices.list({ lookup_keys: ['pass'] }))).toEqual([second.id])
    await expect(stripe.products.del(product)).resolves.toEqual({
      id: product,
      object: 'product',
      deleted: true,
    })
    await expect(stripe.products.del(counter.pro.product as string)).rejects.toMatchObject({
      statusCode: 400,
    })
  })

  it('are configurations of the portal and of payment methods, and features', async () => {
    const { stripe } = counter
    const portal = await stripe.billingPortal.configurations.create({
      features: { invoice_history: { enabled: true } },
    })
    const methods = await stripe.paymentMethodConfigurations.create({ name: 'Cards alone' })
    const feature = await stripe.entitlements.features.create({ name: 'Seats', lookup_key: 'seats' })

    await expect(stripe.billingPortal.configurations.retrieve(portal.id)).resolves.toEqual(portal)
    expect(idsOf(await stripe.billingPortal.configurations.list({ active: true }))).toContain(portal.id)
    await expect(stripe.paymentMethodConfigurations.retrieve(methods.id)).resolves.toEqual(methods)
    await expect(stripe.entitlements.features.retrieve(feature.id)).resolves.toEqual(feature)
  })
})

describe('what a customer has', () => {
  it('are cards of the older kind, tax ids and a discount', async () => {
    const { stripe } = counter
    const { id } = await counter.customer(null)
    const card = await stripe.customers.createSource(id, { source: 'tok_visa' })
    const taxId = await stripe.customers.createTaxId(id, { type: 'eu_vat', value: 'DE123456789' })

    expect(idsOf(await stripe.customers.listSources(id))).toEqual([card.id])
    await expect(stripe.customers.retrieveSource(id, card.id)).resolves.toEqual(card)
    expect(idsOf(await stripe.customers.listTaxIds(id))).toEqual([taxId.id])
    await expect(stripe.taxIds.retrieve(taxId.id)).resolves.toMatchObject({
      id: taxId.id,
      value: 'DE123456789',
    })
    await expect(stripe.customers.deleteDiscount(id)).rejects.toMatchObject({ statusCode: 404 })
  })

  it('are setups, and an entitlement', async () => {
    const { stripe } = counter
    const feature = await stripe.entitlements.features.create({ name: 'Export', lookup_key: 'export' })
    await stripe.products.createFeature(counter.team.product as string, { entitlement_feature: feature.id })
    const { customer } = await counter.sell(counter.team)
    const setup = await stripe.setupIntents.create({ customer: String(customer) })
    const [entitlement] = (await stripe.entitlements.activeEntitlements.list({ customer: String(customer) }))
      .data

    expect(idsOf(await stripe.setupIntents.list({ customer: String(customer) }))).toEqual([setup.id])
    await expect(stripe.entitlements.activeEntitlements.retrieve(entitlement?.id ?? '')).resolves.toEqual(
      entitlement,
    )
  })
})

describe('what was paid', () => {
  it('is a charge of the older kind, authorized first, described later, captured in the end', async () => {
    const { stripe } = counter
    const { id: customer } = await counter.customer(null)
    await stripe.customers.createSource(customer, { source: 'tok_visa' })
    const charge = await stripe.charges.create({ amount: 2_000, currency: 'eur', customer, capture: false })
    expect(charge).toMatchObject({ captured: false, status: 'succeeded' })
    await stripe.charges.update(charge.id, { description: 'A book' })
    const captured = await stripe.charges.capture(charge.id, { amount: 1_500 })

    expect(captured).toMatchObject({ captured: true, amount_captured: 1_500, description: 'A book' })
    const { data } = await stripe.balanceTransactions.list({ source: charge.id })
    expect(data[0]).toMatchObject({ amount: 1_500, type: 'charge' })
    await expect(
      stripe.charges.create({ amount: 2_000, currency: 'eur', customer: (await counter.customer(null)).id }),
    ).rejects.toMatchObject({ statusCode: 400, code: 'missing' })
    await expect(stripe.balanceTransactions.retrieve(data[0]?.id ?? '')).resolves.toEqual(data[0])
  })
})

describe('what is billed', () => {
  it('stands on the items of a subscription, each made, changed and taken off by itself', async () => {
    const { stripe } = counter
    const subscription = await counter.sell(counter.pro)
    const added = await stripe.subscriptionItems.create({
      subscription: subscription.id,
      price: counter.team.id,
      quantity: 2,
    })
    await stripe.subscriptionItems.update(added.id, { quantity: 3, metadata: { seats: 'yes' } })
    await counter.advance(DAY)

    await expect(stripe.subscriptionItems.retrieve(added.id)).resolves.toMatchObject({
      quantity: 3,
      metadata: { seats: 'yes' },
    })
    const listed = await stripe.subscriptionItems.list({ subscription: subscription.id })
    expect(idsOf(listed).toSorted()).toEqual([added.id, subscription.items.data[0]?.id].toSorted())
    await expect(stripe.subscriptionItems.del(added.id)).resolves.toMatchObject({
      id: added.id,
      deleted: true,
    })
    expect((await counter.subscription(subscription.id)).items.data).toHaveLength(1)
  })

  it('loses its discount where that is taken off', async () => {
    const { stripe } = counter
    const { id: coupon } = await stripe.coupons.create({ percent_off: 50, duration: 'forever' })
    const subscription = await counter.sell(counter.pro, { discounts: [{ coupon }] })

    await expect(stripe.subscriptions.deleteDiscount(subscription.id)).resolves.toMatchObject({
      deleted: true,
    })
    expect((await counter.subscription(subscription.id)).discounts).toEqual([])
  })

  it('is changed while it is pending or a draft, sent, and paid by a payment that can be read', async () => {
    const { stripe } = counter
    const { id: customer } = await counter.customer()
    const item = (amount: number) => stripe.invoiceItems.create({ customer, amount, currency: 'eur' })
    const kept = await item(1_000)
    const { id: dropped } = await item(7_000)
    await expect(stripe.invoiceItems.del(dropped)).resolves.toMatchObject({ deleted: true })
    const draft = await stripe.invoices.create({
      customer,
      collection_method: 'send_invoice',
      days_until_due: 7,
      pending_invoice_items_behavior: 'include',
    })
    const [line] = draft.lines.data
    await stripe.invoices.updateLines(draft.id, { lines: [{ id: line?.id ?? '', amount: 1_200 }] })
    const sent = await stripe.invoices.sendInvoice(draft.id)
    const paid = await stripe.invoices.pay(draft.id, { payment_method: await cardOf(customer) })

    expect(kept.amount).toBe(1_000)
    expect(sent).toMatchObject({ status: 'open', amount_due: 1_200 })
    expect(paid.status).toBe('paid')
    const [payment] = (await stripe.invoicePayments.list({ invoice: draft.id })).data
    await expect(stripe.invoicePayments.retrieve(payment?.id ?? '')).resolves.toMatchObject({
      amount_paid: 1_200,
    })
  })

  it('may be planned, and the plan called off with its subscription', async () => {
    const { stripe } = counter
    const subscription = await counter.sell(counter.pro)
    const schedule = await stripe.subscriptionSchedules.create({ from_subscription: subscription.id })
    expect(
      idsOf(await stripe.subscriptionSchedules.list({ customer: String(subscription.customer) })),
    ).toEqual([schedule.id])

    await expect(stripe.subscriptionSchedules.cancel(schedule.id)).resolves.toMatchObject({
      status: 'canceled',
    })
    expect((await counter.subscription(subscription.id)).status).toBe('canceled')
  })
})

async function cardOf(customer: string): Promise<string> {
  const { data } = await counter.stripe.paymentMethods.list({ customer })
  return data[0]?.id ?? ''
}
