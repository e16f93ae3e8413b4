import Stripe from 'stripe'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Counter, openCounter } from './counter.ts'

let counter: Counter

beforeEach(async () => {
  counter = await openCounter()
})
afterEach(() => counter.sandbox.close())

const decimal = (text: string) => Stripe.Decimal.from(text)

describe('a price in several currencies', () => {
  const sold = () =>
    counter.stripe.prices.create({
      currency: 'eur',
      unit_amount: 1_900,
      recurring: { interval: 'month' },
      product: String(counter.pro.product),
      currency_options: { usd: { unit_amount: 2_100 }, jpy: { unit_amount: 3_000 } },
      expand: ['currency_options'],
    })

  it('shows its options where they are expanded, and can lose them', async () => {
    const price = await sold()
    expect(price.currency_options).toMatchObject({
      eur: { unit_amount: 1_900 },
      usd: { unit_amount: 2_100, tax_behavior: 'unspecified' },
      jpy: { unit_amount: 3_000 },
    })
    expect(await counter.stripe.prices.retrieve(price.id)).not.toHaveProperty('currency_options')

    const left = await counter.stripe.prices.update(price.id, {
      currency_options: '',
      expand: ['currency_options'],
    })
    expect(Object.keys(left.currency_options ?? {})).toEqual(['eur'])
  })

  it.each([
    ['usd', 2_100],
    ['jpy', 3_000],
    ['eur', 1_900],
  ])('bills a subscription in %s: %d', async (currency, total) => {
    const price = await sold()
    const subscription = await counter.sell(price, { currency })
    expect(subscription.currency).toBe(currency)
    expect(await counter.latestInvoice(subscription)).toMatchObject({ currency, total, status: 'paid' })
  })

  it('prorates in the currency of its subscription', async () => {
    const price = await sold()
    const subscription = await counter.sell(price, { currency: 'usd' })
    const item = subscription.items.data[0]
    const doubled = await counter.stripe.subscriptions.update(subscription.id, {
      items: [{ id: item?.id ?? '', quantity: 2 }],
      proration_behavior: 'always_invoice',
      proration_date: item?.current_period_start ?? 0,
    })
    expect(await counter.latestInvoice(doubled)).toMatchObject({ currency: 'usd', total: 2_100 })
  })

  it('is not sold in another one', async () => {
    const price = await sold()
    await expect(counter.sell(price, { currency: 'gbp' })).rejects.toMatchObject({ param: 'items' })
  })

  it.each([
    [{ eur: { unit_amount: 1 } }, 'currency_options[eur]'],
    [{ usd: { tiers: [{ up_to: 'inf', unit_amount: 1 }] } }, 'currency_options[usd]'],
    [{ usd: { tax_behavior: 'exclusive' } }, 'currency_options[usd][unit_amount]'],
  ] as const)('refuses %j', async (currency_options, param) => {
    await expect(
      counter.stripe.prices.create({
        currency: 'eur',
        unit_amount: 1,
        product: String(counter.pro.product),
        currency_options: structuredClone(currency_options) as Stripe.PriceCreateParams['currency_options'] &
          object,
      }),
    ).rejects.toMatchObject({ param })
  })
})

describe('a price that the customer chooses', () => {
  it('has bounds and what is preset, is billed once, and has no amount of its own', async () => {
    const product = String(counter.pro.product)
    const custom_unit_amount = { enabled: true, minimum: 500, preset: 1_000 }
    const gift = await counter.stripe.prices.create({ currency: 'eur', product, custom_unit_amount })
    expect(gift).toMatchObject({
      custom_unit_amount: { minimum: 500, maximum: null, preset: 1_000 },
      unit_amount: null,
      unit_amount_decimal: null,
    })
    await expect(
      counter.stripe.prices.create({
        currency: 'eur',
        product,
        custom_unit_amount,
        recurring: { interval: 'month' },
      }),
    ).rejects.toMatchObject({ param: 'custom_unit_amount' })
    await expect(
      counter.stripe.prices.create({
        currency: 'eur',
        product,
        custom_unit_amount: { ...custom_unit_amount, maximum: 400 },
      }),
    ).rejects.toMatchObject({ param: 'custom_unit_amount[minimum]' })
  })
})

describe('an invoice item', () => {
  const draft = async (more: Stripe.InvoiceCreateParams = {}) => {
    const { id: customer } = await counter.customer()
    await counter.stripe.customers.update(customer, { address: { country: 'DE' } })
    return counter.stripe.invoices.create({ customer, currency: 'eur', ...more })
  }

  it('counts a quantity and a unit amount with decimals exactly, and rounds once', async () => {
    const invoice = await draft()
    const item = await counter.stripe.invoiceItems.create({
      invoice: invoice.id,
      customer: String(invoice.customer),
      unit_amount_decimal: decimal('33.335'),
      quantity_decimal: decimal('2.5'),
      currency: 'eur',
    })
    expect(item).toMatchObject({ amount: 83, quantity: 2, quantity_decimal: decimal('2.5') })

    const more = await counter.stripe.invoiceItems.update(item.id, { quantity: 100 })
    expect(more).toMatchObject({ amount: 3_334, quantity: 100 })
    expect((await counter.stripe.invoices.retrieve(invoice.id)).total).toBe(3_334)
  })

  it.each([
    [{ amount: 100, unit_amount_decimal: decimal('1') }, 'unit_amount_decimal'],
    [{ unit_amount_decimal: decimal('1'), quantity: 1, quantity_decimal: decimal('1') }, 'quantity_decimal'],
    [{ amount: 1, tax_code: 'clothes' }, 'tax_code'],
  ])('refuses %j', async (fields, param) => {
    const invoice = await draft()
    await expect(
      counter.stripe.invoiceItems.create({ customer: String(invoice.customer), currency: 'eur', ...fields }),
    ).rejects.toMatchObject({ param })
  })

  it('says itself how automatic tax looks at it', async () => {
    const invoice = await draft({ automatic_tax: { enabled: true } })
    const add = (fields: Partial<Stripe.InvoiceItemCreateParams>) =>
      counter.stripe.invoiceItems.create({
        customer: String(invoice.customer),
        invoice: invoice.id,
        currency: 'eur',
        amount: 1_190,
        ...fields,
      })
    await add({ tax_behavior: 'inclusive' })
    await add({ tax_behavior: 'exclusive' })
    await add({ tax_code: 'txcd_00000000' })

    const taxed = await counter.stripe.invoices.retrieve(invoice.id)
    expect(taxed.lines.data.map(({ taxes }) => taxes?.[0])).toMatchObject([
      { amount: 190, tax_behavior: 'inclusive', taxable_amount: 1_000 },
      { amount: 226, tax_behavior: 'exclusive', taxable_amount: 1_190 },
      { amount: 0, taxability_reason: 'product_exempt' },
    ])
    expect(taxed.total).toBe(3 * 1_190 + 226)
  })
})

describe('a line of a draft', () => {
  it('takes the taxes that somebody else has worked out', async () => {
    const { id: customer } = await counter.customer()
    const { id } = await counter.stripe.invoices.create({ customer, currency: 'eur' })
    const tax = {
      amount: 70,
      taxable_amount: 1_000,
      tax_rate_data: { display_name: 'VAT', inclusive: false, percentage: 7 },
      taxability_reason: 'reduced_rated' as const,
    }
    const filled = await counter.stripe.invoices.addLines(id, {
      lines: [
        {
          description: 'Books',
          price_data: { currency: 'eur', unit_amount: 500, product_data: { name: 'Book' } },
          quantity_decimal: decimal('2'),
          tax_amounts: [tax],
        },
      ],
    })
    expect(filled).toMatchObject({
      subtotal: 1_000,
      total: 1_070,
      total_taxes: [{ amount: 70, taxability_reason: 'reduced_rated', taxable_amount: 1_000 }],
    })

    const line = filled.lines.data[0]
    await counter.stripe.invoices.updateLineItem(id, line?.id ?? '', { tax_amounts: '' })
    expect((await counter.stripe.invoices.retrieve(id)).total).toBe(1_000)
  })
})

describe('a product', () => {
  it('keeps what Stripe Tax wants to know of it', async () => {
    const { id } = await counter.stripe.products.create({
      name: 'Ticket',
      tax_details: { tax_code: 'txcd_00000000' },
    })
    const moved = await counter.stripe.products.update(id, {
      tax_details: { performance_location: 'taxloc_1' },
    })
    expect(moved.tax_details).toEqual({ performance_location: 'taxloc_1', tax_code: 'txcd_00000000' })
  })
})

describe('a tax id', () => {
  it('of the account is listed apart from those of its customers', async () => {
    const { id: customer } = await counter.customer()
    const own = await counter.stripe.taxIds.create({ type: 'eu_vat', value: 'DE123456789' })
    const theirs = await counter.stripe.taxIds.create({
      type: 'eu_vat',
      value: 'FR12345678901',
      owner: { type: 'customer', customer },
    })
    const idsOf = async (owner?: Stripe.TaxIdListParams.Owner) =>
      (await counter.stripe.taxIds.list(owner ? { owner } : {})).data.map(({ id }) => id)

    expect(await idsOf()).toEqual([own.id])
    expect(await idsOf({ type: 'customer', customer })).toEqual([theirs.id])
    expect(own.owner).toMatchObject({ type: 'self' })
    await counter.stripe.taxIds.del(own.id)
    expect(await idsOf()).toEqual([])
  })
})
