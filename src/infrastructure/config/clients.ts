import { createClient, type SupabaseClient } from '@supabase/supabase-js'
import { Redis } from '@upstash/redis'
import Stripe from 'stripe'
import type { AppConfig } from './env.ts'

/** The API version that requests are made at; webhooks carry their own. */
export const STRIPE_API_VERSION = '2026-10-28.endive'

/** How long one try of a request to Stripe may take. A person waits for it. */
export const STRIPE_DEADLINE_MS = 10_000

/** The SDK tries again on 409 and 5xx, under the same idempotency key. Retries happen in no other layer. */
export const STRIPE_RETRIES_MAX = 2

/** How long a check waits for Redis before it asks Postgres. */
export const REDIS_CHECK_DEADLINE_MS = 150

/** How long a webhook waits for Redis: no person waits, and a missed write costs a retry. */
export const REDIS_WEBHOOK_DEADLINE_MS = 1_000

/** Stripe's own SDK, pointed at the configured address. */
export function createStripeClient(
  { secretKey, apiBase }: AppConfig['stripe'],
  { deadlineMs = STRIPE_DEADLINE_MS, retriesMax = STRIPE_RETRIES_MAX } = {},
): Stripe {
  const base = apiBase === null ? null : new URL(apiBase)
  return new Stripe(secretKey, {
    apiVersion: STRIPE_API_VERSION,
    timeout: deadlineMs,
    maxNetworkRetries: retriesMax,
    telemetry: false,
    ...(base && {
      host: base.hostname,
      port: base.port,
      protocol: base.protocol === 'http:' ? 'http' : 'https',
    }),
  })
}

/** Supabase as the service role: it alone may call the functions that write. Keeps no session. */
export function createSupabaseServiceClient({ url, secretKey }: AppConfig['supabase']): SupabaseClient {
  return createClient(url, secretKey, {
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
  })
}

/**
 * Upstash Redis with one try a command and a deadline of its own. The deadline is a function: a fixed signal would
 * turn a timeout into `null`, which reads as "nothing cached". Values stay strings: what they mean is the cache's.
 */
export function createRedisClient(
  { url, token }: AppConfig['redis'],
  { deadlineMs }: { deadlineMs: number },
): Redis {
  return new Redis({
    url,
    token,
    retry: { retries: 0 },
    signal: () => AbortSignal.timeout(deadlineMs),
    automaticDeserialization: false,
    enableTelemetry: false,
  })
}
