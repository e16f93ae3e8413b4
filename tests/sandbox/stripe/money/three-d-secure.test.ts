import type Stripe from 'stripe'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openShop, type Shop } from '../shop.ts'
import { control } from './control.ts'
import { pay as payWith, RETURN_URL, refusal } from './pay.ts'

let shop: Shop

beforeAll(async () => {
  shop = await openShop()
})
beforeEach(() => {
  shop.sandbox.reset()
  shop.forget()
})
afterAll(() => shop.sandbox.close())

const pay = (method: string, more: Partial<Stripe.PaymentIntentCreateParams> = {}) =>
  payWith(shop, method, more)

describe('3-D Secure', () => {
  it('asks on a page of the sandbox, and comes back with the outcome', async () => {
    const intent = await pay('pm_card_threeDSecure2Required')
    expect(intent).toMatchObject({
      status: 'requires_action',
      next_action: { type: 'redirect_to_url', redirect_to_url: { return_url: RETURN_URL } },
    })
    const page = String(intent.next_action?.redirect_to_url?.url)
    expect(await (await fetch(page)).text()).toContain('€49 ')

    const answer = await fetch(page, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ outcome: 'approve' }),
    })
    const back = new URL(answer.headers.get('location') ?? '')
    expect(Object.fromEntries(back.searchParams)).toEqual({
      payment_intent: intent.id,
      payment_intent_client_secret: intent.client_secret,
      redirect_status: 'succeeded',
    })
    const charge = await shop.stripe.charges.list({ payment_intent: intent.id })
    expect(charge.data[0]?.payment_method_details?.card?.three_d_secure).toMatchObject({
      result: 'authenticated',
    })
    expect(shop.eventTypes().slice(0, 4)).toEqual([
      'payment_intent.created',
      'payment_intent.requires_action',
      'charge.succeeded',
      'payment_intent.succeeded',
    ])
  })

  it('that the customer refuses fails the payment without a charge', async () => {
    const intent = await pay('pm_card_threeDSecure2Required')
    await control(shop, `/intents/${intent.id}/answer`, { outcome: 'failed' })

    await expect(shop.stripe.paymentIntents.retrieve(intent.id)).resolves.toMatchObject({
      status: 'requires_payment_method',
      latest_charge: null,
      last_payment_error: { code: 'payment_intent_authentication_failure' },
    })
    expect(shop.eventTypes().at(-1)).toBe('payment_intent.payment_failed')
  })

  it('may be passed and the card declined all the same', async () => {
    const intent = await pay('pm_card_threeDSecureRequiredChargeDeclined')
    await control(shop, `/intents/${intent.id}/answer`, { outcome: 'succeeded' })

    await expect(shop.stripe.paymentIntents.retrieve(intent.id)).resolves.toMatchObject({
      status: 'requires_payment_method',
      last_payment_error: { code: 'card_declined' },
    })
  })

  it('is asked of an optional card only on request', async () => {
    await expect(pay('pm_card_threeDSecureOptional')).resolves.toMatchObject({ status: 'succeeded' })
    await expect(
      pay('pm_card_threeDSecureOptional', {
        payment_method_options: { card: { request_three_d_secure: 'any' } },
      }),
    ).resolves.toMatchObject({ status: 'requires_action' })
  })

  it('cannot be had without the customer: the bank declines', async () => {
    const { id: customer } = await shop.stripe.customers.create({})
    const method = await shop.stripe.paymentMethods.attach('pm_card_authenticationRequired', { customer })
    const error = await refusal(pay(method.id, { customer, off_session: true }))

    expect(error).toMatchObject({ statusCode: 402, code: 'authentication_required' })
  })

  it('is not needed again for a card that was set up', async () => {
    const { id: customer } = await shop.stripe.customers.create({})
    const setup = await shop.stripe.setupIntents.create({
      customer,
      confirm: true,
      payment_method: 'pm_card_authenticationRequiredOnSetup',
      return_url: RETURN_URL,
    })
    expect(setup.status).toBe('requires_action')
    await control(shop, `/intents/${setup.id}/answer`, { outcome: 'succeeded' })
    const { payment_method: method } = await shop.stripe.setupIntents.retrieve(setup.id)

    await expect(pay(String(method), { customer, off_session: true })).resolves.toMatchObject({
      status: 'succeeded',
    })
  })

  it('waits for a second confirmation where confirmations are made by hand', async () => {
    const { id } = await pay('pm_card_threeDSecure2Required', { confirmation_method: 'manual' })
    await control(shop, `/intents/${id}/answer`, { outcome: 'succeeded' })
    await expect(shop.stripe.paymentIntents.retrieve(id)).resolves.toMatchObject({
      status: 'requires_confirmation',
    })

    await expect(shop.stripe.paymentIntents.confirm(id, { return_url: RETURN_URL })).resolves.toMatchObject({
      status: 'succeeded',
    })
  })
})
