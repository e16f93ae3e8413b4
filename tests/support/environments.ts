/** What production sets, with a canary in each value. */
export const LIVE = {
  APP_URL: 'https://app.example.test/anywhere?x=1',
  STRIPE_SECRET_KEY: 'sk_live_canary1',
  STRIPE_PUBLISHABLE_KEY: 'pk_live_canary2',
  STRIPE_WEBHOOK_SECRET: 'whsec_canary3',
  NEXT_PUBLIC_SUPABASE_URL: 'https://canary4.supabase.co',
  NEXT_PUBLIC_SUPABASE_PUBLISHABLE_KEY: 'sb_publishable_canary5',
  SUPABASE_SECRET_KEY: 'sb_secret_canary6',
  UPSTASH_REDIS_REST_URL: 'https://canary7.upstash.io',
  UPSTASH_REDIS_REST_TOKEN: 'canary8',
}

/** Stripe's test mode, on the real services. */
export const TEST_MODE = {
  ...LIVE,
  STRIPE_SECRET_KEY: 'sk_test_canary1',
  STRIPE_PUBLISHABLE_KEY: 'pk_test_canary2',
}

/** The stand-ins on this machine. */
export const SANDBOX = {
  ...TEST_MODE,
  APP_URL: 'http://localhost:3000',
  STRIPE_SECRET_KEY: 'sk_test_sandbox_canary1',
  STRIPE_API_BASE: 'http://127.0.0.1:12111',
  SUPABASE_SECRET_KEY: 'sb_secret_sandbox_canary6',
  TOLLGATE_SANDBOX_CLOCK_URL: 'http://127.0.0.1:12111/_sandbox/clock',
}
