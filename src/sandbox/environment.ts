/** What the environment needs to know of each stand-in that runs. */
export interface RunningSandbox {
  stripe?: { url: string; secretKey: string; webhookSecret?: string | undefined } | undefined
  supabase?: { url: string; publishableKey: string; secretKey: string } | undefined
  upstash?: { url: string; token: string } | undefined
  /** The app's own address. */
  appUrl: string
}

/** Environment variables by name. */
export type SandboxEnvironment = Record<string, string>

/**
 * The variables that point the app at these stand-ins, and no others: a service whose stand-in does not run keeps
 * what the environment says.
 */
export function sandboxEnvironment({
  stripe,
  supabase,
  upstash,
  appUrl,
}: RunningSandbox): SandboxEnvironment {
  const environment: SandboxEnvironment = { APP_URL: appUrl }
  if (stripe !== undefined) {
    environment.STRIPE_SECRET_KEY = stripe.secretKey
    environment.STRIPE_PUBLISHABLE_KEY = stripe.secretKey.replace(/^sk_/, 'pk_')
    if (stripe.webhookSecret !== undefined) environment.STRIPE_WEBHOOK_SECRET = stripe.webhookSecret
    environment.STRIPE_API_BASE = stripe.url
    environment.TOLLGATE_SANDBOX_CLOCK_URL = `${stripe.url}/_sandbox/clock`
  }
  if (supabase !== undefined) {
    environment.NEXT_PUBLIC_SUPABASE_URL = supabase.url
    environment.NEXT_PUBLIC_SUPABASE_PUBLISHABLE_KEY = supabase.publishableKey
    environment.SUPABASE_SECRET_KEY = supabase.secretKey
  }
  if (upstash !== undefined) {
    environment.UPSTASH_REDIS_REST_URL = upstash.url
    environment.UPSTASH_REDIS_REST_TOKEN = upstash.token
  }
  return environment
}
