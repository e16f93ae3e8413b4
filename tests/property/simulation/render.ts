import type {
  ModelCharge,
  ModelDispute,
  ModelEvent,
  ModelFraudWarning,
  ModelInvoice,
  ModelInvoicePayment,
  ModelObject,
  ModelRefund,
  ModelSession,
  ModelSubscription,
} from './objects.ts'

/** The API versions that an endpoint of the simulation may have been made with. */
export const API_VERSIONS = ['2024-06-20', '2025-03-31.basil', '2026-10-28.endive'] as const
export type ApiVersion = (typeof API_VERSIONS)[number]

type Json = Record<string, unknown>

/** Whether the version is one since 2025-03-31, when periods moved to the items and invoices got a parent. */
const isBasil = (version: ApiVersion) => version !== '2024-06-20'

/** The body of an event as Stripe posts it to an endpoint of this version. */
export function renderEvent(event: ModelEvent, version: ApiVersion): string {
  const object = render(event.object, version)
  const before = event.before === null || !isUpdate(event) ? null : render(event.before, version)
  return JSON.stringify({
    id: event.id,
    object: 'event',
    type: event.type,
    created: event.created,
    livemode: false,
    api_version: version,
    data: { object, ...(before !== null && { previous_attributes: differences(before, object) }) },
  })
}

/** The object as an API request of this version reads it. */
export function render(object: ModelObject, version: ApiVersion): Json {
  switch (object.kind) {
    case 'subscription':
      return renderSubscription(object, version)
    case 'checkout_session':
      return renderSession(object)
    case 'invoice':
      return renderInvoice(object, version)
    case 'invoice_payment':
      return renderInvoicePayment(object)
    case 'charge':
      return renderCharge(object, version)
    case 'refund':
      return renderRefund(object)
    case 'dispute':
      return renderDispute(object)
    case 'fraud_warning':
      return renderFraudWarning(object)
  }
}

/** `previous_attributes` stands in `*.updated` alone. */
function isUpdate({ type }: ModelEvent): boolean {
  return type.endsWith('.updated')
}

/** The old values of what changed, arrays whole. */
function differences(before: Json, now: Json): Json {
  return Object.fromEntries(
    Object.entries(before).filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(now[key])),
  )
}

function renderSubscription(subscription: ModelSubscription, version: ApiVersion): Json {
  const [first] = subscription.items
  const period = (start: number | undefined, end: number | undefined) => ({
    current_period_start: start,
    current_period_end: end,
  })
  return {
    id: subscription.id,
    object: 'subscription',
    customer: subscription.customer,
    status: subscription.status,
    metadata: subscription.metadata,
    created: subscription.created,
    items: {
      object: 'list',
      has_more: false,
      data: subscription.items.map((item) => ({
        id: item.id,
        object: 'subscription_item',
        quantity: item.quantity,
        price: { id: `price_${item.lookupKey}`, object: 'price', lookup_key: item.lookupKey },
        ...(isBasil(version) && period(item.periodStart, item.periodEnd)),
      })),
    },
    ...(!isBasil(version) && period(first?.periodStart, first?.periodEnd)),
    cancel_at: subscription.cancelAt,
    cancel_at_period_end: subscription.cancelAtPeriodEnd,
    ended_at: subscription.endedAt,
    trial_end: subscription.trialEnd,
    pause_collection: subscription.pauseCollection ? { behavior: 'void', resumes_at: null } : null,
    test_clock: null,
  }
}

function renderSession(session: ModelSession): Json {
  return {
    id: session.id,
    object: 'checkout.session',
    mode: session.mode,
    status: session.status,
    payment_status: session.paymentStatus,
    customer: session.customer,
    client_reference_id: session.clientReferenceId,
    subscription: session.subscription,
    payment_intent: session.paymentIntent,
    amount_total: session.amountTotal,
    currency: 'eur',
    metadata: session.metadata,
  }
}

function renderInvoice(invoice: ModelInvoice, version: ApiVersion): Json {
  const details = { subscription: invoice.subscription, metadata: invoice.metadata }
  return {
    id: invoice.id,
    object: 'invoice',
    customer: invoice.customer,
    status: invoice.status,
    billing_reason: invoice.billingReason,
    number: null,
    amount_due: invoice.amount,
    amount_paid: invoice.status === 'paid' ? invoice.amount : 0,
    currency: 'eur',
    hosted_invoice_url: null,
    created: invoice.created,
    period_start: invoice.created,
    period_end: invoice.created,
    lines: {
      object: 'list',
      has_more: false,
      data: [
        {
          id: `il_${invoice.id}`,
          object: 'line_item',
          amount: invoice.amount,
          period: { start: invoice.periodStart, end: invoice.periodEnd },
        },
      ],
    },
    ...(isBasil(version)
      ? { parent: { type: 'subscription_details', subscription_details: details } }
      : {
          subscription: invoice.subscription,
          subscription_details: { metadata: invoice.metadata },
          payment_intent: invoice.paymentIntent,
          paid: invoice.status === 'paid',
        }),
  }
}

function renderInvoicePayment(payment: ModelInvoicePayment): Json {
  return {
    id: payment.id,
    object: 'invoice_payment',
    invoice: payment.invoice,
    created: payment.paidAt,
    amount_paid: payment.amountPaid,
    amount_requested: payment.amountPaid,
    currency: 'eur',
    status: 'paid',
    status_transitions: { paid_at: payment.paidAt, canceled_at: null },
    payment: { type: 'payment_intent', payment_intent: payment.paymentIntent },
  }
}

function renderCharge(charge: ModelCharge, version: ApiVersion): Json {
  return {
    id: charge.id,
    object: 'charge',
    amount: charge.amount,
    amount_captured: charge.amount,
    amount_refunded: charge.amountRefunded,
    refunded: charge.amountRefunded === charge.amount,
    currency: 'eur',
    customer: charge.customer,
    created: charge.created,
    payment_intent: charge.paymentIntent,
    paid: true,
    captured: true,
    status: 'succeeded',
    disputed: false,
    metadata: {},
    ...(!isBasil(version) && { invoice: charge.paidFor.startsWith('in_') ? charge.paidFor : null }),
  }
}

function renderRefund(refund: ModelRefund): Json {
  return {
    id: refund.id,
    object: 'refund',
    amount: refund.amount,
    charge: refund.charge,
    payment_intent: refund.paymentIntent,
    currency: 'eur',
    created: refund.created,
    status: refund.status,
    metadata: {},
  }
}

function renderDispute(dispute: ModelDispute): Json {
  return {
    id: dispute.id,
    object: 'dispute',
    amount: dispute.amount,
    charge: dispute.charge,
    payment_intent: dispute.paymentIntent,
    currency: 'eur',
    created: dispute.created,
    status: dispute.status,
    reason: 'fraudulent',
    metadata: {},
  }
}

function renderFraudWarning(warning: ModelFraudWarning): Json {
  return {
    id: warning.id,
    object: 'radar.early_fraud_warning',
    actionable: true,
    charge: warning.charge,
    payment_intent: warning.paymentIntent,
    created: warning.created,
    fraud_type: 'made_with_stolen_card',
    livemode: false,
  }
}
