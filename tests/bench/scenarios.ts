import { createClient } from '@supabase/supabase-js'
import Stripe from 'stripe'
import { CheckEntitlements } from '#src/features/billing/application/entitlements/CheckEntitlements.ts'
import { createRedisClient, REDIS_CHECK_DEADLINE_MS } from '#src/infrastructure/config/clients.ts'
import { readConfig } from '#src/infrastructure/config/env.ts'
import { DatabaseService } from '#src/infrastructure/db/database-service.ts'
import { supabaseRpc } from '#src/infrastructure/db/supabase-rpc.ts'
import { MEMORY_FRESH_MS } from '#src/infrastructure/redis/EntitlementMemory.ts'
import { UserEntitlementCache } from '#src/infrastructure/redis/index.ts'
import { entitlementsKey } from '#src/infrastructure/redis/keys.ts'
import { createRedisBreaker } from '#src/infrastructure/redis/redis-breaker.ts'
import { eventually } from '../../scripts/lib/eventually.ts'
import { SandboxControl } from '../../scripts/lib/sandbox-control.ts'
import type { SandboxEnvironment } from '../../scripts/lib/stack.ts'
import { signUp, type Visitor } from '../../scripts/lib/visitor.ts'
import { measureBeside, type Timing, WARM_UPS } from './measure.ts'
import { countRoundTrips, type RoundTrips, untilQuiet } from './round-trips.ts'

/** How often each thing is measured. Bounded, so that all of it ends within a minute or two. */
const TIMES = { checkout: 30, webhook: 60, memory: 20_000, redis: 400, postgres: 200 } as const

/** Targets of the task list, for the slowest of a hundred. */
const TARGET_MS = { checkout: 2_000, webhook: 5_000, cachedCheck: 100 } as const

/** What was measured, with the least that it could cost on this machine beside it. */
export interface Figure {
  readonly name: string
  readonly timing: Timing
  readonly roundTrips: RoundTrips
  readonly floor: { readonly name: string; readonly timing: Timing }
  /** Milliseconds for p99, or null where the task list names none. */
  readonly targetMs: number | null
}

/** Measures everything against a running app and its sandbox. */
export async function measureAll(environment: SandboxEnvironment): Promise<readonly Figure[]> {
  const buyer = await subscribe(environment)
  return [
    await checkout(environment),
    ...(await webhooks(environment)),
    ...(await checks(environment, buyer)),
  ]
}

/** The least that an answer of the app can cost: a route handler that knows at once that nobody is signed in. */
const HANDLER = 'a route handler that says 401'
const bareHandler = ({ APP_URL }: SandboxEnvironment) =>
  expectStatus(401, fetch(`${APP_URL}/api/entitlements`))

async function checkout(environment: SandboxEnvironment): Promise<Figure> {
  const visitors: Visitor[] = []
  const before = async () => visitors.push(await signUp(environment, 'bench'))
  const act = async () => startCheckout(newest(visitors))
  const { timing, floorTiming } = await measureBeside(TIMES.checkout, act, () => bareHandler(environment), {
    before,
  })
  await before()
  // A new customer is an event too: its delivery is not what the buyer waits for.
  const control = new SandboxControl(environment.STRIPE_API_BASE)
  await untilQuiet(environment)
  await control.pauseDelivery()
  const roundTrips = await countRoundTrips(environment, act)
  await control.resumeDelivery()
  await untilQuiet(environment)
  const floor = { name: HANDLER, timing: floorTiming }
  return { name: 'checkout creation', timing, roundTrips, floor, targetMs: TARGET_MS.checkout }
}

async function webhooks(environment: SandboxEnvironment): Promise<Figure[]> {
  const deliver = await eventMaker(environment)
  const figure = async (name: string, turnToCount: number): Promise<Figure> => {
    const { timing, floorTiming } = await measureBeside(TIMES.webhook, deliver, () =>
      bareHandler(environment),
    )
    const roundTrips = await countRoundTrips(environment, () => deliver(turnToCount))
    return {
      name,
      timing,
      roundTrips,
      floor: { name: HANDLER, timing: floorTiming },
      targetMs: TARGET_MS.webhook,
    }
  }
  // The second time the same events come again.
  return [await figure('webhook, new', TIMES.webhook + WARM_UPS), await figure('webhook, replayed', 0)]
}

/** A function that posts the signed event number `turn` about one subscription: new at first, a replay after that. */
async function eventMaker(environment: SandboxEnvironment): Promise<(turn: number) => Promise<void>> {
  const stripe = stripeOf(environment)
  await subscribe(environment)
  const { data } = await stripe.events.list({ type: 'customer.subscription.created', limit: 1 })
  const template = data[0]
  if (template === undefined) throw new Error('Stripe has no customer.subscription.created')
  const secret = environment.STRIPE_WEBHOOK_SECRET.split(',')[0] ?? ''
  const run = crypto.randomUUID().replaceAll('-', '')
  return async (turn) => {
    const event = structuredClone(template) as unknown as EventLike
    event.id = `evt_${run}${turn}`
    event.type = 'customer.subscription.updated'
    event.created += turn + 1
    event.data.previous_attributes = { items: {} }
    for (const item of event.data.object.items.data) item.current_period_end += turn + 1
    const payload = JSON.stringify(event)
    const signature = await stripe.webhooks.generateTestHeaderStringAsync({ payload, secret })
    const url = `${environment.APP_URL}/api/webhooks/stripe`
    const headers = { 'stripe-signature': signature, 'content-type': 'application/json' }
    await expectStatus(200, fetch(url, { method: 'POST', headers, body: payload }))
  }
}

/** What of an event is changed to make another one. */
interface EventLike {
  id: string
  type: string
  created: number
  data: {
    object: { items: { data: { current_period_end: number }[] } }
    previous_attributes: object
  }
}

async function checks(environment: SandboxEnvironment, buyer: Visitor): Promise<Figure[]> {
  const config = readConfig(environment as Record<string, string>)
  const redis = createRedisClient(config.redis, { deadlineMs: REDIS_CHECK_DEADLINE_MS })
  const postgres = createClient(config.supabase.url, config.supabase.secretKey, {
    auth: { persistSession: false, autoRefreshToken: false },
  })
  const database = new DatabaseService(supabaseRpc(postgres))
  let now = Date.now()
  const check = new CheckEntitlements({
    clock: { now: () => now },
    reader: new UserEntitlementCache({
      redis,
      breaker: createRedisBreaker(),
      loadFromDatabase: (userId, at) => database.getUserEntitlements(userId, at),
      clock: { now: () => now },
      log: { info: () => {}, warn: () => {}, error: () => {} },
    }),
  })
  const key = entitlementsKey(buyer.userId)
  const answerFrom = (layer: string) => async () => {
    const answer = await check.execute(buyer.userId)
    if (answer.layer !== layer) throw new Error(`Answered from ${answer.layer}, not from ${layer}`)
  }
  const forget = async () => {
    now += MEMORY_FRESH_MS
  }
  const forgetAll = async () => {
    await forget()
    await redis.del(key)
  }
  const rpc = () =>
    postgres.rpc('get_user_entitlements', { p_user_id: buyer.userId, p_now: new Date(now).toISOString() })

  const figure = async (
    name: string,
    { layer, times, before, floor, targetMs }: CheckScenario,
  ): Promise<Figure> => {
    const act = answerFrom(layer)
    const { timing, floorTiming } = await measureBeside(times, act, floor[1], { before })
    await before()
    const roundTrips = await countRoundTrips(environment, act)
    return { name, timing, roundTrips, floor: { name: floor[0], timing: floorTiming }, targetMs }
  }
  const cached = TARGET_MS.cachedCheck
  await check.execute(buyer.userId)
  return [
    await figure('check from Postgres (L3)', {
      layer: 'postgres',
      times: TIMES.postgres,
      before: forgetAll,
      floor: ['a bare RPC', async () => rpc()],
      targetMs: null,
    }),
    await figure('check from Redis (L2)', {
      layer: 'redis',
      times: TIMES.redis,
      before: forget,
      floor: ['a bare GET', () => redis.get(key)],
      targetMs: cached,
    }),
    await figure('check from memory (L1)', {
      layer: 'memory',
      times: TIMES.memory,
      before: async () => {},
      floor: ['an empty async call', async () => {}],
      targetMs: cached,
    }),
  ]
}

/** One layer's check: how to make that layer answer, and the least that asking it costs. */
interface CheckScenario {
  readonly layer: string
  readonly times: number
  readonly before: () => Promise<void>
  readonly floor: readonly [name: string, act: () => Promise<unknown>]
  readonly targetMs: number | null
}

/** A new person with a paid subscription, whose webhooks have arrived. */
async function subscribe(environment: SandboxEnvironment): Promise<Visitor> {
  const visitor = await signUp(environment, 'bench')
  const sessionId = await startCheckout(visitor)
  await new SandboxControl(environment.STRIPE_API_BASE).pay(sessionId, '4242424242424242')
  await eventually(
    'access after the payment',
    async () => (await (await visitor.api('/api/entitlements')).json()) as { features: string[] },
    ({ features }) => features.includes('insights'),
  )
  return visitor
}

async function startCheckout(visitor: Visitor): Promise<string> {
  const body = { plan: 'pro', interval: 'month' }
  const response = await visitor.api('/api/checkout/session', { method: 'POST', body })
  const answer = (await response.json()) as { sessionId?: string }
  if (answer.sessionId === undefined) throw new Error(`No session: ${JSON.stringify(answer)}`)
  return answer.sessionId
}

function stripeOf({ STRIPE_API_BASE, STRIPE_SECRET_KEY }: SandboxEnvironment): Stripe {
  const { hostname, port } = new URL(STRIPE_API_BASE)
  return new Stripe(STRIPE_SECRET_KEY, { host: hostname, port, protocol: 'http' })
}

async function expectStatus(expected: number, answer: Promise<Response>): Promise<void> {
  const response = await answer
  const text = await response.text()
  if (response.status !== expected) throw new Error(`Answered ${response.status}: ${text.slice(0, 300)}`)
}

function newest<Item>(items: readonly Item[]): Item {
  const item = items.at(-1)
  if (item === undefined) throw new Error('There is none yet')
  return item
}
