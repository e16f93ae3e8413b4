import { subscribe as listen, unsubscribe } from 'node:diagnostics_channel'
import type { ClientRequest } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { PAGE_BUDGET_MS } from '#src/features/billing/application/reconcile/page-budget.ts'
import { handleReconcileRequest } from '#src/features/billing/application/reconcile/reconcile-request.ts'
import { type BillingStack, startBillingStack, type TestUser } from '#tests/support/billing-stack.ts'
import { featuresOf, reconcile, stripeOf, subscribe } from '#tests/support/reconcile.ts'

const SECRET = 'a-cron-secret-of-32-characters-x'

let stack: BillingStack
let user: TestUser

beforeAll(async () => {
  stack = await startBillingStack()
})
beforeEach(async () => {
  await stack.supabase.reset()
  await stack.upstash.reset()
  stack.stripe.reset()
  stack.stripe.clearFaults()
  user = await stack.signUp()
})
afterAll(() => stack.close())

/** The paths of Stripe's API that were asked since the reset, without their parameters. */
const asked = async (path: string) => {
  const answer = await fetch(`${stack.stripe.url}/_sandbox/requests`)
  const { requests } = (await answer.json()) as { requests: { method: string; path: string }[] }
  return requests.filter((request) => request.method === 'GET' && request.path.split('?')[0] === path).length
}
const forgetRequests = () => fetch(`${stack.stripe.url}/_sandbox/requests`, { method: 'DELETE' })

async function makeCustomers(count: number): Promise<void> {
  const stripe = stripeOf(stack)
  for (let made = 0; made < count; made += 10) {
    await Promise.all(Array.from({ length: Math.min(10, count - made) }, () => stripe.customers.create({})))
  }
}

/** From now on each request to Stripe under this path takes so long, by the clock that durations are measured with. */
function slowDown(path: string, ms: number): { end: () => void } {
  const now = performance.now.bind(performance)
  let lost = 0
  vi.spyOn(performance, 'now').mockImplementation(() => now() + lost)
  const onRequest = (message: unknown) => {
    if ((message as { request: ClientRequest }).request.path.startsWith(path)) lost += ms
  }
  listen('http.client.request.start', onRequest)
  return {
    end: () => {
      unsubscribe('http.client.request.start', onRequest)
      vi.restoreAllMocks()
    },
  }
}

describe('a run', () => {
  it('F12: reads what lies behind the first hundred, a call a page', async () => {
    await subscribe(stack, user)
    stack.stripe.pauseDelivery()
    const stray = await stripeOf(stack).customers.create({ metadata: { tollgate_user_id: user.id } })
    // With the one who bought and the stray, 101.
    await makeCustomers(99)
    await forgetRequests()

    const run = await reconcile(stack, { repairs: false })

    expect(run.found).toMatchObject([{ kind: 'second_customer', objectId: stray.id }])
    // The subscription, its session, and the customers.
    expect(run.objects).toBe(1 + 1 + 101)
    expect([await asked('/v1/customers'), await asked('/v1/subscriptions')]).toEqual([2, 1])
  })

  it('goes on where a call was cut off, and does no page twice', async () => {
    stack.stripe.pauseDelivery()
    await subscribe(stack, user)
    const once = () => stack.billing.operations.reconcile.execute({ repairs: true, budgetMs: 0 })

    const phases = [await once(), await once(), await once(), await once(), await once(), await once()].map(
      ({ phase }) => phase,
    )

    expect(phases).toEqual(['subscriptions', 'payments', 'refunds', 'disputes', 'sources', 'finished'])
    expect(await featuresOf(stack, user)).toContain('insights')
  })

  it('of two processes that do the same page one counts it', async () => {
    stack.stripe.pauseDelivery()
    await subscribe(stack, user)

    await Promise.all([reconcile(stack, { repairs: true }), reconcile(stack, { repairs: true })])

    const runs = await stack.supabase.sql('select objects from reconcile_runs order by started_at')
    expect(runs[0]).toEqual({ objects: 3 })
  })

  it('F77: waits and tries again where Stripe turns it away', async () => {
    stack.stripe.pauseDelivery()
    await subscribe(stack, user)
    stack.stripe.addFault({ kind: 'status', status: 429, route: '/v1/subscriptions', times: 1 })

    expect(await reconcile(stack, { repairs: true })).toMatchObject({ phase: 'finished', repaired: 1 })
  })

  it('F77: gives up a page that Stripe does not let come to its end, and does what is left of it when it is called again', async () => {
    stack.stripe.pauseDelivery()
    await subscribe(stack, user)
    const other = await stack.signUp()
    await subscribe(stack, other)

    const slow = slowDown('/v1/subscriptions/sub_', PAGE_BUDGET_MS)
    // A process of its own: its clock is the slow one.
    const { operations } = stack.anotherProcess()
    const run = operations.reconcile.execute({ repairs: true, budgetMs: Number.POSITIVE_INFINITY })
    await expect(run).rejects.toMatchObject({
      code: 'stripe_unavailable',
      retryable: true,
    })
    slow.end()

    expect(await operations.reconcile.latest(true)).toMatchObject({
      phase: 'subscriptions',
      cursor: null,
      finishedAt: null,
    })
    const [mended] = await stack.supabase.sql('select count(*)::int as count from user_entitlements')
    expect(mended).toEqual({ count: 1 })
    expect(await reconcile(stack, { repairs: true })).toMatchObject({ phase: 'finished', repaired: 1 })
    expect(await Promise.all([user, other].map((who) => featuresOf(stack, who)))).toEqual([
      expect.arrayContaining(['insights']),
      expect.arrayContaining(['insights']),
    ])
  })

  it('F50: leaves alone what a webhook made newer meanwhile', async () => {
    const { id } = await subscribe(stack, user)
    stack.stripe.pauseDelivery()
    await stripeOf(stack).subscriptions.update(id, { cancel_at_period_end: true })
    const told = await reconcile(stack, { repairs: false })
    stack.stripe.resumeDelivery()
    await stack.stripe.settle()

    const mended = await reconcile(stack, { repairs: true })

    expect([told.drifts, mended.drifts]).toEqual([1, 0])
    const [row] = await stack.supabase.sql('select cancels_at is not null as cancels from user_entitlements')
    expect(row).toEqual({ cancels: true })
  })
})

describe('the scheduled check', () => {
  const call = (init: RequestInit, secret: string | null = SECRET) =>
    handleReconcileRequest(new Request('http://127.0.0.1/api/billing/reconcile', init), {
      ...stack.billing.scheduledCheck,
      secret,
    })
  const bearer = (secret: string) => ({ headers: { authorization: `Bearer ${secret}` } })

  it('is not there where no secret is configured', async () => {
    expect((await call(bearer(''), null)).status).toBe(404)
  })

  it.each([{}, bearer('wrong'), bearer(''), bearer(`${SECRET}x`), { headers: { authorization: SECRET } }])(
    'tells nothing to who does not show the secret: %j',
    async (init) => {
      const response = await call(init)

      expect(response.status).toBe(401)
      expect(await stack.supabase.sql('select 1 from reconcile_runs')).toEqual([])
    },
  )

  it.each(['GET', 'POST'])('mends by %s, tells what it did, and then rests', async (method) => {
    stack.stripe.pauseDelivery()
    await subscribe(stack, user)

    const first = await (await call({ ...bearer(SECRET), method })).json()
    const second = await (await call({ ...bearer(SECRET), method })).json()

    expect(first).toMatchObject({ phase: 'finished', drifts: 1, repaired: 1, broken_laws: [] })
    expect(second.run_id).toBe(first.run_id)
    expect(await featuresOf(stack, user)).toContain('insights')
  })

  it('lets the bodies of settled events go when their time is over, and nothing else of them', async () => {
    await subscribe(stack, user)
    stack.clock.offsetMs = 91 * 86_400_000

    const answer = await (await call(bearer(SECRET))).json()

    stack.clock.offsetMs = 0
    const [ledger] = await stack.supabase.sql(
      'select count(*)::int as events, count(payload)::int as bodies, count(outcome)::int as outcomes from stripe_events',
    )
    expect(ledger).toMatchObject({ bodies: 0, outcomes: answer.purged_payloads })
    expect(answer.purged_payloads).toBeGreaterThan(0)
  })
})
