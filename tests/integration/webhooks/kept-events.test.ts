import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type BillingStack, startBillingStack, type TestUser } from '#tests/support/billing-stack.ts'
import { deliver, outcomeOf, type Purchase, purchasePro } from '#tests/support/webhook-delivery.ts'

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

const rowsOf = () => stack.supabase.sql('select * from user_entitlements where user_id = $1', [user.id])

/** A subscription of a customer whom nobody here knows. */
const STRANGER = { id: 'sub_stranger1', customer: 'cus_stranger1', metadata: {} }

describe('what cannot be applied is kept', () => {
  it('an unknown user is kept with the reason, once, and answered 200 each time', async () => {
    const stranger = purchase.variant('customer.subscription.created', { id: 'evt_stranger1' }, STRANGER)

    const response = await deliver(stack, stranger)

    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({ outcome: 'unresolved', reason: 'unknown_user' })
    expect(await outcomeOf(deliver(stack, stranger))).toBe('unresolved')
    const rows = await stack.supabase.sql(
      "select outcome, reason from stripe_events where event_id = 'evt_stranger1'",
    )
    expect(rows).toEqual([{ outcome: 'unresolved', reason: 'unknown_user' }])
  })

  it('F7: what was kept is applied by the event that tells whose customer it is', async () => {
    const early = purchase.variant('customer.subscription.created', { id: 'evt_early1' }, STRANGER)
    expect(await outcomeOf(deliver(stack, early))).toBe('unresolved')
    const newcomer = await stack.signUp()
    const linking = purchase.variant(
      'customer.subscription.created',
      { id: 'evt_linking1' },
      {
        id: 'sub_unpaid1',
        customer: STRANGER.customer,
        status: 'incomplete',
        metadata: { tollgate_user_id: newcomer.id },
      },
    )

    await deliver(stack, linking)

    const { features } = await stack.billing.checkEntitlements.execute(newcomer.id)
    expect(features).toContain('insights')
    expect(await outcomeOf(deliver(stack, early))).toBe('duplicate')
  })

  it('F19: an unknown price is kept with the reason and opens nothing', async () => {
    const body = purchase.variant(
      'customer.subscription.created',
      { id: 'evt_price1' },
      {
        items: {
          data: [
            { id: 'si_1', quantity: 1, price: { lookup_key: 'of_another_app' }, current_period_end: 2e9 },
          ],
        },
      },
    )

    expect(await (await deliver(stack, body)).json()).toEqual({
      outcome: 'unresolved',
      reason: 'unknown_price',
    })
    expect(await rowsOf()).toEqual([])
  })

  it('F37: an event of the other mode is kept with the reason and opens nothing', async () => {
    const body = purchase.variant('customer.subscription.created', { id: 'evt_live1', livemode: true })

    expect(await (await deliver(stack, body)).json()).toEqual({
      outcome: 'unresolved',
      reason: 'wrong_livemode',
    })
    expect(await rowsOf()).toEqual([])
  })

  it('a type that means nothing for access is recorded as ignored', async () => {
    const body = purchase.variant('customer.subscription.created', {
      id: 'evt_other1',
      type: 'customer.tax_id.created',
    })

    expect(await (await deliver(stack, body)).json()).toEqual({
      outcome: 'ignored',
      reason: 'unhandled_type',
    })
  })
})

describe('whose subscription it is', () => {
  it('the row belongs to the user that the metadata names', async () => {
    await deliver(stack, purchase.body('customer.subscription.created'))

    expect(await rowsOf()).toMatchObject([{ source_id: expect.stringMatching(/^sub_/) }])
  })

  it('F15: who paid with the e-mail address of another user has bought for themselves', async () => {
    const other = await stack.signUp()
    const paid = purchase.variant(
      'checkout.session.completed',
      { id: 'evt_email1' },
      { customer_email: other.email, customer_details: { email: other.email } },
    )

    await deliver(stack, paid)

    expect(await rowsOf()).toHaveLength(1)
    const rows = await stack.supabase.sql('select * from user_entitlements where user_id = $1', [other.id])
    expect(rows).toEqual([])
  })

  it('a customer that is linked to one user never speaks for another, whatever the metadata says', async () => {
    const other = await stack.signUp()
    await deliver(stack, purchase.body('customer.subscription.created'))
    const forged = purchase.variant(
      'customer.subscription.created',
      { id: 'evt_forged1' },
      { id: 'sub_forged1', metadata: { tollgate_user_id: other.id } },
    )

    expect(await (await deliver(stack, forged)).json()).toEqual({
      outcome: 'unresolved',
      reason: 'customer_of_another_user',
    })
    const rows = await stack.supabase.sql('select * from user_entitlements where user_id = $1', [other.id])
    expect(rows).toEqual([])
  })
})
