import { request } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Stripe from 'stripe'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { freePort } from '../../scripts/lib/ports.ts'
import { ROOT } from '../../scripts/lib/run.ts'
import { type ServerProcess, startServer } from '../../scripts/lib/server-process.ts'
import { createSupabaseServiceClient } from '../../src/infrastructure/config/clients.ts'
import { startApp, type TestApp } from '../support/app.ts'

const READY_MS = 60_000
/** Longer than any request takes: nobody is ended by force. */
const GRACE_MS = 30_000
const EVENTS_PER_SECOND = 50
const RESTARTS = 2
const SECONDS_BETWEEN = 2

/** What was not answered, or not done, is sent again. */
const REDELIVER_MS = 100

let app: TestApp
let serving: { readonly port: number; readonly server: ServerProcess }

beforeAll(async () => {
  app = await startApp()
  serving = { port: Number(new URL(app.appUrl).port), server: app.app }
})
afterAll(async () => {
  await serving?.server.stop()
  await app?.stop()
})

/** Another process of the same build, on the same services. */
async function startNext() {
  const port = await freePort(serving.port + 1)
  const next = join(ROOT, 'node_modules', 'next', 'dist', 'bin', 'next')
  const environment = Object.entries(app.environment).map(([name, value]) => [name, String(value)])
  const server = startServer('app-restarted', [next, 'start', '-H', '127.0.0.1', '-p', String(port)], {
    ...process.env,
    ...Object.fromEntries(environment),
    NODE_ENV: 'production',
  })
  await server.log.waitFor('Ready in', READY_MS)
  return { port, server }
}

function eventOf(id: string): { readonly body: string; readonly signature: string } {
  const body = JSON.stringify({
    id,
    object: 'event',
    type: 'product.updated',
    created: Math.floor(Date.now() / 1000),
    livemode: false,
    api_version: '2026-10-28.endive',
    data: { object: { id: 'prod_1', object: 'product' } },
  })
  const secret = app.environment.STRIPE_WEBHOOK_SECRET
  return { body, signature: Stripe.webhooks.generateTestHeaderString({ payload: body, secret }) }
}

/** Posts one event on a connection of its own; `midway` runs when half of the body is there. The status, or null without an answer. */
function post(port: number, id: string, midway: () => Promise<void> = async () => undefined) {
  const { body, signature } = eventOf(id)
  return new Promise<number | null>((resolve) => {
    const outgoing = request(
      {
        host: '127.0.0.1',
        port,
        path: '/api/webhooks/stripe',
        method: 'POST',
        agent: false,
        headers: { 'stripe-signature': signature, 'content-length': Buffer.byteLength(body) },
      },
      (response) => {
        response.resume()
        response.on('end', () => resolve(response.statusCode ?? null))
      },
    )
    outgoing.on('error', () => resolve(null))
    outgoing.write(body.slice(0, 20))
    void midway().then(() => outgoing.end(body.slice(20)))
  })
}

async function recorded(prefix: string): Promise<readonly string[]> {
  const { NEXT_PUBLIC_SUPABASE_URL, NEXT_PUBLIC_SUPABASE_PUBLISHABLE_KEY, SUPABASE_SECRET_KEY } =
    app.environment
  const client = createSupabaseServiceClient({
    url: NEXT_PUBLIC_SUPABASE_URL,
    publishableKey: NEXT_PUBLIC_SUPABASE_PUBLISHABLE_KEY,
    secretKey: SUPABASE_SECRET_KEY,
  })
  const { data } = await client.from('stripe_events').select('event_id').like('event_id', `${prefix}%`)
  return (data ?? []).map(({ event_id }) => String(event_id)).toSorted()
}

it('F62: a process that is told to end answers what it has begun, and then ends', async () => {
  const next = await startNext()
  const old = serving.server
  let stopped: Promise<void> = Promise.resolve()

  const status = await post(serving.port, 'evt_begun', async () => {
    await sleep(500)
    stopped = old.stop(GRACE_MS)
    await sleep(500)
  })
  await stopped
  serving = next

  expect(status).toBe(200)
  expect(await recorded('evt_begun')).toEqual(['evt_begun'])
})

it('F62: while processes take turns under fifty events a second, none is lost and none is counted twice', async () => {
  const sent: string[] = []
  const statuses = new Set<number | null>()
  const deliveries: Promise<void>[] = []
  let isOver = false
  const deliver = async (id: string) => {
    for (;;) {
      const status = await post(serving.port, id)
      statuses.add(status)
      if (status === 200) return
      await sleep(REDELIVER_MS)
    }
  }
  const stream = (async () => {
    while (!isOver) {
      const id = `evt_turn${String(sent.length).padStart(5, '0')}`
      sent.push(id)
      deliveries.push(deliver(id))
      await sleep(1000 / EVENTS_PER_SECOND)
    }
  })()

  for (let turn = 0; turn < RESTARTS; turn += 1) {
    const next = await startNext()
    await sleep(SECONDS_BETWEEN * 1000)
    const old = serving.server
    serving = next
    await old.stop(GRACE_MS)
  }
  isOver = true
  await stream
  await Promise.all(deliveries)

  expect(await recorded('evt_turn')).toEqual(sent)
  // Done, not reached, or to be sent again: nothing that Stripe would take for a refusal.
  expect([...statuses].filter((status) => ![200, 503, null].includes(status))).toEqual([])
})
