import Stripe from 'stripe'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openShop, type Shop } from '../shop.ts'
import { pay as payWith, RETURN_URL, refusal } from './pay.ts'

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

const pay = (method: string, more: Partial<Stripe.PaymentIntentCreateParams> = {}) =>
  payWith(shop, method, more)

describe('a payment', () => {
  it('by card succeeds at once; its balance transaction follows', async () => {
    const intent = await pay('pm_card_visa', { description: 'A book', metadata: { order: '1' } })

    expect(intent).toMatchObject({ status: 'succeeded', amount_received: 4_900, next_action: null })
    expect(shop.eventTypes()).toEqual([
      'payment_intent.created',
      'charge.succeeded',
      'payment_intent.succeeded',
      'charge.updated',
    ])
    expect(shop.event('charge.succeeded').request?.id).toMatch(/^req_/)
    expect(shop.event('charge.updated').data.previous_attributes).toMatchObject({ balance_transaction: null })
    const charge = await shop.stripe.charges.retrieve(String(intent.latest_charge), {
      expand: ['balance_transaction'],
    })
    expect(charge).toMatchObject({
      amount_captured: 4_900,
      metadata: { order: '1' },
      outcome: { type: 'authorized' },
      balance_transaction: { amount: 4_900, fee: 172, net: 4_728, status: 'pending' },
    })
    await shop.sandbox.advance({ seconds: 2 * DAY })
    const { available } = await shop.stripe.balance.retrieve()
    expect(available.find(({ currency }) => currency === 'eur')?.amount).toBe(4_728)
  })

  it.each([
    ['pm_card_visa_chargeDeclined', 'card_declined', 'generic_decline'],
    ['pm_card_visa_chargeDeclinedInsufficientFunds', 'card_declined', 'insufficient_funds'],
    ['pm_card_visa_chargeDeclinedLostCard', 'card_declined', 'lost_card'],
    ['pm_card_visa_chargeDeclinedStolenCard', 'card_declined', 'stolen_card'],
    ['pm_card_visa_chargeDeclinedVelocityLimitExceeded', 'card_declined', 'card_velocity_exceeded'],
    ['pm_card_radarBlock', 'card_declined', 'fraudulent'],
    ['pm_card_chargeDeclinedExpiredCard', 'expired_card', ''],
    ['pm_card_chargeDeclinedIncorrectCvc', 'incorrect_cvc', ''],
    ['pm_card_chargeDeclinedProcessingError', 'processing_error', ''],
  ])(
    'with %s is a card error with the code %s (%s), and says which payment it was',
    async (card, code, decline) => {
      const error = await refusal(pay(card))

      expect(error).toBeInstanceOf(Stripe.errors.StripeCardError)
      expect(error).toMatchObject({ statusCode: 402, code, decline_code: decline })
      expect(error.raw).toMatchObject({
        charge: expect.stringMatching(/^ch_/),
        payment_method: { object: 'payment_method' },
        payment_intent: {
          status: 'requires_payment_method',
          last_payment_error: { code, type: 'card_error' },
        },
      })
      expect(shop.eventTypes()).toEqual([
        'payment_intent.created',
        'charge.failed',
        'payment_intent.payment_failed',
      ])
    },
  )

  it('that failed recovers with another card: a second charge of the same intent', async () => {
    const { payment_intent: failed } = await refusal(pay('pm_card_visa_chargeDeclined'))
    const id = (failed as Stripe.PaymentIntent).id
    const paid = await shop.stripe.paymentIntents.confirm(id, {
      payment_method: 'pm_card_visa',
      return_url: RETURN_URL,
    })

    expect(paid).toMatchObject({ id, status: 'succeeded', last_payment_error: null })
    const charges = await shop.stripe.charges.list({ payment_intent: id })
    expect(charges.data.map(({ status }) => status)).toEqual(['succeeded', 'failed'])
  })

  it('that succeeded cannot be confirmed, captured or canceled any more', async () => {
    const { id } = await pay('pm_card_visa')

    for (const attempt of [
      shop.stripe.paymentIntents.confirm(id, { return_url: RETURN_URL }),
      shop.stripe.paymentIntents.capture(id),
      shop.stripe.paymentIntents.cancel(id),
    ]) {
      const error = await refusal(attempt)
      expect(error).toMatchObject({ statusCode: 400, code: 'payment_intent_unexpected_state' })
      expect(error.payment_intent).toMatchObject({ id, status: 'succeeded' })
    }
  })

  it('whose methods may redirect needs to know where to', async () => {
    const request = {
      amount: 4_900,
      currency: 'eur',
      confirm: true,
      payment_method: 'pm_card_visa',
    }
    const error = await refusal(shop.stripe.paymentIntents.create(request))
    expect(error).toMatchObject({ statusCode: 400, param: 'return_url' })

    await expect(
      shop.stripe.paymentIntents.create({
        ...request,
        automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
      }),
    ).resolves.toMatchObject({ status: 'succeeded' })
  })

  it('can be left to wait, changed, and called off', async () => {
    const { id } = await shop.stripe.paymentIntents.create({ amount: 1_000, currency: 'eur' })
    await expect(
      shop.stripe.paymentIntents.update(id, { amount: 2_000, payment_method: 'pm_card_visa' }),
    ).resolves.toMatchObject({ status: 'requires_confirmation', amount: 2_000 })
    const canceled = await shop.stripe.paymentIntents.cancel(id, { cancellation_reason: 'abandoned' })

    expect(canceled).toMatchObject({ status: 'canceled', cancellation_reason: 'abandoned' })
    expect(shop.eventTypes()).toEqual(['payment_intent.created', 'payment_intent.canceled'])
  })
})

describe('a payment that is captured by hand', () => {
  const authorize = () => pay('pm_card_visa', { amount: 10_000, capture_method: 'manual' })

  it('is authorized first, and takes no more than what is captured', async () => {
    const authorized = await authorize()
    expect(authorized).toMatchObject({
      status: 'requires_capture',
      amount_capturable: 10_000,
      amount_received: 0,
    })
    const captured = await shop.stripe.paymentIntents.capture(authorized.id, { amount_to_capture: 7_500 })

    expect(captured).toMatchObject({ status: 'succeeded', amount_capturable: 0, amount_received: 7_500 })
    await expect(shop.stripe.charges.retrieve(String(captured.latest_charge))).resolves.toMatchObject({
      amount: 10_000,
      amount_captured: 7_500,
      amount_refunded: 2_500,
      refunded: false,
    })
    expect(shop.eventTypes()).toEqual([
      'payment_intent.created',
      'charge.succeeded',
      'payment_intent.amount_capturable_updated',
      'charge.captured',
      'payment_intent.succeeded',
    ])
  })

  it('is let go when it is canceled', async () => {
    const { id, latest_charge: charge } = await authorize()
    await shop.stripe.paymentIntents.cancel(id)

    await expect(shop.stripe.charges.retrieve(String(charge))).resolves.toMatchObject({ refunded: true })
    expect(shop.eventTypes().slice(-2)).toEqual(['charge.refunded', 'payment_intent.canceled'])
  })

  it('expires after seven days', async () => {
    const { id } = await authorize()
    await shop.sandbox.advance({ seconds: 7 * DAY + 1 })

    await expect(shop.stripe.paymentIntents.retrieve(id)).resolves.toMatchObject({
      status: 'canceled',
      cancellation_reason: 'automatic',
    })
    expect(shop.eventTypes().slice(-2)).toEqual(['charge.expired', 'payment_intent.canceled'])
    expect(shop.event('payment_intent.canceled').request?.id).toBeNull()
  })

  it('can be authorized for more where it asked for that', async () => {
    const { id } = await pay('pm_card_visa', {
      capture_method: 'manual',
      payment_method_options: { card: { request_incremental_authorization: 'if_available' } },
    })

    await expect(
      shop.stripe.paymentIntents.incrementAuthorization(id, { amount: 6_000 }),
    ).resolves.toMatchObject({ amount: 6_000, amount_capturable: 6_000 })
  })
})
