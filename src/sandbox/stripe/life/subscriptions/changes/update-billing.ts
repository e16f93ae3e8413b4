import type { Account } from '../../../account.ts'
import { StripeError } from '../../../errors.ts'
import type { Invoice, PaymentIntent, Subscription } from '../../../wire.ts'
import type { Debit } from '../../billing-records.ts'
import { advanceInvoice } from '../../invoices/collect.ts'
import { createDraft } from '../../invoices/draft.ts'
import { finalizeInvoice } from '../../invoices/finalize.ts'
import { createInvoiceItem, pendingItems } from '../../invoices/items.ts'
import { keptDiscounts } from '../create.ts'
import { pendingExpiry } from './pending-update.ts'
import type { SubscriptionUpdate, UpdatePlan } from './update-plan.ts'

/** Makes the invoice of an update that has been applied, and collects it unless the customer is to pay it. */
export function billUpdate(
  account: Account,
  subscription: Subscription,
  plan: UpdatePlan,
  update: SubscriptionUpdate,
): void {
  const invoice = draftOf(account, subscription, plan)
  account.change(
    subscription,
    {
      latest_invoice: invoice.id,
      discounts: keptDiscounts(account, subscription.discounts.map(String), invoice),
    },
    'customer.subscription.updated',
  )
  if (invoice.automatically_finalizes_at !== null) return
  if (!finalizeInvoice(account, invoice)) return
  const waits = update.paymentBehavior === 'default_incomplete' && invoice.amount_due > 0
  if (!waits) advanceInvoice(account, invoice, { isOnSession: update.isOnSession ?? true })
  else if (subscription.status === 'active') {
    // docs.stripe.com/api/subscriptions/update#update_subscription-payment_behavior, default_incomplete
    account.change(subscription, { status: 'past_due' }, 'customer.subscription.updated')
  }
}

/**
 * The payment of the update will fail: its invoice is made, and the update waits for it to be paid
 * (docs.stripe.com/billing/subscriptions/pending-updates).
 */
export function holdUpdate(
  account: Account,
  subscription: Subscription,
  plan: UpdatePlan,
  update: SubscriptionUpdate,
): void {
  const debitsBefore = plan.restarted.map((item) => account.state.itemDebits.get(item.id) ?? [])
  const debits: Record<string, Debit[]> = {}
  for (const { request, item, debit } of plan.prorations) {
    const invoiceItem = createInvoiceItem(account, request)
    debits[item] = debit ? [{ ...debit, line: invoiceItem.id }] : (debits[item] ?? [])
  }
  const invoice = draftOf(account, subscription, plan)
  for (const [index, item] of plan.restarted.entries()) {
    debits[item.id] = account.state.itemDebits.get(item.id) ?? []
    account.state.itemDebits.set(item.id, debitsBefore[index] ?? [])
  }
  const expiresAt = pendingExpiry(subscription, account.now)
  account.state.pendingChanges.set(subscription.id, {
    kind: 'update',
    invoice: invoice.id,
    patch: { ...plan.patch, latest_invoice: invoice.id },
    debits,
  })
  account.scheduler.plan('subscription.pending_update_expire', subscription.id, expiresAt)
  if (finalizeInvoice(account, invoice)) {
    advanceInvoice(account, invoice, { isOnSession: update.isOnSession ?? true })
  }
  account.change(
    subscription,
    {
      latest_invoice: invoice.id,
      pending_update: {
        billing_cycle_anchor: changedAnchor(subscription, plan),
        cancel_at_period_end: null,
        discount: null,
        discounts: null,
        expires_at: expiresAt,
        metadata: null,
        subscription_items: structuredClone(plan.patch.items?.data ?? null),
        trial_end: plan.patch.trial_end ?? null,
        trial_from_plan: null,
      },
    },
    'customer.subscription.updated',
  )
}

/** The error of a payment that did not succeed (docs.stripe.com/api/errors: `card_error`, 402). */
export function paymentRefusal(intent: PaymentIntent | null): StripeError {
  const error = intent?.last_payment_error
  const needsMethod = error == null && intent?.status !== 'requires_action'
  return new StripeError({
    status: needsMethod ? 400 : 402,
    type: needsMethod ? 'invalid_request_error' : 'card_error',
    message: error?.message ?? (needsMethod ? NO_METHOD : 'This payment requires additional user action.'),
    ...(needsMethod
      ? { code: 'resource_missing' }
      : { code: error?.code ?? 'subscription_payment_intent_requires_action' }),
    ...(error?.decline_code ? { decline_code: error.decline_code } : {}),
  })
}

const NO_METHOD =
  'This customer has no attached payment source or default payment method. Add one to the customer, or name one as `default_payment_method`.'

function draftOf(account: Account, subscription: Subscription, plan: UpdatePlan): Invoice {
  const now = account.now
  const customer = account.need(account.state.customers, String(subscription.customer), 'customer')
  const sends = subscription.collection_method === 'send_invoice'
  const invoice = createDraft(account, {
    customer,
    currency: subscription.currency,
    subscription,
    reason: 'subscription_update',
    items: plan.restarted.map((item) => ({ item, trial: false, share: 1 })),
    invoiceItems: pendingItems(account, customer.id, subscription.currency, subscription.id),
    discounts: subscription.discounts.map(String),
    period: { start: now, end: now },
    finalizesAt: sends ? now + 3600 : null,
    autoAdvance: true,
  })
  account.emit('invoice.created', invoice)
  if (invoice.automatically_finalizes_at !== null) {
    account.scheduler.plan('invoice.finalize', invoice.id, invoice.automatically_finalizes_at)
  }
  return invoice
}

function changedAnchor(subscription: Subscription, plan: UpdatePlan): number | null {
  const anchor = plan.patch.billing_cycle_anchor
  return anchor === undefined || anchor === subscription.billing_cycle_anchor ? null : anchor
}
