import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createRedisClient } from '#src/infrastructure/config/clients.ts'
import { SET_IF_NEWER } from '#src/infrastructure/redis/set-if-newer.ts'
import { createUpstashSandbox, type UpstashSandbox } from '#src/sandbox/upstash/server.ts'
import { redisEngines } from '#tests/support/redis-under-test.ts'

describe.each(redisEngines)('the script that sets a value if it is newer, on %s', (engine) => {
  let upstash: UpstashSandbox
  beforeAll(async () => {
    upstash = await createUpstashSandbox({ engine })
  })
  beforeEach(() => upstash.reset())
  afterAll(() => upstash.close())

  const value = (epoch: number, counter: number) => JSON.stringify({ format: 1, epoch, counter })
  const set = (epoch: number, counter: number) =>
    createRedisClient(upstash, { deadlineMs: 5_000 }).eval(
      SET_IF_NEWER,
      ['key'],
      [epoch, counter, value(epoch, counter), 60_000],
    )
  const get = () => createRedisClient(upstash, { deadlineMs: 5_000 }).get('key')

  it('sets what stands nowhere yet, with its time to live', async () => {
    expect(await set(1, 0)).toBe(1)

    expect(await get()).toBe(value(1, 0))
    const ttl = await createRedisClient(upstash, { deadlineMs: 5_000 }).pttl('key')
    expect(ttl).toBeGreaterThan(50_000)
    expect(ttl).toBeLessThanOrEqual(60_000)
  })

  it.each<[string, [number, number], [number, number], 0 | 1]>([
    ['a higher counter', [1, 5], [1, 6], 1],
    ['the same version, which is the same content', [1, 5], [1, 5], 1],
    ['a lower counter', [1, 5], [1, 4], 0],
    ['a higher epoch with a lower counter', [1, 5], [2, 0], 1],
    ['a lower epoch with a higher counter', [2, 0], [1, 99], 0],
  ])('%s', async (_, stands, comes, answer) => {
    await set(...stands)

    expect(await set(...comes)).toBe(answer)
    expect(await get()).toBe(answer === 1 ? value(...comes) : value(...stands))
  })

  it.each([['text'], ['{"epoch":1}'], ['[]'], ['null']])(
    'replaces %s, which has no version',
    async (stands) => {
      await createRedisClient(upstash, { deadlineMs: 5_000 }).set('key', stands)

      expect(await set(1, 1)).toBe(1)
      expect(await get()).toBe(value(1, 1))
    },
  )
})
