import { afterEach, describe, expect, it } from 'vitest'
import { redisCheck } from '#src/features/billing/infrastructure/doctor/redis-check.ts'
import { createRedisClient } from '#src/infrastructure/config/clients.ts'
import { type LoopbackServer, listenOnLoopback } from '#src/sandbox/http/loopback.ts'

let server: LoopbackServer
afterEach(() => server.close())

/** What the check says of a Redis that answers `SET` and `CONFIG` so. */
async function saidOf(set: object, config: object = {}): Promise<string> {
  server = await listenOnLoopback(async (request) => {
    // The SDK sends what is asked for at one time as a pipeline, which is answered with a list.
    const isPipeline = new URL(request.url).pathname === '/pipeline'
    if ('error' in set && isPipeline) return Response.json(set, { status: 400 })
    return Response.json(isPipeline ? [set] : config, {
      status: !isPipeline && 'error' in config ? 400 : 200,
    })
  })
  const { url } = server
  const redis = createRedisClient({ url, token: 'token' }, { deadlineMs: 5_000 })
  return JSON.stringify(await redisCheck(redis, { url, token: 'token' }).run())
}

const settings = (maxmemory: string, policy: string) => ({
  result: ['maxmemory', maxmemory, 'maxmemory-policy', policy],
})

describe('Redis', () => {
  it('that refuses writes when it is full is a warning', async () => {
    expect(await saidOf({ result: 'OK' }, settings('1000', 'noeviction'))).toContain('noeviction')
  })

  it('that evicts is named with its policy', async () => {
    expect(await saidOf({ result: 'OK' }, settings('1000', 'allkeys-lru'))).toContain(
      'answers and takes writes; allkeys-lru',
    )
  })

  it('without a bound is never full', async () => {
    expect(await saidOf({ result: 'OK' }, settings('0', 'noeviction'))).toContain('answers and takes writes"')
  })

  it('that does not tell its policy is judged by its answer alone', async () => {
    expect(await saidOf({ result: 'OK' }, { error: 'ERR unknown command' })).toContain(
      'answers and takes writes"',
    )
  })

  it('whose token may only read is a failure', async () => {
    expect(await saidOf({ error: 'NOPERM this user has no permissions' })).toContain(
      'the token may only read',
    )
  })

  it('that does not know the token is a failure', async () => {
    expect(await saidOf({ error: 'WRONGPASS invalid token' })).toContain('does not know the token')
  })

  it('that fails otherwise is a warning: checks go to Postgres', async () => {
    expect(await saidOf({ error: 'ERR max daily request limit exceeded' })).toContain('checks go to Postgres')
  })
})
