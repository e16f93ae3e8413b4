import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'
import { createClient } from '@supabase/supabase-js'
import { Redis } from '@upstash/redis'
import { afterEach, expect, test } from 'vitest'
import { sandboxEnvironment } from '#src/sandbox/environment.ts'

const MAIN = fileURLToPath(new URL('../../../src/sandbox/main.ts', import.meta.url))

interface Announcement {
  environment: Record<string, string>
  urls: Record<string, string>
}

interface Run {
  child: ChildProcess
  output: () => string
}

const running: ChildProcess[] = []

function run(...args: string[]): Run {
  const child = fork(MAIN, args, { silent: true })
  running.push(child)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += String(chunk)))
  return { child, output: () => output }
}

async function announced({ child }: Run): Promise<Announcement> {
  const [message] = (await once(child, 'message')) as [Announcement]
  return message
}

async function exitCode({ child }: Run): Promise<number | null> {
  if (child.exitCode !== null) return child.exitCode
  const [code] = (await once(child, 'exit')) as [number | null]
  return code
}

afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL')
})

test('it starts all three and tells their settings on the IPC channel and as one line of JSON', async () => {
  const started = run('--port-base', '0', '--app-url', 'http://localhost:4321/', '--json')
  const { environment, urls } = await announced(started)
  expect(Object.keys(urls)).toEqual(['stripe', 'supabase', 'upstash'])
  expect(environment).toEqual({
    APP_URL: 'http://localhost:4321',
    STRIPE_SECRET_KEY: expect.stringMatching(/^sk_test_/),
    STRIPE_PUBLISHABLE_KEY: expect.stringMatching(/^pk_test_/),
    STRIPE_WEBHOOK_SECRET: expect.stringMatching(/^whsec_\w{32}$/),
    STRIPE_API_BASE: urls.stripe,
    TOLLGATE_SANDBOX_CLOCK_URL: `${urls.stripe}/_sandbox/clock`,
    NEXT_PUBLIC_SUPABASE_URL: urls.supabase,
    NEXT_PUBLIC_SUPABASE_PUBLISHABLE_KEY: expect.stringMatching(/^sb_publishable_/),
    SUPABASE_SECRET_KEY: expect.stringMatching(/^sb_secret_/),
    UPSTASH_REDIS_REST_URL: urls.upstash,
    UPSTASH_REDIS_REST_TOKEN: expect.any(String),
  })
  expect(JSON.parse(started.output())).toEqual({ environment, urls })
  started.child.kill('SIGTERM')
  expect(await exitCode(started)).toBe(0)
}, 60_000)

test('the settings that it prints open the stand-ins, and Ctrl-C closes them', async () => {
  const started = run('supabase', 'upstash', '--port-base', '0')
  const { environment: env } = await announced(started)
  const supabase = createClient(env.NEXT_PUBLIC_SUPABASE_URL ?? '', env.SUPABASE_SECRET_KEY ?? '')
  const redis = new Redis({
    url: env.UPSTASH_REDIS_REST_URL ?? '',
    token: env.UPSTASH_REDIS_REST_TOKEN ?? '',
  })
  expect((await supabase.auth.admin.listUsers()).data.users).toEqual([])
  expect(await redis.ping()).toBe('PONG')
  started.child.kill('SIGINT')
  expect(await exitCode(started)).toBe(0)
  await expect(fetch(env.UPSTASH_REDIS_REST_URL ?? '')).rejects.toThrow('fetch failed')
}, 60_000)

test('a port that is taken is stepped over', async () => {
  const blocker = createServer().listen(0, '127.0.0.1')
  await once(blocker, 'listening')
  const address = blocker.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const started = run('upstash', '--port-base', String(port - 2))
  const { urls } = await announced(started)
  expect(Number(new URL(urls.upstash ?? '').port)).toBeGreaterThan(port)
  blocker.close()
}, 30_000)

test('it ends when its parent is gone', async () => {
  const started = run('upstash', '--port-base', '0')
  await announced(started)
  started.child.disconnect()
  expect(await exitCode(started)).toBe(0)
}, 30_000)

test.each([
  [['redis'], 'There is no stand-in "redis"'],
  [['--port-base', 'x'], '--port-base x is no port'],
  [['--app-url', 'nowhere'], '--app-url nowhere is no URL'],
  [['--nope'], "Unknown option '--nope'"],
])('%j is refused with how to use it', async (args, message) => {
  const started = run(...args)
  expect(await exitCode(started)).toBe(1)
  expect(started.output()).toContain(message)
  expect(started.output()).toContain('node src/sandbox/main.ts [stripe|supabase|upstash ...]')
})

test('only the services that run are in the environment', () => {
  const upstash = { url: 'http://127.0.0.1:8079', token: 't' }
  expect(sandboxEnvironment({ upstash, appUrl: 'http://localhost:3000' })).toEqual({
    APP_URL: 'http://localhost:3000',
    UPSTASH_REDIS_REST_URL: 'http://127.0.0.1:8079',
    UPSTASH_REDIS_REST_TOKEN: 't',
  })
})
