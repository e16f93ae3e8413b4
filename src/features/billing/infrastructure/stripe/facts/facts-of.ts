import type { StripeFacts } from '#src/features/billing/domain/facts/StripeFacts.ts'
import type { StripeObjectKind } from '#src/features/billing/domain/interfaces/IStripeObjects.ts'
import { checkoutSessionFacts } from './checkout-session.ts'
import { invoiceFacts, invoicePaymentFacts } from './invoice.ts'
import { subscriptionFacts, subscriptionFactsBefore } from './subscription.ts'

const UNREADABLE: StripeFacts = { kind: 'unreadable', reason: 'unknown_shape' }

/** An object of Stripe's in our words, with what it was before where an event says so. */
export function factsOf(
  kind: StripeObjectKind,
  object: unknown,
  previousAttributes: unknown = null,
): StripeFacts {
  switch (kind) {
    case 'subscription': {
      const now = subscriptionFacts(object)
      return now === null
        ? UNREADABLE
        : { kind, now, before: subscriptionFactsBefore(object, previousAttributes) }
    }
    case 'checkout_session': {
      const session = checkoutSessionFacts(object)
      return session === null ? UNREADABLE : { kind, session }
    }
    case 'invoice': {
      const invoice = invoiceFacts(object)
      return invoice === null ? UNREADABLE : { kind, invoice }
    }
    case 'invoice_payment': {
      const payment = invoicePaymentFacts(object)
      return payment === null ? UNREADABLE : { kind, payment }
    }
  }
}
