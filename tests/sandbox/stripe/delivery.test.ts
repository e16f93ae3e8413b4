import Stripe from 'stripe'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type LoopbackServer, listenOnLoopback } from '#src/sandbox/http/loopback.ts'
import { openShop, type Shop } from './shop.ts'

const SECRET = 'whsec_of_the_listener'

let listener: LoopbackServer
let received: { body: string; signature: string }[]
let answers: number[]
let shop: Shop

beforeAll(async () => {
  listener = await listenOnLoopback(async (request) => {
    received.push({ body: await request.text(), signature: request.headers.get('stripe-signature') ?? '' })
    const status = answers.shift() ?? 200
    return new Response(null, { status, headers: status === 302 ? { location: '/elsewhere' } : {} })
  })
})
beforeEach(async () => {
  received = []
  answers = []
  shop = await openShop({
    webhook: { url: `${listener.url}/hook`, secret: SECRET, events: ['customer.created'] },
    delivery: { retryDelaysMs: [10, 20], timeoutMs: 500 },
  })
})
afterEach(() => shop.sandbox.close())
afterAll(() => listener.close())

async function send(): Promise<string> {
  await shop.stripe.customers.create({ name: 'Zoë' })
  await shop.sandbox.settle()
  return shop.event('customer.created').id
}

describe('a delivery', () => {
  it('is signed so that the SDK accepts it', async () => {
    const id = await send()

    const [delivery] = received
    const event = Stripe.webhooks.constructEvent(delivery?.body ?? '', delivery?.signature ?? '', SECRET)
    expect(event).toMatchObject({ id, type: 'customer.created', data: { object: { name: 'Zoë' } } })
    expect(received).toHaveLength(1)
  })

  it('is of the types that the endpoint asked for, and no other', async () => {
    await shop.stripe.products.create({ name: 'a product' })
    await shop.sandbox.settle()

    expect(received).toEqual([])
  })

  it.each([500, 404, 302])('that is answered %i is tried again, three times in all', async (status) => {
    answers = [status, status, status]
    const id = await send()

    expect(shop.sandbox.attempts(id).map((attempt) => attempt.outcome)).toEqual([
      'failed',
      'failed',
      'failed',
    ])
    expect(received).toHaveLength(3)
  })

  it('that is answered 2xx in the end is over', async () => {
    answers = [500, 204]
    const id = await send()

    expect(shop.sandbox.attempts(id)).toMatchObject([
      { number: 1, status: 500, outcome: 'failed' },
      { number: 2, status: 204, outcome: 'succeeded' },
    ])
  })

  it('can be sent again, several times at once', async () => {
    const id = await send()
    await shop.sandbox.deliver(id, 5)

    expect(received).toHaveLength(6)
    expect(new Set(received.map(({ body }) => JSON.parse(body).id))).toEqual(new Set([id]))
  })

  it('goes to this machine alone', async () => {
    await expect(
      shop.stripe.webhookEndpoints.create({ url: 'https://elsewhere.example/hook', enabled_events: ['*'] }),
    ).rejects.toMatchObject({ statusCode: 400 })
  })
})

describe('an endpoint', () => {
  it('shows its secret once', async () => {
    const created = await shop.stripe.webhookEndpoints.create({
      url: `${listener.url}/second`,
      enabled_events: ['*'],
    })

    expect(created.secret).toMatch(/^whsec_/)
    expect((await shop.stripe.webhookEndpoints.retrieve(created.id)).secret).toBeUndefined()
  })

  it('that is disabled gets nothing', async () => {
    const [endpoint] = (await shop.stripe.webhookEndpoints.list()).data
    await shop.stripe.webhookEndpoints.update(endpoint?.id ?? '', { disabled: true })
    await send()

    expect(received).toEqual([])
  })
})
