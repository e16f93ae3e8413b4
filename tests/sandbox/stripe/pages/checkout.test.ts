import type Stripe from 'stripe'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openShop, type Shop } from '../shop.ts'
import { type Visitor, visitorOf } from './visitor.ts'

let shop: Shop
let visitor: Visitor

beforeAll(async () => {
  shop = await openShop()
  visitor = visitorOf(shop.sandbox)
})
afterAll(() => shop.sandbox.close())

const pathOf = ({ url }: Stripe.Checkout.Session) => new URL(String(url)).pathname
const card = (cardNumber: string) => ({
  cardNumber,
  cardExpiry: '12 / 34',
  cardCvc: '123',
  billingName: 'Ada Lovelace',
})

describe('the hosted checkout page', () => {
  it('says why a card is declined and with which code, and takes another one', async () => {
    const session = await shop.checkout('tollgate_pro_monthly_v1')

    const declined = await visitor.send(pathOf(session), card('4000 0000 0000 9995'))
    const paid = await visitor.send(pathOf(session), card('4242 4242 4242 4242'))

    expect(declined.status).toBe(402)
    expect(declined.text).toContain('Your card has insufficient funds. (insufficient_funds)')
    expect(paid.location).toContain('/success?session_id=cs_test_')
  })

  it('writes a test card into the form with one click and pays nothing by it', async () => {
    const session = await shop.checkout('tollgate_pro_monthly_v1')

    const { html } = await visitor.send(pathOf(session), { fill: '4000002500003155' })

    expect(html).toContain('value="4000 0025 0000 3155"')
    expect((await shop.stripe.checkout.sessions.retrieve(session.id)).status).toBe('open')
  })

  it('tells of a trial what is due today and what comes after', async () => {
    const session = await shop.checkout('tollgate_pro_monthly_v1', {
      subscription_data: { trial_period_days: 14 },
    })

    const { text } = await visitor.open(pathOf(session))

    expect(text).toMatch(/Free until \d+ \w+ \d{4}, then €19 per month\./)
    expect(text).toContain('Due today €0')
    expect(text).toContain('Start trial')
  })

  it('lets the customer choose how many within the bounds, and no more', async () => {
    const [price] = (await shop.stripe.prices.list({ lookup_keys: ['tollgate_team_monthly_v1'] })).data
    const session = await shop.checkout('tollgate_team_monthly_v1', {
      line_items: [
        {
          price: String(price?.id),
          quantity: 2,
          adjustable_quantity: { enabled: true, minimum: 1, maximum: 9 },
        },
      ],
    })
    const { html } = await visitor.open(pathOf(session))
    const line = /name="line" value="(\w+)"/.exec(html)?.[1] ?? ''

    await visitor.send(`${pathOf(session)}/quantity`, { line, quantity: '5' })
    await visitor.send(`${pathOf(session)}/quantity`, { line, quantity: '10' })

    const { amount_total: total } = await shop.stripe.checkout.sessions.retrieve(session.id)
    expect(total).toBe(5 * (price?.unit_amount ?? 0))
  })

  it('saves a card in setup mode and says that nothing is charged', async () => {
    const { id: customer } = await shop.stripe.customers.create({ email: 'setup@example.com' })
    const session = await shop.stripe.checkout.sessions.create({
      mode: 'setup',
      currency: 'eur',
      customer,
      success_url: 'http://127.0.0.1/saved',
    })

    const { text } = await visitor.open(pathOf(session))
    const { location } = await visitor.send(pathOf(session), card('4242 4242 4242 4242'))

    expect(text).toContain('Nothing is charged now.')
    expect(location).toBe('http://127.0.0.1/saved')
    const { data } = await shop.stripe.paymentMethods.list({ customer })
    expect(data.map((method) => method.card?.last4)).toEqual(['4242'])
  })

  it('is closed once it was paid', async () => {
    const session = await shop.checkout('tollgate_pro_monthly_v1')
    shop.sandbox.pay(session.id)

    const { status, text } = await visitor.open(pathOf(session))

    expect(status).toBe(410)
    expect(text).toContain('It cannot be paid twice.')
  })
})
