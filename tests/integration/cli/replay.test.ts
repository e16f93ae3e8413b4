import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createSupabaseServiceClient } from '#src/infrastructure/config/clients.ts'
import { DatabaseService } from '#src/infrastructure/db/database-service.ts'
import { supabaseRpc } from '#src/infrastructure/db/supabase-rpc.ts'
import { type BillingStack, startBillingStack, type TestUser } from '#tests/support/billing-stack.ts'
import { runTollgate } from '#tests/support/run-tollgate.ts'
import { type Purchase, purchasePro } from '#tests/support/webhook-delivery.ts'

const MONTH_MS = 31 * 86_400_000

let stack: BillingStack
let user: TestUser
let purchase: Purchase

beforeAll(async () => {
  stack = await startBillingStack()
})
beforeEach(async () => {
  await stack.supabase.reset()
  await stack.upstash.reset()
  user = await stack.signUp()
  purchase = await purchasePro(stack, user)
})
afterAll(() => stack.close())

/** Records an event a month ago as an older deploy did whose catalogue did not have its price yet. */
async function keepAsUnknownPrice(body: Uint8Array): Promise<string> {
  const parsed = stack.billing.stripeWebhook.webhooks.parse(body)
  if (parsed === null) throw new Error('not an event')
  const ledger = new DatabaseService(supabaseRpc(createSupabaseServiceClient(stack.config.supabase)))
  await ledger.applyStripeEvent(
    parsed.event,
    { kind: 'unresolved', reason: 'unknown_price', user_id: null, customer_id: null },
    stack.clock.now() - MONTH_MS,
  )
  return parsed.event.id
}

/** Everything that billing keeps of the user and of events. */
const state = () =>
  stack.supabase.sql(`select
    (select jsonb_agg(to_jsonb(e) order by e.event_id) from stripe_events e) as events,
    (select jsonb_agg(to_jsonb(s) order by s.id) from user_entitlements s) as sources,
    (select jsonb_agg(to_jsonb(u) order by u.user_id) from billing_users u) as users`)

const features = async (userId = user.id) =>
  (await stack.anotherProcess().checkEntitlements.execute(userId)).features

describe('replay', () => {
  it('is dry unless told otherwise: it tells what would change for whom, and changes nothing', async () => {
    const eventId = await keepAsUnknownPrice(purchase.body('customer.subscription.created'))
    const before = await state()

    const ran = await runTollgate(stack, ['replay', eventId, '--json'])

    expect(ran.json()).toMatchObject({
      applied: false,
      events: [{ eventId, outcome: 'applied', reason: null }],
      differences: [{ userId: user.id, featuresGained: expect.arrayContaining(['insights']) }],
    })
    expect(ran.code).toBe(0)
    expect(await state()).toEqual(before)
  })

  it('F54: with --apply a row a month old is applied, and the next replay finds it done', async () => {
    const eventId = await keepAsUnknownPrice(purchase.body('customer.subscription.created'))

    const ran = await runTollgate(stack, ['replay', '--reason', 'unknown_price', '--apply', '--json'])

    expect(ran.json()).toMatchObject({ applied: true, events: [{ eventId, outcome: 'applied' }] })
    expect(await features()).toContain('insights')
    const again = await runTollgate(stack, ['replay', eventId, '--apply', '--json'])
    expect(again.json()).toMatchObject({ events: [], done: 1 })
  })

  it('a dry run plays the events of one user one after the other, as applying them would', async () => {
    const created = await keepAsUnknownPrice(purchase.body('customer.subscription.created'))
    const endedAt = Math.floor(stack.clock.now() / 1000)
    const ended = await keepAsUnknownPrice(
      purchase.variant(
        'customer.subscription.created',
        {
          id: `evt_${randomUUID().replaceAll('-', '')}`,
          type: 'customer.subscription.deleted',
          // Within one second the ids would decide which is played first.
          created: endedAt + 1,
        },
        { status: 'canceled', ended_at: endedAt },
      ),
    )

    const ran = await runTollgate(stack, ['replay', created, ended, '--json'])

    expect(ran.json()).toMatchObject({
      events: [
        { eventId: created, outcome: 'applied' },
        { eventId: ended, outcome: 'applied' },
      ],
      differences: [],
    })
  })

  it("F9: finds in Stripe's own list what never arrived", async () => {
    const ran = await runTollgate(stack, ['replay', '--from-stripe', '--since', '1h', '--apply', '--json'])

    const { id } = JSON.parse(Buffer.from(purchase.body('customer.subscription.created')).toString())
    expect(ran.json()).toMatchObject({
      // Of one second, whichever comes first applies; the session's may have read the subscription before.
      events: expect.arrayContaining([
        expect.objectContaining({ eventId: id, outcome: expect.stringMatching(/^(applied|stale)$/) }),
      ]),
    })
    // The buyers of the tests before are gone by now: kept, each with its reason, and no failure.
    expect(ran.json()).not.toMatchObject({
      events: expect.arrayContaining([expect.objectContaining({ outcome: 'failed' })]),
    })
    expect(await features()).toContain('insights')
    const again = await runTollgate(stack, ['replay', '--from-stripe', '--since', '1h', '--json'])
    expect(again.json()).toMatchObject({ differences: [] })
  })

  it('what still cannot be applied is listed, and the exit code says so', async () => {
    const stranger = purchase.variant(
      'customer.subscription.created',
      { id: 'evt_stranger1' },
      { id: 'sub_stranger1', customer: 'cus_stranger1', metadata: {} },
    )
    await keepAsUnknownPrice(stranger)

    const ran = await runTollgate(stack, ['replay', 'evt_stranger1'])

    expect(ran.stdout).toMatch(/evt_stranger1 .*unresolved +unknown_user/)
    expect(ran.code).toBe(1)
  })

  it('away from this machine nothing is applied unless somebody confirms it', async () => {
    await keepAsUnknownPrice(purchase.body('customer.subscription.created'))
    const environment = { TOLLGATE_ENV: 'preview' }
    const command = ['replay', '--reason', 'unknown_price', '--apply']

    const alone = await runTollgate(stack, command, { environment })
    const mistyped = await runTollgate(stack, command, { environment, answers: ['yes'] })

    expect(alone.stderr).toContain('pass --yes')
    expect([alone.code, mistyped.code]).toEqual([3, 3])
    expect(await features()).not.toContain('insights')
  })
})
