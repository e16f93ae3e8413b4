import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createRedisClient } from '#src/infrastructure/config/clients.ts'
import { createLog } from '#src/infrastructure/observability/log.ts'
import { LOCAL_IDENTIFIERS_MAX, RedisRateLimiter } from '#src/infrastructure/redis/RedisRateLimiter.ts'
import { createRedisBreaker } from '#src/infrastructure/redis/redis-breaker.ts'
import { createUpstashSandbox, type UpstashSandbox } from '#src/sandbox/upstash/server.ts'
import { redisEngines } from '#tests/support/redis-under-test.ts'

/** The limiter's window, and what of it a test needs. */
const WINDOW_MS = 60_000
const ENOUGH_MS = 3_000

function open(upstash: UpstashSandbox, requests = 3) {
  const clock = { ms: Date.now(), now: () => clock.ms }
  const lines: string[] = []
  const limiter = () =>
    new RedisRateLimiter({
      redis: createRedisClient(upstash, { deadlineMs: 5_000 }),
      breaker: createRedisBreaker(),
      limit: { name: 'test', requests },
      clock,
      log: createLog({ write: (line) => void lines.push(line) }),
    })
  return { clock, lines, limiter }
}

async function takeTimes(limiter: RedisRateLimiter, identifier: string, times: number): Promise<boolean[]> {
  const verdicts: boolean[] = []
  for (let n = 0; n < times; n += 1) verdicts.push((await limiter.take(identifier)).allowed)
  return verdicts
}

describe.each(redisEngines)('with Redis, on %s', (engine) => {
  let upstash: UpstashSandbox
  beforeAll(async () => {
    upstash = await createUpstashSandbox({ engine })
  })
  beforeEach(async () => {
    await upstash.reset()
    // The window is of the real time: what is counted on both sides of its end counts for less.
    const left = WINDOW_MS - (Date.now() % WINDOW_MS)
    if (left < ENOUGH_MS) await sleep(left)
  })
  afterAll(() => upstash.close())

  it('so many requests pass, and the next is refused with the seconds to wait', async () => {
    const limiter = open(upstash).limiter()

    expect(await takeTimes(limiter, 'user', 3)).toEqual([true, true, true])
    const refused = await limiter.take('user')
    expect(refused).toEqual({ allowed: false, retryAfterSeconds: expect.any(Number) })
    expect('retryAfterSeconds' in refused && refused.retryAfterSeconds).toBeGreaterThanOrEqual(1)
    expect('retryAfterSeconds' in refused && refused.retryAfterSeconds).toBeLessThanOrEqual(60)
  })

  it('all processes count together', async () => {
    const { limiter } = open(upstash)
    await takeTimes(limiter(), 'user', 3)

    expect(await limiter().take('user')).toMatchObject({ allowed: false })
  })

  it('F70: goes on counting where Redis has lost its scripts', async () => {
    const limiter = open(upstash).limiter()
    await takeTimes(limiter, 'user', 3)
    await upstash.evictAll()

    expect(await takeTimes(limiter, 'user', 4)).toEqual([true, true, true, false])
  })

  it('nobody pays for somebody else', async () => {
    const limiter = open(upstash).limiter()
    await takeTimes(limiter, 'user', 4)

    expect(await limiter.take('other')).toEqual({ allowed: true })
  })
})

describe('F69: without Redis', () => {
  let upstash: UpstashSandbox
  beforeAll(async () => {
    upstash = await createUpstashSandbox({ engine: 'memory' })
  })
  beforeEach(() => upstash.reset())
  afterAll(() => upstash.close())

  it('each process counts by itself: an outage does not open the limit', async () => {
    const { limiter, lines } = open(upstash)
    upstash.faults.set({ kind: 'down' })

    expect(await takeTimes(limiter(), 'user', 4)).toEqual([true, true, true, false])
    expect(lines).toHaveLength(4)
  })

  it('the window ends after a minute', async () => {
    const { clock, limiter } = open(upstash)
    const opened = limiter()
    upstash.faults.set({ kind: 'down' })
    await takeTimes(opened, 'user', 4)

    clock.ms += 59_999
    expect(await opened.take('user')).toEqual({ allowed: false, retryAfterSeconds: 1 })
    clock.ms += 1
    expect(await opened.take('user')).toEqual({ allowed: true })
  })

  it('its memory is bounded: of too many the first are forgotten, the last are limited', async () => {
    const opened = open(upstash, 1).limiter()
    upstash.faults.set({ kind: 'down' })
    await takeTimes(opened, 'first', 2)
    for (let n = 0; n < LOCAL_IDENTIFIERS_MAX; n += 1) await opened.take(`user-${n}`)

    expect(await opened.take('first')).toEqual({ allowed: true })
    expect(await opened.take(`user-${LOCAL_IDENTIFIERS_MAX - 1}`)).toMatchObject({ allowed: false })
  })
})
