import type { VersionStep } from '../step.ts'
import { chargeBeforeBasil, invoiceBeforeBasil, paymentIntentBeforeBasil } from './basil/invoices.ts'
import { invoiceItemBeforeBasil, lineBeforeBasil } from './basil/lines.ts'
import { itemBeforeBasil, phasesBeforeBasil, subscriptionBeforeBasil } from './basil/subscriptions.ts'

/**
 * The release that moved periods from subscriptions to their items, named an invoice's origin by its `parent` and its
 * payments by `invoice_payment`, and left singular discounts behind: docs.stripe.com/changelog/basil.
 */
export const basil: VersionStep = {
  version: '2025-03-31.basil',
  before: {
    charge: chargeBeforeBasil,
    'checkout.session': (session) => ({
      ...session,
      shipping_details: shippingOf(session.collected_information),
    }),
    invoice: invoiceBeforeBasil,
    invoiceitem: invoiceItemBeforeBasil,
    line_item: lineBeforeBasil,
    payment_intent: paymentIntentBeforeBasil,
    subscription: subscriptionBeforeBasil,
    subscription_item: itemBeforeBasil,
    subscription_schedule: phasesBeforeBasil,
  },
}

function shippingOf(collected: unknown): unknown {
  const has = typeof collected === 'object' && collected !== null && 'shipping_details' in collected
  return has ? collected.shipping_details : null
}
