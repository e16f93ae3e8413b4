import type { StripeObjectKind } from '../facts/StripeObjectKind.ts'
import type { Notice } from './Change.ts'

/** The object that an event of a type is about, its rank among events of one second, and what it does, for the docs. */
interface HandledEvent {
  readonly object: StripeObjectKind
  readonly rank: 0 | 1 | 2
  readonly does: string
  /** What others are told of it through the outbox, beside a change of access. */
  readonly notice?: Notice
}

const CREATED = 0
const CHANGED = 1
const DELETED = 2

const SNAPSHOT = 'sets the subscription with all its items'
const INVOICE = 'keeps the invoice; the status of its subscription moves access'
const REFUND = 'counts towards the share of its payment that was refunded'
const DISPUTE = "holds what the payment paid for, by the dispute's status"
const PRICE = 'is compared with the catalogue; a difference is reported'
const RECORDED = 'is kept'

/**
 * Every type of event that Tollgate acts on or keeps: the one list behind the webhook, the endpoint's
 * `enabled_events`, `doctor` and `docs/events.md`. Within one second `created` comes before `updated`, `paused` and
 * `resumed`, and these before `deleted`; Stripe promises no order of delivery (docs.stripe.com/webhooks#event-ordering).
 */
export const handledEvents = {
  'checkout.session.completed': {
    object: 'checkout_session',
    rank: CHANGED,
    does: 'links user and customer, closes the attempt, grants what was paid once',
  },
  'checkout.session.async_payment_succeeded': {
    object: 'checkout_session',
    rank: CHANGED,
    does: 'grants what was paid once, when the money has come',
  },
  'checkout.session.async_payment_failed': {
    object: 'checkout_session',
    rank: CHANGED,
    does: 'closes the attempt',
  },
  'checkout.session.expired': { object: 'checkout_session', rank: CHANGED, does: 'closes the attempt' },
  'customer.subscription.created': { object: 'subscription', rank: CREATED, does: SNAPSHOT },
  'customer.subscription.updated': { object: 'subscription', rank: CHANGED, does: SNAPSHOT },
  'customer.subscription.paused': { object: 'subscription', rank: CHANGED, does: SNAPSHOT },
  'customer.subscription.resumed': { object: 'subscription', rank: CHANGED, does: SNAPSHOT },
  'customer.subscription.pending_update_applied': { object: 'subscription', rank: CHANGED, does: SNAPSHOT },
  'customer.subscription.pending_update_expired': { object: 'subscription', rank: CHANGED, does: SNAPSHOT },
  'customer.subscription.trial_will_end': {
    object: 'subscription',
    rank: CHANGED,
    does: `${SNAPSHOT}; others are told`,
    notice: 'trial.will_end',
  },
  'customer.subscription.deleted': { object: 'subscription', rank: DELETED, does: SNAPSHOT },
  'invoice.created': { object: 'invoice', rank: CREATED, does: INVOICE },
  'invoice.paid': {
    object: 'invoice',
    rank: CHANGED,
    does: 'marks its period as paid, and lifts what an earlier one was held for',
  },
  'invoice.payment_failed': {
    object: 'invoice',
    rank: CHANGED,
    does: `${INVOICE}; others are told`,
    notice: 'payment.failed',
  },
  'invoice.payment_action_required': {
    object: 'invoice',
    rank: CHANGED,
    does: `${INVOICE}; others are told`,
    notice: 'payment.action_required',
  },
  'invoice.finalization_failed': { object: 'invoice', rank: CHANGED, does: INVOICE },
  'invoice.overdue': { object: 'invoice', rank: CHANGED, does: INVOICE },
  'invoice.voided': { object: 'invoice', rank: CHANGED, does: INVOICE },
  'invoice.marked_uncollectible': { object: 'invoice', rank: CHANGED, does: INVOICE },
  'invoice_payment.paid': {
    object: 'invoice_payment',
    rank: CHANGED,
    does: 'remembers which payment paid which invoice',
  },
  'charge.refunded': { object: 'charge', rank: CHANGED, does: "makes the payment's refunds be read" },
  'charge.refund.updated': { object: 'refund', rank: CHANGED, does: REFUND },
  'refund.created': { object: 'refund', rank: CREATED, does: REFUND },
  'refund.updated': { object: 'refund', rank: CHANGED, does: REFUND },
  'refund.failed': { object: 'refund', rank: CHANGED, does: REFUND },
  'charge.dispute.created': { object: 'dispute', rank: CREATED, does: DISPUTE },
  'charge.dispute.updated': { object: 'dispute', rank: CHANGED, does: DISPUTE },
  'charge.dispute.funds_withdrawn': { object: 'dispute', rank: CHANGED, does: DISPUTE },
  'charge.dispute.funds_reinstated': { object: 'dispute', rank: CHANGED, does: DISPUTE },
  'charge.dispute.closed': { object: 'dispute', rank: CHANGED, does: DISPUTE },
  'radar.early_fraud_warning.created': {
    object: 'fraud_warning',
    rank: CREATED,
    does: 'is reported; by policy it holds what the payment paid for',
  },
  'customer.updated': { object: 'customer', rank: CHANGED, does: RECORDED },
  'customer.deleted': {
    object: 'customer',
    rank: DELETED,
    does: "ends the customer's link; access ends when the subscriptions do",
  },
  'product.created': { object: 'product', rank: CREATED, does: RECORDED },
  'product.updated': { object: 'product', rank: CHANGED, does: RECORDED },
  'product.deleted': { object: 'product', rank: DELETED, does: RECORDED },
  'price.created': { object: 'price', rank: CREATED, does: PRICE },
  'price.updated': { object: 'price', rank: CHANGED, does: PRICE },
  'price.deleted': { object: 'price', rank: DELETED, does: PRICE },
  'entitlements.active_entitlement_summary.updated': {
    object: 'entitlement_summary',
    rank: CHANGED,
    does: 'is compared with the access that is given here; a difference is reported',
  },
  'subscription_schedule.created': { object: 'subscription_schedule', rank: CREATED, does: RECORDED },
  'subscription_schedule.updated': { object: 'subscription_schedule', rank: CHANGED, does: RECORDED },
  'subscription_schedule.expiring': { object: 'subscription_schedule', rank: CHANGED, does: RECORDED },
  'subscription_schedule.completed': { object: 'subscription_schedule', rank: CHANGED, does: RECORDED },
  'subscription_schedule.released': { object: 'subscription_schedule', rank: CHANGED, does: RECORDED },
  'subscription_schedule.canceled': { object: 'subscription_schedule', rank: CHANGED, does: RECORDED },
  'subscription_schedule.aborted': { object: 'subscription_schedule', rank: CHANGED, does: RECORDED },
} as const satisfies Record<string, HandledEvent>

/** A type of event that Tollgate acts on. */
export type HandledEventType = keyof typeof handledEvents

/** What is known of a type, or null where it means nothing for access. */
export function handledEvent(type: string): HandledEvent | null {
  return Object.hasOwn(handledEvents, type) ? handledEvents[type as HandledEventType] : null
}
