import type { StripeFacts } from '#src/features/billing/domain/facts/StripeFacts.ts'
import type { StripeObjectKind } from '#src/features/billing/domain/facts/StripeObjectKind.ts'
import { customerId, entitlementSummaryFacts, priceFacts } from './catalogue-facts.ts'
import { checkoutSessionFacts } from './checkout-session.ts'
import { invoiceFacts, invoicePaymentFacts } from './invoice.ts'
import { disputeFacts, fraudWarningFacts, paymentOfCharge, refundFacts } from './payment-facts.ts'
import { subscriptionFacts, subscriptionFactsBefore } from './subscription.ts'

const UNREADABLE: StripeFacts = { kind: 'unreadable', reason: 'unknown_shape' }

/** What was read, as facts; what could not be read, as that. */
function read<T>(value: T | null, facts: (value: T) => StripeFacts): StripeFacts {
  return value === null ? UNREADABLE : facts(value)
}

/** An object of Stripe's in our words, with what it was before where an event says so. */
export function factsOf(
  kind: StripeObjectKind,
  object: unknown,
  previousAttributes: unknown = null,
): StripeFacts {
  switch (kind) {
    case 'subscription':
      return read(subscriptionFacts(object), (now) => ({
        kind,
        now,
        before: subscriptionFactsBefore(object, previousAttributes),
      }))
    case 'checkout_session':
      return read(checkoutSessionFacts(object), (session) => ({ kind, session }))
    case 'invoice':
      return read(invoiceFacts(object), (invoice) => ({ kind, invoice }))
    case 'invoice_payment':
      return read(invoicePaymentFacts(object), (payment) => ({ kind, payment }))
    case 'charge':
      return read(paymentOfCharge(object), (paymentId) => ({ kind, paymentId }))
    case 'refund':
      return read(refundFacts(object), (refund) => ({ kind: 'refunds', refunds: [refund] }))
    case 'dispute':
      return read(disputeFacts(object), (dispute) => ({ kind, dispute }))
    case 'fraud_warning':
      return read(fraudWarningFacts(object), (warning) => ({ kind, warning }))
    case 'customer':
      return read(customerId(object), (id) => ({ kind, customerId: id }))
    case 'price':
      return read(priceFacts(object), (price) => ({ kind, price }))
    case 'entitlement_summary':
      return read(entitlementSummaryFacts(object), (summary) => ({ kind, summary }))
    case 'product':
    case 'subscription_schedule':
      return { kind: 'recorded' }
  }
}
