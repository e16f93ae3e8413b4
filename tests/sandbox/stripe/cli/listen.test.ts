import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import Stripe from 'stripe'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import { openEndpoint, type RecordingEndpoint } from '../faults/endpoint.ts'
import { openShop, type Shop } from '../shop.ts'
import { StripeCli, textOf } from './stripe-cli.ts'

const PATIENCE = { timeout: 25_000, interval: 20 }

let shop: Shop
let endpoint: RecordingEndpoint
let cli: StripeCli
let running: ChildProcess[]

beforeEach(async () => {
  shop = await openShop()
  endpoint = await openEndpoint()
  cli = new StripeCli(shop.sandbox)
  running = []
})
afterEach(async () => {
  for (const child of running) child.kill('SIGKILL')
  await shop.sandbox.close()
  await endpoint.close()
})

/** Starts `stripe listen` and waits until it is ready. */
async function listen(
  args: string[],
  events = ['--all-snapshot'],
): Promise<{ output: () => string; secret: string }> {
  const child = cli.start('listen', '--skip-update', '--no-wss', ...events, ...args)
  running.push(child)
  const output = textOf(child)
  await vi.waitUntil(() => output().includes('Ready!'), PATIENCE)
  const secret = /whsec_\w+/.exec(output())?.[0] ?? ''
  return { output, secret }
}

it('stripe listen forwards every event, signed with the secret that it shows', async () => {
  const { output, secret } = await listen(['--forward-to', `${endpoint.url}/hook`])
  const customer = await shop.stripe.customers.create({ name: 'Zoë' })
  await vi.waitUntil(() => output().includes('[200]'), PATIENCE)

  const [delivery] = endpoint.received
  const event = Stripe.webhooks.constructEvent(delivery?.body ?? '', delivery?.signature ?? '', secret)
  expect(event).toMatchObject({
    type: 'customer.created',
    data: { object: { id: customer.id, name: 'Zoë' } },
  })
  expect(endpoint.received).toHaveLength(1)
  expect(output()).toContain('customer.created')
})

it('what the app answered comes back to the sandbox as an attempt', async () => {
  await listen(['--forward-to', endpoint.url])
  endpoint.answers = [418]
  await shop.stripe.customers.create()
  await vi.waitUntil(() => shop.sandbox.attempts(shop.event('customer.created').id).length === 1, PATIENCE)

  expect(shop.sandbox.attempts(shop.event('customer.created').id)).toMatchObject([
    { status: 418, outcome: 'failed', url: expect.stringContaining(endpoint.url), next_try_at: null },
  ])
})

it('stripe listen --events forwards those alone', async () => {
  await listen(['--forward-to', endpoint.url], ['--events', 'product.created'])
  await shop.stripe.customers.create()
  await shop.stripe.products.create({ name: 'a product' })
  await vi.waitUntil(() => endpoint.received.length > 0, PATIENCE)

  expect(endpoint.received.map(({ event }) => event.type)).toEqual(['product.created'])
})

it('stripe events resend sends an event to it again', async () => {
  await listen(['--forward-to', endpoint.url])
  await shop.stripe.customers.create()
  await vi.waitUntil(() => endpoint.received.length === 1, PATIENCE)
  const { code } = await cli.run('events', 'resend', shop.event('customer.created').id)
  await vi.waitUntil(() => endpoint.received.length === 2, PATIENCE)

  expect(code).toBe(0)
  expect(endpoint.received[1]?.event.id).toBe(endpoint.received[0]?.event.id)
})

it('stripe events resend --webhook-endpoint sends it to that endpoint', async () => {
  const registered = await shop.stripe.webhookEndpoints.create({ url: endpoint.url, enabled_events: ['*'] })
  const other = await shop.stripe.webhookEndpoints.create({
    url: `${endpoint.url}/other`,
    enabled_events: ['*'],
  })
  await shop.stripe.customers.create()
  await shop.sandbox.settle()
  endpoint.forget()
  const { id } = shop.event('customer.created')
  const { code } = await cli.run('events', 'resend', id, '--webhook-endpoint', other.id)
  await vi.waitUntil(() => endpoint.received.length === 1, PATIENCE)

  expect(code).toBe(0)
  expect(registered.id).not.toBe(other.id)
  expect(endpoint.received.map(({ path }) => path)).toEqual(['/other'])
})

it('stripe listen --print-secret prints the secret that stays the same', async () => {
  const first = await cli.run('listen', '--print-secret')
  const again = await cli.run('listen', '--print-secret')

  expect(first.output.trim()).toMatch(/^whsec_\w+$/)
  expect(again.output).toBe(first.output)
})

it('a socket of no session is refused with the words at which the command line opens a new one', async () => {
  const socket = new WebSocket(`${shop.sandbox.url.replace('http', 'ws')}/v1/stripecli/socket`, {
    headers: { 'Websocket-Id': 'cliws_none' },
  })
  const [, response] = await once(socket, 'unexpected-response')
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk)

  expect(response.statusCode).toBe(404)
  expect(JSON.parse(Buffer.concat(chunks).toString())).toEqual({
    error: { message: 'Unknown WebSocket ID.' },
  })
})
