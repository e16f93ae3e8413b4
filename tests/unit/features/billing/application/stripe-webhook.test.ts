import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  CACHE_RETRY_DELAYS_MS,
  handleStripeWebhookRequest,
  type StripeWebhookDependencies,
  WEBHOOK_BODY_MAX_BYTES,
} from '#src/features/billing/application/stripe-webhook.ts'
import type { UserEntitlements } from '#src/features/billing/domain/entitlement/UserEntitlements.ts'
import type { IEventMemory } from '#src/features/billing/domain/interfaces/IEventMemory.ts'
import type { LogFields } from '#src/shared/types/log.ts'
import {
  type BillingStack,
  startBillingStack,
  type TestUser,
  WEBHOOK_SECRET,
} from '#tests/support/billing-stack.ts'
import { eventBody, signatureHeader } from '#tests/support/stripe-event.ts'
import { type Purchase, purchasePro } from '#tests/support/webhook-delivery.ts'

/** What the caches were told, in memory; `failures` of the next writes fail. */
class RecordingMemory implements IEventMemory {
  readonly processed = new Set<string>()
  readonly told: (UserEntitlements | null)[] = []
  failures = 0

  async isProcessed(eventId: string): Promise<boolean> {
    return this.processed.has(eventId)
  }

  async remember(eventId: string | null, entitlements: UserEntitlements | null): Promise<void> {
    if (this.failures > 0) {
      this.failures -= 1
      throw new Error('Redis is away')
    }
    if (eventId !== null) this.processed.add(eventId)
    this.told.push(entitlements)
  }
}

let stack: BillingStack
let user: TestUser
let purchase: Purchase
let memory: RecordingMemory
let deferred: (() => Promise<void>)[]
let slept: number[]
let reported: LogFields[]
let captured: string[]
let deps: StripeWebhookDependencies

beforeAll(async () => {
  stack = await startBillingStack()
})
beforeEach(async () => {
  stack.supabase.faults.clear()
  user = await stack.signUp()
  purchase = await purchasePro(stack, user)
  stack.logLines.length = 0
  memory = new RecordingMemory()
  deferred = []
  slept = []
  reported = []
  captured = []
  deps = {
    ...stack.billing.stripeWebhook,
    memory,
    defer: (task) => void deferred.push(task),
    sleep: async (ms) => void slept.push(ms),
    errors: { report: (_, fields) => void reported.push(fields) },
    analytics: { capture: async (event) => void captured.push(event) },
  }
})
afterAll(() => stack.close())

function post(body: Uint8Array): Promise<Response> {
  const request = new Request('http://127.0.0.1/api/webhooks/stripe', {
    method: 'POST',
    headers: { 'stripe-signature': signatureHeader(WEBHOOK_SECRET, Math.floor(Date.now() / 1000), body) },
    body: Buffer.from(body),
  })
  return handleStripeWebhookRequest(request, deps)
}

async function runDeferred(): Promise<void> {
  await Promise.all(deferred.splice(0).map((task) => task()))
}

const ledger = () =>
  stack.supabase.sql('select event_id, outcome from stripe_events where user_id = $1', [user.id])

describe('an event that is known to be done', () => {
  it('is skipped without a call to Postgres', async () => {
    const body = purchase.body('customer.subscription.created')
    await post(body)
    stack.supabase.clearLog()

    const response = await post(body)

    expect(await response.json()).toEqual({ outcome: 'duplicate', reason: null })
    expect(stack.supabase.rpcCount()).toBe(0)
    expect(stack.logLines.at(-1)).toMatchObject({ msg: 'skipped replay' })
  })

  it('and is not marked is answered by Postgres, and marked then', async () => {
    const body = purchase.body('customer.subscription.created')
    await post(body)
    memory.processed.clear()

    expect(await (await post(body)).json()).toMatchObject({ outcome: 'duplicate' })
    expect(memory.processed.size).toBe(1)
  })

  it('and is not marked mends a cache that was never told', async () => {
    const body = purchase.body('customer.subscription.created')
    await post(body)
    memory.processed.clear()
    memory.told.length = 0

    await post(body)

    expect(memory.told[0]?.sources).toHaveLength(1)
  })
})

describe('the mark follows the commit', () => {
  it('F3: an event that Postgres did not take is not marked, and the redelivery is applied', async () => {
    const body = purchase.body('customer.subscription.created')
    stack.supabase.faults.set({ kind: 'status', status: 503, times: 1 })

    const refused = await post(body)
    expect(refused.status).toBe(503)
    expect(refused.headers.get('retry-after')).toBe('10')
    expect(memory.processed.size).toBe(0)
    expect(await ledger()).toEqual([])

    expect(await (await post(body)).json()).toMatchObject({ outcome: 'applied' })
  })

  it('F2: a failure that time cannot cure is answered 500, never 200', async () => {
    deps = { ...deps, applyStripeEvent: { execute: () => Promise.reject(new TypeError('a bug')) } as never }

    const response = await post(purchase.body('customer.subscription.created'))

    expect(response.status).toBe(500)
    expect(await response.text()).not.toContain('a bug')
    expect(memory.processed.size).toBe(0)
    expect(reported).toMatchObject([{ error_code: 'internal', error_name: 'TypeError' }])
  })

  it('an event that is kept is not marked, so that a later delivery tries it again', async () => {
    const body = purchase.variant(
      'customer.subscription.created',
      { id: 'evt_kept1' },
      { status: 'unheard_of' },
    )

    expect(await (await post(body)).json()).toEqual({ outcome: 'unresolved', reason: 'unknown_status' })

    expect(memory.processed.size).toBe(0)
    expect(reported).toMatchObject([{ outcome: 'unresolved', reason: 'unknown_status' }])
  })
})

describe('the caches do not take the write', () => {
  it('the answer is 200 all the same, and the write is tried again after the response', async () => {
    memory.failures = 1

    expect((await post(purchase.body('customer.subscription.created'))).status).toBe(200)
    expect(memory.processed.size).toBe(0)
    await runDeferred()

    expect(memory.processed.size).toBe(1)
    expect(memory.told).toHaveLength(1)
    expect(slept).toEqual([CACHE_RETRY_DELAYS_MS[0]])
  })

  it('a write that never succeeds is reported, and given up', async () => {
    memory.failures = 100

    await post(purchase.body('customer.subscription.created'))
    await runDeferred()

    expect(slept).toEqual(CACHE_RETRY_DELAYS_MS)
    expect(reported).toMatchObject([{ reason: 'cache_write_failed' }])
  })
})

describe('the body', () => {
  it('over 1 MiB is refused with 413 although no length was announced', async () => {
    const stream = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(WEBHOOK_BODY_MAX_BYTES)),
    })
    const request = new Request('http://127.0.0.1/', {
      method: 'POST',
      body: stream,
      duplex: 'half',
    } as RequestInit)

    expect((await handleStripeWebhookRequest(request, deps)).status).toBe(413)
  })

  it('that is missing is refused with 400', async () => {
    const request = new Request('http://127.0.0.1/', { method: 'POST' })

    expect((await handleStripeWebhookRequest(request, deps)).status).toBe(400)
  })
})

describe('what is said of an event', () => {
  it('is one line with its id, type, outcome and milliseconds', async () => {
    await post(purchase.body('customer.subscription.created'))

    expect(stack.logLines).toHaveLength(1)
    expect(stack.logLines[0]).toMatchObject({
      msg: 'processed webhook',
      event_id: expect.stringMatching(/^evt_/),
      event_type: 'customer.subscription.created',
      outcome: 'applied',
      duration_ms: expect.any(Number),
    })
  })

  it('goes to analytics after the response', async () => {
    await post(purchase.body('customer.subscription.created'))
    expect(captured).toEqual([])

    await runDeferred()
    expect(captured).toEqual(['stripe_webhook_processed'])
  })

  it('F91: carries no secret, no e-mail and nothing of the body', async () => {
    const body = eventBody({ id: 'evt_canary1', type: 'customer.updated', note: 'canary-in-the-body' })
    await post(body)
    await post(purchase.body('checkout.session.completed'))

    const said = JSON.stringify([stack.logLines, reported])
    expect(said).not.toContain('canary-in-the-body')
    expect(said).not.toContain(user.email)
    expect(said).not.toContain(WEBHOOK_SECRET)
    expect(said).not.toContain(stack.supabase.secretKey)
  })
})
