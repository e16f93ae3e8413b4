import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type BillingStack, startBillingStack, type TestUser } from '#tests/support/billing-stack.ts'
import { callsTo, forgetRequests } from '#tests/support/stripe-requests.ts'
import {
  deliver,
  type Purchase,
  purchase as purchaseOf,
  purchasePro,
} from '#tests/support/webhook-delivery.ts'

let stack: BillingStack
let user: TestUser
let purchase: Purchase

beforeAll(async () => {
  stack = await startBillingStack()
})
beforeEach(async () => {
  user = await stack.signUp()
  purchase = await purchasePro(stack, user)
  await forget()
})
afterAll(() => stack.close())

async function forget(): Promise<void> {
  await forgetRequests(stack.stripe)
  stack.supabase.clearLog()
  stack.upstash.clearLog()
}

async function roundTrips() {
  return {
    stripe: (await callsTo(stack.stripe)).length,
    postgres: stack.supabase.rpcCount(),
    redis: stack.upstash.requests().map(({ commands }) => commands.map(([name]) => name?.toLowerCase())),
  }
}

describe('what a webhook costs', () => {
  it('a new event: one Redis read, one RPC, one Redis pipeline, no call to Stripe', async () => {
    await deliver(stack, purchase.body('customer.subscription.created'))

    expect(await roundTrips()).toEqual({ stripe: 0, postgres: 1, redis: [['exists'], ['eval', 'set']] })
  })

  it('an event whose object must be read: one call to Stripe and one more RPC', async () => {
    await deliver(stack, purchase.body('checkout.session.completed'))

    expect(await roundTrips()).toEqual({ stripe: 1, postgres: 2, redis: [['exists'], ['eval', 'set']] })
  })

  it('F89: the beginning of a trial: one call to Stripe, for its card, and one more RPC; what follows costs neither', async () => {
    const trial = await purchaseOf(stack, await stack.signUp(), 'team')
    await forget()
    await deliver(stack, trial.body('customer.subscription.created'))
    const beginning = await roundTrips()
    await forget()
    await deliver(stack, trial.variant('customer.subscription.created', { id: 'evt_trial1' }))

    expect(beginning).toEqual({ stripe: 1, postgres: 2, redis: [['exists'], ['eval', 'set']] })
    expect(await roundTrips()).toEqual({ stripe: 0, postgres: 1, redis: [['exists'], ['eval', 'set']] })
  })

  it('an event that changes nothing for anybody: no more', async () => {
    await deliver(stack, purchase.body('charge.succeeded'))

    expect(await roundTrips()).toEqual({ stripe: 0, postgres: 1, redis: [['exists'], ['set']] })
  })

  it('a replay: one Redis read and nothing else', async () => {
    await deliver(stack, purchase.body('customer.subscription.created'))
    await forget()
    await deliver(stack, purchase.body('customer.subscription.created'))

    expect(await roundTrips()).toEqual({ stripe: 0, postgres: 0, redis: [['exists']] })
  })

  it('a replay whose mark is lost: as a new event, and what is known is told to Redis again', async () => {
    await deliver(stack, purchase.body('customer.subscription.created'))
    await stack.upstash.evictAll()
    await forget()
    await deliver(stack, purchase.body('customer.subscription.created'))

    expect(await roundTrips()).toEqual({ stripe: 0, postgres: 1, redis: [['exists'], ['eval', 'set']] })
  })

  it('an event that is kept: one Redis read and one RPC, and nothing is marked', async () => {
    await deliver(
      stack,
      purchase.variant('customer.subscription.created', { id: 'evt_kept1' }, { status: 'unheard_of' }),
    )

    expect(await roundTrips()).toEqual({ stripe: 0, postgres: 1, redis: [['exists']] })
  })

  it('a forged event: nothing', async () => {
    await deliver(stack, purchase.body('customer.subscription.created'), { secret: 'whsec_forged' })

    expect(await roundTrips()).toEqual({ stripe: 0, postgres: 0, redis: [] })
  })
})

describe('what a check costs', () => {
  it('from memory: nothing', async () => {
    await deliver(stack, purchase.body('customer.subscription.created'))
    await forget()
    await stack.billing.checkEntitlements.execute(user.id)

    expect(await roundTrips()).toEqual({ stripe: 0, postgres: 0, redis: [] })
  })

  it('from Redis: one GET', async () => {
    await deliver(stack, purchase.body('customer.subscription.created'))
    await forget()
    await stack.anotherProcess().checkEntitlements.execute(user.id)

    expect(await roundTrips()).toEqual({ stripe: 0, postgres: 0, redis: [['get']] })
  })

  it('F71: of a thousand at once, of whom nothing is cached: one GET, one RPC, one write back', async () => {
    const { checkEntitlements } = stack.anotherProcess()
    await Promise.all(Array.from({ length: 1_000 }, () => checkEntitlements.execute(user.id)))

    expect(await roundTrips()).toEqual({ stripe: 0, postgres: 1, redis: [['get'], ['eval']] })
  })

  it('from Postgres: one RPC, after the GET that missed, and one write back', async () => {
    await stack.anotherProcess().checkEntitlements.execute(user.id)

    expect(await roundTrips()).toEqual({ stripe: 0, postgres: 1, redis: [['get'], ['eval']] })
  })
})
