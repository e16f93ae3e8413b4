import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openShop, type Shop } from './shop.ts'

const HOUR = 3_600
const DAY = 24 * HOUR

let shop: Shop

beforeAll(async () => {
  shop = await openShop()
})
beforeEach(() => {
  shop.sandbox.reset()
  shop.forget()
})
afterAll(() => shop.sandbox.close())

const refresh = (id: string) => shop.stripe.subscriptions.retrieve(id)
const advance = (seconds: number) => shop.sandbox.advance({ seconds })

describe('a checkout that is paid', () => {
  it('makes the subscription after the payment, active from its first second', async () => {
    const session = await shop.checkout('tollgate_pro_monthly_v1', {
      subscription_data: { metadata: { whose: 'mine' } },
    })
    expect(session).toMatchObject({ status: 'open', payment_status: 'unpaid', subscription: null })
    expect(session.url).toContain(`/c/pay/${session.id}`)
    shop.forget()

    const { session: paid, redirect_url } = shop.sandbox.pay(session.id)

    expect(redirect_url).toBe(`http://127.0.0.1/success?session_id=${session.id}`)
    expect(paid).toMatchObject({ status: 'complete', payment_status: 'paid' })
    const subscription = await refresh(String(paid.subscription))
    expect(subscription).toMatchObject({ status: 'active', metadata: { whose: 'mine' } })
    const types = shop.eventTypes()
    expect(types.indexOf('payment_intent.succeeded')).toBeLessThan(
      types.indexOf('customer.subscription.created'),
    )
    expect(types.indexOf('customer.subscription.created')).toBeLessThan(
      types.indexOf('checkout.session.completed'),
    )
    expect(types).toContain('invoice.paid')
    expect(types).toContain('invoice_payment.paid')
  })

  it('carries whose it is on the subscription and in the invoice', async () => {
    const session = await shop.checkout('tollgate_pro_monthly_v1', {
      subscription_data: { metadata: { whose: 'mine' } },
    })
    shop.sandbox.pay(session.id)

    expect(shop.event('invoice.paid').data.object).toMatchObject({
      parent: { subscription_details: { metadata: { whose: 'mine' } } },
    })
  })

  it('with a trial costs nothing today and is trialing', async () => {
    const session = await shop.checkout('tollgate_team_monthly_v1', {
      subscription_data: { trial_period_days: 14 },
    })
    const { session: paid } = shop.sandbox.pay(session.id)

    expect(paid).toMatchObject({ payment_status: 'no_payment_required' })
    const subscription = await refresh(String(paid.subscription))
    expect(subscription.status).toBe('trialing')
    expect((subscription.trial_end ?? 0) - subscription.start_date).toBe(14 * DAY)
  })

  it('once, without a subscription, names its payment', async () => {
    const session = await shop.checkout('tollgate_lifetime_v1', { mode: 'payment' })
    const { session: paid } = shop.sandbox.pay(session.id)

    expect(paid).toMatchObject({ payment_status: 'paid', subscription: null, amount_total: 49_000 })
    await expect(shop.stripe.paymentIntents.retrieve(String(paid.payment_intent))).resolves.toMatchObject({
      status: 'succeeded',
      amount_received: 49_000,
    })
  })
})

describe('a checkout that is not paid', () => {
  it.each([
    ['4000000000000002', 'card_declined'],
    ['4000000000009995', 'card_declined'],
    ['4000000000000069', 'expired_card'],
    ['4000000000000127', 'incorrect_cvc'],
  ])('with card %s stays open, and says %s', async (card, code) => {
    const session = await shop.checkout('tollgate_pro_monthly_v1')

    expect(() => shop.sandbox.pay(session.id, { card })).toThrow(
      expect.objectContaining({ fields: expect.objectContaining({ code }) }),
    )

    await expect(shop.stripe.checkout.sessions.retrieve(session.id)).resolves.toMatchObject({
      status: 'open',
    })
  })

  it('expires after a day, and says so', async () => {
    const session = await shop.checkout('tollgate_pro_monthly_v1')
    await advance(DAY + 1)

    await expect(shop.stripe.checkout.sessions.retrieve(session.id)).resolves.toMatchObject({
      status: 'expired',
      url: null,
    })
    expect(shop.eventTypes()).toContain('checkout.session.expired')
  })

  it('can be expired, and only while it is open', async () => {
    const session = await shop.checkout('tollgate_pro_monthly_v1')
    await shop.stripe.checkout.sessions.expire(session.id)

    await expect(shop.stripe.checkout.sessions.expire(session.id)).rejects.toMatchObject({ statusCode: 400 })
    expect(() => shop.sandbox.pay(session.id)).toThrow()
  })

  it('by bank debit is complete and unpaid until the bank has settled it', async () => {
    const session = await shop.checkout('tollgate_lifetime_v1', { mode: 'payment' })
    shop.sandbox.pay(session.id, { outcome: 'bank_debit_succeeds' })
    expect(shop.event('checkout.session.completed').data.object).toMatchObject({ payment_status: 'unpaid' })

    await advance(DAY + 1)
    expect(shop.event('checkout.session.async_payment_succeeded').data.object).toMatchObject({
      payment_status: 'paid',
    })
  })

  it('by a bank debit that comes back fails in the end', async () => {
    const session = await shop.checkout('tollgate_lifetime_v1', { mode: 'payment' })
    shop.sandbox.pay(session.id, { outcome: 'bank_debit_fails' })
    await advance(DAY + 1)

    expect(shop.event('checkout.session.async_payment_failed').data.object).toMatchObject({
      payment_status: 'unpaid',
    })
  })
})

describe('a subscription', () => {
  it('renews: the period moves at once, the invoice is a draft for an hour, then is paid', async () => {
    const { id, items } = await shop.subscribe()
    const before = items.data[0]?.current_period_end ?? 0
    shop.forget()

    await shop.sandbox.advance({ to_next_renewal: true })
    expect((await refresh(id)).items.data[0]?.current_period_start).toBe(before)
    expect(shop.event('customer.subscription.updated').data.previous_attributes).toHaveProperty('items')
    expect(shop.eventTypes()).toContain('invoice.created')
    expect(shop.eventTypes()).not.toContain('invoice.paid')

    await advance(HOUR + 1)
    expect(shop.event('invoice.paid').data.object).toMatchObject({
      billing_reason: 'subscription_cycle',
      amount_paid: 1_900,
    })
  })

  it('cancelled at the end of its period goes on until then, and ends to the second', async () => {
    const { id, items } = await shop.subscribe()
    const end = items.data[0]?.current_period_end ?? 0
    await expect(shop.stripe.subscriptions.update(id, { cancel_at_period_end: true })).resolves.toMatchObject(
      {
        status: 'active',
        cancel_at: end,
      },
    )

    await shop.sandbox.advance({ to: end })
    await expect(refresh(id)).resolves.toMatchObject({ status: 'canceled', ended_at: end })
    expect(shop.eventTypes().at(-1)).toBe('customer.subscription.deleted')
  })

  it('whose card fails at the renewal is past due, is tried again, and ends', async () => {
    const { id } = await shop.subscribe({ outcome: 'renewals_fail' })
    await shop.sandbox.advance({ to_next_renewal: true })
    await advance(HOUR + 1)

    await expect(refresh(id)).resolves.toMatchObject({ status: 'past_due' })
    expect(shop.event('customer.subscription.updated').data.previous_attributes).toMatchObject({
      status: 'active',
    })
    expect(shop.event('invoice.payment_failed').data.object).toMatchObject({ status: 'open', amount_paid: 0 })

    await advance(30 * DAY)
    await expect(refresh(id)).resolves.toMatchObject({ status: 'canceled' })
  })

  it('of the 31st renews at the end of shorter months, and on the 31st again', async () => {
    const january = Date.UTC(2027, 0, 31, 12) / 1000
    await shop.sandbox.advance({ to: january })
    const { id } = await shop.subscribe()
    const ends: string[] = []
    for (let month = 0; month < 3; month += 1) {
      ends.push(
        new Date(((await refresh(id)).items.data[0]?.current_period_end ?? 0) * 1000)
          .toISOString()
          .slice(0, 10),
      )
      await shop.sandbox.advance({ to_next_renewal: true })
    }

    expect(ends).toEqual(['2027-02-28', '2027-03-31', '2027-04-30'])
  })
})
