import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Stripe from 'stripe'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type LoopbackServer, listenOnLoopback } from '#src/sandbox/http/loopback.ts'
import { restoreState, snapshotOf } from '#src/sandbox/stripe/persistence/snapshot.ts'
import { State } from '#src/sandbox/stripe/state.ts'
import { openShop, type Shop } from './shop.ts'

const HOUR = 3600
const MAIN = fileURLToPath(new URL('../../../src/sandbox/main.ts', import.meta.url))

let folder: string
let stateFile: string
let shop: Shop
let listener: LoopbackServer
let received: string[]
let status: number

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sandbox-state-'))
  stateFile = join(folder, 'stripe.json')
  received = []
  status = 200
  listener = await listenOnLoopback(async (request) => {
    received.push(JSON.parse(await request.text()).id)
    return new Response(null, { status })
  })
  shop = await openShop({ stateFile, webhook: { url: listener.url } })
})
afterEach(async () => {
  await shop.sandbox.close()
  await listener.close()
})

async function restart(): Promise<void> {
  await shop.sandbox.close()
  shop = await openShop({ stateFile, webhook: { url: listener.url } })
}

it('after a restart everything is as it was: objects, plan, time, keys and secrets', async () => {
  const subscription = await shop.subscribe()
  await shop.sandbox.advance({ seconds: 40 * 24 * HOUR })
  const before = snapshotOf(shop.sandbox.state)
  const { secretKey, webhookSecret } = shop.sandbox
  await restart()

  expect(snapshotOf(shop.sandbox.state)).toEqual(before)
  expect(shop.sandbox).toMatchObject({ secretKey, webhookSecret })
  expect(shop.sandbox.clock.offsetMs).toBe(40 * 24 * HOUR * 1000)
  shop.forget()
  await shop.sandbox.advance({ to_next_renewal: true })
  expect(shop.eventTypes()).toContain('customer.subscription.updated')
  expect(shop.event('customer.subscription.updated').data.object).toMatchObject({ id: subscription.id })
})

it('an answer under an idempotency key stands after a restart', async () => {
  const create = () => shop.stripe.customers.create({ name: 'once' }, { idempotencyKey: 'one' })
  const first = await create()
  await restart()

  expect((await create()).id).toBe(first.id)
})

it('a delivery that was to be tried again is tried again after a restart', async () => {
  status = 500
  await shop.stripe.customers.create({ name: 'later' })
  await shop.sandbox.settle()
  await restart()
  received = []
  status = 200
  await shop.sandbox.advance({ seconds: HOUR })

  expect(received).toContain(shop.event('customer.created').id)
  expect(shop.event('customer.created').pending_webhooks).toBe(0)
})

it('a delivery that was held back is made after a restart, and stays held back until then', async () => {
  shop.sandbox.pauseDelivery()
  await shop.stripe.customers.create({ name: 'held' })
  await restart()
  await shop.sandbox.settle()
  expect(received).toEqual([])
  shop.sandbox.resumeDelivery()
  await shop.sandbox.settle()

  expect(received).toContain(shop.event('customer.created').id)
})

it('every field of the state survives, of whatever kind', () => {
  const state = new State()
  for (const part of Object.values(state)) {
    if ('add' in part) part.add({ id: 'one', nested: { text: 'Zoë', none: null } })
    else part.set('key', [{ number: 1 }])
  }
  const restored = new State()
  restoreState(restored, JSON.parse(JSON.stringify(snapshotOf(state))))

  expect(restored).toEqual(state)
  expect(Object.values(snapshotOf(restored)).every((members) => members.length === 1)).toBe(true)
})

it('a field that would not survive is refused by name', () => {
  const state = Object.assign(new State(), { counter: 1 })

  expect(() => snapshotOf(state)).toThrow('The field "counter" of the state is neither')
})

it('reset begins anew, in the file too', async () => {
  const customer = await shop.stripe.customers.create()
  shop.sandbox.reset()
  await restart()

  await expect(shop.stripe.customers.retrieve(customer.id)).rejects.toMatchObject({ statusCode: 404 })
  expect((await shop.stripe.prices.list()).data.length).toBeGreaterThan(0)
})

it.each(['', 'no JSON', '{"format":99}'])(
  'a file that says %j is refused and left as it is',
  async (text) => {
    const other = join(folder, 'other.json')
    writeFileSync(other, text)

    await expect(openShop({ stateFile: other })).rejects.toThrow('This is no state of the Stripe sandbox')
  },
)

it('what was answered survives a process that is killed in the middle of its work', async () => {
  const file = join(folder, 'killed.json')
  const answered: string[] = []
  for (let round = 0; round < 3; round += 1) {
    const child = fork(MAIN, ['stripe', '--port-base', '0', '--state', file], { silent: true })
    const stripe = await clientOf(child)
    const writers = Array.from({ length: 8 }, async () => {
      for (;;) answered.push((await stripe.customers.create()).id)
    })
    const ended = Promise.allSettled(writers)
    const enough = answered.length + 20
    while (answered.length < enough) await new Promise((resolve) => setTimeout(resolve, 5))
    child.kill('SIGKILL')
    await Promise.all([ended, once(child, 'exit')])
  }
  const { sandbox } = await openShop({ stateFile: file })

  expect(answered.filter((id) => sandbox.state.customers.get(id) === undefined)).toEqual([])
  expect(readdirSync(folder).filter((name) => name.startsWith('killed'))).toContain('killed.json')
  await sandbox.close()
}, 60_000)

async function clientOf(child: ChildProcess): Promise<Stripe> {
  const [{ environment }] = (await once(child, 'message')) as [{ environment: Record<string, string> }]
  const { hostname, port } = new URL(environment.STRIPE_API_BASE ?? '')
  return new Stripe(environment.STRIPE_SECRET_KEY ?? '', {
    host: hostname,
    port,
    protocol: 'http',
    maxNetworkRetries: 0,
  })
}
