import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { findRedisServer, type RedisProcess, startRedisProcess } from '#src/sandbox/upstash/redis-process.ts'
import { createUpstashSandbox, type UpstashSandbox } from '#src/sandbox/upstash/server.ts'
import type { ModelObject } from '#tests/property/simulation/objects.ts'
import { WEBHOOK_SECRET } from './billing-stack.ts'
import { type ModelStripe, startModelStripe } from './model-stripe.ts'
import { createPostgresDatabase, type PostgresDatabase } from './postgres-database.ts'
import { startRpcGateway } from './rpc-gateway.ts'
import { bytes, signatureHeader } from './stripe-event.ts'
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts'

/** A process of the app, which a test may kill. */
export interface AppProcess {
  readonly url: string
  kill(): Promise<void>
}

/** Real Postgres, real Redis, processes of the app that speak HTTP to both, and a proxy before each database. */
export interface RealParts {
  readonly postgres: PostgresDatabase
  readonly postgresProxy: TcpProxy
  readonly upstash: UpstashSandbox
  /** Redis dies with all that it holds, and another one takes its place. */
  crashRedis(): Promise<void>
  readonly upstashProxy: TcpProxy
  readonly stripe: ModelStripe
  startApp(): Promise<AppProcess>
  close(): Promise<void>
}

/** Starts all but the app. `nowMs` is the time of Stripe's answers. */
export async function startRealParts(options: {
  readonly nowMs: () => number
  readonly postgresFlags?: readonly string[]
}): Promise<RealParts> {
  const postgres = await createPostgresDatabase({ flags: options.postgresFlags ?? [] })
  const postgresProxy = await startTcpProxy(Number(new URL(postgres.connectionString).port))
  const binary = findRedisServer()
  let redis: RedisProcess | null = binary === null ? null : await startRedisProcess(binary)
  const redisProxy = await startTcpProxy(portOf(redis))
  const upstash = await createUpstashSandbox(
    redis === null
      ? { engine: 'memory' }
      : { engine: 'redis', redisUrl: `redis://127.0.0.1:${redisProxy.port}` },
  )
  const upstashProxy = await startTcpProxy(upstash.port)
  const stripe = await startModelStripe(options.nowMs)
  const through = new URL(postgres.connectionString)
  through.port = String(postgresProxy.port)
  const gateway = await startRpcGateway(through.href)
  const environment: NodeJS.ProcessEnv = {
    NODE_ENV: 'test',
    PATH: process.env.PATH,
    APP_URL: 'http://127.0.0.1:3000',
    STRIPE_SECRET_KEY: 'sk_test_model',
    STRIPE_PUBLISHABLE_KEY: 'pk_test_model',
    STRIPE_WEBHOOK_SECRET: WEBHOOK_SECRET,
    STRIPE_API_BASE: stripe.url,
    NEXT_PUBLIC_SUPABASE_URL: gateway.url,
    NEXT_PUBLIC_SUPABASE_PUBLISHABLE_KEY: 'sb_publishable_model',
    SUPABASE_SECRET_KEY: 'sb_secret_model',
    UPSTASH_REDIS_REST_URL: `http://127.0.0.1:${upstashProxy.port}`,
    UPSTASH_REDIS_REST_TOKEN: upstash.token,
  }
  const apps = new Set<AppProcess>()
  return {
    postgres,
    postgresProxy,
    upstash,
    upstashProxy,
    stripe,
    crashRedis: async () => {
      if (binary === null) return upstash.evictAll()
      await redis?.close()
      redisProxy.cut()
      redis = await startRedisProcess(binary)
      redisProxy.retarget(portOf(redis))
    },
    startApp: async () => {
      const child = fork(join(import.meta.dirname, 'app-process.ts'), [], { env: environment, execArgv: [] })
      const [{ port }] = (await once(child, 'message')) as [{ port: number }]
      const app: AppProcess = {
        url: `http://127.0.0.1:${port}`,
        kill: async () => {
          if (!apps.delete(app)) return
          const ended = once(child, 'exit')
          child.kill('SIGKILL')
          await ended
        },
      }
      apps.add(app)
      return app
    },
    close: async () => {
      await Promise.all([...apps].map((app) => app.kill()))
      await gateway.close()
      await Promise.all([postgresProxy.close(), upstashProxy.close(), stripe.close()])
      await Promise.all([postgres.close(), upstash.close()])
      await redisProxy.close()
      await redis?.close()
    },
  }
}

function portOf(redis: RedisProcess | null): number {
  return redis === null ? 0 : Number(new URL(redis.url).port)
}

/** The answer to one delivery; null where none came. */
export async function post(app: AppProcess, body: string, deadlineMs = 15_000): Promise<Response | null> {
  const payload = bytes(body)
  try {
    return await fetch(`${app.url}/api/webhooks/stripe`, {
      method: 'POST',
      headers: {
        'stripe-signature': signatureHeader(WEBHOOK_SECRET, Math.floor(Date.now() / 1000), payload),
      },
      body: Buffer.from(payload),
      signal: AbortSignal.timeout(deadlineMs),
    })
  } catch {
    return null
  }
}

/** Makes Stripe's objects what they are after these changes. */
export function happen(stripe: ModelStripe, changed: readonly ModelObject[]): void {
  for (const object of changed) stripe.objects.set(object.id, object)
}
