import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BillingStack, startBillingStack, type TestUser } from '#tests/support/billing-stack.ts'
import { runTollgate } from '#tests/support/run-tollgate.ts'
import { deliver, type Purchase, purchasePro } from '#tests/support/webhook-delivery.ts'

let stack: BillingStack
let user: TestUser
let purchase: Purchase

beforeAll(async () => {
  stack = await startBillingStack()
  user = await stack.signUp()
  purchase = await purchasePro(stack, user)
  await deliver(stack, purchase.body('customer.subscription.created'))
  await deliver(stack, purchase.body('checkout.session.completed'))
  const stranger = { id: 'sub_stranger1', customer: 'cus_stranger1', metadata: {} }
  await deliver(stack, purchase.variant('customer.subscription.created', { id: 'evt_stranger1' }, stranger))
})
afterAll(() => stack.close())

describe('events', () => {
  it('lists what was kept, with the reason', async () => {
    const ran = await runTollgate(stack, ['events', '--outcome', 'unresolved', '--json'])

    expect(ran.json()).toMatchObject([
      { eventId: 'evt_stranger1', outcome: 'unresolved', reason: 'unknown_user', attempts: 1 },
    ])
    expect(ran.code).toBe(0)
  })

  it('lists those of one user', async () => {
    const ran = await runTollgate(stack, ['events', '--user', user.id, '--json'])

    expect(ran.json()).toMatchObject([{ userId: user.id }, { userId: user.id }])
  })

  it('counts the tries of an event that is delivered again while it cannot be applied', async () => {
    const stranger = { id: 'sub_stranger1', customer: 'cus_stranger1', metadata: {} }
    await deliver(stack, purchase.variant('customer.subscription.created', { id: 'evt_stranger1' }, stranger))

    const ran = await runTollgate(stack, ['events', 'evt_stranger1', '--json'])

    expect(ran.json()).toMatchObject({ eventId: 'evt_stranger1', attempts: 2 })
  })

  it('shows one with what it was taken to mean, and nothing of a person', async () => {
    const session = JSON.parse(Buffer.from(purchase.body('checkout.session.completed')).toString())

    const ran = await runTollgate(stack, ['events', session.id])

    expect(JSON.parse(ran.stdout)).toMatchObject({
      outcome: 'applied',
      change: { kind: 'change', checkout: { status: 'completed' } },
      payload: { object: { object: 'checkout.session', payment_status: 'paid' } },
    })
    expect(ran.stdout).not.toContain(user.email)
    expect(session.data.object.customer_details.email).toBe(user.email)
  })

  it('says so where the ledger has no such event', async () => {
    const ran = await runTollgate(stack, ['events', 'evt_nowhere'])

    expect(ran.code).toBe(1)
    expect(ran.stderr).toContain('The ledger has no evt_nowhere')
  })
})

describe('the command line', () => {
  it('names a wrong option and answers 2', async () => {
    const ran = await runTollgate(stack, ['events', '--outcome', 'nonsense'])

    expect(ran.code).toBe(2)
    expect(ran.stderr).toContain('applied, stale, ignored, unresolved')
  })

  it('F91: says what is missing in the settings, and never a value', async () => {
    const environment = { SUPABASE_SECRET_KEY: 'sb_publishable_canary' }

    const ran = await runTollgate(stack, ['events'], { environment })

    expect(ran.code).toBe(2)
    expect(ran.stderr).toContain('SUPABASE_SECRET_KEY')
    expect(ran.stderr).not.toContain('canary')
  })

  it('answers 4 where a service does not answer', async () => {
    const environment = { NEXT_PUBLIC_SUPABASE_URL: 'http://127.0.0.1:1' }

    const ran = await runTollgate(stack, ['events'], { environment })

    expect(ran.code).toBe(4)
  })
})
