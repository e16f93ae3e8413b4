import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { z } from 'zod'
import { environmentNames } from '#src/infrastructure/config/env.ts'
import { freePort } from './ports.ts'
import { ROOT } from './run.ts'
import { type ServerProcess, startServer } from './server-process.ts'

/** Where the app is looked for first; a port that is taken is stepped over. */
const WANTED_APP_PORT = 3000

/** How long a server may take until it can be used. */
const READY_MS = 60_000

/** What the sandbox says of itself: the app's environment, by the app's own names. */
const SandboxEnvironment = z.looseObject({
  STRIPE_SECRET_KEY: z.string(),
  STRIPE_WEBHOOK_SECRET: z.string(),
  STRIPE_API_BASE: z.url(),
  NEXT_PUBLIC_SUPABASE_URL: z.url(),
  NEXT_PUBLIC_SUPABASE_PUBLISHABLE_KEY: z.string(),
  SUPABASE_SECRET_KEY: z.string(),
  UPSTASH_REDIS_REST_URL: z.url(),
  UPSTASH_REDIS_REST_TOKEN: z.string(),
  APP_URL: z.url(),
})

export type SandboxEnvironment = z.infer<typeof SandboxEnvironment>

/** The line that the sandbox prints once all of it can be used. */
const Announcement = z.looseObject({ environment: SandboxEnvironment })

/** The app and its sandbox, running. */
export interface Stack {
  readonly appUrl: string
  readonly environment: SandboxEnvironment
  /** What the app's cron shows: `startCron`. */
  readonly cronSecret: string
  readonly app: ServerProcess
  readonly sandbox: ServerProcess
  /** Ends both, and all that they started. Safe to call twice. */
  stop(): Promise<void>
}

/** How the app is served: the finished build, or the development server. */
export type AppMode = 'start' | 'dev'

/**
 * Starts the sandbox, then the app with the environment that the sandbox gives it, and waits until both answer.
 * What this shell has set for the real services is not handed on. In mode `start` the app must have been built.
 */
export async function startStack({
  mode = 'start',
  wantedPort = WANTED_APP_PORT,
}: {
  readonly mode?: AppMode
  readonly wantedPort?: number
} = {}): Promise<Stack> {
  const port = await freePort(wantedPort)
  const started: ServerProcess[] = []
  const stop = async () => {
    for (const server of started.toReversed()) await server.stop()
  }
  try {
    return { ...(await startBoth(mode, port, started)), stop }
  } catch (error) {
    await stop()
    // Somebody took the port while the sandbox started.
    const isTaken = started.some(({ log }) => log.having('EADDRINUSE').length > 0)
    if (isTaken) return startStack({ mode, wantedPort: port + 1 })
    throw error
  }
}

/** Starts one after the other; each that was started is in `started`, also where the next one fails. */
async function startBoth(
  mode: AppMode,
  port: number,
  started: ServerProcess[],
): Promise<Omit<Stack, 'stop'>> {
  const appUrl = `http://127.0.0.1:${port}`
  const own: Record<string, string | undefined> = { ...process.env, NEXT_TELEMETRY_DISABLED: '1' }
  // Empty is not set, for the app; but it keeps Next from reading the variable from an .env file.
  for (const name of environmentNames) own[name] = ''
  delete own.NODE_ENV

  const sandbox = startServer('sandbox', ['src/sandbox/main.ts', '--json', '--app-url', appUrl], own)
  started.push(sandbox)
  const line = await sandbox.log.waitFor('{"environment"', READY_MS)
  const { environment } = Announcement.parse(JSON.parse(line))
  const cronSecret = randomUUID()

  const next = join(ROOT, 'node_modules', 'next', 'dist', 'bin', 'next')
  const app = startServer('app', [next, mode, '-H', '127.0.0.1', '-p', String(port)], {
    ...own,
    ...textOf(environment),
    CRON_SECRET: cronSecret,
    NODE_ENV: mode === 'start' ? 'production' : 'development',
  })
  started.push(app)
  await app.log.waitFor('Ready in', READY_MS)
  return { appUrl, environment, cronSecret, app, sandbox }
}

function textOf(environment: SandboxEnvironment): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, String(value)]))
}
