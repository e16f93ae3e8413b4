import type Stripe from 'stripe'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openShop, type Shop } from '../shop.ts'
import { type Visitor, visitorOf } from './visitor.ts'

let shop: Shop
let visitor: Visitor
let customer: string

beforeAll(async () => {
  shop = await openShop()
  visitor = visitorOf(shop.sandbox)
})
beforeEach(async () => {
  customer = (await shop.stripe.customers.create({ email: 'ada@example.test' })).id
})
afterAll(() => shop.sandbox.close())

/** A portal in which these may be changed; the customer's, unless it is another's. */
async function withUpdates(
  allowed: Stripe.BillingPortal.ConfigurationCreateParams.Features.CustomerUpdate.AllowedUpdate[],
  visiting = customer,
): Promise<string> {
  const { id: configuration } = await shop.stripe.billingPortal.configurations.create({
    features: { customer_update: { enabled: true, allowed_updates: allowed } },
  })
  const { url } = await shop.stripe.billingPortal.sessions.create({ customer: visiting, configuration })
  return new URL(url).pathname
}

const billing = { billing_country: 'DE', billing_line1: 'Hauptstr. 1', billing_city: 'Berlin' }
const delivery = { shipping_name: 'Ada', shipping_country: 'FR', shipping_line1: '2 rue Pascal' }

describe('billing details', () => {
  it('address and delivery become those of the customer, and are unset where their fields are emptied', async () => {
    const portal = await withUpdates(['address', 'shipping'])

    await visitor.send(`${portal}/details`, { ...billing, ...delivery })
    const saved = shop.event('customer.updated').data
    const { html } = await visitor.open(`${portal}/details`)
    await visitor.send(`${portal}/details`, delivery)
    const emptied = shop.event('customer.updated').data

    expect(saved).toMatchObject({
      object: {
        address: { country: 'DE', line1: 'Hauptstr. 1', line2: null, city: 'Berlin' },
        shipping: { name: 'Ada', address: { country: 'FR', line1: '2 rue Pascal' } },
      },
      previous_attributes: { address: null, shipping: null },
    })
    expect(html).toContain('value="Hauptstr. 1"')
    expect(emptied).toMatchObject({
      object: { address: null, shipping: { name: 'Ada' } },
      previous_attributes: { address: { country: 'DE', city: 'Berlin' } },
    })
  })

  it('a country that the page does not list stays as it is', async () => {
    const portal = await withUpdates(['address'])
    await shop.stripe.customers.update(customer, { address: { country: 'CA' } })

    const { html } = await visitor.open(`${portal}/details`)

    expect(html).toMatch(/<option value="CA" selected>Canada/)
  })

  it('a tax id is added and removed, each with its event', async () => {
    const portal = await withUpdates(['tax_id'])

    await visitor.send(`${portal}/tax-ids`, { tax_id_type: 'eu_vat', tax_id: 'DE123456789' })
    const created = shop.event('customer.tax_id.created').data.object as Stripe.TaxId
    const listed = await visitor.open(`${portal}/details`)
    await visitor.send(`${portal}/tax-ids/${created.id}/remove`)

    expect(created).toMatchObject({ type: 'eu_vat', value: 'DE123456789', customer })
    expect(listed.text).toContain('DE123456789 EU VAT')
    expect(shop.event('customer.tax_id.deleted').data.object).toMatchObject({ id: created.id })
    const left = await shop.stripe.customers.listTaxIds(customer)
    expect(left.data).toEqual([])
  })

  it('what the configuration does not allow is neither shown nor saved', async () => {
    const portal = await withUpdates(['phone'])

    const { html } = await visitor.open(`${portal}/details`)
    await visitor.send(`${portal}/details`, { ...billing, ...delivery, phone: '+4930123456' })
    const { status } = await visitor.send(`${portal}/tax-ids`, { tax_id_type: 'eu_vat', tax_id: 'DE1' })

    expect(html).not.toContain('billing_line1')
    expect(status).toBe(404)
    const unchanged = await shop.stripe.customers.retrieve(customer)
    expect(unchanged).toMatchObject({ phone: '+4930123456', address: null, shipping: null })
  })

  it("another customer's tax id is not found", async () => {
    const { id } = await shop.stripe.customers.createTaxId(customer, { type: 'eu_vat', value: 'DE123456789' })
    const stranger = await shop.stripe.customers.create()
    const portal = await withUpdates(['tax_id'], stranger.id)

    const { status } = await visitor.send(`${portal}/tax-ids/${id}/remove`)

    expect(status).toBe(404)
    expect((await shop.stripe.taxIds.retrieve(id)).value).toBe('DE123456789')
  })
})
