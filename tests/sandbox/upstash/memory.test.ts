import { createUpstashSandbox } from '#src/sandbox/upstash/server.ts'
import { upstashContract } from './contract.ts'

upstashContract('the Upstash stand-in on its own engine', () => createUpstashSandbox({ engine: 'memory' }))
