import type Stripe from 'stripe'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { refusal } from '../money/pay.ts'
import { type Visitor, visitorOf } from '../pages/visitor.ts'
import { openShop, type Shop } from '../shop.ts'
import { CARD_FIELDS, pathOf, sellBook } from './book-shop.ts'

type CustomField = Stripe.Checkout.SessionCreateParams.CustomField

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
const label = (custom: string) => ({ type: 'custom', custom }) as const

const ENGRAVING: CustomField = {
  key: 'engraving',
  label: label('Engraving'),
  type: 'text',
  text: { maximum_length: 10 },
}
const PAPER: CustomField = {
  key: 'paper',
  label: label('Paper'),
  type: 'dropdown',
  optional: true,
  dropdown: { options: [{ label: 'Thick', value: 'thick' }] },
}
const BADGE: CustomField = {
  key: 'badge',
  label: label('Badge'),
  type: 'numeric',
  numeric: { minimum_length: 3 },
}

describe('custom fields', () => {
  it('are asked on the page, and what is filled in stands in the session', async () => {
    const session = await sell({ custom_fields: [ENGRAVING, PAPER, BADGE] })
    const page = await visitor.open(pathOf(session))
    await visitor.send(pathOf(session), {
      ...CARD_FIELDS,
      custom_engraving: 'For Ada',
      custom_paper: 'thick',
      custom_badge: '0042',
    })

    expect(page.text).toContain('Engraving')
    const paid = await refresh(session)
    expect(paid.status).toBe('complete')
    expect(paid.custom_fields).toMatchObject([
      { key: 'engraving', text: { value: 'For Ada', maximum_length: 10 } },
      { key: 'paper', dropdown: { value: 'thick' } },
      { key: 'badge', numeric: { value: '0042' } },
    ])
  })

  it.each([
    ['a required one is empty', { custom_engraving: '' }, 'Engraving: this is required.'],
    ['a text is too long', { custom_engraving: 'For Ada Lovelace' }, 'Enter at most 10 characters.'],
    ['a number is none', { custom_badge: '4x2' }, 'Enter digits only.'],
    ['a number is too short', { custom_badge: '42' }, 'Enter at least 3 characters.'],
    ['a choice is not offered', { custom_paper: 'thin' }, 'Paper: choose one of these.'],
  ])('hold the payment where %s', async (_, fields, message) => {
    const session = await sell({ custom_fields: [ENGRAVING, PAPER, BADGE] })
    const answer = await visitor.send(pathOf(session), {
      ...CARD_FIELDS,
      custom_engraving: 'For Ada',
      custom_badge: '0042',
      ...fields,
    })

    expect(answer.status).toBe(422)
    expect(answer.text).toContain(message)
    await expect(refresh(session)).resolves.toMatchObject({ status: 'open' })
  })

  it.each([
    ['four of them', [1, 2, 3, 4].map((number) => ({ ...ENGRAVING, key: `k${number}` })), 'custom_fields'],
    ['one key twice', [ENGRAVING, ENGRAVING], 'custom_fields[1][key]'],
    ['a key with a space', [{ ...ENGRAVING, key: 'a b' }], 'custom_fields[0][key]'],
    ['a dropdown of a text', [{ ...ENGRAVING, dropdown: { options: [] } }], 'custom_fields[0][dropdown]'],
  ])('are refused: %s', async (_, custom_fields, param) => {
    await expect(refusal(sell({ custom_fields }))).resolves.toMatchObject({ statusCode: 400, param })
  })
})

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

describe('the hosted page', () => {
  it('asks for no card where nothing is due', async () => {
    const session = await sell({
      line_items: [
        { price_data: { currency: 'eur', unit_amount: 0, product_data: { name: 'A gift' } }, quantity: 1 },
      ],
    })
    const page = await visitor.open(pathOf(session))
    const { email } = CARD_FIELDS
    const done = await visitor.send(pathOf(session), { email })

    expect(page.html).not.toContain('cardNumber')
    expect(done.status).toBe(303)
    await expect(refresh(session)).resolves.toMatchObject({
      payment_status: 'no_payment_required',
      payment_intent: null,
    })
  })

  it('says what the merchant says, in the merchant’s name', async () => {
    const session = await sell({
      submit_type: 'donate',
      branding_settings: { display_name: 'Analytical Books' },
      custom_text: { submit: { message: 'We print on Mondays.' } },
    })
    const { text } = await visitor.open(pathOf(session))

    expect(session.branding_settings).toMatchObject({ display_name: 'Analytical Books', icon: null })
    expect(text).toContain('Analytical Books')
    expect(text).toContain('We print on Mondays.')
    expect(text).toContain('Donate €12')
  })

  it('takes no card of a kind that the session blocks', async () => {
    const session = await sell({
      payment_method_options: { card: { restrictions: { brands_blocked: ['visa'] } } },
    })
    const blocked = await visitor.send(pathOf(session), CARD_FIELDS)
    const taken = await visitor.send(pathOf(session), { ...CARD_FIELDS, cardNumber: '5555555555554444' })

    expect(blocked.text).toContain('Cards of this kind are not taken here.')
    expect(taken.status).toBe(303)
  })
})

describe('a payment method', () => {
  it('is not kept for the next time unless the customer asks for it, and is then offered again', async () => {
    const { id: customer } = await shop.stripe.customers.create({ email: 'ada@example.test' })
    const saving = { saved_payment_method_options: { payment_method_save: 'enabled' } } as const
    const once = await sell({ customer })
    shop.sandbox.pay(once.id)
    await expect(shop.stripe.customers.listPaymentMethods(customer)).resolves.toMatchObject({ data: [] })

    const kept = await sell({ customer, ...saving })
    shop.sandbox.pay(kept.id, { fields: { save_method: 'on' } })
    const { data } = await shop.stripe.customers.listPaymentMethods(customer)
    expect(data).toMatchObject([{ allow_redisplay: 'always', card: { last4: '4242' } }])

    const again = await sell({ customer, ...saving })
    const page = await visitor.open(pathOf(again))
    await visitor.send(pathOf(again), { email: 'ada@example.test', method: data[0]?.id ?? '' })
    expect(page.text).toContain('Visa •••• 4242')
    const { payment_intent: intent } = await refresh(again)
    await expect(shop.stripe.paymentIntents.retrieve(String(intent))).resolves.toMatchObject({
      status: 'succeeded',
      payment_method: data[0]?.id,
    })
  })

  it('of a subscription may be offered again only to a limited extent, unless the session says more', async () => {
    const limited = await shop.checkout('tollgate_pro_monthly_v1')
    const always = await shop.checkout('tollgate_pro_monthly_v1', {
      payment_method_data: { allow_redisplay: 'always' },
    })
    const methodOf = async ({ id }: Stripe.Checkout.Session) => {
      const { session } = shop.sandbox.pay(id)
      return (await shop.stripe.customers.listPaymentMethods(String(session.customer))).data[0]
    }

    await expect(methodOf(limited)).resolves.toMatchObject({ allow_redisplay: 'limited' })
    await expect(methodOf(always)).resolves.toMatchObject({ allow_redisplay: 'always' })
  })
})

it('what belongs to another page or mode is refused by its name', async () => {
  const subscription = { mode: 'subscription' } as const
  await expect(
    refusal(sell({ permissions: { update_shipping_details: 'server_only' } })),
  ).resolves.toMatchObject({ param: 'permissions' })
  await expect(
    refusal(
      shop.checkout('tollgate_pro_monthly_v1', { ...subscription, invoice_creation: { enabled: true } }),
    ),
  ).resolves.toMatchObject({ param: 'invoice_creation' })
  await expect(refusal(sell({ managed_payments: { enabled: true } }))).resolves.toMatchObject({
    param: 'managed_payments[enabled]',
  })
})

it('the rest of how a session is to be is shown as it was asked for', async () => {
  const session = await sell({
    adaptive_pricing: { enabled: true },
    excluded_payment_method_types: ['sepa_debit'],
    integration_identifier: 'books',
    origin_context: 'web',
    wallet_options: { link: { display: 'never' } },
  })

  expect(session).toMatchObject({
    adaptive_pricing: { enabled: true },
    excluded_payment_method_types: ['sepa_debit'],
    integration_identifier: 'books',
    origin_context: 'web',
    payment_method_types: ['card'],
    wallet_options: { link: { display: 'never' } },
  })
})
