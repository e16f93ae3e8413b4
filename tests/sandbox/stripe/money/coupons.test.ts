import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openShop, type Shop } from '../shop.ts'

let shop: Shop

beforeAll(async () => {
  shop = await openShop()
})
beforeEach(() => {
  shop.sandbox.reset()
  shop.forget()
})
afterAll(() => shop.sandbox.close())

describe('a coupon', () => {
  it('changes its name and metadata, never what it takes off', async () => {
    const { id } = await shop.stripe.coupons.create({ percent_off: 25, duration: 'forever' })
    await expect(
      shop.stripe.coupons.update(id, { name: 'Summer', metadata: { a: 'b' } }),
    ).resolves.toMatchObject({ name: 'Summer', percent_off: 25 })

    expect(shop.event('coupon.updated').data.previous_attributes).toMatchObject({ name: null })
    await expect(shop.stripe.coupons.update(id, { percent_off: 50 } as never)).rejects.toMatchObject({
      code: 'parameter_unknown',
    })
  })

  it('shows its products and its other currencies only where they are expanded', async () => {
    const { id: product } = await shop.stripe.products.create({ name: 'Book' })
    const asked = ['applies_to', 'currency_options']
    const { id, ...plain } = await shop.stripe.coupons.create({
      amount_off: 300,
      currency: 'eur',
      applies_to: { products: [product] },
      currency_options: { usd: { amount_off: 400 } },
    })
    await shop.stripe.coupons.update(id, { currency_options: { chf: { amount_off: 350 } } })

    for (const key of asked) {
      expect(plain).not.toHaveProperty(key)
      expect(shop.event('coupon.created').data.object).not.toHaveProperty(key)
    }
    expect(await shop.stripe.coupons.retrieve(id, { expand: asked })).toMatchObject({
      applies_to: { products: [product] },
      currency_options: { eur: { amount_off: 300 }, usd: { amount_off: 400 }, chf: { amount_off: 350 } },
    })
    const listed = await shop.stripe.coupons.list({ expand: ['data.applies_to'] })
    expect(listed.data.find((each) => each.id === id)?.applies_to).toEqual({ products: [product] })
  })

  it('for all products, by percent, has nothing to expand; one of its id that was deleted leaves it nothing', async () => {
    const { id: product } = await shop.stripe.products.create({ name: 'Book' })
    const { id } = await shop.stripe.coupons.create({ percent_off: 10, applies_to: { products: [product] } })
    await shop.stripe.coupons.del(id)

    const anew = await shop.stripe.coupons.create({
      id,
      percent_off: 10,
      expand: ['applies_to', 'currency_options'],
    })

    expect(anew).not.toHaveProperty('applies_to')
    expect(anew).not.toHaveProperty('currency_options')
  })

  it('that is deleted goes on reducing what it reduces, and nothing new', async () => {
    const { id } = await shop.stripe.coupons.create({ percent_off: 50, duration: 'forever' })
    const session = await shop.checkout('tollgate_pro_monthly_v1', { discounts: [{ coupon: id }] })
    const { session: paid } = shop.sandbox.pay(session.id)
    await expect(shop.stripe.coupons.del(id)).resolves.toMatchObject({ deleted: true })

    await shop.sandbox.advance({ to_next_renewal: true })
    await shop.sandbox.advance({ seconds: 3_601 })
    const invoices = await shop.stripe.invoices.list({ subscription: String(paid.subscription) })
    expect(invoices.data.map(({ amount_paid }) => amount_paid)).toEqual([950, 950])
    await expect(
      shop.checkout('tollgate_pro_monthly_v1', { discounts: [{ coupon: id }] }),
    ).rejects.toMatchObject({ code: 'resource_missing' })
    await expect(shop.stripe.coupons.retrieve(id)).rejects.toMatchObject({ statusCode: 404 })
  })
})

describe('a promotion code', () => {
  const codeFor = async (more: object) => {
    const { id: coupon } = await shop.stripe.coupons.create({ percent_off: 10 })
    return shop.stripe.promotionCodes.create({ promotion: { type: 'coupon', coupon }, ...more })
  }
  const checkoutWith = (id: string, more: object = {}) =>
    shop.checkout('tollgate_lifetime_v1', { mode: 'payment', discounts: [{ promotion_code: id }], ...more })

  it('takes ten percent off', async () => {
    const { id } = await codeFor({ code: 'TEN' })

    await expect(checkoutWith(id)).resolves.toMatchObject({
      amount_subtotal: 49_000,
      amount_total: 44_100,
      total_details: { amount_discount: 4_900 },
    })
  })

  it('for a least amount refuses what is below it', async () => {
    const tooMuch = await codeFor({
      restrictions: { minimum_amount: 49_001, minimum_amount_currency: 'eur' },
    })
    const enough = await codeFor({ restrictions: { minimum_amount: 49_000, minimum_amount_currency: 'eur' } })

    await expect(checkoutWith(tooMuch.id)).rejects.toMatchObject({ statusCode: 400 })
    await expect(checkoutWith(enough.id)).resolves.toMatchObject({ amount_total: 44_100 })
  })

  it('for a first purchase refuses whoever has paid before', async () => {
    const { id } = await codeFor({ restrictions: { first_time_transaction: true } })
    const { id: customer } = await shop.stripe.customers.create({ email: 'ada@example.test' })
    const first = await checkoutWith(id, { customer })
    shop.sandbox.pay(first.id)

    await expect(checkoutWith(id, { customer })).rejects.toMatchObject({ statusCode: 400 })
  })

  it('is the only active one of its spelling, and can be switched off', async () => {
    const { id } = await codeFor({ code: 'Once' })
    await expect(codeFor({ code: 'ONCE' })).rejects.toMatchObject({ statusCode: 400, param: 'code' })
    await shop.stripe.promotionCodes.update(id, { active: false })

    await expect(codeFor({ code: 'ONCE' })).resolves.toMatchObject({ active: true })
    await expect(checkoutWith(id)).rejects.toMatchObject({ statusCode: 400 })
    expect(shop.event('promotion_code.updated').data.previous_attributes).toEqual({ active: true })
  })
})
