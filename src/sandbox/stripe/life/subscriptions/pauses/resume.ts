import type { Account } from '../../../account.ts'
import { refused } from '../../../errors.ts'
import type { Subscription, SubscriptionItem } from '../../../wire.ts'
import type { PendingChange } from '../../billing-records.ts'
import { advanceInvoice } from '../../invoices/collect.ts'
import { createDraft } from '../../invoices/draft.ts'
import { finalizeInvoice } from '../../invoices/finalize.ts'
import { pendingItems } from '../../invoices/items.ts'
import { endOf, startOf } from '../anchor.ts'
import { applyPendingChange } from '../changes/pending-update.ts'
import { debitFor } from '../changes/prorate.ts'
import { addProrations, type ProrationBehavior } from '../changes/update-plan.ts'
import { INCOMPLETE_SECONDS } from '../create.ts'

export interface ResumeRequest {
  anchor: 'now' | 'unchanged'
  /** Where the anchor stays: the rest of the current period. */
  prorationBehavior: ProrationBehavior
  /** Seconds since 1970. */
  prorationDate?: number
  paymentBehavior: 'resume_on_payment_attempt' | 'resume_on_payment_success'
}

/**
 * Resumes a paused subscription (docs.stripe.com/billing/subscriptions/pause#resume-subscriptions). Without an invoice,
 * or with one that comes to nothing, it is active at once. Else it stays paused: under `resume_on_payment_attempt`
 * until its invoice is attempted (a failure makes it past due), under `resume_on_payment_success` until it is paid. The
 * invoice is void after 23 hours without an attempt.
 */
export function resumeSubscription(
  account: Account,
  subscription: Subscription,
  request: ResumeRequest,
): void {
  if (subscription.status !== 'paused') throw refused('Only a paused subscription can be resumed.')
  if (account.state.pendingChanges.has(subscription.id)) {
    throw refused('This subscription has a resumption invoice that is not paid.')
  }
  if (subscription.collection_method !== 'charge_automatically') {
    throw refused('Only subscriptions with `collection_method=charge_automatically` can be resumed.')
  }
  const now = account.now
  const anchor = request.anchor === 'now' ? now : subscription.billing_cycle_anchor
  const items = subscription.items.data.map((item) => inPeriod(item, anchor, now))
  const patch: Partial<Subscription> = {
    status: 'active',
    billing_cycle_anchor: anchor,
    items: { ...subscription.items, data: items },
    trial_end: subscription.trial_end,
  }
  if (request.anchor === 'unchanged' && request.prorationBehavior !== 'none') {
    const at = request.prorationDate ?? now
    addProrations(
      account,
      items.flatMap((item) => debitFor(account, subscription, item, { after: items, at })),
    )
  }
  const invoices = request.anchor === 'now' || request.prorationBehavior === 'always_invoice'
  const waitsForSuccess = request.paymentBehavior === 'resume_on_payment_success'
  const change: PendingChange = {
    kind: waitsForSuccess ? 'resume_on_success' : 'resume_on_attempt',
    invoice: '',
    patch,
    debits: {},
  }
  account.state.pendingChanges.set(subscription.id, change)
  if (!invoices) {
    applyPendingChange(account, subscription)
    return
  }
  const customer = account.need(account.state.customers, String(subscription.customer), 'customer')
  const invoice = createDraft(account, {
    customer,
    currency: subscription.currency,
    subscription,
    reason: 'subscription_update',
    items: request.anchor === 'now' ? items.map((item) => ({ item, trial: false, share: 1 })) : [],
    invoiceItems: pendingItems(account, customer.id, subscription.currency, subscription.id),
    discounts: subscription.discounts.map(String),
    period: { start: now, end: now },
    finalizesAt: null,
    autoAdvance: true,
  })
  change.invoice = invoice.id
  account.change(subscription, { latest_invoice: invoice.id }, 'customer.subscription.updated')
  account.emit('invoice.created', invoice)
  if (!waitsForSuccess) {
    account.scheduler.plan('subscription.pending_update_expire', subscription.id, now + INCOMPLETE_SECONDS)
  }
  if (finalizeInvoice(account, invoice) && (waitsForSuccess || invoice.amount_due === 0))
    advanceInvoice(account, invoice)
}

/** The item in the period of the anchor's rhythm that holds now; one that begins anew begins now. */
function inPeriod(item: SubscriptionItem, anchor: number, now: number): SubscriptionItem {
  const end = endOf(item.price, anchor, now)
  const start = anchor === now ? now : startOf(item.price, anchor, end)
  return { ...item, current_period_start: start, current_period_end: end }
}
