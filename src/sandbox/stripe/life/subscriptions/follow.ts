import type { Account } from '../../account.ts'
import type { Invoice, Subscription } from '../../wire.ts'
import { billingSettings } from '../billing-settings.ts'
import { invoicesOf } from '../invoices/draft.ts'
import { paymentOf } from '../invoices/payments.ts'
import { endSubscription, expireIncomplete } from './cancel.ts'
import { applyPendingChange, dropPendingChange } from './changes/pending-update.ts'
import { planNext } from './next-due.ts'
import { pauseFor, whyNotPausable } from './pauses/pause.ts'
import { savedMethod } from './saved-method.ts'

// How a subscription follows its invoices: docs.stripe.com/billing/subscriptions/overview#subscription-statuses.

/** Active again: the first invoice of an incomplete subscription, or the latest one of a past due one, was paid. */
export function invoicePaid(account: Account, invoice: Invoice): void {
  const subscription = subscriptionOf(account, invoice)
  if (subscription === undefined) return
  const intent = paymentOf(account, invoice)
  if (intent?.status === 'succeeded') {
    const saved = savedMethod(subscription, intent.payment_method)
    account.change(subscription, saved, 'customer.subscription.updated')
  }
  if (account.state.pendingChanges.get(subscription.id)?.invoice === invoice.id) {
    applyPendingChange(account, subscription)
    return
  }
  if (subscription.status === 'incomplete') activate(account, subscription)
  else recover(account, subscription, invoice)
}

/** Past due while another attempt comes; after the last one what the account's settings say. */
export function invoiceFailed(account: Account, invoice: Invoice): void {
  const subscription = subscriptionOf(account, invoice)
  if (subscription === undefined || subscription.status === 'incomplete') return
  const waiting = account.state.pendingChanges.get(subscription.id)
  if (waiting?.invoice === invoice.id) {
    if (waiting.kind === 'resume_on_attempt') applyPendingChange(account, subscription, 'past_due')
    return
  }
  if (invoice.next_payment_attempt === null) giveUp(account, subscription)
  else if (isFirstFailureThatPauses(account, subscription, invoice)) {
    pauseFor(account, subscription, 'first_payment_failure')
  } else becomePastDue(account, subscription)
}

/** A voided invoice no longer counts: an update that waited for it is gone, and so is the debt. */
export function invoiceVoided(account: Account, invoice: Invoice): void {
  const subscription = subscriptionOf(account, invoice)
  if (subscription === undefined) return
  if (account.state.pendingChanges.get(subscription.id)?.invoice === invoice.id) {
    dropPendingChange(account, subscription)
  } else if (subscription.status === 'incomplete') expireIncomplete(account, subscription)
  else if (isOwing(subscription) && owedInvoice(account, subscription) === undefined) {
    account.change(subscription, { status: 'active' }, 'customer.subscription.updated')
  }
}

/** Marking the latest invoice uncollectible makes a past due subscription active, as paying it does. */
export function invoiceGivenUp(account: Account, invoice: Invoice): void {
  const subscription = subscriptionOf(account, invoice)
  if (subscription === undefined) return
  if (account.state.pendingChanges.get(subscription.id)?.invoice === invoice.id) {
    if (subscription.status === 'paused') applyPendingChange(account, subscription)
  } else recover(account, subscription, invoice)
}

/** The due date of a sent invoice has passed. */
export function invoiceOverdue(account: Account, invoice: Invoice): void {
  const subscription = subscriptionOf(account, invoice)
  if (subscription) becomePastDue(account, subscription)
}

/** A sent invoice was not paid long after its due date, or the last attempt at another failed. */
export function giveUpOn(account: Account, invoice: Invoice): void {
  const subscription = subscriptionOf(account, invoice)
  if (subscription?.status === 'past_due') giveUp(account, subscription)
}

/** The subscription that lives and that the invoice is of. */
export function subscriptionOf(account: Account, invoice: Invoice): Subscription | undefined {
  const subscription = account.state.subscriptions.get(
    invoice.parent?.subscription_details?.subscription ?? '',
  )
  return subscription?.ended_at === null ? subscription : undefined
}

function activate(account: Account, subscription: Subscription): void {
  account.scheduler.cancel('subscription.expire', subscription.id)
  const trialing = subscription.trial_end !== null && subscription.trial_end > account.now
  account.change(subscription, { status: trialing ? 'trialing' : 'active' }, 'customer.subscription.updated')
  planNext(account, subscription)
}

function recover(account: Account, subscription: Subscription, invoice: Invoice): void {
  if (!isOwing(subscription) || latestCounted(account, subscription) !== invoice) return
  account.change(subscription, { status: 'active' }, 'customer.subscription.updated')
  planNext(account, subscription)
}

function becomePastDue(account: Account, subscription: Subscription): void {
  if (!['active', 'trialing'].includes(subscription.status)) return
  account.change(subscription, { status: 'past_due' }, 'customer.subscription.updated')
}

function giveUp(account: Account, subscription: Subscription): void {
  if (!['active', 'trialing', 'past_due'].includes(subscription.status)) return
  const { finalFailure } = billingSettings(account)
  if (finalFailure === 'past_due') becomePastDue(account, subscription)
  else if (finalFailure === 'unpaid') {
    account.change(subscription, { status: 'unpaid' }, 'customer.subscription.updated')
    planNext(account, subscription)
  } else if (finalFailure === 'pause' && whyNotPausable(subscription) === null) {
    pauseFor(account, subscription, 'final_payment_failure')
  } else endSubscription(account, subscription, 'payment_failed')
}

function isFirstFailureThatPauses(account: Account, subscription: Subscription, invoice: Invoice): boolean {
  return (
    billingSettings(account).pauseOnFirstFailure &&
    invoice.billing_reason === 'subscription_cycle' &&
    invoice.attempt_count === 1 &&
    whyNotPausable(subscription) === null
  )
}

function isOwing(subscription: Subscription): boolean {
  return subscription.status === 'past_due' || subscription.status === 'unpaid'
}

/** The latest invoice that was finalized and not voided. */
function latestCounted(account: Account, subscription: Subscription): Invoice | undefined {
  return invoicesOf(account, subscription.id).findLast(
    (invoice) => invoice.status !== 'draft' && invoice.status !== 'void',
  )
}

function owedInvoice(account: Account, subscription: Subscription): Invoice | undefined {
  const latest = latestCounted(account, subscription)
  return latest?.status === 'open' ? latest : undefined
}
