import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type BillingStack, startBillingStack, type TestUser } from '#tests/support/billing-stack.ts'
import { deliver, type Purchase, purchasePro } from '#tests/support/webhook-delivery.ts'

let stack: BillingStack
let user: TestUser
let purchase: Purchase
let endsAt: number

beforeAll(async () => {
  stack = await startBillingStack({ engine: 'auto' })
})
beforeEach(async () => {
  stack.supabase.faults.clear()
  stack.upstash.faults.clear()
  stack.clock.now = realNow
  user = await stack.signUp()
  purchase = await purchasePro(stack, user)
  // Cancelled, so that access ends exactly at a moment, a little ahead.
  endsAt = (Math.floor(Date.now() / 1000) + 1_000) * 1_000
  await deliver(
    stack,
    purchase.variant(
      'customer.subscription.created',
      { id: `evt_${user.id.replaceAll('-', '')}`, type: 'customer.subscription.updated' },
      { cancel_at: endsAt / 1000 },
    ),
  )
})
afterAll(() => stack.close())

const realNow = () => Date.now()
const setClock = (ms: number) => {
  stack.clock.now = () => ms
}

describe('I5, F30: access ends at the millisecond though no event says so, whichever layer answers', () => {
  it('from memory', async () => {
    setClock(endsAt - 1)
    const process = stack.anotherProcess()
    await process.checkEntitlements.execute(user.id)

    const last = await process.checkEntitlements.execute(user.id)
    expect(last).toMatchObject({ layer: 'memory', asOf: endsAt - 1 })
    expect(last.features).toContain('insights')

    setClock(endsAt)
    const ended = await process.checkEntitlements.execute(user.id)
    expect(ended).toMatchObject({ asOf: endsAt, features: ['projects'], active: [] })
  })

  it('from Redis, although the value is still there', async () => {
    setClock(endsAt - 1)
    const last = await stack.anotherProcess().checkEntitlements.execute(user.id)
    expect(last).toMatchObject({ layer: 'redis' })
    expect(last.features).toContain('insights')

    setClock(endsAt)
    const ended = await stack.anotherProcess().checkEntitlements.execute(user.id)
    expect(ended).toMatchObject({ features: ['projects'], active: [] })
  })

  it('from Postgres', async () => {
    await stack.upstash.evictAll()
    setClock(endsAt - 1)
    const last = await stack.anotherProcess().checkEntitlements.execute(user.id)
    expect(last).toMatchObject({ layer: 'postgres' })
    expect(last.features).toContain('insights')

    await stack.upstash.evictAll()
    setClock(endsAt)
    await expect(stack.anotherProcess().checkEntitlements.execute(user.id)).resolves.toMatchObject({
      layer: 'postgres',
      features: ['projects'],
      active: [],
    })
  })

  it('with every backend down, from what was last known', async () => {
    setClock(endsAt - 1)
    const process = stack.anotherProcess()
    expect((await process.checkEntitlements.execute(user.id)).features).toContain('insights')
    stack.supabase.faults.set({ kind: 'down' })
    stack.upstash.faults.set({ kind: 'down' })
    setClock(endsAt)

    await expect(process.checkEntitlements.execute(user.id)).resolves.toMatchObject({
      layer: 'last_known',
      features: ['projects'],
      active: [],
    })
  })
})

describe('T041: an expiry invalidates what is cached', () => {
  it('the next check reads Postgres, and what it finds is cached in its place', async () => {
    setClock(endsAt)
    const first = await stack.anotherProcess().checkEntitlements.execute(user.id)
    const second = await stack.anotherProcess().checkEntitlements.execute(user.id)

    expect([first.layer, second.layer]).toEqual(['postgres', 'redis'])
    expect(second).toMatchObject({ features: ['projects'], active: [] })
  })

  it('a cancellation that was taken back in time ends nothing', async () => {
    await deliver(
      stack,
      purchase.variant('customer.subscription.created', {
        id: `evt_back${user.id.replaceAll('-', '')}`,
        type: 'customer.subscription.updated',
        created: Math.floor(Date.now() / 1000) + 10,
      }),
    )
    setClock(endsAt)

    expect((await stack.anotherProcess().checkEntitlements.execute(user.id)).features).toContain('insights')
  })
})
