import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { StripeEventMemory } from '#src/features/billing/infrastructure/stripe/StripeEventMemory.ts'
import { StripeIdempotencyStore } from '#src/features/billing/infrastructure/stripe/StripeIdempotencyStore.ts'
import { createLog } from '#src/infrastructure/observability/log.ts'
import { entitlementsKey, processedEventKey } from '#src/infrastructure/redis/keys.ts'
import { createRedisBreaker } from '#src/infrastructure/redis/redis-breaker.ts'
import { createUpstashSandbox, type UpstashSandbox } from '#src/sandbox/upstash/server.ts'
import { openCache } from '#tests/support/cache-under-test.ts'
import { nothing, proUntil } from '#tests/support/entitlements.ts'

const USER = '00000000-0000-4000-8000-000000000001'

let upstash: UpstashSandbox

beforeAll(async () => {
  upstash = await createUpstashSandbox({ engine: 'memory' })
})
beforeEach(() => upstash.reset())
afterAll(() => upstash.close())

function open() {
  const opened = openCache(upstash)
  const { cache, redis } = opened
  const breaker = createRedisBreaker()
  const log = createLog({ write: () => undefined })
  const processed = new StripeIdempotencyStore({ redis, breaker, log })
  return { ...opened, memory: new StripeEventMemory({ redis, breaker, processed, cache }) }
}

const namesAndKeys = () =>
  upstash.requests().map(({ commands }) =>
    // EVAL carries its script first, and how many keys there are.
    commands.map(([name, ...rest]) => [name, name === 'eval' ? rest[2] : rest[0]]),
  )

describe('what an event did', () => {
  it('is remembered in one round trip, the entitlements before the mark', async () => {
    const { memory } = open()

    await memory.remember('evt_1', proUntil(USER, null))

    expect(namesAndKeys()).toEqual([
      [
        ['eval', entitlementsKey(USER)],
        ['set', processedEventKey('evt_1')],
      ],
    ])
    await expect(memory.isProcessed('evt_1')).resolves.toBe(true)
  })

  it('to nobody is its mark alone', async () => {
    await open().memory.remember('evt_1', null)

    expect(namesAndKeys()).toEqual([[['set', processedEventKey('evt_1')]]])
  })

  it('to nobody and not for good is no round trip, nor a failure', async () => {
    await open().memory.remember(null, null)

    expect(namesAndKeys()).toEqual([])
  })

  it('without being done for good marks nothing', async () => {
    const { memory } = open()

    await memory.remember(null, proUntil(USER, null))

    expect(namesAndKeys()).toEqual([[['eval', entitlementsKey(USER)]]])
  })

  it('is marked although Redis knows something newer of the user, which stays', async () => {
    const { anotherProcess, memory } = open()
    await anotherProcess().set(proUntil(USER, null, 2))

    await memory.remember('evt_older', nothing(USER, 1))

    await expect(memory.isProcessed('evt_older')).resolves.toBe(true)
    await expect(anotherProcess().get(USER)).resolves.toEqual({
      layer: 'redis',
      entitlements: proUntil(USER, null, 2),
    })
  })
})

describe('Redis does not take it', () => {
  it.each([
    { kind: 'down' },
    { kind: 'status', status: 429 },
    { kind: 'html' },
    { kind: 'error_after_effect' },
  ] as const)(
    'F91: under $kind the failure has a type, and nothing of the user is in its message',
    async (fault) => {
      const { memory } = open()
      upstash.faults.set(fault)

      await expect(memory.remember('evt_1', proUntil(USER, null))).rejects.toMatchObject({
        name: 'BillingError',
        code: 'cache_unavailable',
        retryable: true,
        message: expect.not.stringMatching(/evt_1|sub_1|pro/),
      })
    },
  )

  it('this process knows all the same', async () => {
    const { cache, memory } = open()
    upstash.faults.set({ kind: 'down' })

    await expect(memory.remember('evt_1', proUntil(USER, null))).rejects.toThrow()

    await expect(cache.get(USER)).resolves.toMatchObject({ layer: 'memory' })
  })
})
