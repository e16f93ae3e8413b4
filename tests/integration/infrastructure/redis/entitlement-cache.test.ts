import { afterAll, beforeAll, describe, expect, it } from 'vitest'
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

  it('T040: falls back to Postgres where Redis has lost it, and writes it back', async () => {
    await stack.upstash.evictAll()

    await expect(stack.anotherProcess().checkEntitlements.execute(user.id)).resolves.toMatchObject({
      layer: 'postgres',
    })
    await expect(stack.anotherProcess().checkEntitlements.execute(user.id)).resolves.toMatchObject({
      layer: 'redis',
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
