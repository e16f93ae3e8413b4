import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openShop, type Shop } from '../shop.ts'
import { StripeCli } from './stripe-cli.ts'

/** What `stripe trigger` can bring about here, each by the event that it is named after. */
const TRIGGERS = [
  'billing_portal.configuration.created',
  'billing_portal.configuration.updated',
  'billing_portal.session.created',
  'charge.captured',
  'charge.dispute.closed',
  'charge.dispute.created',
  'charge.dispute.updated',
  'charge.failed',
  'charge.refund.updated',
  'charge.refunded',
  'charge.succeeded',
  'checkout.session.async_payment_succeeded',
  'checkout.session.completed',
  'checkout.session.expired',
  'coupon.created',
  'coupon.deleted',
  'coupon.updated',
  'customer.created',
  'customer.deleted',
  'customer.discount.created',
  'customer.discount.deleted',
  'customer.discount.updated',
  'customer.source.created',
  'customer.source.updated',
  'customer.subscription.created',
  'customer.subscription.deleted',
  'customer.subscription.trial_will_end',
  'customer.subscription.updated',
  'customer.updated',
  'invoice.created',
  'invoice.deleted',
  'invoice.finalized',
  'invoice.marked_uncollectible',
  'invoice.paid',
  'invoice.payment_action_required',
  'invoice.payment_failed',
  'invoice.payment_succeeded',
  'invoice.sent',
  'invoice.updated',
  'invoice.voided',
  'invoiceitem.created',
  'invoiceitem.deleted',
  'payment_intent.amount_capturable_updated',
  'payment_intent.canceled',
  'payment_intent.created',
  'payment_intent.payment_failed',
  'payment_intent.processing',
  'payment_intent.requires_action',
  'payment_intent.succeeded',
  'payment_method.attached',
  'payment_method.detached',
  'payment_method.updated',
  'price.created',
  'price.updated',
  'product.created',
  'product.deleted',
  'product.updated',
  'promotion_code.created',
  'promotion_code.updated',
  'setup_intent.canceled',
  'setup_intent.created',
  'setup_intent.requires_action',
  'setup_intent.setup_failed',
  'setup_intent.succeeded',
  'tax_rate.created',
  'tax_rate.updated',
] as const

let shop: Shop
let cli: StripeCli

beforeAll(async () => {
  shop = await openShop()
  cli = new StripeCli(shop.sandbox)
})
afterAll(() => shop.sandbox.close())

describe('stripe trigger', () => {
  it.each(TRIGGERS)('%s', async (event) => {
    shop.forget()
    const { code, output } = await cli.run('trigger', event)

    expect(output).toContain('Trigger succeeded!')
    expect(code).toBe(0)
    expect(shop.eventTypes()).toContain(event)
  })

  it.each([
    ['subscription.payment_succeeded', 'invoice.payment_succeeded'],
    ['subscription.payment_failed', 'invoice.payment_failed'],
  ])('%s brings about %s', async (name, event) => {
    shop.forget()
    await cli.run('trigger', name)

    expect(shop.eventTypes()).toContain(event)
  })
})
