import type Stripe from 'stripe'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openShop, type Shop } from '../shop.ts'
import { RETURN_URL, refusal } from './pay.ts'

let shop: Shop

beforeAll(async () => {
  shop = await openShop()
})
beforeEach(() => shop.sandbox.reset())
afterAll(() => shop.sandbox.close())

const tokenOf = (payment_method: string) =>
  shop.stripe.testHelpers.confirmationTokens.create({
    payment_method,
    return_url: RETURN_URL,
    shipping: { name: 'Ada', address: { country: 'DE', line1: 'Unter den Linden 1' } },
  })
const payWith = (confirmation_token: string, more: Partial<Stripe.PaymentIntentCreateParams> = {}) =>
  shop.stripe.paymentIntents.create({
    amount: 4_900,
    currency: 'eur',
    confirm: true,
    confirmation_token,
    ...more,
  })

describe('a confirmation token', () => {
  it('shows what the customer chose, and pays with it once', async () => {
    const token = await tokenOf('pm_card_visa')
    expect(token).toMatchObject({
      payment_intent: null,
      payment_method_preview: { type: 'card', card: { last4: '4242' } },
    })
    const intent = await payWith(token.id)

    expect(intent).toMatchObject({
      status: 'succeeded',
      shipping: { name: 'Ada', address: { country: 'DE' } },
    })
    await expect(shop.stripe.confirmationTokens.retrieve(token.id)).resolves.toMatchObject({
      payment_intent: intent.id,
      expires_at: null,
    })
    await expect(refusal(payWith(token.id))).resolves.toMatchObject({ param: 'confirmation_token' })
  })

  it('confirms an intent that waits, and asks where the bank asks', async () => {
    const token = await tokenOf('pm_card_authenticationRequired')
    const { id } = await shop.stripe.paymentIntents.create({ amount: 4_900, currency: 'eur' })
    const intent = await shop.stripe.paymentIntents.confirm(id, { confirmation_token: token.id })

    expect(intent).toMatchObject({
      status: 'requires_action',
      next_action: { redirect_to_url: { return_url: RETURN_URL } },
    })
  })

  it('saves a method, with the mandate that its page has asked for', async () => {
    const token = await shop.stripe.testHelpers.confirmationTokens.create({
      return_url: RETURN_URL,
      payment_method_data: { type: 'sepa_debit', sepa_debit: { iban: 'DE89370400440532013000' } },
    })
    const intent = await shop.stripe.setupIntents.create({ confirm: true, confirmation_token: token.id })

    expect(intent).toMatchObject({ status: 'succeeded', mandate: expect.stringMatching(/^mandate_/) })
    await expect(shop.stripe.confirmationTokens.retrieve(token.id)).resolves.toMatchObject({
      setup_intent: intent.id,
    })
  })

  it('is good for twelve hours, and stands alone', async () => {
    const token = await tokenOf('pm_card_visa')
    await expect(refusal(payWith(token.id, { payment_method: 'pm_card_visa' }))).resolves.toMatchObject({
      param: 'confirmation_token',
    })
    await shop.sandbox.advance({ seconds: 12 * 3_600 })

    await expect(refusal(payWith(token.id))).resolves.toMatchObject({ param: 'confirmation_token' })
  })
})
