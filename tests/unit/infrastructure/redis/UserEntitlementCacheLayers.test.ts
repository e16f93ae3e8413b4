import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { MEMORY_FRESH_MS } from '#src/infrastructure/redis/EntitlementMemory.ts'
import {
  CACHE_TTL_MS,
  NEGATIVE_CACHE_TTL_MS,
  STATS_LOG_EVERY,
  TTL_JITTER,
} from '#src/infrastructure/redis/index.ts'
import { entitlementsKey } from '#src/infrastructure/redis/keys.ts'
import { createUpstashSandbox, type UpstashSandbox } from '#src/sandbox/upstash/server.ts'
import { openCache, START } from '#tests/support/cache-under-test.ts'
import { proUntil } from '#tests/support/entitlements.ts'

const USER = '00000000-0000-4000-8000-000000000001'
const HOUR_MS = 3_600_000

let upstash: UpstashSandbox

beforeAll(async () => {
  upstash = await createUpstashSandbox({ engine: 'memory' })
})
beforeEach(() => upstash.reset())
afterAll(() => upstash.close())

describe('what Redis holds', () => {
  it.each([
    ['text', 'not json'],
    ['an unknown format', JSON.stringify({ format: 2, epoch: 1, counter: 0, sources: [] })],
    [
      'a plan that this code does not know',
      JSON.stringify({ format: 1, epoch: 1, counter: 0, valid_until: null, sources: [{ plan: 'x' }] }),
    ],
  ])('F49: %s is a miss, and is replaced', async (_, value) => {
    const { cache, redis } = openCache(upstash)
    await redis.set(entitlementsKey(USER), value)

    await expect(cache.get(USER)).resolves.toMatchObject({ layer: 'postgres' })
    expect(await redis.get(entitlementsKey(USER))).not.toBe(value)
  })

  it('F44: is kept for the cache TTL at the longest', async () => {
    const { cache, redis } = openCache(upstash)
    await cache.set(proUntil(USER, START + 24 * HOUR_MS))

    const ttl = await redis.pttl(entitlementsKey(USER))
    expect(ttl).toBeLessThanOrEqual(CACHE_TTL_MS)
    expect(ttl).toBeGreaterThan(CACHE_TTL_MS - 10_000)
  })

  it('is not forgotten together with all that was cached at the same time', async () => {
    const { cache, redis } = openCache(upstash, { random: () => 1 })
    await cache.set(proUntil(USER, null))

    const ttl = await redis.pttl(entitlementsKey(USER))
    expect(ttl).toBeLessThanOrEqual(CACHE_TTL_MS * (1 - TTL_JITTER))
    expect(ttl).toBeGreaterThan(CACHE_TTL_MS * (1 - TTL_JITTER) - 10_000)
  })

  it('I5: is not used from its nearest expiry on, although Redis still has it', async () => {
    const { anotherProcess, clock, database } = openCache(upstash)
    await anotherProcess().set(proUntil(USER, START + 60_000))
    database.holds.set(USER, proUntil(USER, START + 90_000, 2))

    clock.ms = START + 59_999
    await expect(anotherProcess().get(USER)).resolves.toMatchObject({ layer: 'redis' })
    clock.ms = START + 60_000
    await expect(anotherProcess().get(USER)).resolves.toEqual({
      layer: 'postgres',
      entitlements: proUntil(USER, START + 90_000, 2),
    })
  })

  it('F28: is kept until the nearest expiry where that is sooner', async () => {
    const { cache, redis } = openCache(upstash)
    await cache.set(proUntil(USER, START + 60_000))

    expect(await redis.pttl(entitlementsKey(USER))).toBeLessThanOrEqual(60_000)
  })

  it('is kept briefly for who has nothing', async () => {
    const { cache, redis } = openCache(upstash)
    await cache.get(USER)

    const ttl = await redis.pttl(entitlementsKey(USER))
    expect(ttl).toBeLessThanOrEqual(NEGATIVE_CACHE_TTL_MS)
    expect(ttl).toBeGreaterThan(0)
  })

  it('F18: that a user has nothing is overwritten by their purchase', async () => {
    const { anotherProcess, cache } = openCache(upstash)
    await anotherProcess().get(USER)

    await cache.set(proUntil(USER, null, 1))

    await expect(anotherProcess().get(USER)).resolves.toMatchObject({
      layer: 'redis',
      entitlements: proUntil(USER, null, 1),
    })
  })
})

describe('the memory of a process', () => {
  it('answers for two seconds without asking anybody, and not a millisecond longer', async () => {
    const { cache, clock } = openCache(upstash)
    await cache.get(USER)
    upstash.clearLog()

    clock.ms = START + MEMORY_FRESH_MS - 1
    await expect(cache.get(USER)).resolves.toMatchObject({ layer: 'memory' })
    expect(upstash.requestCount()).toBe(0)
    clock.ms = START + MEMORY_FRESH_MS
    await expect(cache.get(USER)).resolves.toMatchObject({ layer: 'redis' })
  })

  it('I5: does not answer from its nearest expiry on, however young it is: a renewal is seen at once', async () => {
    const { cache, clock, database } = openCache(upstash)
    await cache.set(proUntil(USER, START + 1_000))
    database.holds.set(USER, proUntil(USER, START + HOUR_MS, 2))

    clock.ms = START + 999
    await expect(cache.get(USER)).resolves.toMatchObject({ layer: 'memory' })
    clock.ms = START + 1_000
    await expect(cache.get(USER)).resolves.toEqual({
      layer: 'postgres',
      entitlements: proUntil(USER, START + HOUR_MS, 2),
    })
  })

  it.each(['redis', 'postgres'] as const)(
    'I6: is as old as the question that it answers: a slow answer of %s is not fresh for longer',
    async (layer) => {
      const { anotherProcess, cache, clock, database } = openCache(upstash)
      database.holds.set(USER, proUntil(USER, null))
      if (layer === 'redis') await anotherProcess().get(USER)
      const gate = Promise.withResolvers<void>()
      database.gate = gate.promise
      upstash.faults.set({ kind: 'slow', delayMs: 200, match: 'GET' })
      const slow = cache.get(USER)
      clock.ms = START + MEMORY_FRESH_MS - 1
      gate.resolve()
      await expect(slow).resolves.toMatchObject({ layer })
      upstash.faults.clear()

      clock.ms = START + MEMORY_FRESH_MS
      await expect(cache.get(USER)).resolves.toMatchObject({ layer: 'redis' })
    },
  )

  it('I6: is not younger for a write to Redis that had to be tried again', async () => {
    const { cache, clock } = openCache(upstash)
    upstash.faults.set({ kind: 'down' })
    await expect(cache.set(proUntil(USER, null))).rejects.toThrow()
    upstash.faults.clear()
    clock.ms = START + MEMORY_FRESH_MS - 1
    await cache.set(proUntil(USER, null))

    clock.ms = START + MEMORY_FRESH_MS
    await expect(cache.get(USER)).resolves.toMatchObject({ layer: 'redis' })
  })

  it('does not look younger when the clock is set back', async () => {
    const { cache, clock } = openCache(upstash)
    await cache.get(USER)
    clock.ms = START - 1

    await expect(cache.get(USER)).resolves.toMatchObject({ layer: 'redis' })
  })

  it('is bounded: the users who were not asked for are forgotten', async () => {
    const { cache } = openCache(upstash, { usersMax: 2 })
    await cache.get('first')
    await cache.get('second')
    await cache.get('third')

    await expect(cache.get('third')).resolves.toMatchObject({ layer: 'memory' })
    await expect(cache.get('first')).resolves.toMatchObject({ layer: 'redis' })
  })
})

describe('the counters', () => {
  it('tell hits and misses of each layer', async () => {
    const { cache, clock, database } = openCache(upstash)
    await cache.get(USER)
    await cache.get(USER)
    clock.ms += MEMORY_FRESH_MS
    await cache.get(USER)
    await upstash.evictAll()
    clock.ms += MEMORY_FRESH_MS
    database.error = new Error('down')
    await cache.get(USER)

    expect(cache.stats()).toEqual({
      memory: { hits: 1, misses: 3 },
      redis: { hits: 1, misses: 2 },
      postgres: { hits: 1, misses: 1 },
      last_known: { hits: 1, misses: 0 },
    })
  })

  it('are logged every so many checks', async () => {
    const { cache, lines } = openCache(upstash)
    for (let check = 0; check < STATS_LOG_EVERY; check += 1) await cache.get(USER)

    expect(lines).toEqual([expect.objectContaining({ msg: 'entitlement cache', layers: cache.stats() })])
  })
})
