import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  WEBHOOK_BODY_DEADLINE_MS,
  WEBHOOK_BODY_MAX_BYTES,
} from '#src/features/billing/application/stripe-webhook.ts'
import { createAdmission } from '#src/infrastructure/admission.ts'
import {
  type BillingStack,
  startBillingStack,
  type TestUser,
  WEBHOOK_SECRET,
} from '#tests/support/billing-stack.ts'
import { eventBody } from '#tests/support/stripe-event.ts'
import { type Purchase, purchasePro } from '#tests/support/webhook-delivery.ts'
import { openWebhook, type WebhookUnderTest } from '#tests/support/webhook-under-test.ts'

// The stack is real: on a busy machine it takes its time.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 60_000 })

let stack: BillingStack
let user: TestUser
let purchase: Purchase
let webhook: WebhookUnderTest

beforeAll(async () => {
  stack = await startBillingStack()
})
beforeEach(async () => {
  stack.supabase.faults.clear()
  stack.stripe.clearFaults()
  user = await stack.signUp()
  purchase = await purchasePro(stack, user)
  stack.logLines.length = 0
  webhook = openWebhook(stack)
})
afterEach(() => void vi.useRealTimers())
afterAll(() => stack.close())

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

    expect((await webhook.handle(request)).status).toBe(413)
  })

  it('over 1 MiB is refused with 413 by the length that it announces, unread', async () => {
    const request = new Request('http://127.0.0.1/', {
      method: 'POST',
      headers: { 'content-length': String(WEBHOOK_BODY_MAX_BYTES + 1) },
      body: 'x',
    })

    expect((await webhook.handle(request)).status).toBe(413)
    expect(request.bodyUsed).toBe(false)
    expect(stack.logLines).toMatchObject([{ msg: 'refused webhook', reason: 'too_large' }])
  })

  it('that does not come to its end is refused with 400 when its time is over', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const stalled = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(purchase.body('customer.subscription.created')),
    })
    const request = new Request('http://127.0.0.1/', {
      method: 'POST',
      body: stalled,
      duplex: 'half',
    } as RequestInit)
    const answered = vi.fn()

    const response = webhook.handle(request).finally(answered)
    await vi.advanceTimersByTimeAsync(WEBHOOK_BODY_DEADLINE_MS - 1)
    expect(answered).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1)

    expect((await response).status).toBe(400)
  })

  it('that is missing is refused with 400', async () => {
    const request = new Request('http://127.0.0.1/', { method: 'POST' })

    expect((await webhook.handle(request)).status).toBe(400)
  })
})

describe('what is said of an event', () => {
  it('is one line with its id, type, outcome and milliseconds', async () => {
    await webhook.post(purchase.body('customer.subscription.created'))

    expect(stack.logLines).toHaveLength(1)
    expect(stack.logLines[0]).toMatchObject({
      msg: 'processed webhook',
      event_id: expect.stringMatching(/^evt_/),
      event_type: 'customer.subscription.created',
      outcome: 'applied',
      duration_ms: expect.any(Number),
    })
  })

  it('that failed is one line of the same kind', async () => {
    stack.supabase.faults.set({ kind: 'status', status: 503, times: 1 })

    await webhook.post(purchase.body('customer.subscription.created'))

    expect(stack.logLines).toHaveLength(1)
    expect(stack.logLines[0]).toMatchObject({
      level: 50,
      msg: 'webhook failed',
      event_id: expect.stringMatching(/^evt_/),
      event_type: 'customer.subscription.created',
      outcome: 'failed',
      error_code: 'database_unavailable',
      duration_ms: expect.any(Number),
    })
  })

  it('whose cache write failed names the failure behind it, not what it said', async () => {
    webhook.memory.failures = 1

    await webhook.post(purchase.body('customer.subscription.created'))

    expect(stack.logLines).toMatchObject([
      { msg: 'cache write failed', error_name: 'RangeError' },
      { msg: 'processed webhook', outcome: 'applied' },
    ])
    expect(JSON.stringify(stack.logLines)).not.toContain('canary')
  })

  it('goes to analytics after the response', async () => {
    await webhook.post(purchase.body('customer.subscription.created'))
    expect(webhook.captured).toEqual([])

    await webhook.runDeferred()
    expect(webhook.captured).toEqual(['stripe_webhook_processed'])
  })

  it('F91: carries no secret, no e-mail and nothing of the body', async () => {
    const body = eventBody({ id: 'evt_canary1', type: 'customer.updated', note: 'canary-in-the-body' })
    await webhook.post(body)
    await webhook.post(purchase.body('checkout.session.completed'))

    const said = JSON.stringify([stack.logLines, webhook.reported])
    expect(said).not.toContain('canary-in-the-body')
    expect(said).not.toContain(user.email)
    expect(said).not.toContain(WEBHOOK_SECRET)
    expect(said).not.toContain(stack.supabase.secretKey)
  })
})

describe('an event that needs nothing, but tells of something', () => {
  const price = (unitAmount: number) => ({
    id: 'price_1',
    object: 'price',
    lookup_key: 'tollgate_pro_monthly_v1',
    active: true,
    currency: 'eur',
    unit_amount: unitAmount,
    recurring: { interval: 'month', interval_count: 1 },
  })

  it('is reported, once: a price that is another than the catalogue has', async () => {
    const body = eventBody({ id: 'evt_price1', type: 'price.updated' }, price(1))

    await webhook.post(body)
    await webhook.post(body)

    expect(webhook.reported).toMatchObject([{ event_id: 'evt_price1', reason: 'catalogue_other_amount' }])
  })

  it('is not reported where it agrees with the catalogue', async () => {
    await webhook.post(eventBody({ id: 'evt_price2', type: 'price.updated' }, price(1900)))

    expect(webhook.reported).toEqual([])
  })
})

describe('more deliveries than can be answered in time', () => {
  /** Room for one, which is taken until `leave`. */
  function fullHouse() {
    const { promise, resolve: leave } = Promise.withResolvers<void>()
    const admission = createAdmission({ atWorkMax: 1, waitingPerWork: 0 })
    return { admission, left: admission.admit(() => promise), leave }
  }

  it('are asked for again with 503, with nothing recorded and nothing reported', async () => {
    const { admission } = fullHouse()
    stack.supabase.clearLog()

    const response = await webhook.post(purchase.body('customer.subscription.created'), { admission })

    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('10')
    expect(await response.json()).toMatchObject({ type: 'urn:tollgate:problem:overloaded', status: 503 })
    expect(stack.supabase.rpcCount()).toBe(0)
    expect(stack.logLines).toMatchObject([{ msg: 'shed webhook', error_code: 'overloaded' }])
    expect(webhook.reported).toEqual([])
  })

  it('are applied when they are delivered again', async () => {
    const { admission, left, leave } = fullHouse()
    const body = purchase.body('customer.subscription.created')
    await webhook.post(body, { admission })
    leave()
    await left

    expect(await (await webhook.post(body, { admission })).json()).toMatchObject({ outcome: 'applied' })
  })

  it('are refused unread where not even one may wait', async () => {
    const { admission } = fullHouse()
    const request = new Request('http://127.0.0.1/', { method: 'POST', body: '{}' })

    expect((await webhook.handle(request, { admission })).status).toBe(503)
    expect(request.bodyUsed).toBe(false)
  })

  it('are asked for again where they have waited for too long', async () => {
    const admission = createAdmission({ atWorkMax: 1, waitingPerWork: 1, waitMaxMs: 1 })
    const { promise, resolve: leave } = Promise.withResolvers<void>()
    const left = admission.admit(() => promise)

    const response = await webhook.post(purchase.body('customer.subscription.created'), { admission })

    expect(response.status).toBe(503)
    leave()
    await left
  })

  it('take no room where Stripe did not sign them', async () => {
    const admission = createAdmission({ atWorkMax: 1, waitingPerWork: 1 })
    const admitted = vi.spyOn(admission, 'admit')
    const forged = new Request('http://127.0.0.1/', { method: 'POST', body: '{}' })

    expect((await webhook.handle(forged, { admission })).status).toBe(400)
    expect(admitted).not.toHaveBeenCalled()
  })
})
