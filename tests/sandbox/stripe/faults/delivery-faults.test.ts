import Stripe from 'stripe'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { GivenFault } from '#src/sandbox/stripe/faults/language.ts'
import { openShop, type Shop } from '../shop.ts'
import { openEndpoint, type RecordingEndpoint } from './endpoint.ts'

const HOUR = 3600
const DAY = 24 * HOUR
const SECRET = 'whsec_of_the_endpoint'
const START = Date.UTC(2027, 0, 15) / 1000

let endpoint: RecordingEndpoint
let shop: Shop

beforeEach(async () => {
  endpoint = await openEndpoint()
  shop = await openShop({
    frozenAt: START,
    webhook: { url: `${endpoint.url}/hook`, secret: SECRET, events: ['customer.created'] },
  })
})
afterEach(async () => {
  await shop.sandbox.close()
  await endpoint.close()
})

async function under(fault: GivenFault, customers = 1): Promise<void> {
  shop.sandbox.addFault(fault)
  for (let number = 1; number <= customers; number += 1) {
    await shop.stripe.customers.create({ name: String(number) })
  }
  await shop.sandbox.settle()
}

const names = () => endpoint.received.map(({ event }) => event.data.object.name)
const attempts = () => shop.sandbox.attempts(shop.event('customer.created').id)

describe('an event under the fault', () => {
  it('duplicate comes several times at once, each signed', async () => {
    await under({ kind: 'duplicate', copies: 3 })

    expect(new Set(endpoint.received.map(({ event }) => event.id)).size).toBe(1)
    expect(endpoint.received).toHaveLength(4)
    for (const { body, signature } of endpoint.received) {
      expect(Stripe.webhooks.constructEvent(body, signature, SECRET).type).toBe('customer.created')
    }
    expect(shop.event('customer.created').pending_webhooks).toBe(0)
  })

  it('duplicate, apart, comes again days later', async () => {
    await under({ kind: 'duplicate', copies: 2, apart_seconds: 2 * DAY })
    expect(endpoint.received).toHaveLength(1)
    await shop.sandbox.advance({ seconds: 5 * DAY })

    expect(attempts().map(({ at, copy }) => [copy, at - START])).toEqual([
      [0, 0],
      [1, 2 * DAY],
      [2, 4 * DAY],
    ])
  })

  it('late comes after so many seconds', async () => {
    await under({ kind: 'late', seconds: { min: HOUR, max: 2 * HOUR } })
    expect(endpoint.received).toHaveLength(0)
    await shop.sandbox.advance({ seconds: 2 * HOUR })

    const [attempt] = attempts()
    expect((attempt?.at ?? 0) - START).toBeGreaterThanOrEqual(HOUR)
    expect(endpoint.received).toHaveLength(1)
  })

  it('drop is seen by the endpoint at its third try only', async () => {
    await under({ kind: 'drop', until_try: 3 })
    await shop.sandbox.advance({ seconds: DAY })

    expect(attempts().map(({ outcome }) => outcome)).toEqual(['failed', 'failed', 'succeeded'])
    expect(endpoint.received).toHaveLength(1)
  })

  it('cut is worked on by the endpoint and tried again all the same', async () => {
    await under({ kind: 'cut' })
    expect(attempts()).toMatchObject([{ status: null, outcome: 'failed', faults: ['cut'] }])
    await shop.sandbox.advance({ seconds: DAY })

    expect(attempts().map(({ outcome }) => outcome)).toEqual(['failed', 'succeeded'])
    expect(endpoint.received).toHaveLength(2)
  })

  it('second_endpoint comes to another address too, signed with its own secret', async () => {
    await under({ kind: 'second_endpoint', url: `${endpoint.url}/twin`, secret: 'whsec_of_the_twin' })

    const bySecret = endpoint.received.map(({ path, body, signature }) => {
      const secret = path === '/twin' ? 'whsec_of_the_twin' : SECRET
      return [path, Stripe.webhooks.constructEvent(body, signature, secret).type]
    })
    expect(bySecret.toSorted()).toEqual([
      ['/hook', 'customer.created'],
      ['/twin', 'customer.created'],
    ])
  })

  it('older_version comes in that shape', async () => {
    await under({ kind: 'older_version', api_version: '2024-06-20' })

    expect(endpoint.received[0]?.event.api_version).toBe('2024-06-20')
    expect(attempts()).toMatchObject([{ api_version: '2024-06-20' }])
  })

  it('reorder comes within a window in another order, and none is missing', async () => {
    await under({ kind: 'reorder', window: 6 }, 6)

    expect(names()).not.toEqual(['1', '2', '3', '4', '5', '6'])
    expect(names().toSorted()).toEqual(['1', '2', '3', '4', '5', '6'])
  })

  it('reorder comes after its time even where the window is never full', async () => {
    await under({ kind: 'reorder', window: 50, within_seconds: 90 }, 3)
    expect(endpoint.received).toEqual([])
    await shop.sandbox.advance({ seconds: 90 })

    expect(names().toSorted()).toEqual(['1', '2', '3'])
  })

  it('burst comes with everything else of the last hour, at once', async () => {
    await under({ kind: 'burst' }, 2)
    await shop.sandbox.advance({ seconds: HOUR / 2 })
    await shop.stripe.customers.create({ name: '3' })
    await shop.sandbox.advance({ seconds: HOUR / 2 - 1 })
    expect(endpoint.received).toEqual([])
    await shop.sandbox.advance({ seconds: 1 })

    expect(names().toSorted()).toEqual(['1', '2', '3'])
  })
})

describe('a fault', () => {
  it('strikes the types and the endpoint that it names, and no other', async () => {
    shop.sandbox.addFault({ kind: 'duplicate', events: ['invoice.*'] })
    await under({ kind: 'duplicate', endpoint: 'http://127.0.0.1:1/' })

    expect(endpoint.received).toHaveLength(1)
  })

  it('is spent after so many times', async () => {
    await under({ kind: 'duplicate', times: 2 }, 4)

    expect(endpoint.received).toHaveLength(6)
  })

  it('with a rate strikes that share', async () => {
    await under({ kind: 'duplicate', rate: 0.5 }, 60)

    expect(endpoint.received.length).toBeGreaterThan(75)
    expect(endpoint.received.length).toBeLessThan(105)
  })

  it('that is taken away lets go of what it held back', async () => {
    await under({ kind: 'reorder', window: 50 }, 3)
    shop.sandbox.clearFaults()
    await shop.sandbox.settle()

    expect(names()).toEqual(['1', '2', '3'])
  })

  it('adds to the others that fit', async () => {
    shop.sandbox.addFault({ kind: 'duplicate', copies: 1 })
    await under({ kind: 'drop', until_try: 2 })
    expect(endpoint.received).toEqual([])
    await shop.sandbox.advance({ seconds: DAY })

    expect(endpoint.received).toHaveLength(2)
    expect(attempts().at(-1)?.faults).toEqual(['duplicate', 'drop'])
  })
})
