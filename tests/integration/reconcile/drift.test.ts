import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type BillingStack, startBillingStack, type TestUser } from '#tests/support/billing-stack.ts'
import { buy, featuresOf, reconcile, stripeOf, subscribe } from '#tests/support/reconcile.ts'
import { runTollgate } from '#tests/support/run-tollgate.ts'

let stack: BillingStack
let user: TestUser

beforeAll(async () => {
  stack = await startBillingStack()
})
beforeEach(async () => {
  await stack.supabase.reset()
  await stack.upstash.reset()
  stack.stripe.reset()
  stack.clock.offsetMs = 0
  user = await stack.signUp()
})
afterAll(() => stack.close())

/** A subscription of which every event has arrived; from now on none does. */
async function knownSubscription() {
  const subscription = await subscribe(stack, user)
  stack.stripe.pauseDelivery()
  return subscription
}

describe('a reconciliation finds and mends', () => {
  it('F56: a purchase of which no event was ever sent', async () => {
    stack.stripe.pauseDelivery()
    const { id } = await subscribe(stack, user)

    const told = await reconcile(stack, { repairs: false })

    expect(told.found).toMatchObject([
      { kind: 'missed_grant', objectId: id, userId: user.id, ours: null, repaired: false },
    ])
    expect(await featuresOf(stack, user)).not.toContain('insights')
    const mended = await reconcile(stack, { repairs: true })
    expect(mended).toMatchObject({ drifts: 1, repaired: 1, phase: 'finished' })
    expect(await featuresOf(stack, user)).toContain('insights')
    expect(await reconcile(stack, { repairs: true })).toMatchObject({ drifts: 0 })
  })

  it('a phantom grant: a cancellation that was missed', async () => {
    const { id } = await knownSubscription()
    await stripeOf(stack).subscriptions.cancel(id)

    const { found } = await reconcile(stack, { repairs: true })

    expect(found).toMatchObject([{ kind: 'phantom_grant', objectId: id, stripes: null, repaired: true }])
    expect(await featuresOf(stack, user)).not.toContain('insights')
  })

  it('a wrong plan: a change of plan that was missed', async () => {
    const { id, items } = await knownSubscription()
    const { data } = await stripeOf(stack).prices.list({ lookup_keys: ['tollgate_team_monthly_v1'] })
    await stripeOf(stack).subscriptions.update(id, {
      items: [{ id: items.data[0]?.id ?? '', price: data[0]?.id ?? '', quantity: 3 }],
    })

    const { found } = await reconcile(stack, { repairs: true })

    expect(found).toMatchObject([
      {
        kind: 'wrong_plan',
        ours: expect.stringMatching(/^pro × 1/),
        stripes: expect.stringMatching(/^team × 3/),
      },
    ])
    expect(await featuresOf(stack, user)).toContain('audit_log')
  })

  it('a wrong expiry: a cancellation at the end of the period that was missed', async () => {
    const { id } = await knownSubscription()
    await stripeOf(stack).subscriptions.update(id, { cancel_at_period_end: true })

    const { found } = await reconcile(stack, { repairs: true })

    expect(found).toMatchObject([{ kind: 'wrong_expiry', objectId: id, repaired: true }])
    expect(await reconcile(stack, { repairs: true })).toMatchObject({ drifts: 0 })
  })

  it('a pass that was paid for days ago, for the time that is left of it', async () => {
    stack.stripe.pauseDelivery()
    const session = await buy(stack, user, { plan: 'pass' })
    stack.clock.offsetMs = 5 * 86_400_000

    const { found } = await reconcile(stack, { repairs: true })

    expect(found).toMatchObject([{ kind: 'missed_grant', repaired: true }])
    const [row] = await stack.supabase.sql(
      'select extract(epoch from expires_at)::int as ends from user_entitlements',
    )
    expect(row).toEqual({ ends: session.created + 30 * 86_400 })
  })

  it('F14, F59: a second customer of a user, and leaves the link alone', async () => {
    const { customer } = await knownSubscription()
    const stray = await stripeOf(stack).customers.create({ metadata: { tollgate_user_id: user.id } })

    const { found } = await reconcile(stack, { repairs: true })

    expect(found).toMatchObject([
      { kind: 'second_customer', objectId: stray.id, userId: user.id, ours: customer, repaired: false },
    ])
    const rows = await stack.supabase.sql('select stripe_customer_id from billing_users')
    expect(rows).toEqual([{ stripe_customer_id: customer }])
  })

  it('a customer that was linked to nobody, and in the same run what a person had sold them at Stripe', async () => {
    stack.stripe.pauseDelivery()
    const stripe = stripeOf(stack)
    const customer = await stripe.customers.create({
      metadata: { tollgate_user_id: user.id },
      payment_method: 'pm_card_visa',
      invoice_settings: { default_payment_method: 'pm_card_visa' },
    })
    const { data: prices } = await stripe.prices.list({ lookup_keys: ['tollgate_pro_monthly_v1'] })
    // It names no user: whose it is hangs on the customer alone.
    const { id } = await stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: prices[0]?.id ?? '' }],
    })

    const { found } = await reconcile(stack, { repairs: true })

    expect(found).toMatchObject([
      { kind: 'unlinked_customer', objectId: customer.id, userId: user.id, ours: null, repaired: true },
      { kind: 'missed_grant', objectId: id, userId: user.id, ours: null, repaired: true },
    ])
    expect(await featuresOf(stack, user)).toContain('insights')
  })

  it('a refund that was missed, and that its purchase is held for it', async () => {
    const session = await buy(stack, user, { plan: 'pass' })
    stack.stripe.pauseDelivery()
    const { id } = await stripeOf(stack).refunds.create({ payment_intent: String(session.payment_intent) })

    expect(await reconcile(stack, { repairs: false })).toMatchObject({
      found: [{ kind: 'missed_refund', objectId: id, userId: user.id, ours: null, repaired: false }],
    })
    expect(await featuresOf(stack, user)).toContain('insights')
    const { found } = await reconcile(stack, { repairs: true })

    expect(found).toMatchObject([{ kind: 'missed_refund', repaired: true }])
    expect(await featuresOf(stack, user)).not.toContain('insights')
    expect(await reconcile(stack, { repairs: true })).toMatchObject({ drifts: 0 })
  })

  it('F56: a later month that was paid without a word, though it is not the newest: the refund holds no more', async () => {
    const { id } = await subscribe(stack, user)
    const { data: charges } = await stripeOf(stack).charges.list()
    await stripeOf(stack).refunds.create({ charge: charges[0]?.id ?? '' })
    await stack.stripe.settle()
    expect(await featuresOf(stack, user)).not.toContain('insights')
    stack.stripe.pauseDelivery()
    // Two months, of which the second's invoice is a draft for the three days in which its webhook is not answered.
    await stack.stripe.advance({ seconds: 63 * 86_400 })
    stack.clock.offsetMs = 63 * 86_400_000
    const { latest_invoice } = await stripeOf(stack).subscriptions.retrieve(id, {
      expand: ['latest_invoice'],
    })
    expect(latest_invoice).toMatchObject({ status: 'draft' })

    const { found } = await reconcile(stack, { repairs: true })

    expect(found).toContainEqual(
      expect.objectContaining({ kind: 'missed_grant', objectId: id, userId: user.id, repaired: true }),
    )
    expect(await featuresOf(stack, user)).toContain('insights')
    expect(await reconcile(stack, { repairs: true })).toMatchObject({ drifts: 0 })
  })

  it('a dispute of a month that was missed, though nobody has told of its payment either', async () => {
    const { id } = await knownSubscription()
    await stack.supabase.sql('delete from invoice_payments')
    const { data: charges } = await stripeOf(stack).charges.list()
    const opened = await fetch(`${stack.stripe.url}/_sandbox/charges/${charges[0]?.id}/disputes`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ kind: 'product_not_received' }),
    })
    expect(await opened.json()).toMatchObject({ object: 'dispute' })

    const { found } = await reconcile(stack, { repairs: true })

    expect(found).toMatchObject([{ kind: 'missed_dispute', userId: user.id, repaired: true }])
    expect(await featuresOf(stack, user)).not.toContain('insights')
    const holds = (await stack.billing.readBillingAccount.execute(user.id)).entitlements.held
    expect(holds).toMatchObject([{ sourceId: id, holds: ['dispute'] }])
    expect(await reconcile(stack, { repairs: true })).toMatchObject({ drifts: 0 })
  })

  it('no refund of what another app sold in the same account', async () => {
    const stripe = stripeOf(stack)
    const { id } = await stripe.paymentIntents.create({
      amount: 500,
      currency: 'usd',
      payment_method: 'pm_card_visa',
      confirm: true,
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    })
    await stripe.refunds.create({ payment_intent: id })

    expect(await reconcile(stack, { repairs: true })).toMatchObject({ drifts: 0, phase: 'finished' })
  })

  it('F40: a second subscription of a user, which is a person’s to end', async () => {
    const first = await knownSubscription()
    stack.stripe.resumeDelivery()
    const second = await stripeOf(stack).subscriptions.create({
      customer: String(first.customer),
      items: [{ price: first.items.data[0]?.price.id ?? '' }],
      default_payment_method: String(first.default_payment_method),
      metadata: first.metadata,
    })
    await stack.stripe.settle()

    const { found } = await reconcile(stack, { repairs: true })

    expect(found).toMatchObject([
      {
        kind: 'second_purchase',
        objectId: second.id,
        userId: user.id,
        ours: expect.stringContaining(first.id),
        repaired: false,
      },
    ])
    expect(stack.logLines).toContainEqual(
      expect.objectContaining({ outcome: 'applied', reason: 'second_purchase' }),
    )
    const { stdout } = await runTollgate(stack, ['doctor'])
    expect(stdout).toContain(`cancel ${second.id} and refund what it took`)
  })

  it('access from an object that Stripe does not have, which is a person’s to decide', async () => {
    await knownSubscription()
    await stack.supabase.sql("update user_entitlements set source_id = 'sub_gone'")
    await stack.supabase.sql("update user_entitlements set created_at = created_at - interval '1 minute'")

    const { found } = await reconcile(stack, { repairs: true })

    expect(found).toContainEqual(
      expect.objectContaining({ kind: 'unknown_to_stripe', objectId: 'sub_gone', repaired: false }),
    )
  })

  it('nothing where all is well, and what another app sells in the same account is none of ours', async () => {
    await knownSubscription()
    const stripe = stripeOf(stack)
    await stripe.customers.create({ metadata: { some_other_app: '1' } })

    expect(await reconcile(stack, { repairs: false })).toMatchObject({ drifts: 0, phase: 'finished' })
  })
})
