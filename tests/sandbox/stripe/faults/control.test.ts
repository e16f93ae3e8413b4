import Stripe from 'stripe'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openShop, type Shop } from '../shop.ts'
import { openEndpoint, type RecordingEndpoint } from './endpoint.ts'

const SECRET = 'whsec_of_the_endpoint'

let endpoint: RecordingEndpoint
let shop: Shop

beforeEach(async () => {
  endpoint = await openEndpoint()
  shop = await openShop({ webhook: { url: endpoint.url, secret: SECRET, events: ['customer.created'] } })
})
afterEach(async () => {
  await shop.sandbox.close()
  await endpoint.close()
})

async function ask(method: string, path: string, body?: object): Promise<Record<string, never>> {
  const response = await fetch(`${shop.sandbox.url}/_sandbox${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  })
  return response.json() as Promise<Record<string, never>>
}

async function customers(count: number): Promise<void> {
  for (let number = 0; number < count; number += 1) await shop.stripe.customers.create()
  await shop.sandbox.settle()
}

it('each attempt is listed with its request, its answer and its time, the newest first', async () => {
  endpoint.answers = [200, 503]
  await customers(2)
  const { attempts } = await ask('GET', '/attempts?outcome=failed')

  expect(attempts).toMatchObject([
    {
      event: shop.event('customer.created').id,
      status: 503,
      response_body: '{"received":true}',
      duration_ms: expect.any(Number),
      request: { url: endpoint.url },
    },
  ])
  const [{ request }] = attempts as unknown as [
    { request: { body: string; headers: Record<string, string> } },
  ]
  expect(request.body).toBe(endpoint.received[1]?.body)
  expect(
    Stripe.webhooks.constructEvent(request.body, request.headers['Stripe-Signature'] ?? '', SECRET).id,
  ).toBe(shop.event('customer.created').id)
})

it('a range of events is sent again, oldest first', async () => {
  await customers(3)
  endpoint.forget()
  const answer = await ask('POST', '/events/resend', { types: ['customer.*'], times: 2 })

  expect(answer).toMatchObject({ events: 3 })
  expect(endpoint.received).toHaveLength(6)
  const order = [...shop.sandbox.state.events.values()].map(({ id }) => id)
  const positions = endpoint.received.map(({ event }) => order.indexOf(event.id))
  expect(positions).toEqual(positions.toSorted((a, b) => a - b))
})

it('only what was never delivered can be asked for again', async () => {
  endpoint.answers = [500]
  await customers(2)
  endpoint.forget()
  await ask('POST', '/events/resend', { delivered: false })

  const [first] = [...shop.sandbox.state.events.values()].filter(({ type }) => type === 'customer.created')
  expect(endpoint.received.map(({ event }) => event.id)).toEqual([first?.id])
})

it('faults are set, listed with how often they struck, and taken away one by one', async () => {
  await ask('PUT', '/faults', { seed: 9, faults: [{ kind: 'duplicate' }, { kind: 'delay', delay_ms: 1 }] })
  await customers(1)
  const before = await ask('GET', '/faults')
  expect(before).toMatchObject({
    seed: 9,
    faults: [
      { kind: 'duplicate', copies: 1, struck: 1, left: null },
      { kind: 'delay', struck: 1 },
    ],
  })
  const [{ id }] = before.faults as unknown as [{ id: string }]

  expect(await ask('DELETE', `/faults/${id}`)).toMatchObject({ faults: [{ kind: 'delay' }] })
  expect(await ask('DELETE', '/faults')).toMatchObject({ faults: [] })
})

it('a fault that does not exist is refused with the reason', async () => {
  expect(await ask('POST', '/faults', { kind: 'reorder' })).toMatchObject({
    error: { type: 'invalid_request_error', message: expect.stringContaining('window') },
  })
})

it('the catalogue is filled in where something of it is missing', async () => {
  const before = await shop.stripe.prices.list({ limit: 100 })
  await ask('POST', '/seed', {})
  expect((await shop.stripe.prices.list({ limit: 100 })).data).toHaveLength(before.data.length)
})
