import type Stripe from 'stripe'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { refusal } from '../money/pay.ts'
import { type Visitor, visitorOf } from '../pages/visitor.ts'
import { openShop, type Shop } from '../shop.ts'
import { CARD_FIELDS, pathOf, sellBook } from './book-shop.ts'

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
describe('what is asked of the customer', () => {
  it('goes into the session, the payment and the new customer', async () => {
    const session = await sell({
      customer_creation: 'always',
      billing_address_collection: 'required',
      shipping_address_collection: { allowed_countries: ['DE', 'FR'] },
      phone_number_collection: { enabled: true },
      name_collection: { business: { enabled: true }, individual: { enabled: true, optional: true } },
      tax_id_collection: { enabled: true },
      consent_collection: { promotions: 'auto', terms_of_service: 'required' },
    })
    const sent = await visitor.send(pathOf(session), {
      ...CARD_FIELDS,
      phone: '+49 30 123456',
      shipping_name: 'Ada L.',
      shipping_country: 'FR',
      shipping_line1: '1 rue de Rivoli',
      shipping_city: 'Paris',
      billing_country: 'DE',
      billing_line1: 'Unter den Linden 1',
      billing_postal_code: '10117',
      business_name: 'Analytical Engines',
      tax_id_type: 'eu_vat',
      tax_id: 'DE123456789',
      terms: 'on',
      promotions: 'on',
    })
    expect(sent.status).toBe(303)

    const paid = await refresh(session)
    expect(paid).toMatchObject({
      collected_information: {
        business_name: 'Analytical Engines',
        individual_name: null,
        shipping_details: {
          name: 'Ada L.',
          address: { country: 'FR', line1: '1 rue de Rivoli', city: 'Paris', line2: null },
        },
      },
      consent: { promotions: 'opt_in', terms_of_service: 'accepted' },
      customer_details: {
        address: { country: 'DE', line1: 'Unter den Linden 1', postal_code: '10117' },
        business_name: 'Analytical Engines',
        email: 'ada@example.test',
        phone: '+49 30 123456',
        tax_ids: [{ type: 'eu_vat', value: 'DE123456789' }],
      },
    })
    await expect(shop.stripe.paymentIntents.retrieve(String(paid.payment_intent))).resolves.toMatchObject({
      shipping: { name: 'Ada L.', phone: '+49 30 123456', address: { country: 'FR' } },
    })
    await expect(
      shop.stripe.customers.retrieve(String(paid.customer), { expand: ['tax_ids'] }),
    ).resolves.toMatchObject({
      name: 'Analytical Engines',
      business_name: 'Analytical Engines',
      phone: '+49 30 123456',
      address: { country: 'DE' },
      shipping: { name: 'Ada L.', address: { country: 'FR' } },
      tax_ids: { data: [{ type: 'eu_vat', value: 'DE123456789' }] },
    })
  })

  it('holds the payment until the terms are accepted, and takes no other country than those that are allowed', async () => {
    const session = await sell({
      consent_collection: { terms_of_service: 'required' },
      shipping_address_collection: { allowed_countries: ['DE'] },
    })
    const address = { shipping_name: 'Ada', shipping_line1: '1', shipping_country: 'DE' }
    const unaccepted = await visitor.send(pathOf(session), { ...CARD_FIELDS, ...address })
    const abroad = await visitor.send(pathOf(session), {
      ...CARD_FIELDS,
      ...address,
      terms: 'on',
      shipping_country: 'FR',
    })

    expect(unaccepted.text).toContain('I agree to the terms of service: this is required.')
    expect(abroad.text).toContain('Country: choose one of these.')
    await expect(refresh(session)).resolves.toMatchObject({ status: 'open', consent: null })
  })

  it('stays off a customer who exists, but for what customer_update allows', async () => {
    const { id: customer } = await shop.stripe.customers.create({
      name: 'Augusta',
      email: 'ada@example.test',
    })
    const session = await sell({
      customer,
      billing_address_collection: 'required',
      customer_update: { address: 'auto' },
    })
    shop.sandbox.pay(session.id, {
      name: 'Ada',
      fields: { billing_country: 'AT', billing_line1: 'Graben 1' },
    })

    await expect(shop.stripe.customers.retrieve(customer)).resolves.toMatchObject({
      name: 'Augusta',
      address: { country: 'AT', line1: 'Graben 1' },
    })
  })

  it.each([
    ['tax IDs of a customer whose name stays', { tax_id_collection: { enabled: true } }, 'tax_id_collection'],
    ['automatic tax without any address', { automatic_tax: { enabled: true } }, 'customer'],
    [
      'a shipping address that is not asked for',
      { customer_update: { shipping: 'auto' } },
      'customer_update[shipping]',
    ],
  ] as const)('cannot be: %s', async (_, more, param) => {
    const { id: customer } = await shop.stripe.customers.create({})

    await expect(refusal(sell({ customer, ...more }))).resolves.toMatchObject({ statusCode: 400, param })
  })
})
