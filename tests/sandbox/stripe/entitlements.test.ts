import type Stripe from 'stripe'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openShop, type Shop } from './shop.ts'

let shop: Shop
let product: string

beforeAll(async () => {
  shop = await openShop()
  const { data } = await shop.stripe.prices.list({ lookup_keys: ['tollgate_pro_monthly_v1'] })
  product = String(data[0]?.product)
})
afterAll(() => shop.sandbox.close())

const newFeature = (key: string) =>
  shop.stripe.entitlements.features.create({ lookup_key: key, name: key.toUpperCase() })
const attach = (feature: string) =>
  shop.stripe.products.createFeature(product, { entitlement_feature: feature })
const keysOf = async (customer: string) =>
  (await shop.stripe.entitlements.activeEntitlements.list({ customer })).data.map((each) => each.lookup_key)

describe('a feature', () => {
  it('has a lookup key that no other has, until it is archived for good', async () => {
    const first = await newFeature('unique')
    await expect(newFeature('unique')).rejects.toMatchObject({ statusCode: 400, param: 'lookup_key' })

    await shop.stripe.entitlements.features.update(first.id, { active: false })
    await expect(newFeature('unique')).resolves.toMatchObject({ active: true })
    await expect(shop.stripe.entitlements.features.update(first.id, { active: true })).rejects.toMatchObject({
      param: 'active',
    })
    const archived = await shop.stripe.entitlements.features.list({ archived: true })
    expect(archived.data.map(({ id }) => id)).toEqual([first.id])
  })

  it('is attached to a product once, and only while it is in use', async () => {
    const feature = await newFeature('attached')
    const attached = await attach(feature.id)

    expect(attached).toMatchObject({ object: 'product_feature', entitlement_feature: { id: feature.id } })
    await expect(attach(feature.id)).rejects.toMatchObject({ statusCode: 400 })
    expect((await shop.stripe.products.listFeatures(product)).data).toEqual([attached])
    expect(await shop.stripe.products.deleteFeature(product, attached.id)).toMatchObject({ deleted: true })
    await expect(shop.stripe.products.retrieveFeature(product, attached.id)).rejects.toMatchObject({
      statusCode: 404,
    })
  })
})

describe('the entitlements of a customer', () => {
  it('follow the subscription, and a summary tells of each change', async () => {
    const attached = await attach((await newFeature('exports')).id)
    shop.forget()
    const subscription = await shop.subscribe()
    const customer = String(subscription.customer)

    expect(await keysOf(customer)).toEqual(['exports'])
    const { data } = shop.event('entitlements.active_entitlement_summary.updated')
    const summary = data.object as Stripe.Entitlements.ActiveEntitlementSummary
    expect(summary).not.toHaveProperty('id')
    expect(summary).toMatchObject({ customer, entitlements: { data: [{ lookup_key: 'exports' }] } })
    expect(data.previous_attributes).toEqual({ entitlements: { data: [] } })
    const types = shop.eventTypes()
    expect(types.indexOf('customer.subscription.created')).toBeLessThan(
      types.indexOf('entitlements.active_entitlement_summary.updated'),
    )

    await shop.stripe.subscriptions.cancel(subscription.id)
    expect(await keysOf(customer)).toEqual([])
    expect(
      shop.eventTypes().filter((type) => type === 'entitlements.active_entitlement_summary.updated'),
    ).toHaveLength(2)
    await shop.stripe.products.deleteFeature(product, attached.id)
  })

  it('take up a feature that was attached meanwhile from the next period on', async () => {
    const subscription = await shop.subscribe()
    const customer = String(subscription.customer)
    const attached = await attach((await newFeature('later')).id)

    expect(await keysOf(customer)).toEqual([])
    await shop.sandbox.advance({ to_next_renewal: true })
    expect(await keysOf(customer)).toEqual(['later'])
    await shop.stripe.products.deleteFeature(product, attached.id)
  })

  it('more than ten are a page in the summary and all in the list', async () => {
    for (let n = 0; n < 11; n += 1) await attach((await newFeature(`many_${n}`)).id)
    const subscription = await shop.subscribe()

    const { object } = shop.event('entitlements.active_entitlement_summary.updated').data
    expect(object).toMatchObject({ entitlements: { has_more: true } })
    const all = await shop.stripe.entitlements.activeEntitlements
      .list({ customer: String(subscription.customer), limit: 4 })
      .autoPagingToArray({ limit: 100 })
    expect(new Set(all.map(({ id }) => id)).size).toBe(11)
  })
})
