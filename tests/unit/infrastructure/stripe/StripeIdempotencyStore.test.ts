import { Redis } from '@upstash/redis'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  PROCESSED_EVENT_TTL_SECONDS,
  StripeIdempotencyStore,
} from '#src/features/billing/infrastructure/stripe/StripeIdempotencyStore.ts'
import { createRedisClient } from '#src/infrastructure/config/clients.ts'
import { createLog } from '#src/infrastructure/observability/log.ts'
import { processedEventKey } from '#src/infrastructure/redis/keys.ts'
import {
  BREAKER_FAILURES,
  BREAKER_OPEN_MS,
  createRedisBreaker,
} from '#src/infrastructure/redis/redis-breaker.ts'
import { createUpstashSandbox, type UpstashSandbox } from '#src/sandbox/upstash/server.ts'
import { MANGLED_ANSWERS, redisEngines, startMangledRedis } from '#tests/support/redis-under-test.ts'

const DAY_SECONDS = 86_400

/** Far above what an answer takes on a busy machine, far below what a fault takes. */
const DEADLINE_MS = 5_000

function open(server: { readonly url: string; readonly token: string }, deadlineMs = DEADLINE_MS) {
  const redis = createRedisClient(server, { deadlineMs })
  const lines: string[] = []
  const log = createLog({ write: (line) => void lines.push(line) })
  return { redis, lines, store: new StripeIdempotencyStore({ redis, breaker: createRedisBreaker(), log }) }
}

async function mark({ redis, store }: ReturnType<typeof open>, eventId: string): Promise<void> {
  const pipeline = redis.pipeline()
  store.appendMark(pipeline, eventId)
  await pipeline.exec()
}

describe.each(redisEngines)('what is remembered, on %s', (engine) => {
  let upstash: UpstashSandbox
  beforeAll(async () => {
    upstash = await createUpstashSandbox({ engine })
  })
  beforeEach(() => upstash.reset())
  afterAll(() => upstash.close())

  it('an event that nobody marked is not processed', async () => {
    await expect(open(upstash).store.isProcessed('evt_new')).resolves.toBe(false)
  })

  it('an event is processed once it is marked, and no other is', async () => {
    const opened = open(upstash)
    await mark(opened, 'evt_done')

    await expect(opened.store.isProcessed('evt_done')).resolves.toBe(true)
    await expect(opened.store.isProcessed('evt_don')).resolves.toBe(false)
  })

  it('every process sees the mark of another', async () => {
    await mark(open(upstash), 'evt_done')

    await expect(open(upstash).store.isProcessed('evt_done')).resolves.toBe(true)
  })

  it('asking costs one round trip of one command', async () => {
    await open(upstash).store.isProcessed('evt_1')

    expect(upstash.commands()).toEqual([['exists', processedEventKey('evt_1')]])
    expect(upstash.requestCount()).toBe(1)
  })

  it("a mark outlasts Stripe's retries of 3 days and manual resends of 30 days", async () => {
    const opened = open(upstash)
    await mark(opened, 'evt_1')

    const ttl = await opened.redis.ttl(processedEventKey('evt_1'))
    expect(ttl).toBeGreaterThan(30 * DAY_SECONDS)
    expect(ttl).toBeLessThanOrEqual(PROCESSED_EVENT_TTL_SECONDS)
  })

  it('a mark that Redis has lost is no mark: Postgres will say duplicate', async () => {
    const opened = open(upstash)
    await mark(opened, 'evt_1')
    await upstash.evictAll()

    await expect(opened.store.isProcessed('evt_1')).resolves.toBe(false)
  })
})

describe('Redis cannot be asked', () => {
  let upstash: UpstashSandbox
  beforeAll(async () => {
    upstash = await createUpstashSandbox({ engine: 'memory' })
  })
  beforeEach(() => upstash.reset())
  afterEach(() => void vi.useRealTimers())
  afterAll(() => upstash.close())

  it.each([
    { kind: 'down' },
    { kind: 'reset' },
    { kind: 'status', status: 401 },
    { kind: 'status', status: 429 },
    { kind: 'status', status: 500 },
    { kind: 'html' },
    { kind: 'error_after_effect' },
  ] as const)(
    'F66: under $kind $status no event counts as processed, and nothing is thrown',
    async (fault) => {
      const opened = open(upstash)
      await mark(opened, 'evt_1')
      upstash.faults.set(fault)

      await expect(opened.store.isProcessed('evt_1')).resolves.toBe(false)
      expect(opened.lines).toHaveLength(1)
    },
  )

  it.each(MANGLED_ANSWERS)('F66: an answer that is %s is no mark', async (_, body) => {
    const mangled = await startMangledRedis(body)

    await expect(open(mangled).store.isProcessed('evt_1')).resolves.toBe(false)

    await mangled.close()
  })

  it('a Redis that is slow, but within the deadline, is waited for', async () => {
    const opened = open(upstash)
    await mark(opened, 'evt_1')
    upstash.faults.set({ kind: 'slow', delayMs: 50 })

    await expect(opened.store.isProcessed('evt_1')).resolves.toBe(true)
  })

  it('F67: a Redis that hangs is given up at the deadline', async () => {
    const opened = open(upstash, 50)
    upstash.faults.set({ kind: 'slow', delayMs: 30_000 })

    const startedAt = performance.now()
    await expect(opened.store.isProcessed('evt_1')).resolves.toBe(false)
    expect(performance.now() - startedAt).toBeLessThan(4_000)
  })

  it('F67: after five failures Redis is left alone for five seconds, and then asked again', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const opened = open(upstash)
    await mark(opened, 'evt_1')
    upstash.faults.set({ kind: 'error_after_effect' })
    upstash.clearLog()
    const openedAt = Date.now()
    for (let n = 0; n < BREAKER_FAILURES; n += 1) await opened.store.isProcessed('evt_1')
    upstash.faults.clear()

    vi.setSystemTime(openedAt + BREAKER_OPEN_MS - 1)
    await expect(opened.store.isProcessed('evt_1')).resolves.toBe(false)
    expect(upstash.requestCount()).toBe(BREAKER_FAILURES)

    vi.setSystemTime(openedAt + BREAKER_OPEN_MS)
    await expect(opened.store.isProcessed('evt_1')).resolves.toBe(true)
  })
})

describe('the SDK underneath', () => {
  let upstash: UpstashSandbox
  beforeAll(async () => {
    upstash = await createUpstashSandbox({ engine: 'memory' })
  })
  beforeEach(() => upstash.reset())
  afterAll(() => upstash.close())

  it('makes one attempt a command', async () => {
    const { redis } = open(upstash)
    upstash.faults.set({ kind: 'reset' })

    await expect(redis.exists('key')).rejects.toThrow()
    expect(upstash.requestCount()).toBe(1)
  })

  it('rejects at the deadline', async () => {
    const { redis } = open(upstash, 50)
    upstash.faults.set({ kind: 'slow', delayMs: 30_000 })

    await expect(redis.get('key')).rejects.toMatchObject({ name: 'TimeoutError' })
  })

  it('given a fixed signal it would answer a timeout with null, like a key that is not there', async () => {
    upstash.faults.set({ kind: 'slow', delayMs: 30_000 })
    const redis = new Redis({
      ...upstash,
      signal: AbortSignal.timeout(50),
      enableAutoPipelining: false,
      enableTelemetry: false,
    })

    await expect(redis.get('key')).resolves.toBeNull()
  })
})
