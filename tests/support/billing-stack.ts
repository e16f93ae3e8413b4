import { randomUUID } from 'node:crypto'
import { createServerClient } from '@supabase/ssr'
import { createClient } from '@supabase/supabase-js'
import { handleCheckoutRequest } from '#src/features/billing/application/checkout/checkout-request.ts'
import { handleStripeWebhookRequest } from '#src/features/billing/application/stripe-webhook.ts'
import { freshUserFromRequest } from '#src/infrastructure/auth/request-user.ts'
import { sessionCookieOptions } from '#src/infrastructure/auth/session-cookie.ts'
import { systemClock } from '#src/infrastructure/clock/system-clock.ts'
import { createBilling } from '#src/infrastructure/composition-root.ts'
import { createSupabaseServiceClient } from '#src/infrastructure/config/clients.ts'
import { readConfig } from '#src/infrastructure/config/env.ts'
import { createLog } from '#src/infrastructure/observability/log.ts'
import { listenOnLoopback } from '#src/sandbox/http/loopback.ts'
import { createStripeSandbox } from '#src/sandbox/stripe/server.ts'
import { createSupabaseSandbox } from '#src/sandbox/supabase/server.ts'
import { createUpstashSandbox, type UpstashSandboxOptions } from '#src/sandbox/upstash/server.ts'

/** A user who signed up through the auth server, with what a client of theirs would send. */
export interface TestUser {
  readonly id: string
  readonly email: string
  readonly accessToken: string
  readonly cookieHeader: string
}

/** The signing secret of the webhook endpoint that the Stripe sandbox posts to. */
export const WEBHOOK_SECRET = 'whsec_0123456789abcdef0123456789abcdef'

interface StackOptions {
  readonly engine?: UpstashSandboxOptions['engine']
  /** All that the app takes for its own; the Stripe sandbox signs with `WEBHOOK_SECRET`. */
  readonly webhookSecrets?: readonly string[]
  /** Whether Stripe has the catalogue. */
  readonly seed?: boolean
}

/**
 * The whole of billing over real HTTP: the three stand-ins, the use cases wired as in production, and a server with
 * the API's handlers, which the Stripe stand-in posts its webhooks to. Time is `clock`'s: real, plus `clock.offsetMs`.
 */
export async function startBillingStack({
  engine = 'memory',
  webhookSecrets = [WEBHOOK_SECRET],
  seed = true,
}: StackOptions = {}) {
  const [supabase, upstash] = await Promise.all([createSupabaseSandbox(), createUpstashSandbox({ engine })])
  let answer: (request: Request) => Promise<Response> = async () => new Response(null, { status: 503 })
  const server = await listenOnLoopback((request) => answer(request))
  const stripe = await createStripeSandbox({
    seed,
    webhook: { url: `${server.url}/api/webhooks/stripe`, secret: WEBHOOK_SECRET },
  })
  const environment = {
    APP_URL: server.url,
    STRIPE_SECRET_KEY: stripe.secretKey,
    STRIPE_PUBLISHABLE_KEY: 'pk_test_sandbox',
    STRIPE_WEBHOOK_SECRET: webhookSecrets.join(','),
    STRIPE_API_BASE: stripe.url,
    NEXT_PUBLIC_SUPABASE_URL: supabase.url,
    NEXT_PUBLIC_SUPABASE_PUBLISHABLE_KEY: supabase.publishableKey,
    SUPABASE_SECRET_KEY: supabase.secretKey,
    UPSTASH_REDIS_REST_URL: upstash.url,
    UPSTASH_REDIS_REST_TOKEN: upstash.token,
  }
  // The data API reads the schema at its first request: that is nobody's deadline.
  await createSupabaseServiceClient(supabase).from('billing_epoch').select()
  // Who asks is decided by the app's own authentication, which reads the configuration of the process.
  Object.assign(process.env, environment)
  const config = readConfig(environment)
  const clock = { offsetMs: 0, now: () => systemClock.now() + clock.offsetMs }
  const logLines: Record<string, unknown>[] = []
  const log = createLog({ write: (line) => void logLines.push(JSON.parse(line)) })
  const deferred: Promise<void>[] = []
  const host = { clock, log, defer: (task: () => Promise<void>) => void deferred.push(task()) }
  const billing = createBilling(config, host)
  answer = async (request) => {
    const route = `${request.method} ${new URL(request.url).pathname.replace(/\/$/, '')}`
    switch (route) {
      case 'POST /api/checkout/session':
        return handleCheckoutRequest(request, {
          ...billing.checkoutRequest,
          authenticate: freshUserFromRequest,
        })
      case 'POST /api/webhooks/stripe':
        return handleStripeWebhookRequest(request, billing.stripeWebhook)
      default:
        return new Response(null, { status: 404 })
    }
  }

  return {
    appUrl: server.url,
    /** What the app would be given, for another process. */
    environment,
    config,
    billing,
    clock,
    logLines,
    stripe,
    supabase,
    upstash,
    /** Another process of the same app: its own memory, the same services. */
    anotherProcess: () => createBilling(config, host),
    /** Resolves when everything that was to run after a response has run. */
    async settleDeferred(): Promise<void> {
      while (deferred.length > 0) await Promise.all(deferred.splice(0))
    },
    /** Signs a new user up. */
    async signUp(): Promise<TestUser> {
      const email = `${randomUUID()}@example.test`
      const password = `pw-${randomUUID()}`
      const client = createClient(supabase.url, supabase.publishableKey, { auth: { persistSession: false } })
      const { data, error } = await client.auth.signUp({ email, password })
      if (error !== null || data.user === null || data.session === null)
        throw error ?? new Error('not signed up')
      const cookies = new Map<string, string>()
      const browser = createServerClient(supabase.url, supabase.publishableKey, {
        cookieOptions: sessionCookieOptions(server.url),
        cookies: {
          getAll: () => [...cookies].map(([name, value]) => ({ name, value })),
          setAll: (all) => all.forEach(({ name, value }) => void cookies.set(name, value)),
        },
      })
      const signedIn = await browser.auth.signInWithPassword({ email, password })
      if (signedIn.error !== null) throw signedIn.error
      return {
        id: data.user.id,
        email,
        accessToken: data.session.access_token,
        cookieHeader: [...cookies].map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('; '),
      }
    },
    async close(): Promise<void> {
      await Promise.all(deferred.splice(0))
      await Promise.all([stripe.close(), supabase.close(), upstash.close(), server.close()])
    },
  }
}

export type BillingStack = Awaited<ReturnType<typeof startBillingStack>>
