import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { findRedisServer, type RedisProcess, startRedisProcess } from '#src/sandbox/upstash/redis-process.ts'
import { createUpstashSandbox, type UpstashSandbox } from '#src/sandbox/upstash/server.ts'
import type { ModelObject } from '#tests/property/simulation/objects.ts'
import { freePort } from '../../scripts/lib/ports.ts'
import { ROOT } from '../../scripts/lib/run.ts'
import { startServer } from '../../scripts/lib/server-process.ts'
import { WEBHOOK_SECRET } from './billing-stack.ts'
import { type ModelStripe, startModelStripe } from './model-stripe.ts'
import { createPostgresDatabase, type PostgresDatabase } from './postgres-database.ts'
import { startRpcGateway } from './rpc-gateway.ts'
import { bytes, signatureHeader } from './stripe-event.ts'
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts'

const NEXT = join(ROOT, 'node_modules', 'next', 'dist', 'bin', 'next')

/** Where a port for the built app is looked for first, and how long it may take to start. */
const BUILT_APP_PORT = 4200
const BUILT_APP_READY_MS = 60_000

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
  /** The app's use cases behind a server of Node's own. */
  startApp(): Promise<AppProcess>
  /** The app as it was built, under `next start`. */
  startBuiltApp(): Promise<AppProcess>
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
  const added = ({ url, end }: { url: string; end: () => Promise<void> }): AppProcess => {
    const app = { url, kill: async () => (apps.delete(app) ? end() : undefined) }
    apps.add(app)
    return app
  }
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
      return added({
        url: `http://127.0.0.1:${port}`,
        end: async () => {
          const ended = once(child, 'exit')
          child.kill('SIGKILL')
          await ended
        },
      })
    },
    startBuiltApp: async () => {
      const port = await freePort(BUILT_APP_PORT)
      const url = `http://127.0.0.1:${port}`
      const server = startServer('built-app', [NEXT, 'start', '-H', '127.0.0.1', '-p', String(port)], {
        ...environment,
        NODE_ENV: 'production',
        APP_URL: url,
      })
      const app = added({ url, end: () => server.stop() })
      await server.log.waitFor('Ready in', BUILT_APP_READY_MS)
      // What is no event is refused by the route, which is loaded by then, as in a process that has been up for a while.
      const answer = await post(app, '{}')
      if (answer?.status !== 400) throw new Error(`the built app answered ${answer?.status}`)
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
