import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Stripe from 'stripe'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { EVENT_TYPES } from '#src/sandbox/stripe/event-types.ts'
import { rollSecret } from '#src/sandbox/stripe/resources/webhook-endpoints.ts'
import { openEndpoint, type RecordingEndpoint } from './faults/endpoint.ts'
import { openShop, type Shop } from './shop.ts'

const MINUTE = 60

let shop: Shop
let endpoint: RecordingEndpoint

beforeEach(async () => {
  shop = await openShop({ seed: false })
  endpoint = await openEndpoint()
})
afterEach(async () => {
  await shop.sandbox.close()
  await endpoint.close()
})

const register = (enabled_events: string[] = ['*']) =>
  shop.stripe.webhookEndpoints.create({ url: endpoint.url, enabled_events: enabled_events as ['*'] })

it('the types of events are those that the SDK declares', () => {
  const sdk = join(import.meta.dirname, '..', '..', '..', 'node_modules', 'stripe')
  const declarations = readFileSync(join(sdk, 'esm', 'resources', 'WebhookEndpoints.d.ts'), 'utf8')
  const [, union = ''] = /type EnabledEvent = ([^;]*);/.exec(declarations) ?? []
  const declared = [...union.matchAll(/'([a-z][^']+)'/g)].map(([, name]) => name)

  expect([...EVENT_TYPES]).toEqual(declared)
})

it('a type of event that there is not is refused by its place', async () => {
  await expect(register(['invoice.paid', 'invoice.payed'])).rejects.toMatchObject({
    param: 'enabled_events[1]',
  })
  const { id } = await register(['invoice.paid'])
  await expect(
    shop.stripe.webhookEndpoints.update(id, { enabled_events: ['invoice'] as never }),
  ).rejects.toMatchObject({ param: 'enabled_events[0]' })
})

it('an account has 16 endpoints at most', async () => {
  for (let made = 0; made < 16; made += 1) await register()
  await expect(register()).rejects.toThrow('maximum of 16')

  const { data } = await shop.stripe.webhookEndpoints.list({ limit: 1 })
  await shop.stripe.webhookEndpoints.del(data[0]?.id ?? '')
  await expect(register()).resolves.toMatchObject({ status: 'enabled' })
})

it('a rolled secret signs on beside the new one until the overlap is over by the sandbox', async () => {
  const { id, secret: old = '' } = await register(['customer.created'])
  const fresh = rollSecret(shop.sandbox.account, id, 10 * MINUTE)
  const signed = async (secret: string) => {
    endpoint.forget()
    await shop.stripe.customers.create()
    await shop.sandbox.settle()
    const [{ body, signature } = { body: '', signature: '' }] = endpoint.received
    return Stripe.webhooks.constructEvent(body, signature, secret).type
  }
  expect(await signed(old)).toBe('customer.created')
  expect(await signed(fresh)).toBe('customer.created')

  await shop.sandbox.advance({ seconds: 10 * MINUTE + 1 })
  expect(await signed(fresh)).toBe('customer.created')
  await expect(signed(old)).rejects.toThrow()
})
