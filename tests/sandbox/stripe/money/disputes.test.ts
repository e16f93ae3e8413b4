import type Stripe from 'stripe'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openShop, type Shop } from '../shop.ts'
import { control } from './control.ts'

const DAY = 86_400

let shop: Shop

beforeAll(async () => {
  shop = await openShop()
})
beforeEach(() => {
  shop.sandbox.reset()
  shop.forget()
})
afterAll(() => shop.sandbox.close())

const pay = async (payment_method: string) => {
  const intent = await shop.stripe.paymentIntents.create({
    amount: 5_000,
    currency: 'usd',
    confirm: true,
    payment_method,
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
  })
  return String(intent.latest_charge)
}
/** The dispute about a payment of $50.00, its events so far forgotten. */
const disputed = async (payment_method = 'pm_card_createDispute'): Promise<Stripe.Dispute> => {
  const charge = await pay(payment_method)
  shop.forget()
  const [dispute] = (await shop.stripe.disputes.list({ charge })).data
  if (dispute === undefined) throw new Error('not disputed')
  return dispute
}
const refresh = ({ id }: { id: string }) => shop.stripe.disputes.retrieve(id)
const answer = ({ id }: { id: string }, uncategorized_text: string) =>
  shop.stripe.disputes.update(id, { evidence: { uncategorized_text } })
const review = () => shop.sandbox.advance({ seconds: 10 })
const booked = ({ balance_transactions: booked }: Stripe.Dispute) => booked.map(({ net }) => net)

describe('a dispute', () => {
  it('takes the money and its fee while the payment is made', async () => {
    const charge = await pay('pm_card_createDispute')

    expect(shop.eventTypes()).toEqual([
      'payment_intent.created',
      'charge.succeeded',
      'charge.dispute.created',
      'charge.dispute.funds_withdrawn',
      'payment_intent.succeeded',
      'charge.updated',
    ])
    const [dispute] = (await shop.stripe.disputes.list({ charge })).data
    expect(dispute).toMatchObject({
      amount: 5_000,
      status: 'needs_response',
      reason: 'fraudulent',
      is_charge_refundable: false,
      evidence_details: { has_evidence: false, submission_count: 0 },
      payment_method_details: { card: { case_type: 'chargeback', network_reason_code: '10.4' } },
    })
    expect(dispute && booked(dispute)).toEqual([-6_500])
    await expect(shop.stripe.charges.retrieve(charge)).resolves.toMatchObject({ disputed: true })
    await expect(shop.stripe.refunds.create({ charge })).rejects.toMatchObject({ code: 'charge_disputed' })
  })

  it('is won: the money comes back, without the fee', async () => {
    const dispute = await disputed()
    await expect(answer(dispute, 'winning_evidence')).resolves.toMatchObject({
      status: 'under_review',
      evidence_details: { has_evidence: true, submission_count: 1, submission_method: 'manual' },
    })
    await review()

    const won = await refresh(dispute)
    expect(won).toMatchObject({ status: 'won', is_charge_refundable: true })
    expect(booked(won)).toEqual([-6_500, 5_000])
    expect(shop.eventTypes()).toEqual([
      'charge.dispute.updated',
      'charge.dispute.funds_reinstated',
      'charge.dispute.closed',
    ])
    expect(shop.event('charge.dispute.updated').data.previous_attributes).toMatchObject({
      status: 'needs_response',
    })
    await expect(shop.stripe.refunds.create({ charge: String(won.charge) })).resolves.toMatchObject({
      status: 'succeeded',
    })
  })

  it('is lost: the money stays away', async () => {
    const dispute = await disputed()
    await answer(dispute, 'losing_evidence')
    await review()

    const lost = await refresh(dispute)
    expect(lost.status).toBe('lost')
    expect(booked(lost)).toEqual([-6_500])
    expect(shop.eventTypes()).toEqual(['charge.dispute.updated', 'charge.dispute.closed'])
  })

  it('is lost at once where it is given up, and over then', async () => {
    const { id } = await disputed()
    await expect(shop.stripe.disputes.close(id)).resolves.toMatchObject({ status: 'lost' })

    await expect(shop.stripe.disputes.close(id)).rejects.toMatchObject({ statusCode: 400 })
    await expect(shop.stripe.disputes.update(id, { metadata: { a: 'b' } })).rejects.toMatchObject({
      message: 'This dispute is already closed',
    })
  })

  it('is lost where nobody answers in time', async () => {
    const dispute = await disputed()
    await shop.sandbox.advance({ seconds: 9 * DAY })

    await expect(refresh(dispute)).resolves.toMatchObject({
      status: 'lost',
      evidence_details: { past_due: true },
    })
  })

  it('keeps evidence that is only staged for later', async () => {
    const { id } = await disputed()
    await shop.stripe.disputes.update(id, { evidence: { customer_name: 'Ada' }, submit: false })
    await expect(shop.stripe.disputes.update(id, { submit: true })).resolves.toMatchObject({
      status: 'under_review',
      evidence: { customer_name: 'Ada' },
      evidence_details: { submission_count: 1 },
    })

    await expect(answer({ id }, 'winning_evidence')).rejects.toMatchObject({ statusCode: 400 })
  })

  it('can be lost, appealed, and won in the end', async () => {
    const dispute = await disputed()
    await answer(dispute, 'losing_evidence')
    await review()
    await control(shop, `/disputes/${dispute.id}`, { move: 'appeal' })
    await expect(answer(dispute, 'winning_evidence')).rejects.toMatchObject({ statusCode: 400 })

    await expect(
      shop.stripe.disputes.update(dispute.id, {
        evidence: { appeal: { card: { reason_for_filing: 'winning_evidence' } } },
      }),
    ).resolves.toMatchObject({ status: 'appeal_under_review' })
    await review()
    const won = await refresh(dispute)
    expect(won.status).toBe('won')
    expect(booked(won)).toEqual([-6_500, 5_000])
    expect(shop.eventTypes()).toEqual([
      'charge.dispute.updated',
      'charge.dispute.closed',
      'charge.dispute.updated',
      'charge.dispute.updated',
      'charge.dispute.funds_reinstated',
      'charge.dispute.closed',
    ])
  })

  it('that is prevented is not closed', async () => {
    const dispute = await disputed('pm_card_createDisputeInquiry')
    await control(shop, `/disputes/${dispute.id}`, { move: 'prevent' })

    await expect(refresh(dispute)).resolves.toMatchObject({ status: 'prevented' })
    expect(shop.eventTypes()).toEqual(['charge.dispute.updated'])
  })

  it('may come several times for one payment', async () => {
    const charge = await pay('pm_card_createMultipleDisputes')
    const { data } = await shop.stripe.disputes.list({ charge })

    expect(data.map(({ amount, reason }) => [amount, reason])).toEqual([
      [2_500, 'product_not_received'],
      [2_500, 'fraudulent'],
    ])
  })

  it('waits until an authorized payment is captured', async () => {
    const { id } = await shop.stripe.paymentIntents.create({
      amount: 5_000,
      currency: 'usd',
      capture_method: 'manual',
      confirm: true,
      payment_method: 'pm_card_createDispute',
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    })
    expect(shop.eventTypes()).not.toContain('charge.dispute.created')
    await shop.stripe.paymentIntents.capture(id)

    expect(shop.eventTypes()).toContain('charge.dispute.created')
  })
})

describe('an inquiry', () => {
  it('takes no money, and closes with a full refund', async () => {
    const inquiry = await disputed('pm_card_createDisputeInquiry')
    expect(inquiry).toMatchObject({
      status: 'warning_needs_response',
      is_charge_refundable: true,
      balance_transactions: [],
    })
    await shop.stripe.refunds.create({ charge: String(inquiry.charge) })

    await expect(refresh(inquiry)).resolves.toMatchObject({ status: 'warning_closed' })
    expect(shop.eventTypes()).toEqual(['refund.created', 'charge.refunded', 'charge.dispute.closed'])
  })

  it('becomes a chargeback when it is escalated', async () => {
    const inquiry = await disputed('pm_card_createDisputeInquiry')
    await answer(inquiry, 'escalate_inquiry_evidence')
    await review()

    const escalated = await refresh(inquiry)
    expect(escalated).toMatchObject({ status: 'needs_response', is_charge_refundable: false })
    expect(booked(escalated)).toEqual([-6_500])
    expect(shop.eventTypes()).toEqual([
      'charge.dispute.updated',
      'charge.dispute.updated',
      'charge.dispute.funds_withdrawn',
    ])
  })

  it('that nobody pursues closes after 120 days', async () => {
    const inquiry = await disputed('pm_card_createDisputeInquiry')
    await shop.sandbox.advance({ seconds: 121 * DAY })

    await expect(refresh(inquiry)).resolves.toMatchObject({ status: 'warning_closed' })
  })
})

describe('an early fraud warning', () => {
  it('comes with the payment, and has nothing left to say once that is refunded', async () => {
    const charge = await pay('pm_card_createIssuerFraudRecord')
    const [warning] = (await shop.stripe.radar.earlyFraudWarnings.list({ charge })).data
    expect(warning).toMatchObject({ actionable: true, charge, fraud_type: 'made_with_stolen_card' })
    await expect(shop.stripe.radar.earlyFraudWarnings.retrieve(warning?.id ?? '')).resolves.toEqual(warning)
    expect(shop.eventTypes()).toContain('radar.early_fraud_warning.created')
    await shop.stripe.refunds.create({ charge })

    expect(shop.event('radar.early_fraud_warning.updated').data).toMatchObject({
      object: { actionable: false },
      previous_attributes: { actionable: true },
    })
  })
})
