import type Stripe from 'stripe'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DAY, HOUR, NOON } from '#tests/sandbox/stripe/billing/counter.ts'
import { openPortalCounter, type PortalCounter } from './portal-counter.ts'

let counter: PortalCounter
let subscription: Stripe.Subscription

beforeEach(async () => {
  counter = await openPortalCounter()
  subscription = await counter.sell(counter.pro)
})
afterEach(() => counter.sandbox.close())

const issue = async (
  coupon: Stripe.CouponCreateParams,
  more: Partial<Stripe.PromotionCodeCreateParams> = {},
) => {
  const { id } = await counter.stripe.coupons.create(coupon)
  return counter.stripe.promotionCodes.create({
    code: 'SPRING',
    promotion: { type: 'coupon', coupon: id },
    ...more,
  })
}

const half = { percent_off: 50, duration: 'forever' } as const

describe('a promotion code', () => {
  it('is in the preview to the cent, joins the discounts that are there, and is counted once', async () => {
    const own = await counter.stripe.coupons.create({
      amount_off: 100,
      currency: 'eur',
      duration: 'forever',
    })
    await counter.stripe.subscriptions.update(subscription.id, { discounts: [{ coupon: own.id }] })
    const code = await issue(half)
    const at = await counter.changing(subscription)
    const choice = { price: counter.yearly.id, promotion_code: 'spring' }

    const form = await counter.visitor.open(`${at}/update`)
    const { text } = await counter.visitor.open(`${at}/confirm?${new URLSearchParams(choice)}`)
    await counter.visitor.send(`${at}/update`, choice)

    expect(form.text).toContain('Promotion code (optional)')
    expect(text).toContain('Discount -€95.50 Charged now €94.50')
    const changed = await counter.subscription(subscription.id)
    expect(changed.discounts).toHaveLength(2)
    expect(await counter.latestInvoice(changed)).toMatchObject({ status: 'paid', total: 9_450 })
    expect((await counter.stripe.promotionCodes.retrieve(code.id)).times_redeemed).toBe(1)
  })

  it('shows what the prorations of the change then cost', async () => {
    await issue(half)
    const at = await counter.changing(subscription, {
      products: counter.offers({ enabled: true }),
      proration_behavior: 'always_invoice',
    })
    await counter.advance(10 * DAY)
    const choice = { price: counter.pro.id, quantity: '3', promotion_code: 'SPRING' }

    const { html, text } = await counter.visitor.open(`${at}/confirm?${new URLSearchParams(choice)}`)
    const [, shownAt = ''] = /name="proration_date" value="(\d+)"/.exec(html) ?? []
    await counter.visitor.send(`${at}/update`, { ...choice, proration_date: shownAt })

    const invoice = await counter.latestInvoice(await counter.subscription(subscription.id))
    expect(text).toContain(`Charged now €${(invoice.amount_paid / 100).toFixed(2)}`)
  })

  it('alone is a change of the plan that the customer has', async () => {
    await issue(half)
    const at = await counter.changing(subscription)

    await counter.visitor.send(`${at}/update`, { price: counter.pro.id, promotion_code: 'SPRING' })

    const next = await counter.stripe.invoices.createPreview({ subscription: subscription.id })
    expect([next.subtotal, next.total]).toEqual([1_900, 950])
  })

  it('goes with a change that waits for the end of the period', async () => {
    subscription = await counter.sell(counter.team)
    await issue(half)
    const at = await counter.changing(subscription, {
      schedule_at_period_end: { conditions: [{ type: 'decreasing_item_amount' }] },
    })
    const choice = { price: counter.pro.id, promotion_code: 'SPRING' }

    const { text } = await counter.visitor.open(`${at}/confirm?${new URLSearchParams(choice)}`)
    await counter.visitor.send(`${at}/update`, choice)

    expect(text).toContain('Discount -€9.50 First invoice, 1 April 2027 €9.50')
    expect((await counter.subscription(subscription.id)).discounts).toEqual([])
    await counter.sandbox.advance({ to: (subscription.items.data[0]?.current_period_end ?? 0) + HOUR })
    const smaller = await counter.subscription(subscription.id)
    expect(await counter.latestInvoice(smaller)).toMatchObject({ total: 950 })
  })

  it('that has run out by the day of the change takes nothing off', async () => {
    subscription = await counter.sell(counter.team)
    const code = await issue(half)
    const at = await counter.changing(subscription, {
      schedule_at_period_end: { conditions: [{ type: 'decreasing_item_amount' }] },
    })
    await counter.visitor.send(`${at}/update`, { price: counter.pro.id, promotion_code: 'SPRING' })
    await counter.stripe.promotionCodes.update(code.id, { active: false })

    await counter.sandbox.advance({ to: (subscription.items.data[0]?.current_period_end ?? 0) + HOUR })

    const smaller = await counter.subscription(subscription.id)
    expect(await counter.latestInvoice(smaller)).toMatchObject({ total: 1_900 })
  })

  it.each([
    ['that does not exist', {}, {}, 'WINTER', 'This code is invalid.'],
    ['for a first purchase', {}, { first_time_transaction: true }, 'SPRING', 'for a first purchase only'],
    [
      'for a larger order',
      {},
      { minimum_amount: 5_000, minimum_amount_currency: 'eur' },
      'SPRING',
      'The order is too small for this promotion code.',
    ],
    ['whose coupon is over', { redeem_by: NOON + DAY }, {}, 'SPRING', 'cannot be redeemed'],
    ['of another currency', { currency: 'usd' }, {}, 'SPRING', 'This code is for another currency.'],
  ] as const)(
    '%s is refused beside its field, and nothing changes',
    async (_, coupon, restrictions, code, sentence) => {
      const terms = 'currency' in coupon ? { amount_off: 500, duration: 'once' as const } : half
      await issue({ ...terms, ...coupon }, { restrictions })
      await counter.advance(2 * DAY)
      const at = await counter.changing(subscription)
      const choice = { price: counter.team.id, promotion_code: code }

      const shown = await counter.visitor.open(`${at}/confirm?${new URLSearchParams(choice)}`)
      const sent = await counter.visitor.send(`${at}/update`, choice)

      expect([shown.status, sent.status]).toEqual([422, 422])
      expect(shown.text).toContain(sentence)
      expect(shown.html).toMatch(new RegExp(`value="${code}"\\s+aria-invalid="true"`))
      expect(shown.html).toContain(`value="${counter.team.id}" checked`)
      const unchanged = await counter.subscription(subscription.id)
      expect(unchanged).toMatchObject({ discounts: [], items: { data: [{ price: { id: counter.pro.id } }] } })
    },
  )

  it('is refused for a plan that it is not for, and a second time', async () => {
    await issue({ ...half, applies_to: { products: [String(counter.team.product)] } })
    const at = await counter.changing(subscription)
    const send = (price: string) =>
      counter.visitor.sendAndFollow(`${at}/update`, { price, promotion_code: 'SPRING' })

    expect((await send(counter.yearly.id)).text).toContain('This code is for another plan.')
    expect((await send(counter.team.id)).text).toContain('The plan is changed.')
    expect((await send(counter.team.id)).text).toContain('This discount is yours already.')
  })

  it('is neither asked for nor redeemed where the configuration does not allow it', async () => {
    const code = await issue(half)
    const at = await counter.changing(subscription, { default_allowed_updates: ['price'] })

    const { html } = await counter.visitor.open(`${at}/update`)
    await counter.visitor.send(`${at}/update`, { price: counter.team.id, promotion_code: 'SPRING' })

    expect(html).not.toContain('promotion_code')
    expect((await counter.stripe.promotionCodes.retrieve(code.id)).times_redeemed).toBe(0)
  })

  it('of a flow to confirm is in the preview and in the change', async () => {
    const code = await issue(half)
    const at = await counter.changing(
      subscription,
      { proration_behavior: 'none' },
      {
        type: 'subscription_update_confirm',
        subscription_update_confirm: {
          subscription: subscription.id,
          items: [{ id: String(subscription.items.data[0]?.id), price: counter.team.id }],
          discounts: [{ promotion_code: code.id }],
        },
      },
    )

    const { text } = await counter.visitor.open(`${at}/confirm`)
    await counter.visitor.send(`${at}/update`)

    expect(text).toContain('Discount -€24.50 Next invoice')
    const next = await counter.stripe.invoices.createPreview({ subscription: subscription.id })
    expect(next.total).toBe(2_450)
  })
})
