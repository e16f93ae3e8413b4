import { readFileSync } from 'node:fs'
import { describe, expect, onTestFinished, test } from 'vitest'
import { environmentNames, readConfig } from '#src/infrastructure/config/env.ts'
import { LIVE, SANDBOX, TEST_MODE } from '#tests/support/environments.ts'

/** A key of the older form: a token whose claims name the role. */
function legacyKey(role: string): string {
  const claims = Buffer.from(JSON.stringify({ iss: 'supabase', role })).toString('base64url')
  return `eyJhbGciOiJIUzI1NiJ9.${claims}.c2lnbmF0dXJl`
}

type Environment = Readonly<Record<string, string | undefined>>

/** What a wrong environment is refused with, and the names in it. */
function refusal(environment: Environment): { message: string; names: string[] } {
  try {
    readConfig(environment)
  } catch (error) {
    const message = error instanceof Error ? error.message : ''
    const named = [...message.matchAll(/^ {2}([A-Z_]+) /gm)].map(([, name]) => name ?? '')
    return { message, names: [...new Set(named)] }
  }
  return { message: '', names: [] }
}

const REQUIRED = Object.keys(LIVE)
const HOOK_SECRET = `whsec_${Buffer.alloc(24, 7).toString('base64')}`

describe('a complete environment', () => {
  test('of production', () => {
    expect(readConfig(LIVE)).toEqual({
      environment: 'production',
      appUrl: 'https://app.example.test',
      stripe: {
        secretKey: 'sk_live_canary1',
        webhookSecrets: ['whsec_canary3'],
        livemode: true,
        apiBase: null,
      },
      supabase: {
        url: 'https://canary4.supabase.co',
        publishableKey: 'sb_publishable_canary5',
        secretKey: 'sb_secret_canary6',
      },
      redis: { url: 'https://canary7.upstash.io', token: 'canary8' },
      sandboxClockUrl: null,
      sentryDsn: null,
      posthog: null,
      hook: null,
      cronSecret: null,
      payloadRetentionDays: 90,
    })
  })

  test('of the sandbox on this machine', () => {
    expect(readConfig(SANDBOX)).toMatchObject({
      environment: 'local',
      appUrl: 'http://localhost:3000',
      stripe: { apiBase: 'http://127.0.0.1:12111', livemode: false },
      sandboxClockUrl: 'http://127.0.0.1:12111/_sandbox/clock',
    })
  })

  test('of test mode is a preview, unless it says that it is local', () => {
    expect(readConfig(TEST_MODE).environment).toBe('preview')
    expect(readConfig({ ...TEST_MODE, TOLLGATE_ENV: 'local' }).environment).toBe('local')
    expect(readConfig({ ...LIVE, TOLLGATE_ENV: 'production' }).environment).toBe('production')
  })

  test('with a hook that others are told through', () => {
    const hook = { url: 'https://hooks.example.test/billing', secret: HOOK_SECRET }
    const given = { TOLLGATE_HOOK_URL: hook.url, TOLLGATE_HOOK_SECRET: hook.secret }

    expect(readConfig({ ...LIVE, ...given }).hook).toEqual(hook)
  })

  test('with a restricted key, and with Supabase’s keys of the older form', () => {
    const environment = {
      ...LIVE,
      STRIPE_SECRET_KEY: 'rk_live_canary1',
      NEXT_PUBLIC_SUPABASE_PUBLISHABLE_KEY: legacyKey('anon'),
      SUPABASE_SECRET_KEY: legacyKey('service_role'),
    }
    expect(readConfig(environment).stripe.livemode).toBe(true)
  })

  test('F95: with two webhook secrets while one is rotated', () => {
    const environment = { ...LIVE, STRIPE_WEBHOOK_SECRET: 'whsec_new,whsec_old' }
    expect(readConfig(environment).stripe.webhookSecrets).toEqual(['whsec_new', 'whsec_old'])
  })

  test('with what is optional', () => {
    const environment = { ...LIVE, SENTRY_DSN: 'https://k@sentry.example.test/1', POSTHOG_KEY: 'phc_1' }
    expect(readConfig(environment)).toMatchObject({
      sentryDsn: 'https://k@sentry.example.test/1',
      posthog: { key: 'phc_1', host: 'https://eu.i.posthog.com' },
    })
    const elsewhere = { ...environment, POSTHOG_HOST: 'https://us.i.posthog.com' }
    expect(readConfig(elsewhere).posthog?.host).toBe('https://us.i.posthog.com')
  })

  test('with a cron that shows a secret, and with another time for which bodies are kept', () => {
    const environment = {
      ...LIVE,
      CRON_SECRET: 'of-16-characters',
      TOLLGATE_PAYLOAD_RETENTION_DAYS: '30',
    }
    expect(readConfig(environment)).toMatchObject({
      cronSecret: 'of-16-characters',
      payloadRetentionDays: 30,
    })
    expect(refusal({ ...LIVE, CRON_SECRET: 'too-short' }).names).toEqual(['CRON_SECRET'])
    expect(refusal({ ...LIVE, TOLLGATE_PAYLOAD_RETENTION_DAYS: 'a week' }).names).toEqual([
      'TOLLGATE_PAYLOAD_RETENTION_DAYS',
    ])
  })

  test('is the environment of the process where none is given', () => {
    expect(refusal({}).names).toEqual(REQUIRED)
    const { env } = process
    // All of it: what another file has set in this process is no part of it.
    process.env = { NODE_ENV: 'test', ...LIVE }
    onTestFinished(() => {
      process.env = env
    })
    expect(readConfig().appUrl).toBe('https://app.example.test')
  })
})

describe('F94: the app refuses to start with a variable that is', () => {
  test.each(REQUIRED)('missing: %s', (name) => {
    expect(refusal({ ...LIVE, [name]: undefined }).names).toEqual([name])
  })

  test.each(REQUIRED)('empty: %s', (name) => {
    expect(refusal({ ...LIVE, [name]: '' }).names).toContain(name)
  })

  test.each([' before', 'after ', 'after\n', 'in the middle', '\ttab', 'umläut'])(
    'spaced: %j in any of them',
    (value) => {
      const named = REQUIRED.map((name) => refusal({ ...LIVE, [name]: value }).names.includes(name))
      expect(named).toEqual(REQUIRED.map(() => true))
    },
  )

  test.each([
    ['STRIPE_SECRET_KEY', 'STRIPE_PUBLISHABLE_KEY'],
    ['STRIPE_SECRET_KEY', 'STRIPE_WEBHOOK_SECRET'],
    ['STRIPE_PUBLISHABLE_KEY', 'STRIPE_WEBHOOK_SECRET'],
    ['NEXT_PUBLIC_SUPABASE_PUBLISHABLE_KEY', 'SUPABASE_SECRET_KEY'],
    ['NEXT_PUBLIC_SUPABASE_URL', 'NEXT_PUBLIC_SUPABASE_PUBLISHABLE_KEY'],
    ['STRIPE_SECRET_KEY', 'SUPABASE_SECRET_KEY'],
  ] as const)('swapped: %s with %s', (a, b) => {
    expect(refusal({ ...LIVE, [a]: LIVE[b], [b]: LIVE[a] }).names).toEqual(expect.arrayContaining([a, b]))
  })

  test('swapped: the token of Upstash with its address', () => {
    const { UPSTASH_REDIS_REST_URL: url, UPSTASH_REDIS_REST_TOKEN: token } = LIVE
    const swapped = { ...LIVE, UPSTASH_REDIS_REST_URL: token, UPSTASH_REDIS_REST_TOKEN: url }
    expect(refusal(swapped).names).toEqual(['UPSTASH_REDIS_REST_URL'])
  })

  test.each<[string, Environment, string]>([
    ['a key of another mode', { STRIPE_PUBLISHABLE_KEY: 'pk_test_canary2' }, 'STRIPE_PUBLISHABLE_KEY'],
    ['a test key in production', { ...TEST_MODE, TOLLGATE_ENV: 'production' }, 'TOLLGATE_ENV'],
    ['a live key in a preview', { TOLLGATE_ENV: 'preview' }, 'TOLLGATE_ENV'],
    ['a live key on a developer’s machine', { TOLLGATE_ENV: 'local' }, 'TOLLGATE_ENV'],
    ['an environment that does not exist', { TOLLGATE_ENV: 'staging' }, 'TOLLGATE_ENV'],
    ['a live key and the sandbox', { STRIPE_API_BASE: 'http://127.0.0.1:12111' }, 'STRIPE_API_BASE'],
    ['the sandbox on another machine', { STRIPE_API_BASE: 'https://stripe.example.test' }, 'STRIPE_API_BASE'],
    [
      'a name that begins like this machine',
      { STRIPE_API_BASE: 'http://localhost.example.test' },
      'STRIPE_API_BASE',
    ],
    [
      'this machine as a user name',
      { STRIPE_API_BASE: 'http://127.0.0.1:1@example.test/' },
      'STRIPE_API_BASE',
    ],
    [
      'the sandbox’s key and the real Stripe',
      { ...TEST_MODE, STRIPE_SECRET_KEY: 'sk_test_sandbox_1' },
      'STRIPE_SECRET_KEY',
    ],
    [
      'the sandbox’s database and real money',
      { SUPABASE_SECRET_KEY: 'sb_secret_sandbox_1' },
      'SUPABASE_SECRET_KEY',
    ],
    [
      'the sandbox’s clock and the real Stripe',
      { TOLLGATE_SANDBOX_CLOCK_URL: 'http://127.0.0.1:1/clock' },
      'TOLLGATE_SANDBOX_CLOCK_URL',
    ],
    [
      'a clock on another machine',
      { ...SANDBOX, TOLLGATE_SANDBOX_CLOCK_URL: 'https://clock.example.test' },
      'TOLLGATE_SANDBOX_CLOCK_URL',
    ],
    ['real money over http', { APP_URL: 'http://app.example.test' }, 'APP_URL'],
    ['an address that is no web address', { APP_URL: 'javascript:alert(1)' }, 'APP_URL'],
    [
      'Redis’s own address in place of the REST one',
      { UPSTASH_REDIS_REST_URL: 'rediss://canary7.upstash.io:6379' },
      'UPSTASH_REDIS_REST_URL',
    ],
    [
      'the secret key where browsers see it',
      { NEXT_PUBLIC_SUPABASE_PUBLISHABLE_KEY: 'sb_secret_canary6' },
      'NEXT_PUBLIC_SUPABASE_PUBLISHABLE_KEY',
    ],
    [
      'the older secret key where browsers see it',
      { NEXT_PUBLIC_SUPABASE_PUBLISHABLE_KEY: legacyKey('service_role') },
      'NEXT_PUBLIC_SUPABASE_PUBLISHABLE_KEY',
    ],
    [
      'the publishable key where the secret one is needed',
      { SUPABASE_SECRET_KEY: legacyKey('anon') },
      'SUPABASE_SECRET_KEY',
    ],
    [
      'a token that is no key',
      { SUPABASE_SECRET_KEY: 'eyJhbGciOiJIUzI1NiJ9.e30.c2ln' },
      'SUPABASE_SECRET_KEY',
    ],
    [
      'a second secret of another kind',
      { STRIPE_WEBHOOK_SECRET: 'whsec_1,sk_live_1' },
      'STRIPE_WEBHOOK_SECRET',
    ],
    ['a comma too many', { STRIPE_WEBHOOK_SECRET: 'whsec_1,' }, 'STRIPE_WEBHOOK_SECRET'],
    ['a report address that is none', { SENTRY_DSN: 'sentry' }, 'SENTRY_DSN'],
    [
      'a hook that nothing signs',
      { TOLLGATE_HOOK_URL: 'https://hooks.example.test' },
      'TOLLGATE_HOOK_SECRET',
    ],
    ['a signature for no hook', { TOLLGATE_HOOK_SECRET: HOOK_SECRET }, 'TOLLGATE_HOOK_SECRET'],
    [
      'a hook’s secret that is too short',
      { TOLLGATE_HOOK_URL: 'https://hooks.example.test', TOLLGATE_HOOK_SECRET: 'whsec_c2hvcnQ=' },
      'TOLLGATE_HOOK_SECRET',
    ],
    [
      'real customers told over http',
      { TOLLGATE_HOOK_URL: 'http://hooks.example.test', TOLLGATE_HOOK_SECRET: HOOK_SECRET },
      'TOLLGATE_HOOK_URL',
    ],
  ])('of the wrong kind: %s', (_, changes, name) => {
    expect(refusal({ ...LIVE, ...changes }).names).toEqual([name])
  })

  test('and names all that is wrong at once', () => {
    expect(refusal({ ...LIVE, APP_URL: undefined, STRIPE_SECRET_KEY: 'x' }).names).toEqual([
      'APP_URL',
      'STRIPE_SECRET_KEY',
    ])
  })

  test('and prints no value', () => {
    const broken = Object.fromEntries(Object.entries(LIVE).map(([name, value]) => [name, ` ${value}`]))
    const { message, names } = refusal(broken)
    expect(names).toEqual(expect.arrayContaining(REQUIRED))
    expect(message).not.toContain('canary')
    expect(refusal({ ...LIVE, SUPABASE_SECRET_KEY: LIVE.STRIPE_SECRET_KEY }).message).not.toContain('canary')
  })
})

describe('.env.example', () => {
  const lines = readFileSync(new URL('../../../../.env.example', import.meta.url), 'utf8').split('\n')
  const assignments = lines.flatMap((line, index) => {
    const [, name, value] = /^(?:# )?([A-Z][A-Z_]+)=(.*)$/.exec(line) ?? []
    return name === undefined ? [] : [{ name, value: value ?? '', before: lines[index - 1] ?? '' }]
  })

  test('T002, T050: names every variable that the app reads, once, and no other', () => {
    expect(assignments.map(({ name }) => name).toSorted()).toEqual(environmentNames.toSorted())
  })

  test('says of each what it is', () => {
    expect(assignments.filter(({ before }) => !/^# .{15,}/.test(before))).toEqual([])
  })

  test('is refused as it stands: nobody runs on its placeholders', () => {
    const environment = Object.fromEntries(assignments.map(({ name, value }) => [name, value]))
    expect(refusal(environment).names).toEqual(
      expect.arrayContaining(['STRIPE_SECRET_KEY', 'STRIPE_WEBHOOK_SECRET']),
    )
  })
})
