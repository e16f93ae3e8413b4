import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  PROCESSED_EVENT_TTL_SECONDS,
  StripeIdempotencyStore,
} from '#src/features/billing/infrastructure/stripe/StripeIdempotencyStore.ts'
import { createRedisClient } from '#src/infrastructure/config/clients.ts'
import { createLog } from '#src/infrastructure/observability/log.ts'
import { processedEventKey } from '#src/infrastructure/redis/keys.ts'
import { BREAKER_FAILURES, createRedisBreaker } from '#src/infrastructure/redis/redis-breaker.ts'
import { createUpstashSandbox, type UpstashSandbox } from '#src/sandbox/upstash/server.ts'

const DAY_SECONDS = 86_400
const DEADLINE_MS = 1_000

let upstash: UpstashSandbox

beforeAll(async () => {
  upstash = await createUpstashSandbox({ engine: 'memory' })
})
beforeEach(() => upstash.reset())
afterAll(() => upstash.close())

function open(deadlineMs = DEADLINE_MS) {
  const redis = createRedisClient(upstash, { deadlineMs })
  const lines: string[] = []
  const log = createLog({ write: (line) => void lines.push(line) })
  return { redis, lines, store: new StripeIdempotencyStore({ redis, breaker: createRedisBreaker(), log }) }
}

async function mark({ redis, store }: ReturnType<typeof open>, eventId: string): Promise<void> {
  const pipeline = redis.pipeline()
  store.appendMark(pipeline, eventId)
  await pipeline.exec()
}

describe('what is remembered', () => {
  it('an event that nobody marked is not processed', async () => {
    await expect(open().store.isProcessed('evt_new')).resolves.toBe(false)
  })

  it('an event is processed once it is marked, and no other is', async () => {
    const opened = open()
    await mark(opened, 'evt_done')

    await expect(opened.store.isProcessed('evt_done')).resolves.toBe(true)
    await expect(opened.store.isProcessed('evt_don')).resolves.toBe(false)
  })

  it('asking costs one round trip of one command', async () => {
    await open().store.isProcessed('evt_1')

    expect(upstash.commands()).toEqual([['exists', processedEventKey('evt_1')]])
    expect(upstash.requestCount()).toBe(1)
  })

  it("a mark outlasts Stripe's retries of 3 days and manual resends of 30 days", async () => {
    const opened = open()
    await mark(opened, 'evt_1')

    const ttl = await opened.redis.ttl(processedEventKey('evt_1'))
    expect(ttl).toBeGreaterThan(30 * DAY_SECONDS)
    expect(ttl).toBeLessThanOrEqual(PROCESSED_EVENT_TTL_SECONDS)
  })

  it('a mark that Redis has lost is no mark: Postgres will say duplicate', async () => {
    const opened = open()
    await mark(opened, 'evt_1')
    await upstash.evictAll()

    await expect(opened.store.isProcessed('evt_1')).resolves.toBe(false)
  })
})

describe('Redis cannot be asked', () => {
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
      const opened = open()
      await mark(opened, 'evt_1')
      upstash.faults.set(fault)

      await expect(opened.store.isProcessed('evt_1')).resolves.toBe(false)
      expect(opened.lines).toHaveLength(1)
    },
  )

  it('F67: a Redis that hangs is given up at the deadline', async () => {
    const opened = open(50)
    upstash.faults.set({ kind: 'slow', delayMs: 30_000 })

    const startedAt = performance.now()
    await expect(opened.store.isProcessed('evt_1')).resolves.toBe(false)
    expect(performance.now() - startedAt).toBeLessThan(10_000)
  })

  it('F67: after a few failures Redis is not asked any more', async () => {
    const { store } = open()
    upstash.faults.set({ kind: 'error_after_effect' })
    upstash.clearLog()

    await Promise.all(Array.from({ length: BREAKER_FAILURES }, () => store.isProcessed('evt_1')))
    const asked = upstash.requestCount()
    await store.isProcessed('evt_1')

    expect(asked).toBeGreaterThan(0)
    expect(upstash.requestCount()).toBe(asked)
  })
})

describe('the SDK underneath', () => {
  it('makes one attempt a command', async () => {
    const { redis } = open()
    upstash.faults.set({ kind: 'error_after_effect' })

    await expect(redis.exists('key')).rejects.toThrow()
    expect(upstash.requestCount()).toBe(1)
  })

  it('rejects at the deadline instead of answering null', async () => {
    const { redis } = open(50)
    upstash.faults.set({ kind: 'slow', delayMs: 30_000 })

    await expect(redis.get('key')).rejects.toThrow()
  })
})
