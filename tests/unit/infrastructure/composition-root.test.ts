import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { systemClock } from '#src/infrastructure/clock/system-clock.ts'
import { createStripeSandbox } from '#src/sandbox/stripe/server.ts'

/** A configuration of the sandbox's kind. Nothing listens there. */
const SANDBOX = {
  APP_URL: 'http://localhost:3000/ignored',
  STRIPE_SECRET_KEY: 'sk_test_sandbox_1',
  STRIPE_PUBLISHABLE_KEY: 'pk_test_1',
  STRIPE_WEBHOOK_SECRET: 'whsec_1',
  STRIPE_API_BASE: 'http://127.0.0.1:1',
  NEXT_PUBLIC_SUPABASE_URL: 'http://127.0.0.1:1',
  NEXT_PUBLIC_SUPABASE_PUBLISHABLE_KEY: 'sb_publishable_1',
  SUPABASE_SECRET_KEY: 'sb_secret_sandbox_1',
  UPSTASH_REDIS_REST_URL: 'http://127.0.0.1:1',
  UPSTASH_REDIS_REST_TOKEN: 'token',
  TOLLGATE_SANDBOX_CLOCK_URL: '',
}

/** The module as one more bundle of the same process has it. */
async function anotherBundle() {
  vi.resetModules()
  return import('#src/infrastructure/composition-root.ts')
}

beforeEach(() => {
  for (const [name, value] of Object.entries(SANDBOX)) vi.stubEnv(name, value)
})

afterEach(() => {
  vi.unstubAllEnvs()
  Reflect.deleteProperty(globalThis, Symbol.for('tollgate.billing'))
})

describe('the billing of a process', () => {
  it('is one, whichever bundle asks: a check sees at once what a webhook has learned (I6)', async () => {
    const ofPages = (await anotherBundle()).billing()
    const ofWebhooks = (await anotherBundle()).billing()

    expect(ofWebhooks.stripeWebhook.memory).toBe(ofPages.stripeWebhook.memory)
    expect(ofWebhooks.checkEntitlements).toBe(ofPages.checkEntitlements)
  })

  it('knows its own origin from the configuration alone', async () => {
    expect((await anotherBundle()).billing().appUrl).toBe('http://localhost:3000')
  })

  it('takes its time from the machine where no sandbox has a clock of its own', async () => {
    const { clock } = (await anotherBundle()).billing()

    expect(Math.abs(clock.now() - systemClock.now())).toBeLessThan(60_000)
  })

  it('follows the clock of a sandbox that has one', async () => {
    const sandbox = await createStripeSandbox()
    await sandbox.advance({ seconds: 5 * 86_400 })
    vi.stubEnv('TOLLGATE_SANDBOX_CLOCK_URL', `${sandbox.url}/_sandbox/clock`)
    const { clock } = (await anotherBundle()).billing()

    await vi.waitFor(() => expect(clock.now()).toBeGreaterThan(systemClock.now() + 4 * 86_400_000), 20_000)
    await sandbox.close()
  })

  it('is not built from a configuration that is not complete, and says what is missing (F94)', async () => {
    vi.stubEnv('STRIPE_WEBHOOK_SECRET', '')
    const { billing } = await anotherBundle()

    expect(() => billing()).toThrow('STRIPE_WEBHOOK_SECRET is missing')
  })
})
