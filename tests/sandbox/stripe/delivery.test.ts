import Stripe from 'stripe'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type LoopbackServer, listenOnLoopback } from '#src/sandbox/http/loopback.ts'
import { openShop, type Shop } from './shop.ts'

const SECRET = 'whsec_of_the_listener'

let listener: LoopbackServer
let received: { body: string; signature: string }[]
let answers: number[]
let silent: boolean
let shop: Shop
let webhook: { url: string; secret: string; events: string[] }

const HOUR = 3600
const DAY = 24 * HOUR

beforeAll(async () => {
  listener = await listenOnLoopback(async (request) => {
    received.push({ body: await request.text(), signature: request.headers.get('stripe-signature') ?? '' })
    if (silent) await new Promise(() => undefined)
    const status = answers.shift() ?? 200
    return new Response(null, { status, headers: status === 302 ? { location: '/elsewhere' } : {} })
  })
})
beforeEach(async () => {
  received = []
  answers = []
  silent = false
  webhook = { url: `${listener.url}/hook`, secret: SECRET, events: ['customer.created'] }
  shop = await openShop({
    webhook,
    delivery: { timeoutMs: 500 },
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

  it.each([500, 404, 302])('that is answered %i is tried three times over some hours', async (status) => {
    answers = [status, status, status]
    const id = await send()
    const tries = () => shop.sandbox.attempts(id)
    expect(tries()).toMatchObject([{ number: 1, status, outcome: 'failed' }])
    await shop.sandbox.advance({ seconds: DAY })

    expect(tries().map(({ outcome }) => outcome)).toEqual(['failed', 'failed', 'failed'])
    expect(tries().map(({ at }) => Math.round((at - (tries()[0]?.at ?? 0)) / HOUR))).toEqual([0, 1, 3])
    expect(tries().at(-1)?.next_try_at).toBeNull()
    expect(received).toHaveLength(3)
  })

  it('in live mode is tried for up to three days', async () => {
    await shop.sandbox.close()
    shop = await openShop({ webhook, delivery: { retries: 'live' } })
    answers = Array.from({ length: 50 }, () => 500)
    const id = await send()
    await shop.sandbox.advance({ seconds: 10 * DAY })

    const tries = shop.sandbox.attempts(id)
    const lastAfter = (tries.at(-1)?.at ?? 0) - (tries[0]?.at ?? 0)
    expect(lastAfter).toBeGreaterThan(2.5 * DAY)
    expect(lastAfter).toBeLessThanOrEqual(3 * DAY)
    const pauses = tries.slice(1).map(({ at }, index) => at - (tries[index]?.at ?? 0))
    expect(pauses).toEqual(pauses.toSorted((a, b) => a - b))
  })

  it('is signed anew for each try', async () => {
    answers = [500]
    await send()
    await shop.sandbox.advance({ seconds: HOUR })

    const stamps = received.map(({ body, signature }) => {
      Stripe.webhooks.constructEvent(body, signature, SECRET)
      return signature
    })
    expect(stamps).toHaveLength(2)
  })

  it('that is not answered in time has failed', async () => {
    silent = true
    const id = await send()

    expect(shop.sandbox.attempts(id)).toMatchObject([{ status: null, error: 'No answer within 500 ms' }])
  })

  it('counts as pending until it is answered 2xx', async () => {
    answers = [500]
    const id = await send()
    const pending = async () => (await shop.stripe.events.retrieve(id)).pending_webhooks
    expect(await pending()).toBe(1)
    await shop.sandbox.advance({ seconds: HOUR })

    expect(await pending()).toBe(0)
  })

  it('that was due while its endpoint was disabled is lost', async () => {
    answers = [500]
    const id = await send()
    const [endpoint] = (await shop.stripe.webhookEndpoints.list()).data
    await shop.stripe.webhookEndpoints.update(endpoint?.id ?? '', { disabled: true })
    await shop.sandbox.advance({ seconds: DAY })
    await shop.stripe.webhookEndpoints.update(endpoint?.id ?? '', { disabled: false })
    await shop.sandbox.advance({ seconds: DAY })

    expect(shop.sandbox.attempts(id)).toHaveLength(1)
  })

  it('of what happens later never overtakes the news of what happened before', async () => {
    await shop.sandbox.close()
    shop = await openShop({ webhook: { ...webhook, events: ['*'] } })
    await shop.subscribe()
    await shop.sandbox.settle()
    received = []
    // The renewal is announced, its invoice created, and the subscription updated: the draft does not wait for that.
    answers = [200, 200, 500]
    await shop.sandbox.advance({ seconds: 62 * DAY })

    const created = received.map(({ body }) => JSON.parse(body).created as number)
    const retried = created.findIndex((at, index) => at < (created[index - 1] ?? 0))
    expect(created[retried]).toBe(created[2])
    expect(created.toSpliced(retried, 1)).toEqual(created.toSpliced(retried, 1).toSorted((a, b) => a - b))
  })

  it('that is answered 2xx in the end is over', async () => {
    answers = [500, 204]
    const id = await send()
    await shop.sandbox.advance({ seconds: DAY })

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
