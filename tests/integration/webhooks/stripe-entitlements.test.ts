import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type BillingStack, startBillingStack, type TestUser } from '#tests/support/billing-stack.ts'
import { featuresOf, stripeOf, subscribe } from '#tests/support/reconcile.ts'

const TYPE = 'entitlements.active_entitlement_summary.updated'
const PRO = ['insights', 'export', 'api']

let stack: BillingStack
let user: TestUser

beforeAll(async () => {
  stack = await startBillingStack()
})
beforeEach(async () => {
  await stack.supabase.reset()
  stack.stripe.reset()
  stack.logLines.length = 0
  user = await stack.signUp()
})
afterAll(() => stack.close())

/** Attaches features of these keys to what Stripe sells as Pro. */
async function attachToPro(keys: readonly string[]): Promise<void> {
  const stripe = stripeOf(stack)
  const { data } = await stripe.prices.list({ lookup_keys: ['tollgate_pro_monthly_v1'] })
  for (const key of keys) {
    const feature = await stripe.entitlements.features.create({ lookup_key: key, name: key })
    await stripe.products.createFeature(String(data[0]?.product), { entitlement_feature: feature.id })
  }
}

const told = () =>
  stack.logLines
    .filter(({ event_type }) => event_type === TYPE)
    .map(({ outcome, reason }) => ({ outcome, reason }))

describe('what Stripe’s own entitlements say', () => {
  it('is no matter where they give what the catalogue gives', async () => {
    await attachToPro(PRO)

    await subscribe(stack, user)

    expect(told()).toEqual([{ outcome: 'applied', reason: null }])
  })

  it('is told where they give a feature that the catalogue does not, and gives nothing', async () => {
    await attachToPro([...PRO, 'audit_log'])

    await subscribe(stack, user)

    expect(told()).toEqual([{ outcome: 'applied', reason: 'stripe_entitlements_differ' }])
    expect(await featuresOf(stack, user)).not.toContain('audit_log')
  })

  it('is told where they lack one that the catalogue gives, and takes nothing', async () => {
    await attachToPro(['insights'])

    await subscribe(stack, user)

    expect(told()).toEqual([{ outcome: 'applied', reason: 'stripe_entitlements_differ' }])
    expect(await featuresOf(stack, user)).toEqual(expect.arrayContaining(PRO))
  })

  it('is no matter of features that are not ours, nor of customers of another app', async () => {
    await attachToPro(['of_another_app'])

    await subscribe(stack, user)

    expect(told()).toEqual([{ outcome: 'applied', reason: null }])
  })
})
