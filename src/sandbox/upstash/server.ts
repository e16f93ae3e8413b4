import { BoundedLog } from '../http/bounded-log.ts'
import { FaultSwitch } from '../http/faults.ts'
import {
  assertSandboxAllowed,
  isLoopbackHost,
  type ListenOptions,
  listenOnLoopback,
} from '../http/loopback.ts'
import type { Engine } from './engine.ts'
import { createGateway, type LoggedRequest } from './gateway.ts'
import { createMemoryEngine } from './memory/memory-engine.ts'
import { createRedisEngine } from './redis-engine.ts'
import { findRedisServer, startRedisProcess } from './redis-process.ts'

export interface UpstashSandboxOptions extends ListenOptions {
  /** The token that may do everything. Default `sandbox-token`. */
  token?: string
  /** The token that may only read. Default `sandbox-read-only-token`. */
  readOnlyToken?: string
  /** A Redis on this machine to use instead of a server of our own. Default: the variable `REDIS_URL`. */
  redisUrl?: string
  /**
   * `redis` takes `redisUrl`, else starts the `redis-server` on PATH, else throws; `memory` is our own engine in this
   * process; `auto` (the default) is `redis` where there is one and `memory` where there is none.
   */
  engine?: 'auto' | 'memory' | 'redis'
}

/** A running stand-in for an Upstash Redis database. */
export interface UpstashSandbox {
  /** For `UPSTASH_REDIS_REST_URL`. */
  readonly url: string
  readonly port: number
  /** For `UPSTASH_REDIS_REST_TOKEN`. */
  readonly token: string
  readonly readOnlyToken: string
  readonly engine: 'memory' | 'redis'
  readonly faults: FaultSwitch
  /** HTTP requests with readable commands since the start, `reset` or `clearLog`: the round trips. */
  requestCount(): number
  /** The newest of these requests, oldest first, `LOG_CAPACITY` at most. */
  requests(): readonly LoggedRequest[]
  /** Commands in the kept requests, those of pipelines counted singly. */
  commandCount(): number
  /** These commands, each with its name first. */
  commands(): string[][]
  clearLog(): void
  /** Loses every key and the script cache, as an eviction or a restart would. */
  evictAll(): Promise<void>
  /** `evictAll`, no fault, empty log. */
  reset(): Promise<void>
  /** Ends the server, and the `redis-server` that it started. */
  close(): Promise<void>
}

/** Requests that the log keeps. */
export const LOG_CAPACITY = 1000

/**
 * Starts the stand-in on loopback.
 * @throws under NODE_ENV=production, for a host or Redis that is not on loopback, and where `engine: 'redis'` finds none.
 */
export async function createUpstashSandbox(options: UpstashSandboxOptions = {}): Promise<UpstashSandbox> {
  assertSandboxAllowed('Upstash', options.host)
  const token = options.token ?? 'sandbox-token'
  const readOnlyToken = options.readOnlyToken ?? 'sandbox-read-only-token'
  const engine = await openEngine(options)
  const faults = new FaultSwitch()
  const log = new BoundedLog<LoggedRequest>(LOG_CAPACITY)
  const evictAll = () => engine.flush({ scripts: true })
  const reset = async () => {
    faults.clear()
    await evictAll()
    log.clear()
  }
  const gateway = createGateway({ engine, token, readOnlyToken, faults, log, reset })
  const server = await listenOnLoopback(gateway.fetch, options)
  const commands = () => log.entries.flatMap((request) => request.commands)
  return {
    url: server.url,
    port: server.port,
    token,
    readOnlyToken,
    engine: engine.kind,
    faults,
    requestCount: () => log.count,
    requests: () => log.entries,
    commandCount: () => commands().length,
    commands,
    clearLog: () => log.clear(),
    evictAll,
    reset,
    close: async () => {
      await server.close()
      await engine.close()
    },
  }
}

async function openEngine(options: UpstashSandboxOptions): Promise<Engine> {
  const wanted = options.engine ?? 'auto'
  if (wanted === 'memory') return createMemoryEngine()
  const url = options.redisUrl ?? process.env.REDIS_URL
  if (url !== undefined && url !== '') {
    if (!isLoopbackHost(new URL(url).hostname))
      throw new Error('The Upstash sandbox uses a Redis on loopback only')
    return createRedisEngine(url, async () => {})
  }
  const binary = findRedisServer()
  if (binary !== null) {
    const redis = await startRedisProcess(binary)
    return createRedisEngine(redis.url, redis.close)
  }
  if (wanted === 'redis') throw new Error('Neither REDIS_URL nor a redis-server on PATH')
  return createMemoryEngine()
}
