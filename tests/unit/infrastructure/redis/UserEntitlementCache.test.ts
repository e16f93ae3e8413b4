import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { LAST_KNOWN_MS, MEMORY_FRESH_MS } from '#src/infrastructure/redis/EntitlementMemory.ts'
import { entitlementsKey } from '#src/infrastructure/redis/keys.ts'
import { BREAKER_FAILURES, BREAKER_OPEN_MS } from '#src/infrastructure/redis/redis-breaker.ts'
import { createUpstashSandbox, type UpstashSandbox } from '#src/sandbox/upstash/server.ts'
import { openCache, START } from '#tests/support/cache-under-test.ts'
import { nothing, proUntil } from '#tests/support/entitlements.ts'
import { MANGLED_ANSWERS, startMangledRedis } from '#tests/support/redis-under-test.ts'

const USER = '00000000-0000-4000-8000-000000000001'

let upstash: UpstashSandbox

beforeAll(async () => {
  upstash = await createUpstashSandbox({ engine: 'memory' })
})
beforeEach(() => upstash.reset())
afterEach(() => void vi.useRealTimers())
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

  it.each(MANGLED_ANSWERS)('F66: where Redis answers with %s, Postgres answers', async (_, body) => {
    const mangled = await startMangledRedis(body)
    const { cache, database } = openCache(mangled)
    database.holds.set(USER, proUntil(USER, null))

    await expect(cache.get(USER)).resolves.toEqual({
      layer: 'postgres',
      entitlements: proUntil(USER, null),
    })

    await mangled.close()
  })

  it('F67: a Redis that hangs costs a check one deadline, then Postgres answers', async () => {
    const { cache, database, lines } = openCache(upstash, { deadlineMs: 50 })
    database.holds.set(USER, proUntil(USER, null))
    upstash.faults.set({ kind: 'slow', delayMs: 30_000 })

    const startedAt = performance.now()
    await expect(cache.get(USER)).resolves.toMatchObject({ layer: 'postgres' })
    expect(performance.now() - startedAt).toBeLessThan(4_000)
    expect(lines.map(({ msg }) => msg)).toEqual(['redis read failed'])
  })

  it('F67: after five failures Redis is left alone for five seconds, and then asked again', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const { cache, clock } = openCache(upstash)
    upstash.faults.set({ kind: 'error_after_effect' })
    const openedAt = Date.now()
    for (let n = 0; n < BREAKER_FAILURES; n += 1) await cache.get(`user-${n}`)
    await upstash.reset()

    vi.setSystemTime(openedAt + BREAKER_OPEN_MS - 1)
    await cache.get(USER)
    expect(upstash.requestCount()).toBe(0)

    vi.setSystemTime(openedAt + BREAKER_OPEN_MS)
    clock.ms += MEMORY_FRESH_MS
    await cache.get(USER)
    expect(upstash.commands().map(([name]) => name)).toEqual(['get', 'eval'])
  })

  it('an answer that Redis does not take is given all the same', async () => {
    const { cache, lines } = openCache(upstash)
    upstash.faults.set({ kind: 'status', status: 429, match: 'EVAL' })

    await expect(cache.get(USER)).resolves.toMatchObject({ layer: 'postgres' })
    expect(lines.map(({ msg }) => msg)).toEqual(['redis write failed'])
  })

  it('a failure is logged, and no user is named in it', async () => {
    const { cache, lines } = openCache(upstash)
    upstash.faults.set({ kind: 'down' })

    await cache.get(USER)

    expect(lines).toHaveLength(1)
    expect(JSON.stringify(lines)).not.toContain(USER)
  })
})

describe('Postgres is not available', () => {
  it('F63: its failure is not cached, in no layer and for nobody: the next check asks again', async () => {
    const { cache, database } = openCache(upstash)
    const users = Array.from({ length: 1_000 }, (_, n) => `user-${n}`)
    database.error = new Error('down')
    const refused = await Promise.allSettled(users.map((user) => cache.get(user)))
    expect(refused.filter(({ status }) => status === 'rejected')).toHaveLength(1_000)
    expect(new Set(upstash.commands().map(([name]) => name))).toEqual(new Set(['get']))
    database.error = null

    const answers = await Promise.all(users.map((user) => cache.get(user)))

    expect(new Set(answers.map(({ layer }) => layer))).toEqual(new Set(['postgres']))
    expect(database.reads).toBe(2_000)
  })

  it('where nothing is known the refusal has a type, and says that time may cure it', async () => {
    const { cache, database } = openCache(upstash)
    database.error = new Error('canary')

    await expect(cache.get(USER)).rejects.toMatchObject({
      name: 'BillingError',
      code: 'entitlements_unavailable',
      retryable: true,
      message: expect.not.stringContaining('canary'),
    })
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
    // Somebody of whom no earlier test has a write under way.
    const user = randomUUID()
    database.holds.set(user, proUntil(user, null))

    const answers = await Promise.all(Array.from({ length: 1_000 }, () => cache.get(user)))

    expect(database.reads).toBe(1)
    const ofUser = upstash.commands().filter((command) => command.includes(entitlementsKey(user)))
    expect(ofUser.map(([name]) => name)).toEqual(['get', 'eval'])
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

  it('F29: nor does one in the process that took the webhook, and its own answer is the newer one', async () => {
    const { cache, database } = openCache(upstash)
    const gate = Promise.withResolvers<void>()
    database.holds.set(USER, proUntil(USER, null, 1))
    database.gate = gate.promise
    const slow = cache.get(USER)
    await expect.poll(() => database.reads).toBe(1)
    await cache.set(nothing(USER, 2))
    gate.resolve()

    await expect(slow).resolves.toEqual({ layer: 'memory', entitlements: nothing(USER, 2) })
    await expect(cache.get(USER)).resolves.toEqual({ layer: 'memory', entitlements: nothing(USER, 2) })
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
