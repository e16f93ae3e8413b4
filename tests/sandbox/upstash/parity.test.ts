import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { findRedisServer } from '#src/sandbox/upstash/redis-process.ts'
import { createUpstashSandbox, type UpstashSandbox } from '#src/sandbox/upstash/server.ts'
import { COMMAND_SCRIPTS } from './command-scripts.ts'
import { FURTHER_COMMAND_SCRIPTS } from './further-command-scripts.ts'
import { LUA_SCRIPTS } from './lua-scripts.ts'
import { pipeline } from './raw-client.ts'

describe.skipIf(findRedisServer() === null)('the in-process engine answers as a real Redis does', () => {
  let memory: UpstashSandbox
  let redis: UpstashSandbox

  beforeAll(async () => {
    memory = await createUpstashSandbox({ engine: 'memory' })
    redis = await createUpstashSandbox({ engine: 'redis' })
  })
  beforeEach(async () => {
    await memory.reset()
    await redis.reset()
  })
  afterAll(async () => {
    await memory.close()
    await redis.close()
  })

  test.each(Object.entries({ ...COMMAND_SCRIPTS, ...FURTHER_COMMAND_SCRIPTS }))(
    'commands on %s',
    async (_, commands) => {
      expect(await pipeline(memory, commands)).toEqual(await pipeline(redis, commands))
    },
  )

  test.each(LUA_SCRIPTS)('the script: %s', async (script) => {
    const commands = [
      ['HSET', 'h', 'f', 'v'],
      ['SET', 'n', '10'],
      ['EVAL', script, 2, 'h', 'n', 'é'],
    ]
    expect(await pipeline(memory, commands)).toEqual(await pipeline(redis, commands))
  })
})
