import Stripe from 'stripe'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openShop, type Shop } from '../shop.ts'
import { control } from './control.ts'

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

const RETURN_URL = 'http://127.0.0.1/return'

const pay = (payment_method: string, more: Partial<Stripe.PaymentIntentCreateParams> = {}) =>
  shop.stripe.paymentIntents.create({
    amount: 4_900,
    currency: 'eur',
    confirm: true,
    payment_method,
    return_url: RETURN_URL,
    ...more,
  })
const refusal = async (attempt: Promise<unknown>) => {
  const error = await attempt.catch((reason: unknown) => reason)
  if (error instanceof Stripe.errors.StripeError) return error
  throw new Error('was not refused')
}

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
    const error = await refusal(pay('pm_usBankAccount_success', { currency: 'usd' }))

    expect(error).toMatchObject({ statusCode: 400, code: 'payment_intent_mandate_invalid' })
  })
})
