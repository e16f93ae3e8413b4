import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openShop, type Shop } from '../shop.ts'
import { pay, RETURN_URL, refusal } from './pay.ts'

const DAY = 86_400

let shop: Shop

beforeAll(async () => {
  shop = await openShop()
})
beforeEach(() => {
  shop.sandbox.reset()
  shop.forget()
})
afterAll(() => shop.sandbox.close())

describe('a bank debit', () => {
  const debit = (iban: string) =>
    shop.stripe.paymentIntents.create({
      amount: 2_500,
      currency: 'eur',
      confirm: true,
      return_url: RETURN_URL,
      payment_method_data: {
        type: 'sepa_debit',
        sepa_debit: { iban },
        billing_details: { name: 'Ada', email: 'ada@example.test' },
      },
      mandate_data: { customer_acceptance: { type: 'offline' } },
    })

  it('is processing until the bank has settled it, days later', async () => {
    const intent = await debit('DE89370400440532013000')
    expect(intent).toMatchObject({ status: 'processing', amount_received: 0 })
    await shop.sandbox.advance({ seconds: 5 * DAY })

    await expect(shop.stripe.paymentIntents.retrieve(intent.id)).resolves.toMatchObject({
      status: 'succeeded',
      amount_received: 2_500,
    })
    expect(shop.eventTypes().slice(0, 5)).toEqual([
      'payment_intent.created',
      'charge.pending',
      'payment_intent.processing',
      'charge.succeeded',
      'payment_intent.succeeded',
    ])
  })

  it('that the bank returns fails', async () => {
    const { id } = await debit('DE62370400440532013001')
    await shop.sandbox.advance({ seconds: 5 * DAY })

    await expect(shop.stripe.paymentIntents.retrieve(id)).resolves.toMatchObject({
      status: 'requires_payment_method',
      last_payment_error: { code: 'payment_intent_payment_attempt_failed' },
    })
    expect(shop.eventTypes().slice(-2)).toEqual(['charge.failed', 'payment_intent.payment_failed'])
  })

  it('in the United States says why it came back', async () => {
    const { id } = await shop.stripe.paymentIntents.create({
      amount: 2_500,
      currency: 'usd',
      confirm: true,
      return_url: RETURN_URL,
      payment_method: 'pm_usBankAccount_insufficientFunds',
      mandate_data: { customer_acceptance: { type: 'offline' } },
    })
    await shop.sandbox.advance({ seconds: 5 * DAY })

    await expect(shop.stripe.paymentIntents.retrieve(id)).resolves.toMatchObject({
      last_payment_error: { code: 'insufficient_funds' },
    })
  })

  it('needs the mandate of its customer', async () => {
    const error = await refusal(pay(shop, 'pm_usBankAccount_success', { currency: 'usd' }))

    expect(error).toMatchObject({ statusCode: 400, code: 'payment_intent_mandate_invalid' })
  })
})
