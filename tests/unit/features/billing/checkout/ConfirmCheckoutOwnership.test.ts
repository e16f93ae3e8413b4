import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { CreateCheckoutSessionRequest } from '#src/features/billing/application/checkout/dto/CreateCheckoutSessionRequest.ts'
import type { PayRequest } from '#src/sandbox/stripe/control/pay.ts'
import {
  type Buyer,
  type CheckoutHarness,
  type ProcessOptions,
  startCheckoutHarness,
} from '#tests/support/checkout-harness.ts'

const PRO: CreateCheckoutSessionRequest = { plan: 'pro', interval: 'month' }
const NOT_FOUND = { kind: 'not_found' }

let harness: CheckoutHarness
let user: Buyer
let somebodyElse: Buyer

beforeAll(async () => {
  harness = await startCheckoutHarness()
}, 30_000)
afterAll(() => harness.close())
beforeEach(async () => {
  await harness.reset()
  user = await harness.addUser()
  somebodyElse = await harness.addUser()
})

async function open(request = PRO): Promise<string> {
  const result = await harness.startProcess().create(user, request)
  if (result.kind !== 'created') throw new Error(result.kind)
  return result.session.sessionId
}

async function buy(request = PRO, payment: PayRequest = {}): Promise<string> {
  const sessionId = await open(request)
  harness.stripe.pay(sessionId, payment)
  return sessionId
}

function confirm(sessionId: string, { id: userId } = user, options: ProcessOptions = {}) {
  return harness.startProcess(options).confirm.execute({ userId, sessionId })
}

const grants = () => harness.supabase.sql('select user_id, source_kind, status from user_entitlements')

describe('I7, F31: a session that is not the signed-in user’s is not found', () => {
  test('somebody else’s gives nothing to either of them', async () => {
    const sessionId = await buy()
    expect(await confirm(sessionId, somebodyElse)).toEqual(NOT_FOUND)
    expect(await grants()).toEqual([])
  })

  test('somebody else’s open one is not given away', async () => {
    expect(await confirm(await open(), somebodyElse)).toEqual(NOT_FOUND)
  })

  test('an open one whose reference names somebody else is not given away either', async () => {
    const session = harness.stripe.state.checkoutSessions.get(await open())
    Object.assign(session ?? {}, { client_reference_id: somebodyElse.id })
    expect(await confirm(session?.id ?? '')).toEqual(NOT_FOUND)
  })

  test.each(['cs_test_nobody', 'sub_1', '', '../customers'])('%j is unknown', async (sessionId) => {
    expect(await confirm(sessionId)).toEqual(NOT_FOUND)
  })

  test.each<[string, (state: { reference: string; metadata: string }) => void]>([
    ['the reference names somebody else', (state) => (state.reference = somebodyElse.id)],
    ['the metadata names somebody else', (state) => (state.metadata = somebodyElse.id)],
    ['the metadata names nobody', (state) => (state.metadata = 'nobody')],
  ])('one where %s', async (_, forge) => {
    const sessionId = await buy()
    const forged = { reference: user.id, metadata: user.id }
    forge(forged)
    const session = harness.stripe.state.checkoutSessions.get(sessionId)
    Object.assign(session ?? {}, {
      client_reference_id: forged.reference,
      metadata: { ...session?.metadata, tollgate_user_id: forged.metadata },
    })
    expect(await confirm(sessionId)).toEqual(NOT_FOUND)
    expect(await confirm(sessionId, somebodyElse)).toEqual(NOT_FOUND)
    expect(await grants()).toEqual([])
  })

  test.each([
    ['of another environment', { tollgate_environment: 'preview' }],
    ['for a plan that is not sold', { tollgate_plan: 'gold' }],
    ['for no plan', { tollgate_plan: undefined }],
  ])('one %s', async (_, metadata) => {
    const session = harness.stripe.state.checkoutSessions.get(await buy())
    Object.assign(session ?? {}, { metadata: { ...session?.metadata, ...metadata } })
    expect(await confirm(session?.id ?? '')).toEqual(NOT_FOUND)
    expect(await grants()).toEqual([])
  })

  test('F37: one of the other mode', async () => {
    const sessionId = await buy()
    Object.assign(harness.stripe.state.checkoutSessions.get(sessionId) ?? {}, { livemode: true })
    expect(await confirm(sessionId)).toEqual(NOT_FOUND)
  })

  test('one whose customer belongs to another user', async () => {
    const sessionId = await buy()
    const customer = String(harness.stripe.state.checkoutSessions.get(sessionId)?.customer)
    await harness.supabase.sql('update billing_users set stripe_customer_id = null')
    await harness.database.linkCustomer(somebodyElse.id, customer, harness.clock.now())
    expect(await confirm(sessionId)).toEqual(NOT_FOUND)
    expect(await grants()).toEqual([])
  })

  test('F19: one whose subscription has a price that nobody knows', async () => {
    const sessionId = await buy()
    const [subscription] = harness.stripe.state.subscriptions.values()
    Object.assign(subscription?.items.data[0]?.price ?? {}, { lookup_key: 'gold' })
    expect(await confirm(sessionId)).toEqual(NOT_FOUND)
  })
})
