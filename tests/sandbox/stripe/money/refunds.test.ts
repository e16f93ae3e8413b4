import type Stripe from 'stripe'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openShop, type Shop } from '../shop.ts'
import { control } from './control.ts'

const HOUR = 3_600

let shop: Shop

beforeAll(async () => {
  shop = await openShop()
})
beforeEach(() => {
  shop.sandbox.reset()
  shop.forget()
})
afterAll(() => shop.sandbox.close())

/** A payment of €30.00, its events forgotten. */
const paid = async (payment_method = 'pm_card_visa') => {
  const intent = await shop.stripe.paymentIntents.create({
    amount: 3_000,
    currency: 'eur',
    confirm: true,
    payment_method,
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
  })
  shop.forget()
  return { payment_intent: intent.id, charge: String(intent.latest_charge) }
}
const chargeOf = ({ charge }: { charge: string }) => shop.stripe.charges.retrieve(charge)
const refund = (parameters: Stripe.RefundCreateParams) => shop.stripe.refunds.create(parameters)

describe('a refund', () => {
  it('of the whole payment gives all of it back, and the fee is lost', async () => {
    const payment = await paid()
    const made = await refund({ payment_intent: payment.payment_intent, reason: 'requested_by_customer' })

    expect(made).toMatchObject({
      status: 'succeeded',
      amount: 3_000,
      ...payment,
      reason: 'requested_by_customer',
    })
    await expect(chargeOf(payment)).resolves.toMatchObject({ amount_refunded: 3_000, refunded: true })
    expect(shop.eventTypes()).toEqual(['refund.created', 'charge.refunded'])
    const { pending, available } = await shop.stripe.balance.retrieve()
    const net = [...pending, ...available].filter(({ currency }) => currency === 'eur')
    expect(net.reduce((sum, { amount }) => sum + amount, 0)).toBe(-117)
  })

  it('in parts adds up, and never to more than was paid', async () => {
    const payment = await paid()
    await refund({ charge: payment.charge, amount: 1_000 })
    await expect(chargeOf(payment)).resolves.toMatchObject({ amount_refunded: 1_000, refunded: false })

    await expect(refund({ charge: payment.charge, amount: 2_001 })).rejects.toMatchObject({
      statusCode: 400,
      param: 'amount',
      message: 'Refund amount (€20.01) is greater than unrefunded amount on charge (€20.00)',
    })
    await refund({ charge: payment.charge })
    await expect(refund({ charge: payment.charge })).rejects.toMatchObject({
      code: 'charge_already_refunded',
    })
    expect(
      (await shop.stripe.refunds.list({ charge: payment.charge })).data.map(({ amount }) => amount),
    ).toEqual([2_000, 1_000])
  })

  it('needs a payment that was made', async () => {
    await expect(refund({})).rejects.toMatchObject({ statusCode: 400 })
    await expect(refund({ charge: 'ch_missing' })).rejects.toMatchObject({ code: 'resource_missing' })
    const { id } = await shop.stripe.paymentIntents.create({ amount: 1_000, currency: 'eur' })
    await expect(refund({ payment_intent: id })).rejects.toMatchObject({ statusCode: 400 })
  })

  it('takes its time with some cards, then succeeds', async () => {
    const made = await refund(await chargeId(paid('pm_card_pendingRefund')))
    expect(made.status).toBe('pending')
    await shop.sandbox.advance({ seconds: 2 * HOUR })

    await expect(shop.stripe.refunds.retrieve(made.id)).resolves.toMatchObject({ status: 'succeeded' })
    expect(shop.eventTypes()).toEqual([
      'refund.created',
      'charge.refunded',
      'refund.updated',
      'charge.refund.updated',
    ])
    expect(shop.event('refund.updated').data.previous_attributes).toMatchObject({ status: 'pending' })
  })

  it('that seemed to succeed comes back with some cards, and the money with it', async () => {
    const payment = await paid('pm_card_refundFail')
    const made = await refund({ charge: payment.charge })
    expect(made.status).toBe('succeeded')
    await shop.sandbox.advance({ seconds: 2 * HOUR })

    await expect(shop.stripe.refunds.retrieve(made.id)).resolves.toMatchObject({
      status: 'failed',
      failure_reason: expect.any(String),
      failure_balance_transaction: expect.stringMatching(/^txn_/),
    })
    expect(shop.eventTypes().slice(2)).toEqual(['refund.updated', 'charge.refund.updated', 'refund.failed'])
    await expect(chargeOf(payment)).resolves.toMatchObject({ amount_refunded: 0, refunded: false })
  })

  it('that waits for the customer can be canceled, or expires', async () => {
    const email = { instructions_email: 'ada@example.test' }
    const canceled = await refund({ ...(await chargeId(paid())), ...email })
    expect(canceled).toMatchObject({ status: 'requires_action', next_action: { type: 'display_details' } })
    await expect(shop.stripe.refunds.cancel(canceled.id)).resolves.toMatchObject({ status: 'canceled' })

    const expired = await refund({ ...(await chargeId(paid())), ...email })
    await expect(shop.stripe.testHelpers.refunds.expire(expired.id)).resolves.toMatchObject({
      status: 'failed',
    })
    expect(shop.eventTypes().at(-1)).toBe('refund.failed')
  })

  it('of a card is canceled in the dashboard only, within half an hour', async () => {
    const made = await refund(await chargeId(paid()))
    await expect(shop.stripe.refunds.cancel(made.id)).rejects.toMatchObject({ statusCode: 400 })
    await expect(control(shop, `/refunds/${made.id}/cancel`)).resolves.toMatchObject({ status: 'canceled' })

    const late = await refund(await chargeId(paid()))
    await shop.sandbox.advance({ seconds: HOUR })
    await expect(control(shop, `/refunds/${late.id}/cancel`)).resolves.toHaveProperty('error')
  })

  it('takes metadata later', async () => {
    const made = await refund(await chargeId(paid()))
    await shop.stripe.refunds.update(made.id, { metadata: { order: '6735' } })

    expect(shop.event('refund.updated').data.object).toMatchObject({ metadata: { order: '6735' } })
  })
})

async function chargeId(payment: Promise<{ charge: string }>): Promise<{ charge: string }> {
  const { charge } = await payment
  return { charge }
}
