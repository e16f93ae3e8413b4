import type Stripe from 'stripe'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openShop, type Shop } from '../shop.ts'

const SUCCESS_URL = 'http://127.0.0.1/success'

let shop: Shop

beforeAll(async () => {
  shop = await openShop()
})
beforeEach(() => {
  shop.sandbox.reset()
  shop.forget()
})
afterAll(() => shop.sandbox.close())

const create = (parameters: Stripe.Checkout.SessionCreateParams) =>
  shop.stripe.checkout.sessions.create(parameters)
const refresh = ({ id }: { id: string }) => shop.stripe.checkout.sessions.retrieve(id)

/** A book at €12.00, made for one session. */
const book = (more: Partial<Stripe.Checkout.SessionCreateParams.LineItem> = {}) => ({
  price_data: { currency: 'eur', unit_amount: 1_200, product_data: { name: 'A book' } },
  quantity: 1,
  ...more,
})

describe('a session in setup mode', () => {
  it('saves a card for its customer, and takes no money', async () => {
    const { id: customer } = await shop.stripe.customers.create({})
    shop.forget()
    const session = await create({
      mode: 'setup',
      currency: 'eur',
      customer,
      success_url: SUCCESS_URL,
      setup_intent_data: { metadata: { whose: 'mine' } },
    })
    expect(session).toMatchObject({
      amount_total: null,
      payment_status: 'no_payment_required',
      setup_intent: expect.stringMatching(/^seti_/),
    })
    shop.sandbox.pay(session.id)

    expect(shop.eventTypes()).toEqual([
      'setup_intent.created',
      'payment_method.attached',
      'setup_intent.succeeded',
      'checkout.session.completed',
    ])
    await expect(shop.stripe.setupIntents.retrieve(String(session.setup_intent))).resolves.toMatchObject({
      status: 'succeeded',
      customer,
      metadata: { whose: 'mine' },
    })
  })

  it('whose card declines stays open', async () => {
    const session = await create({ mode: 'setup', currency: 'eur', success_url: SUCCESS_URL })
    expect(() => shop.sandbox.pay(session.id, { outcome: 'declined' })).toThrow()

    await expect(refresh(session)).resolves.toMatchObject({ status: 'open' })
    expect(shop.eventTypes()).toEqual(['setup_intent.created', 'setup_intent.setup_failed'])
  })

  it('has nothing to sell', async () => {
    await expect(
      create({ mode: 'setup', currency: 'eur', success_url: SUCCESS_URL, line_items: [book()] }),
    ).rejects.toMatchObject({ statusCode: 400, param: 'line_items' })
  })
})

describe('a session that is shown elsewhere', () => {
  it.each(['embedded_page', 'elements', 'form'] as const)(
    'as %s has a client secret in place of a page, and comes back to return_url',
    async (ui_mode) => {
      const session = await create({
        mode: 'payment',
        ui_mode,
        line_items: [book()],
        return_url: 'http://127.0.0.1/return?session={CHECKOUT_SESSION_ID}',
      })

      expect(session).toMatchObject({
        ui_mode,
        url: null,
        success_url: null,
        redirect_on_completion: 'always',
      })
      expect(session.client_secret).toContain(`${session.id}_secret_`)
      expect(shop.sandbox.pay(session.id).redirect_url).toBe(`http://127.0.0.1/return?session=${session.id}`)
    },
  )

  it('takes no success_url, and a hosted one no return_url', async () => {
    const items = { mode: 'payment' as const, line_items: [book()] }
    await expect(
      create({ ...items, ui_mode: 'embedded_page', success_url: SUCCESS_URL }),
    ).rejects.toMatchObject({
      param: 'success_url',
    })
    await expect(create({ ...items, ui_mode: 'embedded_page' })).rejects.toMatchObject({
      param: 'return_url',
    })
    await expect(
      create({ ...items, success_url: SUCCESS_URL, return_url: SUCCESS_URL }),
    ).rejects.toMatchObject({
      param: 'return_url',
    })
  })
})
