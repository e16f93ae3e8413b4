import Stripe from 'stripe'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { refusesOtherSites } from '../other-sites.ts'
import { openShop, type Shop } from './shop.ts'

let shop: Shop

beforeAll(async () => {
  shop = await openShop()
})
afterAll(() => shop.sandbox.close())

const call = (path: string, init: RequestInit = {}) =>
  fetch(`${shop.sandbox.url}${path}`, {
    ...init,
    headers: {
      authorization: `Bearer ${shop.sandbox.secretKey}`,
      'content-type': 'application/x-www-form-urlencoded',
      ...init.headers,
    },
  })
const post = (path: string, body: string) => call(path, { method: 'POST', body })

refusesOtherSites(() => shop.sandbox.url)

it('a page of another site cannot ask the API either, with whatever key', async () => {
  const response = await call('/v1/customers', {
    method: 'POST',
    headers: { origin: 'https://elsewhere.example' },
  })

  expect(response.status).toBe(403)
  expect(await response.json()).toMatchObject({ error: { type: 'invalid_request_error' } })
})

describe('parameters', () => {
  it.each([
    'preferred_locales[]=de&preferred_locales[]=en',
    'preferred_locales[0]=de&preferred_locales[1]=en',
    'preferred_locales[1]=en&preferred_locales[0]=de',
  ])('%s is a list of two', async (body) => {
    expect(await (await post('/v1/customers', body)).json()).toMatchObject({
      preferred_locales: ['de', 'en'],
    })
  })

  it('the hashes of a list may come without numbers', async () => {
    const { data } = await shop.stripe.prices.list({ lookup_keys: ['tollgate_lifetime_v1'] })
    const line = `line_items[][price]=${data[0]?.id}&line_items[][quantity]=1`
    const response = await post(
      '/v1/checkout/sessions',
      `mode=payment&success_url=http://127.0.0.1/&${line}&${line}`,
    )

    expect(await response.json()).toMatchObject({ amount_total: 98_000 })
  })

  it.each(['name[=x', 'name=x&name[a]=y', `${'a'.repeat(9)}${'[b]'.repeat(11)}=1`])(
    '%s is refused',
    async (body) => {
      const response = await post('/v1/customers', body)

      expect(response.status).toBe(400)
      expect(await response.json()).toMatchObject({ error: { type: 'invalid_request_error' } })
    },
  )

  it('a body that is too large has the body of an error as well', async () => {
    const response = await post('/v1/customers', `description=${'x'.repeat(1_100_000)}`)

    expect(response.status).toBe(413)
    expect(await response.json()).toMatchObject({ error: { type: 'invalid_request_error' } })
  })
})

describe('an error', () => {
  it('says what it is, where it is documented, and where its request is logged', async () => {
    const response = await call('/v1/customers/cus_missing')
    const { error } = (await response.json()) as { error: Record<string, unknown> }

    expect(response.headers.get('request-id')).toMatch(/^req_/)
    expect(error).toEqual({
      type: 'invalid_request_error',
      code: 'resource_missing',
      param: 'id',
      message: "No such customer: 'cus_missing'",
      doc_url: 'https://stripe.com/docs/error-codes/resource-missing',
      request_log_url: `${shop.sandbox.url}/dashboard/requests?id=${response.headers.get('request-id')}`,
    })
  })

  it.each([
    ['PUT', '/v1/customers'],
    ['GET', '/v1/customers/cus_1/unicorns'],
    ['POST', '/v2/core/events'],
    ['GET', '/elsewhere'],
  ])('%s %s is unknown, and answered with the body of one', async (method, path) => {
    const response = await call(path, { method })

    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({ error: { type: 'invalid_request_error' } })
  })
})

describe('the limit of requests', () => {
  it('is off, and once set refuses with 429 what comes too fast', async () => {
    const set = (requestsPerSecond: number | null) =>
      fetch(`${shop.sandbox.url}/_sandbox/limits`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ requests_per_second: requestsPerSecond }),
      })
    await set(0)
    const error = await shop.stripe.customers.list().catch((reason: unknown) => reason)
    await set(null)

    expect(error).toBeInstanceOf(Stripe.errors.StripeRateLimitError)
    expect(error).toMatchObject({ statusCode: 429, code: 'rate_limit' })
    await expect(shop.stripe.customers.list()).resolves.toMatchObject({ object: 'list' })
  })
})

describe('a request that may be sent again', () => {
  it('is told so while the first under its key is in flight', async () => {
    shop.sandbox.addFault({ kind: 'delay', delay_ms: 300, route: '/v1/customers', times: 1 })
    const options = { idempotencyKey: 'in flight' }
    const first = shop.stripe.customers.create({}, options)
    const second = await shop.stripe.customers.create({}, options).catch((reason: unknown) => reason)

    expect(second).toMatchObject({ statusCode: 409, headers: { 'stripe-should-retry': 'true' } })
    await first
  })

  it('is told not to where its key keeps an error', async () => {
    shop.sandbox.addFault({ kind: 'error_after_effect', route: '/v1/customers', method: 'POST', times: 1 })
    const options = { idempotencyKey: 'kept' }
    await expect(shop.stripe.customers.create({}, options)).rejects.toMatchObject({ statusCode: 500 })

    await expect(shop.stripe.customers.create({}, options)).rejects.toMatchObject({
      statusCode: 500,
      headers: { 'stripe-should-retry': 'false', 'idempotent-replayed': 'true' },
    })
  })

  it('has a key that is free again after 24 hours', async () => {
    const options = { idempotencyKey: 'of yesterday' }
    const first = await shop.stripe.customers.create({ name: 'one' }, options)
    await shop.sandbox.advance({ seconds: 24 * 3600 })

    const second = await shop.stripe.customers.create({ name: 'two' }, options)
    expect(second.id).not.toBe(first.id)
  })
})

describe('expanding', () => {
  it('goes through lists, four levels deep and no deeper', async () => {
    await shop.subscribe()
    const { data } = await shop.stripe.subscriptions.list({ expand: ['data.latest_invoice.payments.data'] })

    expect(data[0]).toHaveProperty('latest_invoice.payments.data.0.object', 'invoice_payment')
    await expect(
      shop.stripe.subscriptions.list({ expand: ['data.latest_invoice.payments.data.payment'] }),
    ).rejects.toMatchObject({ param: 'expand' })
    await expect(shop.stripe.customers.list({ expand: ['data.colour'] })).rejects.toMatchObject({
      param: 'expand',
    })
  })
})

describe('a list', () => {
  it('is filtered by moments, and refuses two cursors', async () => {
    const now = shop.sandbox.account.now
    const [cursor = ''] = (await shop.stripe.customers.list({ limit: 1 })).data.map(({ id }) => id)

    expect((await shop.stripe.customers.list({ created: { gt: now } })).data).toEqual([])
    expect((await shop.stripe.customers.list({ created: { gte: 1, lte: now } })).data.length).toBeGreaterThan(
      0,
    )
    await expect(
      shop.stripe.customers.list({ starting_after: cursor, ending_before: cursor }),
    ).rejects.toMatchObject({ statusCode: 400 })
    await expect(shop.stripe.customers.list({ starting_after: 'cus_missing' })).rejects.toMatchObject({
      param: 'starting_after',
    })
  })

  it('of events takes several types', async () => {
    const { data } = await shop.stripe.events.list({ types: ['customer.created', 'invoice.paid'] })

    expect(new Set(data.map(({ type }) => type))).toEqual(new Set(['customer.created', 'invoice.paid']))
  })
})

describe('metadata', () => {
  it('is merged, unset by an empty text, and emptied as a whole', async () => {
    const { id } = await shop.stripe.customers.create({ metadata: { a: '1', b: '2' } })
    const merged = await shop.stripe.customers.update(id, { metadata: { b: '', c: '3' } })
    expect(merged.metadata).toEqual({ a: '1', c: '3' })

    const emptied = await shop.stripe.customers.update(id, { metadata: '' })
    expect(emptied.metadata).toEqual({})
  })

  it('has at most 50 keys', async () => {
    const keys = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, n) => [`k${n}`, 'v']))

    await expect(shop.stripe.customers.create({ metadata: keys(50) })).resolves.toMatchObject({
      metadata: keys(50),
    })
    await expect(shop.stripe.customers.create({ metadata: keys(51) })).rejects.toMatchObject({
      statusCode: 400,
    })
  })
})
