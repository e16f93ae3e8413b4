import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createRedisClient } from '#src/infrastructure/config/clients.ts'
import { entitlementsKey, processedEventKey } from '#src/infrastructure/redis/keys.ts'
import {
  type BillingStack,
  startBillingStack,
  type TestUser,
  WEBHOOK_SECRET,
} from '#tests/support/billing-stack.ts'
import { deliver, outcomeOf, type Purchase, purchasePro } from '#tests/support/webhook-delivery.ts'

let stack: BillingStack
let user: TestUser
let purchase: Purchase

beforeAll(async () => {
  stack = await startBillingStack()
})
beforeEach(async () => {
  stack.supabase.faults.clear()
  stack.upstash.faults.clear()
  user = await stack.signUp()
  purchase = await purchasePro(stack, user)
  stack.logLines.length = 0
})
afterAll(() => stack.close())

const rowsOf = () => stack.supabase.sql('select * from user_entitlements where user_id = $1', [user.id])
const versionOf = async () => {
  const [row] = await stack.supabase.sql('select entitlement_version from billing_users where user_id = $1', [
    user.id,
  ])
  return Number(row?.entitlement_version)
}
const featuresNow = async () => (await stack.anotherProcess().checkEntitlements.execute(user.id)).features

describe('the same event again', () => {
  it('I1: the second delivery is skipped as a replay and changes nothing', async () => {
    const body = purchase.body('customer.subscription.created')
    expect(await outcomeOf(deliver(stack, body))).toBe('applied')
    const before = await rowsOf()

    expect(await outcomeOf(deliver(stack, body))).toBe('duplicate')

    expect(await rowsOf()).toEqual(before)
    expect(stack.logLines.at(-1)).toMatchObject({
      msg: 'skipped replay',
      event_type: 'customer.subscription.created',
    })
  })

  it('I1: five more at once are skipped, and there is still one grant', async () => {
    const body = purchase.body('customer.subscription.created')
    await deliver(stack, body)

    const outcomes = await Promise.all(Array.from({ length: 5 }, () => outcomeOf(deliver(stack, body))))

    expect(outcomes).toEqual(Array(5).fill('duplicate'))
    expect(stack.logLines.filter(({ msg }) => msg === 'skipped replay')).toHaveLength(5)
    expect(await rowsOf()).toHaveLength(1)
    expect(await versionOf()).toBe(1)
  })

  it('I1, F23: sixteen at once, none of them known before, are applied once', async () => {
    const body = purchase.body('customer.subscription.created')

    const outcomes = await Promise.all(Array.from({ length: 16 }, () => outcomeOf(deliver(stack, body))))

    expect(outcomes.filter((outcome) => outcome === 'applied')).toHaveLength(1)
    expect(outcomes.filter((outcome) => outcome === 'duplicate')).toHaveLength(15)
    expect(await rowsOf()).toHaveLength(1)
    expect(await versionOf()).toBe(1)
  })

  it('I1: with Redis emptied in between, Postgres knows it, and it is marked again', async () => {
    const body = purchase.body('customer.subscription.created')
    await deliver(stack, body)
    await stack.upstash.evictAll()

    expect(await outcomeOf(deliver(stack, body))).toBe('duplicate')
    stack.supabase.clearLog()
    expect(await outcomeOf(deliver(stack, body))).toBe('duplicate')

    expect(stack.supabase.rpcCount()).toBe(0)
    expect(await versionOf()).toBe(1)
  })

  it('I1: with its mark alone lost, Postgres knows it and the cache stays as it is', async () => {
    const body = purchase.body('customer.subscription.created')
    await deliver(stack, body)
    const redis = createRedisClient(stack.config.redis, { deadlineMs: 5_000 })
    const { id } = JSON.parse(Buffer.from(body).toString())
    const cached = await redis.get(entitlementsKey(user.id))
    expect(await redis.del(processedEventKey(id))).toBe(1)

    expect(await outcomeOf(deliver(stack, body))).toBe('duplicate')

    expect(await redis.get(entitlementsKey(user.id))).toBe(cached)
    expect(await redis.exists(processedEventKey(id))).toBe(1)
  })

  it('F51: the same event signed with another secret of ours has no second effect', async () => {
    const rotated = await startBillingStack({ webhookSecrets: [WEBHOOK_SECRET, 'whsec_second'] })
    const buyer = await rotated.signUp()
    const body = (await purchasePro(rotated, buyer)).body('customer.subscription.created')

    expect(await outcomeOf(deliver(rotated, body, { secret: 'whsec_second' }))).toBe('applied')
    expect(await outcomeOf(deliver(rotated, body))).toBe('duplicate')

    await rotated.close()
  })
})

describe('events in another order', () => {
  it('F6: a completed session whose subscription nobody has told of reads it from Stripe and grants', async () => {
    expect(await outcomeOf(deliver(stack, purchase.body('checkout.session.completed')))).toBe('applied')

    expect(await featuresNow()).toContain('insights')
    expect(await outcomeOf(deliver(stack, purchase.body('customer.subscription.created')))).toBe('stale')
    expect(await rowsOf()).toHaveLength(1)
  })

  it('F24: a late update after the deletion does not bring the plan back', async () => {
    const ended = { status: 'canceled', ended_at: Math.floor(Date.now() / 1000) }
    const deleted = purchase.variant(
      'customer.subscription.created',
      { id: 'evt_deleted1', type: 'customer.subscription.deleted' },
      ended,
    )
    const late = purchase.variant('customer.subscription.created', {
      id: 'evt_late1',
      type: 'customer.subscription.updated',
    })

    expect(await outcomeOf(deliver(stack, deleted))).toBe('applied')
    expect(await outcomeOf(deliver(stack, late))).toBe('stale')

    expect(await featuresNow()).not.toContain('insights')
  })

  it('an older snapshot does not overwrite a newer one', async () => {
    const created = purchase.body('customer.subscription.created')
    const renewed = purchase.variant(
      'customer.subscription.created',
      {
        id: 'evt_newer1',
        type: 'customer.subscription.updated',
        created: Math.floor(Date.now() / 1000) + 60,
      },
      { cancel_at_period_end: true },
    )
    await deliver(stack, renewed)

    expect(await outcomeOf(deliver(stack, created))).toBe('stale')
    expect((await rowsOf())[0]?.stripe_event_id).toBe('evt_newer1')
  })

  it('two updates of one second that contradict each other are settled by reading the subscription', async () => {
    const at = { created: Math.floor(Date.now() / 1000) + 5, type: 'customer.subscription.updated' }
    const one = purchase.variant(
      'customer.subscription.created',
      { ...at, id: 'evt_tie1' },
      { cancel_at: 2_000_000_000 },
    )
    const two = purchase.variant(
      'customer.subscription.created',
      { ...at, id: 'evt_tie2' },
      { cancel_at: 2_100_000_000 },
    )
    await deliver(stack, one)

    expect(await outcomeOf(deliver(stack, two))).toBe('applied')

    expect((await rowsOf())[0]).toMatchObject({ cancels_at: null, stripe_event_id: 'evt_tie2' })
  })
})

describe('a backend is away', () => {
  it('I3: with Postgres down the answer is 503 and nothing is marked; the redelivery succeeds', async () => {
    const body = purchase.body('customer.subscription.created')
    stack.supabase.faults.set({ kind: 'down' })

    const refused = await deliver(stack, body)
    expect(refused.status).toBe(503)
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/)
    stack.supabase.faults.clear()

    expect(await outcomeOf(deliver(stack, body))).toBe('applied')
    expect(await featuresNow()).toContain('insights')
  })

  it('F60: an answer that was lost after the commit is a duplicate when Stripe delivers again', async () => {
    const body = purchase.body('customer.subscription.created')
    stack.supabase.faults.set({ kind: 'reset', times: 1 })

    expect((await deliver(stack, body)).status).toBe(503)

    expect(await outcomeOf(deliver(stack, body))).toBe('duplicate')
    expect(await versionOf()).toBe(1)
    expect(await featuresNow()).toContain('insights')
  })

  it('with Redis down the event is answered 200 and grants, and the cache mends itself', async () => {
    await stack.billing.checkEntitlements.execute(user.id)
    stack.upstash.faults.set({ kind: 'down' })

    expect(await outcomeOf(deliver(stack, purchase.body('customer.subscription.created')))).toBe('applied')
    expect(await featuresNow()).toContain('insights')
    stack.upstash.faults.clear()
    await stack.settleDeferred()

    const mended = await stack.anotherProcess().checkEntitlements.execute(user.id)
    expect(mended).toMatchObject({ layer: 'redis' })
    expect(mended.features).toContain('insights')
  })
})
