import { z } from 'zod'

/** Where the app runs: `local` speaks to the sandbox, the others to the real services. */
export type AppEnvironment = 'local' | 'preview' | 'production'

/** Everything that is configured, read once from the environment and checked. */
export interface AppConfig {
  readonly environment: AppEnvironment
  /** This app's own origin: what return URLs are built from, never the request. */
  readonly appUrl: string
  readonly stripe: {
    readonly secretKey: string
    /** One secret, or several while one is rotated. */
    readonly webhookSecrets: readonly string[]
    readonly livemode: boolean
    /** Stripe's address; null is the real one. */
    readonly apiBase: string | null
  }
  readonly supabase: { readonly url: string; readonly publishableKey: string; readonly secretKey: string }
  readonly redis: { readonly url: string; readonly token: string }
  readonly sandboxClockUrl: string | null
  readonly sentryDsn: string | null
  readonly posthog: { readonly key: string; readonly host: string } | null
  /** Where the outbox's messages are posted, and what signs them; null tells the log alone. */
  readonly hook: { readonly url: string; readonly secret: string } | null
  /** What the cron shows that calls the scheduled check; null closes its route. */
  readonly cronSecret: string | null
  /** How long the ledger keeps the bodies of settled events. */
  readonly payloadRetentionDays: number
}

/** Longer than Stripe lists events and lets them be resent (30 days): docs.stripe.com/api/events */
const PAYLOAD_RETENTION_DAYS = 90

const LOOPBACK = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?(\/|$)/

/** Prefix of the sandbox's own keys: refused wherever the real Stripe is meant. */
const SANDBOX_KEY = /^sk_test_sandbox_/

const SANDBOX_SUPABASE_KEY = /^sb_secret_sandbox_/

const trimmed = (what: string) =>
  z.string({ error: 'is missing' }).regex(/^[\x21-\x7e]+$/, `must be ${what} without spaces or line ends`)
const url = trimmed('a URL').refine(isWebUrl, 'must be an http or https URL')
const supabaseKey = (role: 'anon' | 'service_role', name: string) =>
  trimmed('a key').refine((key) => supabaseRoleOf(key) === role, `must be the project's ${name} key`)

const Environment = z
  .object({
    APP_URL: url,
    STRIPE_SECRET_KEY: trimmed('a key').regex(
      /^(sk|rk)_(test|live)_/,
      'must start with sk_ or rk_, then test_ or live_',
    ),
    STRIPE_PUBLISHABLE_KEY: trimmed('a key').regex(
      /^pk_(test|live)_/,
      'must start with pk_test_ or pk_live_',
    ),
    STRIPE_WEBHOOK_SECRET: trimmed('secrets').regex(
      /^whsec_[^,]+(,whsec_[^,]+)*$/,
      'must be one or more whsec_…, separated by commas',
    ),
    STRIPE_API_BASE: trimmed('a URL').regex(LOOPBACK, 'may only name this machine').optional(),
    NEXT_PUBLIC_SUPABASE_URL: url,
    NEXT_PUBLIC_SUPABASE_PUBLISHABLE_KEY: supabaseKey('anon', 'publishable (or legacy anon)'),
    SUPABASE_SECRET_KEY: supabaseKey('service_role', 'secret (or legacy service_role)'),
    UPSTASH_REDIS_REST_URL: url,
    UPSTASH_REDIS_REST_TOKEN: trimmed('a token'),
    TOLLGATE_ENV: z.enum(['local', 'preview', 'production']).optional(),
    TOLLGATE_SANDBOX_CLOCK_URL: trimmed('a URL').regex(LOOPBACK, 'may only name this machine').optional(),
    SENTRY_DSN: url.optional(),
    POSTHOG_KEY: trimmed('a key').optional(),
    POSTHOG_HOST: url.optional(),
    TOLLGATE_HOOK_URL: url.optional(),
    TOLLGATE_HOOK_SECRET: trimmed('a secret')
      .regex(/^whsec_[A-Za-z0-9+/]{32,}={0,2}$/, 'must be whsec_ and the base64 of 24 random bytes or more')
      .optional(),
    CRON_SECRET: trimmed('a secret').min(16, 'must have 16 characters at the least').optional(),
    TOLLGATE_PAYLOAD_RETENTION_DAYS: trimmed('days')
      .regex(/^\d{1,4}$/, 'must be a number of days')
      .optional(),
  })
  .superRefine((env, context) => {
    const refuse = (name: string, message: string) =>
      context.addIssue({ code: 'custom', path: [name], message })
    const isLive = /^[sr]k_live_/.test(env.STRIPE_SECRET_KEY)
    if (isLive !== env.STRIPE_PUBLISHABLE_KEY.startsWith('pk_live_')) {
      refuse('STRIPE_PUBLISHABLE_KEY', 'is of another mode than STRIPE_SECRET_KEY')
    }
    const sandboxed = env.STRIPE_API_BASE !== undefined
    if (isLive && sandboxed) refuse('STRIPE_API_BASE', 'must not be set with a live key')
    if (!sandboxed && SANDBOX_KEY.test(env.STRIPE_SECRET_KEY)) {
      refuse('STRIPE_SECRET_KEY', "is the sandbox's, which Stripe does not know")
    }
    if (!sandboxed && env.TOLLGATE_SANDBOX_CLOCK_URL !== undefined) {
      refuse('TOLLGATE_SANDBOX_CLOCK_URL', 'must not be set without the sandbox')
    }
    if (env.TOLLGATE_ENV === 'production' && !isLive) {
      refuse('TOLLGATE_ENV', 'is production, but the keys are not')
    }
    if ((env.TOLLGATE_HOOK_URL === undefined) !== (env.TOLLGATE_HOOK_SECRET === undefined)) {
      refuse('TOLLGATE_HOOK_SECRET', 'goes with TOLLGATE_HOOK_URL: set both or neither')
    }
    if (!isLive) return
    if (env.TOLLGATE_HOOK_URL?.startsWith('http://')) {
      refuse('TOLLGATE_HOOK_URL', 'must be https with a live key')
    }
    if (env.TOLLGATE_ENV !== undefined && env.TOLLGATE_ENV !== 'production') {
      refuse('TOLLGATE_ENV', 'is not production, but the keys are live')
    }
    if (!env.APP_URL.startsWith('https://')) refuse('APP_URL', 'must be https with a live key')
    if (SANDBOX_SUPABASE_KEY.test(env.SUPABASE_SECRET_KEY)) {
      refuse('SUPABASE_SECRET_KEY', "is the sandbox's")
    }
  })

/** The names of all variables that the app reads, for `.env.example` and its test. */
export const environmentNames: readonly string[] = Object.keys(Environment.shape)

/**
 * The configuration in an environment. Throws an `Error` that names every variable which is missing or wrong, and
 * says why; never a value.
 */
export function readConfig(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): AppConfig {
  // An empty variable is one that was not filled in.
  const present = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''))
  const parsed = Environment.safeParse(present)
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `  ${issue.path.join('.')} ${issue.message}`)
    throw new Error(
      `The configuration is not complete (\`npm run dev\` sets up a local one):\n${lines.join('\n')}`,
    )
  }
  const env = parsed.data
  const livemode = /^[sr]k_live_/.test(env.STRIPE_SECRET_KEY)
  return {
    environment: env.TOLLGATE_ENV ?? defaultEnvironment(env.STRIPE_API_BASE, livemode),
    appUrl: new URL(env.APP_URL).origin,
    stripe: {
      secretKey: env.STRIPE_SECRET_KEY,
      webhookSecrets: env.STRIPE_WEBHOOK_SECRET.split(','),
      livemode,
      apiBase: env.STRIPE_API_BASE ?? null,
    },
    supabase: {
      url: env.NEXT_PUBLIC_SUPABASE_URL,
      publishableKey: env.NEXT_PUBLIC_SUPABASE_PUBLISHABLE_KEY,
      secretKey: env.SUPABASE_SECRET_KEY,
    },
    redis: { url: env.UPSTASH_REDIS_REST_URL, token: env.UPSTASH_REDIS_REST_TOKEN },
    sandboxClockUrl: env.TOLLGATE_SANDBOX_CLOCK_URL ?? null,
    sentryDsn: env.SENTRY_DSN ?? null,
    posthog:
      env.POSTHOG_KEY === undefined
        ? null
        : { key: env.POSTHOG_KEY, host: env.POSTHOG_HOST ?? POSTHOG_DEFAULT_HOST },
    hook:
      env.TOLLGATE_HOOK_URL === undefined || env.TOLLGATE_HOOK_SECRET === undefined
        ? null
        : { url: env.TOLLGATE_HOOK_URL, secret: env.TOLLGATE_HOOK_SECRET },
    cronSecret: env.CRON_SECRET ?? null,
    payloadRetentionDays: Number(env.TOLLGATE_PAYLOAD_RETENTION_DAYS ?? PAYLOAD_RETENTION_DAYS),
  }
}

const POSTHOG_DEFAULT_HOST = 'https://eu.i.posthog.com'

function defaultEnvironment(apiBase: string | undefined, livemode: boolean): AppEnvironment {
  if (apiBase !== undefined) return 'local'
  return livemode ? 'production' : 'preview'
}

function isWebUrl(value: string): boolean {
  return URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)
}

/**
 * The Postgres role behind a Supabase API key, by its form (supabase.com/docs/guides/api/api-keys); null for anything
 * else. A secret key in the place of the publishable one would be sent to every browser.
 */
function supabaseRoleOf(key: string): string | null {
  if (key.startsWith('sb_publishable_')) return 'anon'
  if (key.startsWith('sb_secret_')) return 'service_role'
  try {
    return LegacyKey.parse(JSON.parse(Buffer.from(key.split('.')[1] ?? '', 'base64url').toString())).role
  } catch {
    return null // not a token either
  }
}

/** The claims of a key of the older form, which is a token itself. */
const LegacyKey = z.object({ role: z.string() })
