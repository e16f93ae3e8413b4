import { setTimeout as sleep } from 'node:timers/promises'
import { createClient } from '@supabase/supabase-js'
import { Redis } from '@upstash/redis'
import Stripe from 'stripe'
import { z } from 'zod'
import { MEMORY_FRESH_MS } from '#src/infrastructure/redis/EntitlementMemory.ts'
import { entitlementsKey } from '#src/infrastructure/redis/keys.ts'
import { eventually } from '../lib/eventually.ts'
import { SandboxControl } from '../lib/sandbox-control.ts'
import type { SandboxEnvironment, Stack } from '../lib/stack.ts'
import { signUp, type Visitor } from '../lib/visitor.ts'
import { expectSame, type Narrator } from './narrator.ts'

/** A test card that pays. */
const CARD = '4242424242424242'

/** How often the same event is delivered again, at once. */
const REPLAYS = 5

/** A little longer than a process answers from its memory. */
const MEMORY_IS_STALE_MS = MEMORY_FRESH_MS + 150

const Session = z.strictObject({ sessionId: z.string(), url: z.url(), expiresAt: z.number() })

const Row = z.looseObject({
  source_id: z.string(),
  stripe_event_id: z.string(),
  plan: z.string(),
  status: z.string(),
  expires_at: z.string(),
})
type Row = z.infer<typeof Row>

const Check = z.looseObject({ features: z.array(z.string()), layer: z.string() })

/** The services that the app uses, asked directly, through the SDKs that the app uses. */
function services(environment: SandboxEnvironment) {
  const base = new URL(environment.STRIPE_API_BASE)
  return {
    sandbox: new SandboxControl(environment.STRIPE_API_BASE),
    stripe: new Stripe(environment.STRIPE_SECRET_KEY, {
      host: base.hostname,
      port: base.port,
      protocol: 'http',
    }),
    postgres: createClient(environment.NEXT_PUBLIC_SUPABASE_URL, environment.SUPABASE_SECRET_KEY, {
      auth: { persistSession: false, autoRefreshToken: false },
    }),
    redis: new Redis({
      url: environment.UPSTASH_REDIS_REST_URL,
      token: environment.UPSTASH_REDIS_REST_TOKEN,
      enableTelemetry: false,
    }),
  }
}

/**
 * The main job, step by step: a payment becomes access, exactly once, and ends when it is over. Each step asserts
 * what it says, by asking Stripe, Postgres, Redis or the app itself.
 * @returns the person who bought
 */
export async function playMainJob({ environment, app }: Stack, tell: Narrator): Promise<Visitor> {
  const { sandbox, stripe, postgres, redis } = services(environment)
  const person = await told(tell, 'sign up', async () => {
    const visitor = await signUp(environment, 'maya')
    return [visitor, `${visitor.email} is user ${visitor.userId}`]
  })

  const rows = async (): Promise<Row[]> => {
    const { data, error } = await postgres.from('user_entitlements').select('*').eq('user_id', person.userId)
    if (error) throw error
    return z.array(Row).parse(data)
  }
  const onlyRow = async (): Promise<Row> => {
    const [row, ...others] = await eventually('a row in user_entitlements', rows, (found) => found.length > 0)
    if (row === undefined) throw new Error('The row is gone')
    expectSame('other rows of the user', others.length, 0)
    return row
  }
  // A busy machine may miss a deadline; the app then says so, and whoever asked asks again.
  const check = async () => {
    const ask = () => person.api('/api/entitlements')
    const response = await eventually('an answer to the check', ask, ({ status }) => status !== 503)
    return Check.parse(await response.json())
  }
  const insights = async () => {
    const ask = async () => {
      const response = await person.page('/insights')
      return { status: response.status, html: await response.text() }
    }
    return eventually('an answer of the page', ask, ({ html }) => !isOutage(html))
  }

  await tell.step('the gated page before', async () => {
    const { html } = await insights()
    expectSame('the page has a paywall', isPaywall(html), true)
    return 'GET /insights shows the paywall'
  })

  const session = await told(tell, 'checkout session', async () => {
    const body = { plan: 'pro', interval: 'month' }
    const ask = () => person.api('/api/checkout/session', { method: 'POST', body })
    const response = await eventually('a session', ask, ({ status }) => status !== 503)
    const answer: unknown = await response.json()
    expectSame(`status of ${JSON.stringify(answer)}`, response.ok, true)
    const created = Session.parse(answer)
    return [created, created.url]
  })

  await tell.step('pay with 4242 4242 4242 4242', async () => {
    await sandbox.pay(session.sessionId, CARD)
    const { status, payment_status } = await stripe.checkout.sessions.retrieve(session.sessionId)
    expectSame('the session at Stripe', [status, payment_status], ['complete', 'paid'])
    return `Stripe says status ${status}, payment_status ${payment_status}`
  })

  await tell.step('the signed webhook arrives', async () => {
    const { data } = await stripe.events.list({ type: 'checkout.session.completed', limit: 1 })
    const event = data[0]
    if (event === undefined) throw new Error('Stripe has no checkout.session.completed')
    const [attempt] = await eventually(
      `the delivery of ${event.id}`,
      () => sandbox.attempts(event.id),
      (attempts) => attempts.length > 0,
    )
    expectSame('its answer', attempt?.status, 200)
    return `${event.type} ${event.id} answered ${attempt?.status} after ${attempt?.duration_ms} ms`
  })

  const row = await told(tell, 'the entitlement is in Postgres', async () => {
    const found = await onlyRow()
    expectSame('plan and status', [found.plan, found.status], ['pro', 'active'])
    return [
      found,
      `1 row: ${found.source_id} ${found.plan} until ${found.expires_at}, by ${found.stripe_event_id}`,
    ]
  })

  await tell.step('and in Redis', async () => {
    const key = entitlementsKey(person.userId)
    const value = await redis.get<{ counter: number; sources: { sourceId: string }[] }>(key)
    expectSame(`the source in ${key}`, value?.sources[0]?.sourceId, row.source_id)
    return `${key} is version ${value?.counter}, kept for ${await redis.ttl(key)} s`
  })

  const answeredFrom = async (layer: string) => {
    const answer = await check()
    expectSame('the layer that answered', answer.layer, layer)
    expectSame('insights is open', answer.features.includes('insights'), true)
    return `GET /api/entitlements: ${answer.features.join(', ')}; layer ${answer.layer}`
  }
  await redis.del(entitlementsKey(person.userId))
  await sleep(MEMORY_IS_STALE_MS)
  await tell.step('a check answered from Postgres', () => answeredFrom('postgres'))
  await sleep(MEMORY_IS_STALE_MS)
  await tell.step('a check answered from Redis', () => answeredFrom('redis'))
  await tell.step('a check answered from memory', () => answeredFrom('memory'))

  await tell.step(`the same event ${REPLAYS} more times at once`, async () => {
    const skipped = () =>
      app.log.having('skipped replay').filter((line) => line.includes(row.stripe_event_id))
    const before = skipped().length
    const attempts = await sandbox.resend(row.stripe_event_id, REPLAYS)
    expectSame(
      'answers',
      attempts.map(({ status }) => status),
      Array(REPLAYS).fill(200),
    )
    await eventually(
      'the log',
      async () => skipped().length - before,
      (count) => count === REPLAYS,
    )
    expectSame('the row', await onlyRow(), row)
    return `${REPLAYS} times 200, ${REPLAYS} log lines "skipped replay", still 1 row, unchanged`
  })

  await tell.step('the gated page opens', async () => {
    const { status, html } = await insights()
    expectSame('status and paywall', [status, isPaywall(html)], [200, false])
    return 'GET /insights answers 200 with the content'
  })

  await tell.step('time moves on: renewal extends it', async () => {
    await sandbox.advanceToNextRenewal()
    const renewed = await eventually('a later expiry', onlyRow, (now) => now.expires_at > row.expires_at)
    expectSame('the source', renewed.source_id, row.source_id)
    return `until ${renewed.expires_at} instead of ${row.expires_at}`
  })

  await tell.step('cancelled: open until the period ends', async () => {
    await stripe.subscriptions.update(row.source_id, { cancel_at_period_end: true })
    const { expires_at } = await eventually('the end in Postgres', onlyRow, (now) => now.cancels_at !== null)
    expectSame('the page has a paywall', isPaywall((await insights()).html), false)
    return `ends ${expires_at}, and GET /insights is still open`
  })

  await tell.step('expired: the gated page closes', async () => {
    await sandbox.advanceToNextRenewal()
    await eventually('the end in Postgres', onlyRow, (now) => now.status === 'canceled')
    const { html } = await eventually('the paywall', insights, (page) => isPaywall(page.html))
    expectSame('the page has a paywall', isPaywall(html), true)
    expectSame('features', (await check()).features.includes('insights'), false)
    return 'GET /insights shows the paywall again'
  })
  return person
}

/** Whether a page shows the paywall in place of what it is for. */
function isPaywall(html: string): boolean {
  return html.includes('id="paywall-title"')
}

/** Whether a page says that it could not check in time. */
function isOutage(html: string): boolean {
  return html.includes('We cannot check your plan right now')
}

/** A step whose outcome the next steps need. */
async function told<Outcome>(
  tell: Narrator,
  title: string,
  act: () => Promise<readonly [Outcome, string]>,
): Promise<Outcome> {
  let outcome: readonly [Outcome, string] | undefined
  await tell.step(title, async () => {
    outcome = await act()
    return outcome[1]
  })
  if (outcome === undefined) throw new Error(`${title} has no outcome`)
  return outcome[0]
}
