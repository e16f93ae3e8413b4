import type Stripe from 'stripe'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openShop, type Shop } from '../shop.ts'

const HOUR = 3_600
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

describe('a session for a one-time payment', () => {
  it('sells what has no price yet, and lets the quantity change', async () => {
    const session = await create({
      mode: 'payment',
      success_url: SUCCESS_URL,
      line_items: [book({ adjustable_quantity: { enabled: true, maximum: 5 } })],
    })
    const [line] = (await shop.stripe.checkout.sessions.listLineItems(session.id)).data
    expect(line).toMatchObject({
      amount_total: 1_200,
      description: 'A book',
      adjustable_quantity: { enabled: true, maximum: 5, minimum: 0 },
      price: { active: false, type: 'one_time' },
    })

    await expect(
      shop.stripe.checkout.sessions.update(session.id, { line_items: [{ id: line?.id ?? '', quantity: 3 }] }),
    ).resolves.toMatchObject({ amount_total: 3_600 })
  })

  it('that asks for authorization only captures nothing by itself', async () => {
    const session = await create({
      mode: 'payment',
      success_url: SUCCESS_URL,
      line_items: [book()],
      payment_intent_data: { capture_method: 'manual', metadata: { order: '1' } },
    })
    const { session: complete } = shop.sandbox.pay(session.id)

    await expect(shop.stripe.paymentIntents.retrieve(String(complete.payment_intent))).resolves.toMatchObject(
      {
        status: 'requires_capture',
        metadata: { order: '1' },
      },
    )
  })

  it('makes a customer where it is to, and updates one where it may', async () => {
    const made = await create({
      mode: 'payment',
      customer_creation: 'always',
      success_url: SUCCESS_URL,
      line_items: [book()],
    })
    const { session } = shop.sandbox.pay(made.id, { name: 'Ada' })
    const customer = String(session.customer)
    const again = await create({
      mode: 'payment',
      customer,
      customer_update: { name: 'auto' },
      success_url: SUCCESS_URL,
      line_items: [book()],
    })
    shop.sandbox.pay(again.id, { name: 'Ada Lovelace' })

    await expect(shop.stripe.customers.retrieve(customer)).resolves.toMatchObject({ name: 'Ada Lovelace' })
  })

  it('that costs nothing asks for no card', async () => {
    const free = { currency: 'eur', unit_amount: 0, product_data: { name: 'Nothing' } }
    const session = await create({
      mode: 'payment',
      success_url: SUCCESS_URL,
      line_items: [{ price_data: free, quantity: 1 }],
    })
    const { session: complete } = shop.sandbox.pay(session.id)

    expect(complete).toMatchObject({ payment_status: 'no_payment_required', payment_intent: null })
    expect(shop.eventTypes().filter((type) => type.startsWith('payment_'))).toEqual([])
  })

  it('may be paid only in the ways that it allows', async () => {
    const session = await create({
      mode: 'payment',
      allowed_payment_method_types: ['card'],
      success_url: SUCCESS_URL,
      line_items: [book()],
    })
    expect(session.payment_method_types).toEqual(['card'])

    expect(() => shop.sandbox.pay(session.id, { outcome: 'bank_debit_succeeds' })).toThrow()
  })

  it('belongs to its page: the API neither confirms nor cancels its payment', async () => {
    const session = await create({ mode: 'payment', success_url: SUCCESS_URL, line_items: [book()] })
    expect(() => shop.sandbox.pay(session.id, { outcome: 'declined' })).toThrow()
    const [intent] = (await shop.stripe.paymentIntents.list()).data

    await expect(shop.stripe.paymentIntents.cancel(intent?.id ?? '')).rejects.toMatchObject({
      code: 'payment_intent_unexpected_state',
    })
    await shop.stripe.checkout.sessions.expire(session.id)
    await expect(shop.stripe.paymentIntents.retrieve(intent?.id ?? '')).resolves.toMatchObject({
      status: 'canceled',
    })
  })
})

describe('a session for a subscription', () => {
  const trial = {
    trial_period_days: 7,
    trial_settings: { end_behavior: { missing_payment_method: 'pause' } },
  }

  it('with a trial saves the card through a setup of its own', async () => {
    const session = await shop.checkout('tollgate_pro_monthly_v1', {
      subscription_data: { trial_period_days: 7 },
    })
    shop.forget()
    shop.sandbox.pay(session.id, { card: '4000002500003155' })

    expect(shop.eventTypes().slice(0, 4)).toEqual([
      'setup_intent.created',
      'setup_intent.requires_action',
      'payment_method.attached',
      'setup_intent.succeeded',
    ])
  })

  it('with a trial needs no card where it asks only if something is due', async () => {
    const session = await shop.checkout('tollgate_pro_monthly_v1', {
      payment_method_collection: 'if_required',
      subscription_data: trial as Stripe.Checkout.SessionCreateParams.SubscriptionData,
    })
    const { session: complete } = shop.sandbox.pay(session.id)

    await expect(shop.stripe.subscriptions.retrieve(String(complete.subscription))).resolves.toMatchObject({
      status: 'trialing',
      default_payment_method: null,
      trial_settings: trial.trial_settings,
    })
  })

  it('before 2025-03-31.basil makes it first, incomplete, and activates it with the payment', async () => {
    const [price] = (await shop.stripe.prices.list({ lookup_keys: ['tollgate_pro_monthly_v1'] })).data
    const session = await shop.stripe.checkout.sessions.create(
      {
        mode: 'subscription',
        success_url: SUCCESS_URL,
        line_items: [{ price: price?.id ?? '', quantity: 1 }],
      },
      { apiVersion: '2025-02-24.acacia' },
    )
    shop.forget()
    expect(() => shop.sandbox.pay(session.id, { outcome: 'declined' })).toThrow()
    expect(shop.event('customer.subscription.created').data.object).toMatchObject({ status: 'incomplete' })

    const { session: complete } = shop.sandbox.pay(session.id)
    await expect(shop.stripe.subscriptions.retrieve(String(complete.subscription))).resolves.toMatchObject({
      status: 'active',
    })
    const types = shop.eventTypes()
    expect(types.filter((type) => type === 'customer.subscription.created')).toHaveLength(1)
    expect(types.indexOf('customer.subscription.created')).toBeLessThan(
      types.indexOf('payment_intent.succeeded'),
    )
    expect(types.at(-1)).toBe('checkout.session.completed')
  })
})

describe('a session that expires', () => {
  it('can be taken up again where it asked for that', async () => {
    const session = await create({
      mode: 'payment',
      after_expiration: { recovery: { enabled: true, allow_promotion_codes: true } },
      expires_at: Math.floor(shop.sandbox.clock.nowMs / 1000) + HOUR,
      success_url: SUCCESS_URL,
      line_items: [book()],
    })
    await shop.sandbox.advance({ seconds: 2 * HOUR })
    const expired = await refresh(session)
    expect(expired).toMatchObject({ status: 'expired', url: null })
    expect(shop.event('checkout.session.expired').data.object).toMatchObject({
      after_expiration: { recovery: { url: expect.stringContaining('/c/recover/') } },
    })

    const answer = await fetch(String(expired.after_expiration?.recovery?.url), { redirect: 'manual' })
    const [recovered] = (await shop.stripe.checkout.sessions.list({ status: 'open' })).data
    expect(answer.headers.get('location')).toBe(recovered?.url)
    expect(recovered).toMatchObject({
      recovered_from: session.id,
      amount_total: 1_200,
      allow_promotion_codes: true,
    })
    expect(shop.sandbox.pay(recovered?.id ?? '').session.status).toBe('complete')
  })
})

describe('a session that the CLI pays', () => {
  it('by bank debit completes unpaid, and is paid when the bank has settled it', async () => {
    const session = await create({ mode: 'payment', success_url: SUCCESS_URL, line_items: [book()] })
    const method = await shop.stripe.paymentMethods.create({
      type: 'sepa_debit',
      sepa_debit: { iban: 'AT611904300234573201' },
      billing_details: { name: 'Jenny Rosen', email: 'jenny@example.test' },
    })
    await shop.stripe.rawRequest('POST', `/v1/payment_pages/${session.id}/confirm`, {
      payment_method: method.id,
      expected_amount: 1_200,
    })
    expect(shop.event('checkout.session.completed').data.object).toMatchObject({ payment_status: 'unpaid' })
    await shop.sandbox.advance({ seconds: 1 })

    expect(shop.eventTypes()).toContain('checkout.session.async_payment_succeeded')
    await expect(refresh(session)).resolves.toMatchObject({ payment_status: 'paid' })
  })
})
