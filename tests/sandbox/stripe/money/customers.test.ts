import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openShop, type Shop } from '../shop.ts'

let shop: Shop

beforeAll(async () => {
  shop = await openShop()
})
beforeEach(() => {
  shop.sandbox.reset()
  shop.forget()
})
afterAll(() => shop.sandbox.close())

/** A request without a version, as those of the CLI's triggers are. */
const versionless = async (path: string, parameters: Record<string, string>) => {
  const response = await fetch(`${shop.sandbox.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${shop.sandbox.secretKey}` },
    body: new URLSearchParams(parameters),
  })
  return (await response.json()) as { id: string }
}

describe('a customer', () => {
  it('is made with all that is known of them, and with the card that they prefer', async () => {
    const customer = await shop.stripe.customers.create({
      address: { city: 'Berlin', country: 'DE' },
      balance: -500,
      email: 'ada@example.test',
      invoice_settings: { default_payment_method: 'pm_card_visa', footer: 'Thank you' },
      payment_method: 'pm_card_visa',
      shipping: { name: 'Ada', address: { city: 'Berlin' } },
      tax_exempt: 'reverse',
    })

    expect(customer).toMatchObject({
      address: { city: 'Berlin', country: 'DE', line1: null },
      balance: -500,
      shipping: { name: 'Ada', address: { city: 'Berlin' } },
      tax_exempt: 'reverse',
      invoice_settings: { default_payment_method: expect.stringMatching(/^pm_1/), footer: 'Thank you' },
    })
    expect(shop.eventTypes()).toEqual(['customer.created', 'payment_method.attached'])
  })

  it('is not made at all where the card declines', async () => {
    await expect(
      shop.stripe.customers.create({ payment_method: 'pm_card_visa_chargeDeclined' }),
    ).rejects.toMatchObject({ statusCode: 402, code: 'card_declined' })

    expect((await shop.stripe.customers.list()).data).toEqual([])
    expect(shop.eventTypes()).toEqual([])
  })

  it('changes field by field, and the event says what was there before', async () => {
    const { id } = await shop.stripe.customers.create({
      name: 'Ada',
      address: { city: 'Berlin', country: 'DE' },
    })
    const changed = await shop.stripe.customers.update(id, { address: { city: 'Paris' }, name: '' })

    expect(changed).toMatchObject({ name: null, address: { city: 'Paris', country: 'DE' } })
    expect(shop.event('customer.updated').data.previous_attributes).toEqual({
      name: 'Ada',
      address: { city: 'Berlin' },
    })
  })

  it('prefers only what is their own', async () => {
    const { id } = await shop.stripe.customers.create({})
    const other = await shop.stripe.customers.create({ payment_method: 'pm_card_visa' })
    const [method] = (await shop.stripe.customers.listPaymentMethods(other.id)).data

    await expect(
      shop.stripe.customers.update(id, { invoice_settings: { default_payment_method: method?.id ?? '' } }),
    ).rejects.toMatchObject({ statusCode: 400, param: 'invoice_settings[default_payment_method]' })
  })

  it('that is deleted takes subscriptions and payment methods along, and can still be read as deleted', async () => {
    const subscription = await shop.subscribe()
    const customer = String(subscription.customer)
    const [method] = (await shop.stripe.customers.listPaymentMethods(customer)).data
    shop.forget()
    await expect(shop.stripe.customers.del(customer)).resolves.toMatchObject({ deleted: true })

    expect(shop.eventTypes()).toEqual(['customer.subscription.deleted', 'customer.deleted'])
    await expect(shop.stripe.subscriptions.retrieve(subscription.id)).resolves.toMatchObject({
      status: 'canceled',
    })
    await expect(shop.stripe.customers.retrieve(customer)).resolves.toMatchObject({
      id: customer,
      deleted: true,
    })
    await expect(shop.stripe.customers.update(customer, { name: 'Ada' })).rejects.toMatchObject({
      code: 'resource_missing',
    })
    await expect(
      shop.stripe.paymentIntents.create({
        amount: 1_000,
        currency: 'eur',
        confirm: true,
        off_session: true,
        payment_method: method?.id ?? '',
        return_url: 'http://127.0.0.1/',
      }),
    ).rejects.toMatchObject({ statusCode: 400 })
  })

  it.each([
    ['DE123456789', 'verified'],
    ['111111111', 'unverified'],
    ['222222222', 'pending'],
  ])('with the tax number %s has it %s', async (value, status) => {
    const { id } = await shop.stripe.customers.create({})
    const taxId = await shop.stripe.customers.createTaxId(id, { type: 'eu_vat', value })
    expect(taxId).toMatchObject({ verification: { status: 'pending' } })
    await shop.sandbox.advance({ seconds: 1 })

    await expect(shop.stripe.customers.retrieveTaxId(id, taxId.id)).resolves.toMatchObject({
      verification: { status },
    })
    await shop.stripe.customers.deleteTaxId(id, taxId.id)
    expect(shop.eventTypes().at(-1)).toBe('customer.tax_id.deleted')
  })

  it('of an older integration has cards of the older kind', async () => {
    const { id } = await shop.stripe.customers.create({})
    const card = await shop.stripe.customers.createSource(id, { source: 'tok_visa' })
    await expect(
      shop.stripe.customers.updateSource(id, card.id, { name: 'Ada', exp_year: '2039' }),
    ).resolves.toMatchObject({ id: card.id, name: 'Ada', exp_year: 2_039 })
    await expect(
      shop.stripe.customers.verifySource(id, card.id, { amounts: [32, 45] }),
    ).rejects.toMatchObject({ statusCode: 400, code: undefined })
    await shop.stripe.customers.deleteSource(id, card.id)

    expect(shop.eventTypes()).toEqual([
      'customer.created',
      'customer.source.created',
      'customer.updated',
      'customer.source.updated',
      'customer.source.deleted',
      'customer.updated',
    ])
  })

  it('gets a discount on everything from requests that still may ask for one', async () => {
    const { id: coupon } = await shop.stripe.coupons.create({ percent_off: 20 })
    const { id } = await versionless('/v1/customers', { coupon })
    const other = await shop.stripe.coupons.create({ percent_off: 30 })
    await versionless(`/v1/customers/${id}`, { coupon: other.id })
    await versionless(`/v1/customers/${id}`, { coupon: '' })

    expect(shop.eventTypes().filter((type) => type.startsWith('customer.discount'))).toEqual([
      'customer.discount.created',
      'customer.discount.updated',
      'customer.discount.deleted',
    ])
    await expect(shop.stripe.customers.create({ coupon } as never)).rejects.toMatchObject({
      code: 'parameter_unknown',
    })
  })
})
