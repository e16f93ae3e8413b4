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
