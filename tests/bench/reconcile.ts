import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { listenOnLoopback } from '#src/sandbox/http/loopback.ts'
import { copyUser, filledUserId } from '#tests/support/filled-database.ts'
import { createPostgresDatabase } from '#tests/support/postgres-database.ts'
import { startRpcGateway } from '#tests/support/rpc-gateway.ts'
import { createEventBodies, type EventBodies } from './event-bodies.ts'
import { fillFirst } from './event-database.ts'
import type { Reconciled } from './reconcile-process.ts'

/** Subscriptions that are compared: the second is ten times the first, in which memory is to stay the same. */
const SUBSCRIPTIONS = [1_000, 10_000] as const

/** A copy is a few milliseconds older than what it is a copy of, which Stripe's whole seconds are not. */
const AS_STRIPE_HAS_THEM = `
  update user_entitlements copy
  set expires_at = it.expires_at, expires_bound = it.expires_bound, renews_at = it.renews_at,
    snapshot_at = it.snapshot_at, paid_at = it.paid_at
  from user_entitlements it where it.user_id = $1`

export interface ReconcileFigure extends Omit<Reconciled, 'heldBytes'> {
  readonly subscriptions: number
  readonly stripeCalls: number
  /** Of another run of the same, in a process that collects its garbage after each page: what it held, and its peak. */
  readonly heldBytes: number
  readonly collectedPeakBytes: number
}

/**
 * Reconciles databases of so many subscriptions, all of which Stripe lists as they are, each in a process of its own: once
 * as it runs by itself, and once for what it holds, since V8 lets garbage lie for as long as there is memory.
 */
export async function measureReconciles(): Promise<readonly ReconcileFigure[]> {
  const figures: ReconcileFigure[] = []
  for (const subscriptions of SUBSCRIPTIONS) figures.push(await measureReconcile(subscriptions))
  return figures
}

async function measureReconcile(subscriptions: number): Promise<ReconcileFigure> {
  const bodies = await createEventBodies()
  const postgres = await createPostgresDatabase()
  await fillFirst(postgres, bodies)
  await copyUser(postgres, 1, subscriptions)
  await postgres.query(AS_STRIPE_HAS_THEM, [filledUserId(0)])
  const gateway = await startRpcGateway(postgres.connectionString)
  const stripe = await startStripeLists(subscriptions, bodies)
  try {
    const services = { stripe: stripe.url, supabase: gateway.url }
    const reconciled = await reconcileApart(services, [])
    const stripeCalls = stripe.calls()
    const collected = await reconcileApart(services, ['--expose-gc'])
    return {
      subscriptions,
      stripeCalls,
      ...reconciled,
      heldBytes: collected.heldBytes ?? Number.NaN,
      collectedPeakBytes: collected.peakBytes,
    }
  } finally {
    await Promise.all([gateway.close(), stripe.close()])
    await postgres.close()
  }
}

/** One reconciliation that tells and mends nothing, in a process of its own under these flags of Node's. */
async function reconcileApart(
  services: { readonly stripe: string; readonly supabase: string },
  flags: readonly string[],
): Promise<Reconciled> {
  const child = fork(join(import.meta.dirname, 'reconcile-process.ts'), [], {
    execArgv: [...flags],
    env: {
      NODE_ENV: 'test',
      PATH: process.env.PATH,
      APP_URL: 'http://127.0.0.1:3000',
      STRIPE_SECRET_KEY: 'sk_test_model',
      STRIPE_PUBLISHABLE_KEY: 'pk_test_model',
      STRIPE_WEBHOOK_SECRET: 'whsec_model',
      STRIPE_API_BASE: services.stripe,
      NEXT_PUBLIC_SUPABASE_URL: services.supabase,
      NEXT_PUBLIC_SUPABASE_PUBLISHABLE_KEY: 'sb_publishable_model',
      SUPABASE_SECRET_KEY: 'sb_secret_model',
      // Nothing is mended, so no cache is told.
      UPSTASH_REDIS_REST_URL: 'http://127.0.0.1:9',
      UPSTASH_REDIS_REST_TOKEN: 'none',
    },
  })
  const said = once(child, 'message') as Promise<[Reconciled]>
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the reconciliation ended with ${code} and said nothing`)
  })
  const [reconciled] = await Promise.race([said, ended])
  ended.catch(() => undefined)
  return reconciled
}

/** Stripe's lists of subscriptions and of customers, as long as that; every other list is empty. */
async function startStripeLists(subscriptions: number, bodies: EventBodies) {
  const lists = listsOf(bodies)
  let calls = 0
  /** After which object each list goes on, and where: the end of each page that was given. */
  const placeAfter = new Map<string, number>()
  const server = await listenOnLoopback(async (request) => {
    calls += 1
    const { pathname, searchParams } = new URL(request.url)
    // What is not listed is not there: nothing here differs, so nothing is to be read once more.
    if (!pathname.match(/^\/v1\/[a-z_]+(\/sessions)?$/)) return Response.json({ error: {} }, { status: 404 })
    const objectOf = lists.get(pathname)
    const from = placeAfter.get(searchParams.get('starting_after') ?? '') ?? 0
    const to = Math.min(from + Number(searchParams.get('limit')), subscriptions)
    const data = objectOf === undefined ? [] : range(from, to).map(objectOf)
    const last = data.at(-1)
    if (last !== undefined) placeAfter.set(last.id, to)
    return Response.json({
      object: 'list',
      url: pathname,
      data,
      has_more: data.length > 0 && to < subscriptions,
    })
  })
  return { ...server, calls: () => calls }
}

/** What stands at this place of a list. */
type ObjectOf = (number: number) => { readonly id: string }

/** Stripe's objects as they began: nothing has happened to them since. */
function listsOf(bodies: EventBodies): ReadonlyMap<string, ObjectOf> {
  const subscriptionOf = (number: number) => {
    const event = JSON.parse(bodies.beginning(number)) as {
      data: { object: { id: string; customer: string; metadata: object } }
    }
    return event.data.object
  }
  const customerOf = (number: number) => {
    const { customer, metadata } = subscriptionOf(number)
    return { id: customer, object: 'customer', metadata, livemode: false }
  }
  return new Map<string, ObjectOf>([
    ['/v1/subscriptions', subscriptionOf],
    ['/v1/customers', customerOf],
  ])
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index)
