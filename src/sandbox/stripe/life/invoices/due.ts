import type { Account } from '../../account.ts'
import type { Invoice } from '../../wire.ts'
import { billingSettings } from '../billing-settings.ts'
import { SECONDS_PER_DAY, SECONDS_PER_HOUR } from '../calendar.ts'
import { giveUpOn, invoiceOverdue, subscriptionOf } from '../subscriptions/follow.ts'
import { advanceInvoice, collectInvoice } from './collect.ts'
import { finalizeInvoice } from './finalize.ts'
import { markUncollectible, voidInvoice } from './settle.ts'

/** How long a draft waits at most for its `invoice.created` to be answered with 2xx. */
export const WEBHOOK_WAIT_SECONDS = 72 * SECONDS_PER_HOUR

/**
 * The draft is due to be finalized. It waits, an hour at a time, while an endpoint has not answered its
 * `invoice.created` with 2xx, and for 72 hours at most (docs.stripe.com/billing/subscriptions/webhooks#understand).
 * Then it is collected, or what a pause of collection says.
 */
export function finalizeDue(account: Account, invoice: Invoice): void {
  const event = account.state.events.get(account.state.draftEvents.get(invoice.id) ?? '')
  const waits = event !== undefined && event.pending_webhooks > 0
  if (waits && account.now < invoice.created + WEBHOOK_WAIT_SECONDS) {
    const next = Math.min(account.now + SECONDS_PER_HOUR, invoice.created + WEBHOOK_WAIT_SECONDS)
    account.change(invoice, {
      webhooks_delivered_at: null,
      automatically_finalizes_at: next,
      next_payment_attempt: invoice.next_payment_attempt === null ? null : next,
    })
    account.scheduler.plan('invoice.finalize', invoice.id, next)
    return
  }
  account.change(invoice, { webhooks_delivered_at: account.now })
  if (!finalizeInvoice(account, invoice)) return
  const paused = subscriptionOf(account, invoice)?.pause_collection
  if (paused?.behavior === 'void') voidInvoice(account, invoice)
  else if (paused?.behavior === 'mark_uncollectible') {
    markUncollectible(account, invoice, 'subscription_paused')
  } else advanceInvoice(account, invoice)
}

/** A further attempt to collect is due. */
export function retryDue(account: Account, invoice: Invoice): void {
  if (invoice.status === 'open') collectInvoice(account, invoice)
}

/** The due date of an invoice that was sent has passed. */
export function dueDatePassed(account: Account, invoice: Invoice): void {
  if (invoice.status !== 'open') return
  account.emit('invoice.overdue', invoice)
  invoiceOverdue(account, invoice)
  const { giveUpDaysAfterDue } = billingSettings(account)
  account.scheduler.plan('invoice.give_up', invoice.id, account.now + giveUpDaysAfterDue * SECONDS_PER_DAY)
}

/** An invoice that was sent has not been paid long after its due date. */
export function paymentDeadlinePassed(account: Account, invoice: Invoice): void {
  if (invoice.status === 'open') giveUpOn(account, invoice)
}
