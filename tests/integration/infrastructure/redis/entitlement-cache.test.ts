import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { BREAKER_FAILURES } from '#src/infrastructure/redis/redis-breaker.ts'
import { type BillingStack, startBillingStack, type TestUser } from '#tests/support/billing-stack.ts'
import { deliver, purchasePro } from '#tests/support/webhook-delivery.ts'

let stack: BillingStack
let user: TestUser

beforeAll(async () => {
  stack = await startBillingStack({ engine: 'auto' })
  user = await stack.signUp()
  const purchase = await purchasePro(stack, user)
  await deliver(stack, purchase.body('customer.subscription.created'))
})
afterAll(() => stack.close())

describe('a check of what the webhook wrote', () => {
  it('T039: is a hit in Redis in a process that has never seen the user', async () => {
    stack.supabase.clearLog()

    const entitlements = await stack.anotherProcess().checkEntitlements.execute(user.id)

    expect(entitlements).toMatchObject({ layer: 'redis', userId: user.id })
    expect(entitlements.features).toEqual(['projects', 'insights', 'export', 'api'])
    expect(stack.supabase.rpcCount()).toBe(0)
  })

  it('I6: is seen at once in the process that took the webhook', async () => {
    stack.upstash.clearLog()

    const entitlements = await stack.billing.checkEntitlements.execute(user.id)

    expect(entitlements).toMatchObject({ layer: 'memory' })
    expect(entitlements.features).toContain('insights')
    expect(stack.upstash.requestCount()).toBe(0)
  })

  it('F17, T040: falls back to Postgres where Redis has lost it, and writes it back', async () => {
    await stack.upstash.evictAll()

    await expect(stack.anotherProcess().checkEntitlements.execute(user.id)).resolves.toMatchObject({
      layer: 'postgres',
    })
    await expect(stack.anotherProcess().checkEntitlements.execute(user.id)).resolves.toMatchObject({
      layer: 'redis',
    })
  })

  it('F27: a cancellation is in Redis at once, over the access that stood there', async () => {
    const leaver = await stack.signUp()
    const bought = await purchasePro(stack, leaver)
    await deliver(stack, bought.body('customer.subscription.created'))
    const at = Math.floor(Date.now() / 1000) + 1
    const cancelled = bought.variant(
      'customer.subscription.created',
      { id: 'evt_cancelled1', type: 'customer.subscription.deleted', created: at },
      { status: 'canceled', ended_at: at },
    )

    await deliver(stack, cancelled)

    await expect(stack.anotherProcess().checkEntitlements.execute(leaver.id)).resolves.toMatchObject({
      layer: 'redis',
      features: ['projects'],
      active: [],
    })
  })

  it('answers the same from every layer', async () => {
    await stack.upstash.evictAll()
    const process = stack.anotherProcess()
    const answers = [
      await process.checkEntitlements.execute(user.id),
      await stack.anotherProcess().checkEntitlements.execute(user.id),
      await process.checkEntitlements.execute(user.id),
    ]

    const [fromPostgres, fromRedis, fromMemory] = answers.map(({ asOf: _, layer: __, ...what }) => what)
    expect(answers.map(({ layer }) => layer)).toEqual(['postgres', 'redis', 'memory'])
    expect(fromRedis).toEqual(fromPostgres)
    expect(fromMemory).toEqual(fromPostgres)
  })

  it('of somebody who bought nothing opens the free plan alone', async () => {
    const other = await stack.signUp()

    const entitlements = await stack.billing.checkEntitlements.execute(other.id)

    expect(entitlements).toMatchObject({ features: ['projects'], active: [], held: [] })
  })
})

describe('Redis is away', () => {
  afterEach(() => stack.upstash.faults.clear())

  it('F66: every check is right, and a minute has one line about it', async () => {
    const process = stack.anotherProcess()
    stack.logLines.length = 0
    stack.upstash.faults.set({ kind: 'status', status: 401 })

    const others = Array.from({ length: 20 }, () => process.checkEntitlements.execute(randomUUID()))
    const entitlements = await process.checkEntitlements.execute(user.id)
    const layers = (await Promise.all(others)).map(({ layer }) => layer)

    expect(entitlements).toMatchObject({ layer: 'postgres' })
    expect(entitlements.features).toContain('insights')
    expect(layers).toEqual(Array(20).fill('postgres'))
    expect(stack.logLines).toMatchObject([{ msg: 'redis read failed' }])
  })

  it('F67: webhooks that waited for it in vain do not keep the checks from it', async () => {
    const process = stack.anotherProcess()
    stack.upstash.faults.set({ kind: 'status', status: 500, match: 'EXISTS' })
    for (let n = 0; n < BREAKER_FAILURES; n += 1) await process.stripeWebhook.memory.isProcessed('evt_1')

    await expect(process.checkEntitlements.execute(user.id)).resolves.toMatchObject({ layer: 'redis' })
  })
})
