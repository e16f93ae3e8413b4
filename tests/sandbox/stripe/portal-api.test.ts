import type Stripe from 'stripe'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openShop, type Shop } from './shop.ts'

let shop: Shop
let subscription: Stripe.Subscription
let customer: string
let pro: Stripe.Price
let team: Stripe.Price

beforeAll(async () => {
  shop = await openShop()
  subscription = await shop.subscribe()
  customer = String(subscription.customer)
  const recurring = await shop.stripe.prices.list({ type: 'recurring', limit: 100 })
  pro = subscription.items.data[0]?.price as Stripe.Price
  team = recurring.data.find((price) => price.product !== pro.product) as Stripe.Price
})
afterAll(() => shop.sandbox.close())

const updates = (
  prices: readonly Stripe.Price[],
): Stripe.BillingPortal.ConfigurationCreateParams.Features.SubscriptionUpdate => ({
  enabled: true,
  default_allowed_updates: ['price', 'quantity'],
  products: prices.map((price) => ({ product: String(price.product), prices: [price.id] })),
})

const configure = (features: Stripe.BillingPortal.ConfigurationCreateParams.Features) =>
  shop.stripe.billingPortal.configurations.create({ features })

const openFlow = (
  configuration: Stripe.BillingPortal.Configuration,
  flow: Stripe.BillingPortal.SessionCreateParams.FlowData,
) =>
  shop.stripe.billingPortal.sessions.create({
    customer,
    configuration: configuration.id,
    flow_data: flow,
  })

describe('a portal configuration', () => {
  it('has every feature off that it does not mention', async () => {
    const { features } = await configure({ invoice_history: { enabled: true } })

    expect(Object.entries(features).filter(([, feature]) => feature.enabled)).toEqual([
      ['invoice_history', { enabled: true }],
    ])
  })

  it('keeps the products that may be changed to, and needs them where updates are on', async () => {
    const { features } = await configure({ subscription_update: updates([pro, team]) })

    expect(features.subscription_update.products).toEqual([
      {
        product: pro.product,
        prices: [pro.id],
        adjustable_quantity: { enabled: false, maximum: null, minimum: 1 },
      },
      {
        product: team.product,
        prices: [team.id],
        adjustable_quantity: { enabled: false, maximum: null, minimum: 1 },
      },
    ])
    await expect(configure({ subscription_update: { enabled: true } })).rejects.toMatchObject({
      statusCode: 400,
      param: 'features[subscription_update][products]',
    })
  })

  it('refuses a price under a product that is not its own', async () => {
    const wrong = {
      ...updates([]),
      products: [{ product: String(pro.product), prices: [team.id] }],
    }

    await expect(configure({ subscription_update: wrong })).rejects.toMatchObject({
      statusCode: 400,
      param: 'features[subscription_update][products][0][prices][0]',
    })
  })

  it('changes only what an update names, and says so in its event', async () => {
    const made = await configure({ invoice_history: { enabled: true } })

    const changed = await shop.stripe.billingPortal.configurations.update(made.id, {
      name: 'Short',
      features: { subscription_cancel: { enabled: true, mode: 'immediately' } },
    })

    expect(changed.features.invoice_history.enabled).toBe(true)
    expect(changed.features.subscription_cancel).toMatchObject({ enabled: true, mode: 'immediately' })
    expect(shop.event('billing_portal.configuration.updated').data).toMatchObject({
      object: { id: made.id, name: 'Short' },
      previous_attributes: { name: null },
    })
  })

  it('that is not active opens no session', async () => {
    const made = await configure({ invoice_history: { enabled: true } })
    await shop.stripe.billingPortal.configurations.update(made.id, { active: false })

    await expect(
      shop.stripe.billingPortal.sessions.create({ customer, configuration: made.id }),
    ).rejects.toMatchObject({ statusCode: 400, param: 'configuration' })
  })
})

describe('a flow of a portal session', () => {
  it('to cancel names the subscription and what comes after', async () => {
    const configuration = await configure({ subscription_cancel: { enabled: true } })

    const { flow } = await openFlow(configuration, {
      type: 'subscription_cancel',
      subscription_cancel: { subscription: subscription.id },
      after_completion: { type: 'redirect', redirect: { return_url: 'http://127.0.0.1/bye' } },
    })

    expect(flow).toMatchObject({
      type: 'subscription_cancel',
      subscription_cancel: { subscription: subscription.id, retention: null },
      subscription_update: null,
      after_completion: {
        type: 'redirect',
        redirect: { return_url: 'http://127.0.0.1/bye' },
        hosted_confirmation: null,
      },
    })
  })

  it('to confirm an update takes a price of the configuration only', async () => {
    const configuration = await configure({ subscription_update: updates([pro]) })
    const item = { id: String(subscription.items.data[0]?.id), price: team.id, quantity: 1 }

    await expect(
      openFlow(configuration, {
        type: 'subscription_update_confirm',
        subscription_update_confirm: { subscription: subscription.id, items: [item] },
      }),
    ).rejects.toMatchObject({
      statusCode: 400,
      param: 'flow_data[subscription_update_confirm][items][0][price]',
    })
  })

  it('is refused where the configuration has its feature off', async () => {
    const configuration = await configure({ invoice_history: { enabled: true } })

    await expect(openFlow(configuration, { type: 'payment_method_update' })).rejects.toMatchObject({
      statusCode: 400,
      param: 'flow_data[type]',
    })
  })

  it("is refused for another customer's subscription, as if it did not exist", async () => {
    const configuration = await configure({ subscription_cancel: { enabled: true } })
    const foreign = await shop.subscribe()

    await expect(
      openFlow(configuration, {
        type: 'subscription_cancel',
        subscription_cancel: { subscription: foreign.id },
      }),
    ).rejects.toMatchObject({ statusCode: 400, code: 'resource_missing' })
  })
})
