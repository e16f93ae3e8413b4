import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { LAST_KNOWN_MS, MEMORY_FRESH_MS } from '#src/infrastructure/redis/EntitlementMemory.ts'
import { CACHE_TTL_MS, NEGATIVE_CACHE_TTL_MS, STATS_LOG_EVERY } from '#src/infrastructure/redis/index.ts'
import { entitlementsKey } from '#src/infrastructure/redis/keys.ts'
import { BREAKER_FAILURES } from '#src/infrastructure/redis/redis-breaker.ts'
import { createUpstashSandbox, type UpstashSandbox } from '#src/sandbox/upstash/server.ts'
import { openCache, START } from '#tests/support/cache-under-test.ts'
import { nothing, proUntil } from '#tests/support/entitlements.ts'

const USER = '00000000-0000-4000-8000-000000000001'
const HOUR_MS = 3_600_000

let upstash: UpstashSandbox

beforeAll(async () => {
  upstash = await createUpstashSandbox({ engine: 'memory' })
})
beforeEach(() => upstash.reset())
afterAll(() => upstash.close())

describe('Redis is not available', () => {
  it.each([
    { kind: 'down' },
    { kind: 'reset' },
    { kind: 'status', status: 401 },
    { kind: 'status', status: 429 },
    { kind: 'html' },
    { kind: 'error_after_effect' },
  ] as const)('F66: under $kind $status Postgres answers', async (fault) => {
    const { cache, database } = openCache(upstash)
    database.holds.set(USER, proUntil(USER, null))
    upstash.faults.set(fault)

    await expect(cache.get(USER)).resolves.toMatchObject({
      layer: 'postgres',
      entitlements: proUntil(USER, null),
    })
  })

  it('F67: a Redis that hangs costs a check its deadline, then Postgres answers', async () => {
    const { cache, database } = openCache(upstash, { deadlineMs: 50 })
    database.holds.set(USER, proUntil(USER, null))
    upstash.faults.set({ kind: 'slow', delayMs: 30_000 })

    const startedAt = performance.now()
    await expect(cache.get(USER)).resolves.toMatchObject({ layer: 'postgres' })
    expect(performance.now() - startedAt).toBeLessThan(10_000)
  })

  it('F67: after a few failures Redis is left alone', async () => {
    const { cache } = openCache(upstash)
    upstash.faults.set({ kind: 'error_after_effect' })
    await Promise.all(Array.from({ length: BREAKER_FAILURES }, (_, n) => cache.get(`user-${n}`)))
    upstash.clearLog()

    await cache.get('somebody-else')

    expect(upstash.requestCount()).toBe(0)
  })

  it('a failure is logged, and no user is named in it', async () => {
    const { cache, lines } = openCache(upstash)
    upstash.faults.set({ kind: 'down' })

    await cache.get(USER)

    expect(lines.map(({ msg }) => msg)).toEqual(['redis read failed', 'redis write failed'])
    expect(JSON.stringify(lines)).not.toContain(USER)
  })
})

describe('Postgres is not available', () => {
  it('F63: its failure is not cached: the next check asks again', async () => {
    const { cache, database } = openCache(upstash)
    database.error = new Error('down')
    await expect(cache.get(USER)).rejects.toMatchObject({ code: 'entitlements_unavailable', retryable: true })
    await expect(cache.get(USER)).rejects.toMatchObject({ code: 'entitlements_unavailable' })
    database.error = null

    await expect(cache.get(USER)).resolves.toMatchObject({ layer: 'postgres' })
    expect(database.reads).toBe(3)
  })

  it('the last known answer is given for a bounded time', async () => {
    const { cache, clock, database } = openCache(upstash)
    database.holds.set(USER, proUntil(USER, null))
    await cache.get(USER)
    await upstash.evictAll()
    database.error = new Error('down')

    clock.ms = START + LAST_KNOWN_MS - 1
    await expect(cache.get(USER)).resolves.toMatchObject({ layer: 'last_known' })
    clock.ms = START + LAST_KNOWN_MS
    await expect(cache.get(USER)).rejects.toMatchObject({ code: 'entitlements_unavailable' })
  })
})

describe('many at once', () => {
  it('F64: a thousand checks of one user that nobody has cached share one read', async () => {
    const { cache, database } = openCache(upstash)
    database.holds.set(USER, proUntil(USER, null))

    const answers = await Promise.all(Array.from({ length: 1_000 }, () => cache.get(USER)))

    expect(database.reads).toBe(1)
    expect(new Set(answers.map(({ entitlements }) => entitlements.version.counter))).toEqual(new Set([1]))
  })

  it('a read that failed is not shared with who comes later', async () => {
    const { cache, database } = openCache(upstash)
    database.error = new Error('down')
    await expect(cache.get(USER)).rejects.toThrow()
    database.error = null

    await expect(cache.get(USER)).resolves.toMatchObject({ layer: 'postgres' })
  })
})

describe('I4: an older version never overwrites a newer one', () => {
  it('F29: a slow reader does not undo the webhook that came meanwhile', async () => {
    const { anotherProcess, database } = openCache(upstash)
    const gate = Promise.withResolvers<void>()
    database.holds.set(USER, proUntil(USER, null, 1))
    database.gate = gate.promise
    const slow = anotherProcess().get(USER)
    await expect.poll(() => database.reads).toBe(1)
    await anotherProcess().set(nothing(USER, 2))
    gate.resolve()
    await slow

    await expect(anotherProcess().get(USER)).resolves.toMatchObject({
      layer: 'redis',
      entitlements: nothing(USER, 2),
    })
  })

  it.each([
    { stands: proUntil(USER, null, 5), comes: nothing(USER, 4), stays: 5 },
    { stands: proUntil(USER, null, 5), comes: nothing(USER, 6), stays: 6 },
    { stands: proUntil(USER, null, 99, 1), comes: proUntil(USER, null, 3, 2), stays: 3 },
    { stands: proUntil(USER, null, 3, 2), comes: proUntil(USER, null, 99, 1), stays: 3 },
  ])(
    'F76: of $stands.version and $comes.version the newer stays in Redis',
    async ({ stands, comes, stays }) => {
      const { anotherProcess } = openCache(upstash)
      await anotherProcess().set(stands)
      await anotherProcess().set(comes)

      const { entitlements } = await anotherProcess().get(USER)
      expect(entitlements.version.counter).toBe(stays)
    },
  )

  it('F68: a Redis that was set back an hour does not set a process back', async () => {
    const { anotherProcess, cache, clock, database } = openCache(upstash)
    await cache.set(proUntil(USER, null, 7))
    await upstash.evictAll()
    await anotherProcess().set(nothing(USER, 6))
    database.holds.set(USER, proUntil(USER, null, 7))
    clock.ms += MEMORY_FRESH_MS

    await expect(cache.get(USER)).resolves.toMatchObject({
      layer: 'postgres',
      entitlements: proUntil(USER, null, 7),
    })
  })

  it('a process does not forget what it knows for something older', async () => {
    const { cache } = openCache(upstash)
    await cache.set(proUntil(USER, null, 7))
    await cache.set(nothing(USER, 6))

    await expect(cache.get(USER)).resolves.toMatchObject({
      layer: 'memory',
      entitlements: proUntil(USER, null, 7),
    })
  })
})

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

  it('is kept for the cache TTL at the longest', async () => {
    const { cache, redis } = openCache(upstash)
    await cache.set(proUntil(USER, START + 24 * HOUR_MS))

    const ttl = await redis.pttl(entitlementsKey(USER))
    expect(ttl).toBeLessThanOrEqual(CACHE_TTL_MS)
    expect(ttl).toBeGreaterThan(CACHE_TTL_MS - 10_000)
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
