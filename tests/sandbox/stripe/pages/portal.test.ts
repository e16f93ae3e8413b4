import type Stripe from 'stripe'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openShop, type Shop } from '../shop.ts'
import { type Visitor, visitorOf } from './visitor.ts'

let shop: Shop
let visitor: Visitor
let subscription: Stripe.Subscription
let home: string

beforeAll(async () => {
  shop = await openShop()
  visitor = visitorOf(shop.sandbox)
})
beforeEach(async () => {
  subscription = await shop.subscribe()
  home = await portalOf(String(subscription.customer))
})
afterAll(() => shop.sandbox.close())

async function portalOf(
  customer: string,
  more: Partial<Stripe.BillingPortal.SessionCreateParams> = {},
): Promise<string> {
  const { url } = await shop.stripe.billingPortal.sessions.create({ customer, ...more })
  return new URL(url).pathname
}

const current = () => shop.stripe.subscriptions.retrieve(subscription.id)

describe('cancelling', () => {
  it('ends with the period, keeps the reason, and can be taken back', async () => {
    const at = `${home}/subscriptions/${subscription.id}`

    const { text } = await visitor.sendAndFollow(`${at}/cancel`, {
      feedback: 'too_expensive',
      comment: 'Sorry',
    })
    const cancelled = await current()
    await visitor.send(`${at}/keep`)

    expect(text).toContain('It does not renew.')
    expect(cancelled).toMatchObject({
      cancel_at_period_end: true,
      cancellation_details: { feedback: 'too_expensive', comment: 'Sorry', reason: 'cancellation_requested' },
    })
    expect(await current()).toMatchObject({ cancel_at_period_end: false, cancel_at: null })
  })

  it('ends at once where the configuration says so', async () => {
    const { id } = await shop.stripe.billingPortal.configurations.create({
      features: { subscription_cancel: { enabled: true, mode: 'immediately' } },
    })
    const portal = await portalOf(String(subscription.customer), { configuration: id })

    await visitor.send(`${portal}/subscriptions/${subscription.id}/cancel`)

    expect((await current()).status).toBe('canceled')
  })

  it('led to by a flow comes back to where the flow wants', async () => {
    const portal = await portalOf(String(subscription.customer), {
      flow_data: {
        type: 'subscription_cancel',
        subscription_cancel: { subscription: subscription.id },
        after_completion: { type: 'redirect', redirect: { return_url: 'http://127.0.0.1/bye' } },
      },
    })

    const start = await visitor.open(portal)
    const { location } = await visitor.send(String(start.location))

    expect(start.location).toBe(`${portal}/subscriptions/${subscription.id}/cancel`)
    expect(location).toBe('http://127.0.0.1/bye')
  })
})

describe('a retention coupon', () => {
  const flowTo = (coupon: string) =>
    portalOf(String(subscription.customer), {
      flow_data: {
        type: 'subscription_cancel',
        subscription_cancel: {
          subscription: subscription.id,
          retention: { type: 'coupon_offer', coupon_offer: { coupon } },
        },
        after_completion: { type: 'redirect', redirect: { return_url: 'http://127.0.0.1/stayed' } },
      },
    })

  it('is offered before the cancellation; accepted, it reduces the next invoice and nothing is cancelled', async () => {
    const own = await shop.stripe.coupons.create({ amount_off: 100, currency: 'eur', duration: 'forever' })
    await shop.stripe.subscriptions.update(subscription.id, { discounts: [{ coupon: own.id }] })
    const { id } = await shop.stripe.coupons.create({
      percent_off: 50,
      duration: 'repeating',
      duration_in_months: 3,
    })
    const portal = await flowTo(id)
    const at = `${portal}/subscriptions/${subscription.id}`

    const asked = await visitor.open(`${at}/cancel`)
    const { location } = await visitor.send(`${at}/retention`)

    expect(asked.text).toContain('50% off for 3 months')
    expect(location).toBe('http://127.0.0.1/stayed')
    expect(await current()).toMatchObject({ status: 'active', cancel_at: null, cancel_at_period_end: false })
    expect(shop.event('customer.subscription.updated').data.previous_attributes).toHaveProperty('discounts')
    const next = await shop.stripe.invoices.createPreview({ subscription: subscription.id })
    expect([next.subtotal, next.total]).toEqual([1_900, 900])
    const redeemed = await shop.stripe.coupons.retrieve(id)
    expect(redeemed.times_redeemed).toBe(1)
  })

  it('declined, the subscription is cancelled at its full price', async () => {
    const { id } = await shop.stripe.coupons.create({ percent_off: 50, duration: 'once' })
    const portal = await flowTo(id)

    await visitor.send(`${portal}/subscriptions/${subscription.id}/cancel`)

    expect(await current()).toMatchObject({ cancel_at_period_end: true, discounts: [] })
  })

  it('is not offered twice, nor without a flow that names it', async () => {
    const { id } = await shop.stripe.coupons.create({ percent_off: 50, duration: 'forever' })
    const portal = await flowTo(id)
    await visitor.send(`${portal}/subscriptions/${subscription.id}/retention`)

    const again = await visitor.send(`${portal}/subscriptions/${subscription.id}/retention`)
    const plain = await visitor.send(`${home}/subscriptions/${subscription.id}/retention`)

    expect([again.status, plain.status]).toEqual([404, 404])
    expect((await current()).discounts).toHaveLength(1)
  })

  it('that is used up opens no session', async () => {
    const { id } = await shop.stripe.coupons.create({ percent_off: 50, duration: 'once', max_redemptions: 1 })
    await shop.stripe.subscriptions.update(subscription.id, { discounts: [{ coupon: id }] })

    await expect(flowTo(id)).rejects.toMatchObject({ statusCode: 400, code: 'coupon_expired' })
  })
})

describe('changing the plan', () => {
  it('shows what it costs before it is made, and then is made', async () => {
    const yearly = await shop.stripe.prices.list({ lookup_keys: ['tollgate_pro_yearly_v1'] })
    const price = String(yearly.data[0]?.id)
    const at = `${home}/subscriptions/${subscription.id}`

    const preview = await visitor.open(`${at}/confirm?price=${price}&quantity=2`)
    await visitor.send(`${at}/update`, { price, quantity: '2' })

    expect(preview.text).toContain('Confirm the change')
    expect(preview.text).toContain('Charged now')
    const [item] = (await current()).items.data
    expect([item?.price.id, item?.quantity]).toEqual([price, 2])
  })

  it('takes no price that the configuration does not offer', async () => {
    const { id: price } = await shop.stripe.prices.create({
      currency: 'eur',
      unit_amount: 1,
      recurring: { interval: 'month' },
      product_data: { name: 'Secret' },
    })

    const { status } = await visitor.send(`${home}/subscriptions/${subscription.id}/update`, { price })

    expect(status).toBe(404)
  })
})

describe('paying', () => {
  it('a new card becomes the one that is charged; one that declines is refused with the reason', async () => {
    const refused = await visitor.send(`${home}/payment-method`, { number: '4000 0000 0000 0002' })
    const { text } = await visitor.sendAndFollow(`${home}/payment-method`, { number: '5555 5555 5555 4444' })

    expect(refused.status).toBe(402)
    expect(refused.text).toContain('Your card was declined.')
    expect(text).toContain('Mastercard •••• 4444 default')
    const method = await shop.stripe.paymentMethods.retrieve(String((await current()).default_payment_method))
    expect(method.card?.last4).toBe('4444')
  })

  it('a new card whose bank asks is saved when its holder has confirmed, and not before', async () => {
    const asks = { number: '4000 0025 0000 3155' }
    const sent = await visitor.send(`${home}/payment-method`, asks)
    expect(sent.location).toMatch(/^\/3d-secure\/seti_/)
    const before = (await current()).default_payment_method

    const failed = await visitor.sendAndFollow(String(sent.location), { outcome: 'fail' })
    expect(failed.text).toContain('We are unable to authenticate your payment method.')
    expect((await current()).default_payment_method).toBe(before)

    const again = await visitor.send(`${home}/payment-method`, asks)
    const saved = await visitor.send(String(again.location), { outcome: 'approve' })
    const done = await visitor.open(String(saved.location))
    expect(done.location).toContain(`${home}/home?notice=`)
    const method = String((await current()).default_payment_method)
    await expect(shop.stripe.paymentMethods.retrieve(method)).resolves.toMatchObject({
      card: { last4: '3155' },
      customer: subscription.customer,
    })
  })

  it('the hosted invoice and the receipt say what was paid', async () => {
    const invoice = await shop.stripe.invoices.retrieve(String(subscription.latest_invoice))
    const charge = shop.event('charge.succeeded').data.object as Stripe.Charge

    const document = await visitor.open(new URL(String(invoice.hosted_invoice_url)).pathname)
    const receipt = await visitor.open(`/receipts/${charge.id}`)

    expect(document.text).toContain('€19 paid')
    expect(receipt.text).toContain('Visa •••• 4242')
  })
})

describe('somebody else', () => {
  it("cannot reach another customer's subscription or cards through her own portal", async () => {
    const stranger = await shop.subscribe()
    const portal = await portalOf(String(stranger.customer))

    const statuses = [
      (await visitor.send(`${portal}/subscriptions/${subscription.id}/cancel`)).status,
      (await visitor.open(`${portal}/subscriptions/${subscription.id}/update`)).status,
      (await visitor.send(`${portal}/payment-methods/${subscription.default_payment_method}`)).status,
      (await visitor.send(`${portal}/invoices/${subscription.latest_invoice}/pay`)).status,
    ]

    expect(statuses).toEqual([404, 404, 404, 404])
    expect((await current()).cancel_at_period_end).toBe(false)
  })

  it('finds nothing of a feature that is off', async () => {
    const { id } = await shop.stripe.billingPortal.configurations.create({
      features: { invoice_history: { enabled: true } },
    })
    const portal = await portalOf(String(subscription.customer), { configuration: id })

    const { status } = await visitor.send(`${portal}/subscriptions/${subscription.id}/cancel`)
    const { text } = await visitor.open(portal)

    expect(status).toBe(404)
    expect(text).not.toContain('Cancel the subscription')
  })
})
