/** The object that an event of a type is about, and its rank among events of one second. */
interface HandledEvent {
  readonly object: 'checkout_session' | 'subscription' | 'invoice' | 'invoice_payment'
  readonly rank: 0 | 1 | 2
}

const CREATED = 0
const CHANGED = 1
const DELETED = 2

/**
 * Every type of event that Tollgate acts on: the one list behind the webhook, the endpoint's `enabled_events`, and
 * the documentation. Within one second `created` comes before `updated`, `paused` and `resumed`, and these before
 * `deleted`; Stripe promises no order of delivery (docs.stripe.com/webhooks#event-ordering).
 */
export const handledEvents = {
  'checkout.session.completed': { object: 'checkout_session', rank: CHANGED },
  'checkout.session.async_payment_succeeded': { object: 'checkout_session', rank: CHANGED },
  'checkout.session.async_payment_failed': { object: 'checkout_session', rank: CHANGED },
  'checkout.session.expired': { object: 'checkout_session', rank: CHANGED },
  'customer.subscription.created': { object: 'subscription', rank: CREATED },
  'customer.subscription.updated': { object: 'subscription', rank: CHANGED },
  'customer.subscription.paused': { object: 'subscription', rank: CHANGED },
  'customer.subscription.resumed': { object: 'subscription', rank: CHANGED },
  'customer.subscription.deleted': { object: 'subscription', rank: DELETED },
  'invoice.paid': { object: 'invoice', rank: CHANGED },
  'invoice.payment_failed': { object: 'invoice', rank: CHANGED },
  'invoice_payment.paid': { object: 'invoice_payment', rank: CHANGED },
} as const satisfies Record<string, HandledEvent>

/** A type of event that Tollgate acts on. */
export type HandledEventType = keyof typeof handledEvents

/** What is known of a type, or null where it means nothing for access. */
export function handledEvent(type: string): HandledEvent | null {
  return Object.hasOwn(handledEvents, type) ? handledEvents[type as HandledEventType] : null
}
