import Stripe from 'stripe'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { catalogue } from '#src/features/billing/domain/catalogue/catalogue.ts'
import { createStripeClient } from '#src/infrastructure/config/clients.ts'
import { createStripeSandbox } from '#src/sandbox/stripe/server.ts'
import { openShop, type Shop } from './shop.ts'

let shop: Shop

beforeAll(async () => {
  shop = await openShop()
})
afterAll(() => shop.sandbox.close())

const raw = (path: string, init: RequestInit & { key?: string } = {}) =>
  fetch(`${shop.sandbox.url}${path}`, {
    ...init,
    headers: {
      authorization: `Bearer ${init.key ?? shop.sandbox.secretKey}`,
      'content-type': 'application/x-www-form-urlencoded',
      ...init.headers,
    },
  })

describe('errors, as the SDK raises them', () => {
  it('an id that does not exist', async () => {
    const error = await shop.stripe.customers.retrieve('cus_missing').catch((reason: unknown) => reason)

    expect(error).toBeInstanceOf(Stripe.errors.StripeInvalidRequestError)
    expect(error).toMatchObject({ statusCode: 404, code: 'resource_missing', param: 'id' })
  })

  it('a parameter that is missing, one that is unknown, and one of the wrong kind', async () => {
    const create = (parameters: object) => shop.stripe.checkout.sessions.create(parameters as never)

    await expect(create({ mode: 'payment', success_url: 'http://127.0.0.1/' })).rejects.toMatchObject({
      statusCode: 400,
    })
    await expect(shop.stripe.customers.create({ colour: 'red' } as never)).rejects.toMatchObject({
      statusCode: 400,
      code: 'parameter_unknown',
      param: 'colour',
    })
    await expect(shop.stripe.customers.list({ limit: 101 })).rejects.toMatchObject({
      statusCode: 400,
      param: 'limit',
    })
  })

  it('payment_method_types, which this API version has no more', async () => {
    await expect(
      shop.checkout('tollgate_pro_monthly_v1', { payment_method_types: ['card'] } as never),
    ).rejects.toMatchObject({ statusCode: 400, param: 'payment_method_types' })
  })

  it('a key that is none', async () => {
    const response = await raw('/v1/customers', { key: 'pk_test_x' })

    expect(response.status).toBe(401)
    expect(await response.json()).toMatchObject({ error: { type: 'invalid_request_error' } })
  })

  it('a path that does not exist has the body of an error, so that nobody takes it for an object', async () => {
    const response = await raw('/v1/unicorns')

    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({ error: { type: 'invalid_request_error' } })
  })

  it('metadata beyond its bounds', async () => {
    await expect(shop.stripe.customers.create({ metadata: { ['k'.repeat(41)]: 'v' } })).rejects.toMatchObject(
      { statusCode: 400 },
    )
    await expect(shop.stripe.customers.create({ metadata: { k: 'v'.repeat(501) } })).rejects.toMatchObject({
      statusCode: 400,
    })
  })
})

describe('idempotency keys', () => {
  it('the same key and parameters give the same answer, marked as replayed', async () => {
    const options = { idempotencyKey: 'same' }
    const first = await shop.stripe.customers.create({ name: 'one' }, options)
    const second = await shop.stripe.customers.create({ name: 'one' }, options)

    expect(second.id).toBe(first.id)
    expect(second.lastResponse.headers['idempotent-replayed']).toBe('true')
  })

  it('the same key with other parameters is refused', async () => {
    await shop.stripe.customers.create({ name: 'one' }, { idempotencyKey: 'other' })

    await expect(
      shop.stripe.customers.create({ name: 'two' }, { idempotencyKey: 'other' }),
    ).rejects.toBeInstanceOf(Stripe.errors.StripeIdempotencyError)
  })

  it('a failed validation is not kept', async () => {
    const options = { idempotencyKey: 'validation' }
    await expect(shop.stripe.customers.create({ colour: 'red' } as never, options)).rejects.toThrow()

    await expect(shop.stripe.customers.create({ name: 'one' }, options)).resolves.toMatchObject({
      name: 'one',
    })
  })

  it('an error after it began is kept', async () => {
    const options = { idempotencyKey: 'began' }
    shop.sandbox.addFault({ kind: 'error_after_effect', route: '/v1/customers', method: 'POST', times: 1 })
    await expect(shop.stripe.customers.create({ name: 'one' }, options)).rejects.toMatchObject({
      statusCode: 500,
    })

    await expect(shop.stripe.customers.create({ name: 'one' }, options)).rejects.toMatchObject({
      statusCode: 500,
    })
  })

  it('longer than 255 characters is refused', async () => {
    await expect(shop.stripe.customers.create({}, { idempotencyKey: 'k'.repeat(256) })).rejects.toMatchObject(
      { statusCode: 400 },
    )
  })
})

describe('lists', () => {
  it('F12: 101 customers are 101, page after page, in both directions', async () => {
    const fresh = await openShop()
    for (let n = 0; n < 101; n += 1) await fresh.stripe.customers.create({ name: `customer ${n}` })

    const all = await fresh.stripe.customers.list({ limit: 20 }).autoPagingToArray({ limit: 1_000 })
    const newest = await fresh.stripe.customers.list({ limit: 3 })
    const back = await fresh.stripe.customers.list({ limit: 3, ending_before: newest.data[2]?.id ?? '' })

    expect(new Set(all.map(({ id }) => id)).size).toBe(101)
    expect(newest.has_more).toBe(true)
    expect(back.data.map(({ id }) => id)).toEqual(newest.data.slice(0, 2).map(({ id }) => id))
    await fresh.sandbox.close()
  })

  it('the seed has a price for each lookup key of the catalogue', async () => {
    const prices = await shop.stripe.prices.list({ limit: 100 })

    const wanted = Object.values(catalogue.plans).flatMap((plan) =>
      plan.prices.map(({ lookupKey }) => lookupKey),
    )
    expect(prices.data.map(({ lookup_key }) => lookup_key).toSorted()).toEqual(wanted.toSorted())
  })

  it('expand gives the object in place of its id', async () => {
    const subscription = await shop.subscribe()
    const expanded = await shop.stripe.subscriptions.retrieve(subscription.id, {
      expand: ['customer', 'latest_invoice'],
    })

    expect(expanded.customer).toMatchObject({ object: 'customer' })
    expect(expanded.latest_invoice).toMatchObject({ object: 'invoice', status: 'paid' })
  })
})

describe('where it runs', () => {
  it('refuses a live key and an address that others can reach', async () => {
    await expect(createStripeSandbox({ secretKey: 'sk_live_x' })).rejects.toThrow('test keys only')
    await expect(createStripeSandbox({ host: '0.0.0.0' })).rejects.toThrow('loopback')
  })

  it('steps over a port that is taken', async () => {
    const second = await createStripeSandbox({ port: shop.sandbox.port })

    expect(second.port).toBeGreaterThan(shop.sandbox.port)
    await second.close()
  })

  it('an SDK that is slow to be answered gives up at its deadline', async () => {
    const impatient = createStripeClient(
      { secretKey: shop.sandbox.secretKey, apiBase: shop.sandbox.url, livemode: false, webhookSecrets: [] },
      { deadlineMs: 100, retriesMax: 0 },
    )
    shop.sandbox.addFault({ kind: 'delay', delay_ms: 30_000, route: '/v1/products', times: 1 })

    await expect(impatient.products.list()).rejects.toBeInstanceOf(Stripe.errors.StripeConnectionError)
  })
})
