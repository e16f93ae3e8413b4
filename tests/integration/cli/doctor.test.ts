import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Finding } from '#src/features/billing/application/doctor/Finding.ts'
import { createSupabaseServiceClient } from '#src/infrastructure/config/clients.ts'
import { listenOnLoopback } from '#src/sandbox/http/loopback.ts'
import { type BillingStack, startBillingStack } from '#tests/support/billing-stack.ts'
import { stripeOf, subscribe } from '#tests/support/reconcile.ts'
import { runTollgate } from '#tests/support/run-tollgate.ts'

let stack: BillingStack

beforeAll(async () => {
  stack = await startBillingStack()
  await runTollgate(stack, ['catalogue', 'push'])
  await runTollgate(stack, ['reconcile', '--repair'])
})
afterEach(() => {
  stack.clock.offsetMs = 0
})
afterAll(() => stack.close())

async function doctor(environment: Record<string, string> = {}) {
  const ran = await runTollgate(stack, ['doctor', '--json'], { environment })
  return { code: ran.code, found: ran.json() as Finding[], printed: ran.stdout + ran.stderr }
}

/** What the doctor says of one check, where it is not well. */
const complaints = (found: readonly Finding[], check: string) =>
  found.filter((finding) => finding.check === check && finding.health !== 'ok')

/** An address that answers everything with this status, in the app's place. */
async function answering(status: number, headers: Record<string, string> = {}) {
  return listenOnLoopback(async () => new Response(null, { status, headers }))
}

describe('doctor', () => {
  it('finds nothing wrong with what runs as it should, and answers 0', async () => {
    const { code, found } = await doctor()

    expect(found.filter(({ health }) => health === 'failure' || health === 'warning')).toEqual([])
    expect(code).toBe(0)
  })

  it('F94: names keys of mixed modes, and no value', async () => {
    const { code, found, printed } = await doctor({ STRIPE_PUBLISHABLE_KEY: 'pk_live_canary' })

    expect(found).toMatchObject([{ check: 'settings', health: 'failure' }])
    expect(found[0]?.says).toContain('STRIPE_PUBLISHABLE_KEY')
    expect(printed).not.toContain('canary')
    expect(code).toBe(1)
  })

  it('names a secret in a public variable, and no value', async () => {
    const { found, printed } = await doctor({ NEXT_PUBLIC_OOPS: 'sb_secret_canary' })

    expect(complaints(found, 'settings')).toMatchObject([
      { health: 'failure', says: expect.stringContaining('NEXT_PUBLIC_OOPS') },
    ])
    expect(printed).not.toContain('canary')
  })

  it('F52: names a redirect in front of the webhook', async () => {
    const moved = await answering(308, {
      location: 'https://www.example.test/api/webhooks/stripe?token=canary',
    })

    const { found, printed } = await doctor({ APP_URL: moved.url })

    await moved.close()
    expect(complaints(found, 'webhook route')).toMatchObject([
      { health: 'failure', says: expect.stringContaining('redirects to https://www.example.test') },
    ])
    expect(printed).not.toContain('canary')
  })

  it.each([401, 403, 404, 500])('F52: names what answers %i in front of the webhook', async (status) => {
    const guarded = await answering(status)

    const { found } = await doctor({ APP_URL: guarded.url })

    await guarded.close()
    expect(complaints(found, 'webhook route')).toMatchObject([{ health: 'failure' }])
  })

  it('names a secret that the app does not verify', async () => {
    const { found } = await doctor({
      STRIPE_WEBHOOK_SECRET: `${stack.environment.STRIPE_WEBHOOK_SECRET},whsec_other`,
    })

    expect(complaints(found, 'webhook route')).toMatchObject([
      { says: expect.stringContaining('does not verify secret 2') },
    ])
  })

  it('F55: names a missing endpoint, one that is disabled, and a type that is not sent', async () => {
    const stripe = stripeOf(stack)
    const [endpoint] = (await stripe.webhookEndpoints.list()).data
    const id = endpoint?.id ?? ''

    await stripe.webhookEndpoints.update(id, { enabled_events: ['invoice.paid'] })
    const partial = complaints((await doctor()).found, 'webhook endpoint')
    await stripe.webhookEndpoints.update(id, { enabled_events: ['*'], disabled: true })
    const disabled = complaints((await doctor()).found, 'webhook endpoint')
    await stripe.webhookEndpoints.update(id, { disabled: false, url: `${stack.appUrl}/elsewhere` })
    const missing = complaints((await doctor()).found, 'webhook endpoint')
    await stripe.webhookEndpoints.update(id, { url: `${stack.appUrl}/api/webhooks/stripe` })

    expect(partial).toMatchObject([{ says: expect.stringContaining('customer.subscription.deleted') }])
    expect(disabled).toMatchObject([{ says: expect.stringContaining('is disabled') }])
    expect(missing).toMatchObject([{ says: expect.stringContaining('Stripe has no endpoint') }])
  })

  it('names a price of ours without a lookup key', async () => {
    const stripe = stripeOf(stack)
    const [known] = (await stripe.prices.list({ lookup_keys: ['tollgate_pro_monthly_v1'] })).data
    const bare = await stripe.prices.create({
      currency: 'eur',
      unit_amount: 500,
      product: String(known?.product),
    })

    const { found } = await doctor()

    await stripe.prices.update(bare.id, { active: false })
    expect(complaints(found, 'lookup keys')).toMatchObject([{ says: expect.stringContaining(bare.id) }])
  })

  it('names a catalogue that Stripe does not have', async () => {
    const stripe = stripeOf(stack)
    const [price] = (await stripe.prices.list({ lookup_keys: ['tollgate_pro_monthly_v1'] })).data
    await stripe.prices.update(price?.id ?? '', { active: false })

    const { found } = await doctor()

    await runTollgate(stack, ['catalogue', 'push'])
    expect(complaints(found, 'catalogue')).toMatchObject([
      { mend: expect.stringContaining('catalogue push') },
    ])
  })

  it('F92: names the migration that is not applied', async () => {
    const version = '20261125000208'
    await stack.supabase.sql('delete from supabase_migrations.schema_migrations where version = $1', [
      version,
    ])

    const { found } = await doctor()

    await stack.supabase.sql('insert into supabase_migrations.schema_migrations (version) values ($1)', [
      version,
    ])
    expect(complaints(found, 'migrations')).toMatchObject([
      { says: 'not applied: 20261125000208_get_diagnosis.sql', mend: 'supabase db push' },
    ])
  })

  it('F32, F34: names a table whose row level security is off, and a function that users may call', async () => {
    await stack.supabase.sql('alter table billing_users disable row level security')
    await stack.supabase.sql('grant execute on function get_billing_account to anon')

    const { found } = await doctor()

    await stack.supabase.sql('alter table billing_users enable row level security')
    await stack.supabase.sql('revoke execute on function get_billing_account from anon')
    expect(complaints(found, 'row level security').map(({ says }) => says)).toEqual([
      'off, or not forced, on billing_users',
      'users may call get_billing_account',
    ])
  })

  it('says which law is broken, and by which rows', async () => {
    await subscribe(stack, await stack.signUp())
    await stack.supabase.sql(
      "update user_entitlements set expires_at = null where source_kind = 'subscription'",
    )

    const { code, found } = await doctor()

    await stack.supabase.sql('update user_entitlements set expires_at = expires_bound')
    expect(complaints(found, 'laws')).toMatchObject([
      { says: expect.stringMatching(/subscription_access_ends .* sub_/) },
    ])
    expect(code).toBe(1)
  })

  it('F9: names what Stripe has sent and nobody has taken', async () => {
    stack.stripe.pauseDelivery()
    await subscribe(stack, await stack.signUp())
    const age = await stripeOf(stack).events.list({ limit: 1 })
    await stack.stripe.advance({ to: (age.data[0]?.created ?? 0) + 3_600 })

    const { found } = await doctor({ TOLLGATE_SANDBOX_CLOCK_URL: `${stack.stripe.url}/_sandbox/clock` })

    stack.stripe.resumeDelivery()
    await stack.stripe.settle()
    expect(complaints(found, 'newest event')).toMatchObject([
      { says: expect.stringContaining('has not arrived'), mend: expect.stringContaining('--from-stripe') },
    ])
  })

  it('F79: names a clock that is off against Stripe’s', async () => {
    const { found } = await doctor()

    // The sandbox's time was moved by the test before, and this machine's was not.
    expect(complaints(found, 'clocks')).toMatchObject([
      { health: 'failure', says: expect.stringMatching(/this machine is 3[56]\d\d s behind Stripe/) },
    ])
  })

  it('goes on where a service does not answer, and names it', async () => {
    const { found } = await doctor({ UPSTASH_REDIS_REST_URL: 'http://127.0.0.1:1' })

    expect(complaints(found, 'redis')).toMatchObject([{ says: expect.stringContaining('does not answer') }])
    expect(found.find(({ check }) => check === 'migrations')?.health).toBe('ok')
  })

  it('F92: says that migrations are not applied where the database is too old to be asked', async () => {
    await stack.supabase.sql('alter function get_diagnosis rename to get_diagnosis_later')
    await stack.supabase.sql("notify pgrst, 'reload schema'")

    const { found } = await doctor()

    await stack.supabase.sql('alter function get_diagnosis_later rename to get_diagnosis')
    await createSupabaseServiceClient(stack.config.supabase).from('billing_epoch').select()
    expect(complaints(found, 'migrations')).toMatchObject([
      { health: 'failure', mend: expect.stringContaining('supabase db push') },
    ])
  })
})
