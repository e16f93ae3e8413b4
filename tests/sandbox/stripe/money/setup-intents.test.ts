import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openShop, type Shop } from '../shop.ts'
import { control } from './control.ts'

let shop: Shop

beforeAll(async () => {
  shop = await openShop()
})
beforeEach(() => {
  shop.sandbox.reset()
  shop.forget()
})
afterAll(() => shop.sandbox.close())

const setUp = (payment_method: string, customer?: string) =>
  shop.stripe.setupIntents.create({
    confirm: true,
    payment_method,
    return_url: 'http://127.0.0.1/return',
    ...(customer === undefined ? {} : { customer }),
  })

describe('a setup intent', () => {
  it('saves a card for its customer', async () => {
    const { id: customer } = await shop.stripe.customers.create({})
    shop.forget()
    const intent = await setUp('pm_card_visa', customer)

    expect(intent).toMatchObject({ status: 'succeeded', usage: 'off_session', customer })
    expect(shop.eventTypes()).toEqual([
      'setup_intent.created',
      'payment_method.attached',
      'setup_intent.succeeded',
    ])
    const methods = await shop.stripe.customers.listPaymentMethods(customer)
    expect(methods.data.map(({ id }) => id)).toEqual([intent.payment_method])
    await expect(
      shop.stripe.customers.retrievePaymentMethod(customer, String(intent.payment_method)),
    ).resolves.toMatchObject({ customer })
  })

  it('whose card declines fails, and says so in the error and in the event', async () => {
    await expect(setUp('pm_card_visa_chargeDeclined')).rejects.toMatchObject({
      statusCode: 402,
      code: 'card_declined',
      setup_intent: { status: 'requires_payment_method', last_setup_error: { code: 'card_declined' } },
    })
    expect(shop.eventTypes()).toEqual(['setup_intent.created', 'setup_intent.setup_failed'])
  })

  it('asks the customer where the bank wants it, and tells each attempt', async () => {
    const { id } = await setUp('pm_card_authenticationRequired')
    await control(shop, `/intents/${id}/answer`, { outcome: 'failed' })
    await shop.stripe.setupIntents.confirm(id, {
      payment_method: 'pm_card_authenticationRequired',
      return_url: 'http://127.0.0.1/return',
    })
    const answer = await control(shop, `/intents/${id}/answer`, { outcome: 'succeeded' })

    expect(answer.return_url).toContain('redirect_status=succeeded')
    expect(shop.eventTypes()).toEqual([
      'setup_intent.created',
      'setup_intent.requires_action',
      'setup_intent.setup_failed',
      'setup_intent.requires_action',
      'setup_intent.succeeded',
    ])
    const attempts = await shop.stripe.setupAttempts.list({ setup_intent: id })
    expect(attempts.data.map(({ status }) => status)).toEqual(['succeeded', 'failed'])
  })

  it('can be changed and called off until it succeeds', async () => {
    const { id } = await shop.stripe.setupIntents.create({ description: 'before' })
    await expect(shop.stripe.setupIntents.update(id, { description: 'after' })).resolves.toMatchObject({
      description: 'after',
    })
    await expect(
      shop.stripe.setupIntents.cancel(id, { cancellation_reason: 'requested_by_customer' }),
    ).resolves.toMatchObject({ status: 'canceled' })

    await expect(shop.stripe.setupIntents.cancel(id)).rejects.toMatchObject({
      code: 'setup_intent_unexpected_state',
    })
  })

  it('takes the mandate of a bank account', async () => {
    const { id: customer } = await shop.stripe.customers.create({})
    const { mandate, payment_method: method } = await shop.stripe.setupIntents.create({
      customer,
      confirm: true,
      return_url: 'http://127.0.0.1/return',
      payment_method: 'pm_usBankAccount_success',
      mandate_data: {
        customer_acceptance: { type: 'online', online: { ip_address: '127.0.0.1', user_agent: 'test' } },
      },
    })

    await expect(shop.stripe.mandates.retrieve(String(mandate))).resolves.toMatchObject({
      status: 'active',
      payment_method: method,
    })
  })
})

describe('a payment method', () => {
  it('of a card that declines cannot be attached; one that fails later can', async () => {
    const { id: customer } = await shop.stripe.customers.create({})
    await expect(
      shop.stripe.paymentMethods.attach('pm_card_visa_chargeDeclined', { customer }),
    ).rejects.toMatchObject({ statusCode: 402, code: 'card_declined' })

    const { id } = await shop.stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer })
    await expect(
      shop.stripe.paymentIntents.create({
        amount: 1_000,
        currency: 'eur',
        confirm: true,
        customer,
        off_session: true,
        payment_method: id,
        return_url: 'http://127.0.0.1/return',
      }),
    ).rejects.toMatchObject({ statusCode: 402, code: 'card_declined' })
  })

  it.each([
    [{ number: '4242424242424241' }, 'incorrect_number'],
    [{ number: '4000002760003183' }, 'incorrect_number'],
    [{ exp_month: 13 }, 'invalid_expiry_month'],
    [{ exp_year: 2020 }, 'invalid_expiry_year'],
    [{ cvc: '99' }, 'invalid_cvc'],
  ])('with %o is refused with %s', async (wrong, code) => {
    const card = { number: '4242424242424242', exp_month: 12, exp_year: 2030, cvc: '123', ...wrong }

    await expect(shop.stripe.paymentMethods.create({ type: 'card', card })).rejects.toMatchObject({
      statusCode: 402,
      code,
    })
  })

  it('has one fingerprint for each number', async () => {
    const [first, second, other] = await Promise.all(
      ['tok_visa', 'tok_visa', 'tok_mastercard'].map((token) =>
        shop.stripe.paymentMethods.create({ type: 'card', card: { token } }),
      ),
    )

    expect(first?.card?.fingerprint).toBe(second?.card?.fingerprint)
    expect(first?.card?.fingerprint).not.toBe(other?.card?.fingerprint)
  })

  it('changes while it is attached, and is gone once it is detached', async () => {
    const { id: customer } = await shop.stripe.customers.create({})
    const { id } = await shop.stripe.paymentMethods.attach('pm_card_visa', { customer })
    await shop.stripe.customers.update(customer, { invoice_settings: { default_payment_method: id } })
    await shop.stripe.paymentMethods.update(id, { billing_details: { name: 'Ada' }, metadata: { a: 'b' } })
    expect(shop.event('payment_method.updated').data.previous_attributes).toMatchObject({
      billing_details: { name: null },
    })

    await expect(shop.stripe.paymentMethods.detach(id)).resolves.toMatchObject({ customer: null })
    expect(shop.event('payment_method.detached').data.previous_attributes).toEqual({ customer })
    await expect(shop.stripe.customers.retrieve(customer)).resolves.toMatchObject({
      invoice_settings: { default_payment_method: null },
    })
    await expect(shop.stripe.paymentMethods.attach(id, { customer })).rejects.toMatchObject({
      statusCode: 400,
    })
  })

  it('that was paid with and belongs to nobody cannot be used again', async () => {
    const { id } = await shop.stripe.paymentMethods.create({ type: 'card', card: { token: 'tok_visa' } })
    const pay = () =>
      shop.stripe.paymentIntents.create({
        amount: 1_000,
        currency: 'eur',
        confirm: true,
        payment_method: id,
        return_url: 'http://127.0.0.1/return',
      })
    await pay()

    await expect(pay()).rejects.toMatchObject({ statusCode: 400, param: 'payment_method' })
  })
})
