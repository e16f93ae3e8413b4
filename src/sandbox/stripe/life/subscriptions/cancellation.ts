import type { Account } from '../../account.ts'
import { refused } from '../../errors.ts'
import type { Subscription, SubscriptionItem } from '../../wire.ts'
import { advanceInvoice } from '../invoices/collect.ts'
import { finalizeInvoice } from '../invoices/finalize.ts'
import { createInvoiceItem, pendingItems, removeItem } from '../invoices/items.ts'
import { endSubscription, NO_DETAILS } from './cancel.ts'
import { creditsFor } from './changes/prorate.ts'
import { draftFor } from './renew.ts'

export type CancelAt = number | 'min_period_end' | 'max_period_end'

export interface CancellationRequest {
  cancel_at?: CancelAt | null
  cancel_at_period_end?: boolean
  cancellation_details?: Partial<NonNullable<Subscription['cancellation_details']>>
}

/**
 * What a request for a later cancellation makes of the subscription. With items of several intervals the earliest end
 * counts; `min_period_end` and `max_period_end` come back as the moment that they name
 * (docs.stripe.com/billing/subscriptions/cancel#schedule-a-cancellation).
 * @throws StripeError 400 for a moment that has passed, or both ways at once.
 */
export function cancellationPatch(
  now: number,
  subscription: Pick<Subscription, 'cancellation_details'>,
  items: readonly SubscriptionItem[],
  request: CancellationRequest,
): Partial<Subscription> {
  const details = { ...NO_DETAILS, ...subscription.cancellation_details, ...request.cancellation_details }
  const atPeriodEnd = request.cancel_at_period_end
  if (atPeriodEnd === undefined && request.cancel_at === undefined) {
    return request.cancellation_details === undefined ? {} : { cancellation_details: details }
  }
  if (atPeriodEnd === true && request.cancel_at != null) {
    throw refused(
      'You may only specify one of these parameters: cancel_at, cancel_at_period_end.',
      'cancel_at',
    )
  }
  const at = atPeriodEnd === true ? momentOf('min_period_end', items) : momentOf(request.cancel_at, items)
  if (at === null) {
    return {
      cancel_at: null,
      cancel_at_period_end: false,
      canceled_at: null,
      cancellation_details: { ...details, reason: null },
    }
  }
  if (at <= now) throw refused('`cancel_at` must be in the future.', 'cancel_at')
  return {
    cancel_at: at,
    cancel_at_period_end: atPeriodEnd === true,
    canceled_at: now,
    cancellation_details: { ...details, reason: 'cancellation_requested' },
  }
}

/**
 * A cancellation in the middle of the current period gives back the time after it, unless prorations are off
 * (docs.stripe.com/api/subscriptions/update#update_subscription-cancel_at).
 */
export function creditTimeAfter(account: Account, subscription: Subscription, cancelAt: number): void {
  if (subscription.status === 'trialing') return
  const before = subscription.items.data
  for (const item of before) {
    if (item.current_period_end <= cancelAt) continue
    for (const { request } of creditsFor(account, subscription, item, { before, at: cancelAt })) {
      createInvoiceItem(account, request)
    }
  }
}

/**
 * Cancels at once (docs.stripe.com/api/subscriptions/cancel). `prorate` credits the unused time; `invoice_now` makes a
 * final invoice of what is pending. With neither, what is pending for the subscription is dropped.
 */
export function cancelNow(
  account: Account,
  subscription: Subscription,
  request: { prorate: boolean; invoiceNow: boolean; details?: CancellationRequest['cancellation_details'] },
): void {
  const before = subscription.items.data
  if (request.prorate && subscription.status !== 'trialing') {
    for (const item of before) {
      for (const each of creditsFor(account, subscription, item, { before, at: account.now })) {
        createInvoiceItem(account, each.request)
      }
    }
  }
  const own = pendingItems(
    account,
    String(subscription.customer),
    subscription.currency,
    subscription.id,
  ).filter((item) => item.parent?.subscription_details?.subscription === subscription.id)
  account.change(subscription, {
    cancel_at: null,
    cancel_at_period_end: false,
    canceled_at: account.now,
    cancellation_details: { ...NO_DETAILS, ...subscription.cancellation_details, ...request.details },
  })
  if (!request.prorate && !request.invoiceNow) for (const item of own) removeItem(account, item)
  endSubscription(account, subscription, 'cancellation_requested')
  if (!request.invoiceNow || own.length === 0) return
  const invoice = draftFor(account, subscription, {
    reason: 'subscription_update',
    items: [],
    isDraft: false,
  })
  subscription.latest_invoice = invoice.id
  account.emit('invoice.created', invoice)
  if (finalizeInvoice(account, invoice)) advanceInvoice(account, invoice)
}

function momentOf(at: CancelAt | null | undefined, items: readonly SubscriptionItem[]): number | null {
  const ends = items.map((item) => item.current_period_end)
  if (at === 'min_period_end') return Math.min(...ends)
  if (at === 'max_period_end') return Math.max(...ends)
  return at ?? null
}
