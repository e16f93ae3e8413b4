import { describe } from 'vitest'
import { findRedisServer } from '#src/sandbox/upstash/redis-process.ts'
import { createUpstashSandbox } from '#src/sandbox/upstash/server.ts'
import { upstashContract } from './contract.ts'

describe.skipIf(findRedisServer() === null)('where redis-server is installed', () => {
  upstashContract('the Upstash stand-in on a real Redis', () => createUpstashSandbox({ engine: 'redis' }))
})
