import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { CACHE_RETRY_DELAYS_MS } from '#src/features/billing/application/stripe-webhook.ts'
import { type BillingStack, startBillingStack, type TestUser } from '#tests/support/billing-stack.ts'
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
afterAll(() => stack.close())

const ledger = () =>
  stack.supabase.sql('select event_id, outcome from stripe_events where user_id = $1', [user.id])

describe('an event that is known to be done', () => {
  it('is skipped without a call to Postgres', async () => {
    const body = purchase.body('customer.subscription.created')
    await webhook.post(body)
    stack.supabase.clearLog()

    const response = await webhook.post(body)

    expect(await response.json()).toEqual({ outcome: 'duplicate', reason: null })
    expect(stack.supabase.rpcCount()).toBe(0)
    expect(stack.logLines.at(-1)).toMatchObject({ msg: 'skipped replay' })
  })

  it('and is not marked is answered by Postgres, and marked then', async () => {
    const body = purchase.body('customer.subscription.created')
    await webhook.post(body)
    webhook.memory.processed.clear()

    expect(await (await webhook.post(body)).json()).toMatchObject({ outcome: 'duplicate' })
    expect(webhook.memory.processed.size).toBe(1)
  })

  it('and is not marked mends a cache that was never told', async () => {
    const body = purchase.body('customer.subscription.created')
    await webhook.post(body)
    webhook.memory.processed.clear()
    webhook.memory.told.length = 0

    await webhook.post(body)

    expect(webhook.memory.told[0]?.sources).toHaveLength(1)
  })
})

describe('the mark follows the commit', () => {
  it('F3: an event that Postgres did not take is not marked, and the redelivery is applied', async () => {
    const body = purchase.body('customer.subscription.created')
    stack.supabase.faults.set({ kind: 'status', status: 503, times: 1 })

    const refused = await webhook.post(body)
    expect(refused.status).toBe(503)
    expect(refused.headers.get('retry-after')).toBe('10')
    expect(webhook.memory.processed.size).toBe(0)
    expect(await ledger()).toEqual([])

    expect(await (await webhook.post(body)).json()).toMatchObject({ outcome: 'applied' })
  })

  it('F2: a failure that time cannot cure is answered 500, never 200', async () => {
    const applyStripeEvent = { execute: () => Promise.reject(new TypeError('a bug')) } as never

    const response = await webhook.post(purchase.body('customer.subscription.created'), { applyStripeEvent })

    expect(response.status).toBe(500)
    expect(await response.text()).not.toContain('a bug')
    expect(webhook.memory.processed.size).toBe(0)
    expect(webhook.reported).toMatchObject([{ error_code: 'internal', error_name: 'TypeError' }])
  })

  it('an event that is kept is not marked, and is reported', async () => {
    const body = purchase.variant(
      'customer.subscription.created',
      { id: 'evt_kept1' },
      { status: 'unheard_of' },
    )

    expect(await (await webhook.post(body)).json()).toEqual({
      outcome: 'unresolved',
      reason: 'unknown_status',
    })

    expect(webhook.memory.processed.size).toBe(0)
    expect(webhook.reported).toMatchObject([{ outcome: 'unresolved', reason: 'unknown_status' }])
  })

  it('an event that is kept is applied when it is delivered again after its reason has gone', async () => {
    const latecomer = randomUUID()
    const body = purchase.variant(
      'customer.subscription.created',
      { id: 'evt_kept2' },
      { id: 'sub_kept2', customer: 'cus_kept2', metadata: { tollgate_user_id: latecomer } },
    )
    expect(await (await webhook.post(body)).json()).toEqual({ outcome: 'unresolved', reason: 'unknown_user' })
    await stack.supabase.sql('insert into auth.users (id) values ($1)', [latecomer])

    expect(await (await webhook.post(body)).json()).toMatchObject({ outcome: 'applied' })

    expect(webhook.memory.processed).toEqual(new Set(['evt_kept2']))
    expect(webhook.memory.told.at(-1)).toMatchObject({
      userId: latecomer,
      sources: [{ sourceId: 'sub_kept2' }],
    })
  })
})

describe('the mark follows the commit, where Stripe must be asked', () => {
  it('F77: a 429 of Stripe is answered 503 with nothing recorded, and the redelivery is applied', async () => {
    const body = purchase.body('checkout.session.completed')
    stack.stripe.addFault({ kind: 'status', status: 429, route: '/v1/subscriptions' })

    const refused = await webhook.post(body)
    expect(refused.status).toBe(503)
    expect(refused.headers.get('retry-after')).toBe('10')
    expect(webhook.memory.processed.size).toBe(0)
    expect(await ledger()).toEqual([])
    stack.stripe.clearFaults()

    expect(await (await webhook.post(body)).json()).toMatchObject({ outcome: 'applied' })
    expect(webhook.memory.processed.size).toBe(1)
  })
})

describe('the caches do not take the write', () => {
  it('F16: the answer is 200 all the same, and the write is tried again after the response', async () => {
    webhook.memory.failures = 1

    expect((await webhook.post(purchase.body('customer.subscription.created'))).status).toBe(200)
    expect(webhook.memory.processed.size).toBe(0)
    await webhook.runDeferred()

    expect(webhook.memory.processed.size).toBe(1)
    expect(webhook.memory.told).toHaveLength(1)
    expect(webhook.slept).toEqual([CACHE_RETRY_DELAYS_MS[0]])
    expect(webhook.reported).toEqual([])
  })

  it('F44: a write that never succeeds is reported, and given up', async () => {
    webhook.memory.failures = 100

    await webhook.post(purchase.body('customer.subscription.created'))
    await webhook.runDeferred()

    expect(webhook.slept).toEqual(CACHE_RETRY_DELAYS_MS)
    expect(webhook.reported).toMatchObject([{ reason: 'cache_write_failed' }])
  })
})
