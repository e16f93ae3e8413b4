import type { Account } from '../account.ts'
import { newId } from '../ids.ts'
import type { Discount, Invoice, Price, Subscription, SubscriptionItem } from '../wire.ts'
import { type Interval, periodEnd, SECONDS_PER_DAY } from './calendar.ts'
import { createDraft } from './invoice-builder.ts'
import {
  collectInvoice,
  finalizeInvoice,
  markUncollectible,
  stopCollecting,
  voidInvoice,
} from './invoices.ts'
import { planOf } from './plan.ts'

/** How long before a trial's end Stripe warns of it. */
export const TRIAL_WARNING_SECONDS = 3 * SECONDS_PER_DAY

/** Why a subscription ended: Stripe's `cancellation_details.reason`. */
export type CancellationReason = 'cancellation_requested' | 'payment_failed'

export interface SubscriptionRequest {
  customer: string
  currency: string
  items: readonly { price: Price; quantity: number }[]
  metadata: Record<string, string>
  description: string | null
  default_payment_method: string | null
  /** Seconds since 1970, or null for none. */
  trial_end: number | null
}

/** A subscription that runs from now, without its event. Its first invoice is the caller's. */
export function createSubscription(account: Account, request: SubscriptionRequest): Subscription {
  const now = account.now
  const anchor = request.trial_end ?? now
  const id = newId.subscription()
  const items = request.items.map((each) => newItem(account, id, each, anchor, request.trial_end))
  const subscription: Subscription = {
    id,
    object: 'subscription',
    application: null,
    application_fee_percent: null,
    automatic_tax: { disabled_reason: null, enabled: false, liability: null },
    billing_cycle_anchor: anchor,
    billing_cycle_anchor_config: null,
    billing_mode: { flexible: { proration_discounts: 'included' }, type: 'flexible', updated_at: now },
    billing_schedules: [],
    billing_thresholds: null,
    cancel_at: null,
    cancel_at_period_end: false,
    canceled_at: null,
    cancellation_details: { comment: null, feedback: null, feedback_option: null, reason: null },
    collection_method: 'charge_automatically',
    created: now,
    currency: request.currency,
    customer: request.customer,
    customer_account: null,
    days_until_due: null,
    default_payment_method: request.default_payment_method,
    default_source: null,
    default_tax_rates: [],
    description: request.description,
    discounts: [],
    ended_at: null,
    invoice_settings: {
      account_tax_ids: null,
      custom_fields: null,
      description: null,
      footer: null,
      issuer: { type: 'self' },
    },
    items: { object: 'list', data: items, has_more: false, url: `/v1/subscription_items?subscription=${id}` },
    latest_invoice: null,
    livemode: false,
    managed_payments: null,
    metadata: { ...request.metadata },
    next_pending_invoice_item_invoice: null,
    on_behalf_of: null,
    pause_collection: null,
    payment_settings: {
      payment_method_options: null,
      payment_method_types: null,
      save_default_payment_method: 'off',
    },
    pending_invoice_item_interval: null,
    pending_setup_intent: null,
    pending_update: null,
    schedule: null,
    start_date: now,
    status: request.trial_end === null ? 'active' : 'trialing',
    test_clock: null,
    transfer_data: null,
    trial_end: request.trial_end,
    trial_settings: {
      end_behavior: { billing_cycle_anchor: null, missing_payment_method: 'create_invoice' },
    },
    trial_start: request.trial_end === null ? null : now,
  }
  account.state.subscriptions.add(subscription)
  planNext(account, subscription)
  if (request.trial_end !== null) {
    const warnAt = Math.max(now, request.trial_end - TRIAL_WARNING_SECONDS)
    account.scheduler.plan('subscription.trial_will_end', id, warnAt)
  }
  return subscription
}

/** An item whose first period starts now. */
export function newItem(
  account: Account,
  subscription: string,
  each: { price: Price; quantity: number },
  anchor: number,
  trialEnd: number | null,
): SubscriptionItem {
  return {
    id: newId.subscriptionItem(),
    object: 'subscription_item',
    billing_thresholds: null,
    created: account.now,
    current_period_end: trialEnd ?? endOf(each.price, anchor, account.now),
    current_period_start: account.now,
    current_trial: null,
    discounts: [],
    metadata: {},
    plan: planOf(each.price),
    price: structuredClone(each.price),
    quantity: each.quantity,
    subscription,
    tax_rates: [],
  }
}

/** The end of the period that starts at `start` for a recurring price. Seconds since 1970. */
export function endOf(price: Price, anchor: number, start: number): number {
  const interval = (price.recurring?.interval ?? 'month') as Interval
  return periodEnd(anchor, start, interval, price.recurring?.interval_count ?? 1)
}

/** Plans what the subscription does next by itself: a renewal, the end of its trial, or its own end. */
export function planNext(account: Account, subscription: Subscription): void {
  const runs = ['active', 'trialing', 'past_due'].includes(subscription.status)
  if (!runs) {
    account.scheduler.cancel('subscription.due', subscription.id)
    account.scheduler.cancel('subscription.trial_will_end', subscription.id)
    return
  }
  account.scheduler.plan('subscription.due', subscription.id, nextDue(subscription))
}

/** When the subscription next renews or ends. Seconds since 1970. */
export function nextDue(subscription: Subscription): number {
  const ends = subscription.items.data.map((item) => item.current_period_end)
  return Math.min(subscription.cancel_at ?? Number.POSITIVE_INFINITY, ...ends)
}

/** The moment has come that `planNext` planned. */
export function subscriptionDue(account: Account, subscription: Subscription): void {
  const { cancel_at: cancelAt } = subscription
  if (cancelAt !== null && cancelAt <= account.now)
    endSubscription(account, subscription, 'cancellation_requested')
  else renew(account, subscription)
}

/** The draft of a renewal is an hour old. */
export function finalizeDue(account: Account, invoice: Invoice): void {
  finalizeInvoice(account, invoice)
  const paused = subscriptionOf(account, invoice)?.pause_collection
  if (paused?.behavior === 'void') voidInvoice(account, invoice)
  else if (paused?.behavior === 'mark_uncollectible') markUncollectible(account, invoice)
  else collect(account, invoice)
}

/** A further attempt to collect is due. */
export function retryDue(account: Account, invoice: Invoice): void {
  if (invoice.status === 'open') collect(account, invoice)
}

/** Tries to collect and lets the subscription follow: active, past due, or given up. */
export function collect(account: Account, invoice: Invoice): void {
  const paid = collectInvoice(account, invoice)
  const subscription = subscriptionOf(account, invoice)
  if (subscription === undefined || subscription.ended_at !== null) return
  if (paid) recover(account, subscription, invoice)
  else if (invoice.next_payment_attempt === null) endSubscription(account, subscription, 'payment_failed')
  else account.change(subscription, { status: 'past_due' }, 'customer.subscription.updated')
}

/** Ends the subscription now. It stays retrievable, canceled. */
export function endSubscription(
  account: Account,
  subscription: Subscription,
  reason: CancellationReason,
): void {
  account.change(subscription, {
    status: 'canceled',
    canceled_at: subscription.canceled_at ?? account.now,
    ended_at: account.now,
    cancellation_details: { ...emptyDetails, ...subscription.cancellation_details, reason },
  })
  planNext(account, subscription)
  for (const invoice of account.state.invoices.values()) {
    const open = invoice.status === 'open' || invoice.status === 'draft'
    if (open && invoice.parent?.subscription_details?.subscription === subscription.id) {
      stopCollecting(account, invoice)
    }
  }
  account.emit('customer.subscription.deleted', subscription)
}

/** The latest invoice was paid after all. */
function recover(account: Account, subscription: Subscription, invoice: Invoice): void {
  if (subscription.status !== 'past_due' || subscription.latest_invoice !== invoice.id) return
  account.change(subscription, { status: 'active' }, 'customer.subscription.updated')
}

function renew(account: Account, subscription: Subscription): void {
  const now = account.now
  const previous = subscription.items.data[0]
  const period = { start: previous?.current_period_start ?? now, end: now }
  const items = subscription.items.data.map((item) =>
    item.current_period_end > now
      ? item
      : {
          ...item,
          current_period_start: item.current_period_end,
          current_period_end: endOf(item.price, subscription.billing_cycle_anchor, item.current_period_end),
        },
  )
  const billed = items.filter((item) => item.current_period_start === now)
  const discounts = liveDiscounts(account, subscription)
  const pause = livePause(subscription, now)
  const invoice = createDraft(account, {
    subscription,
    reason: 'subscription_cycle',
    items: billed,
    trial: false,
    discounts,
    period,
  })
  if (pause?.behavior === 'keep_as_draft') stopCollecting(account, invoice)
  else account.scheduler.plan('invoice.finalize', invoice.id, invoice.automatically_finalizes_at ?? now)
  account.emit('invoice.created', invoice)
  account.change(
    subscription,
    {
      items: { ...subscription.items, data: items },
      discounts: discounts.map((discount) => discount.id),
      latest_invoice: invoice.id,
      pause_collection: pause,
      status: subscription.status === 'trialing' ? 'active' : subscription.status,
    },
    'customer.subscription.updated',
  )
  planNext(account, subscription)
}

const emptyDetails = { comment: null, feedback: null, feedback_option: null }

function livePause(subscription: Subscription, now: number): Subscription['pause_collection'] {
  const resumesAt = subscription.pause_collection?.resumes_at ?? null
  return resumesAt !== null && resumesAt <= now ? null : subscription.pause_collection
}

function liveDiscounts(account: Account, subscription: Subscription): Discount[] {
  return subscription.discounts
    .map((id) => account.state.discounts.get(String(id)))
    .filter((discount) => discount !== undefined)
    .filter((discount) => discount.end === null || discount.end > account.now)
}

function subscriptionOf(account: Account, invoice: Invoice): Subscription | undefined {
  return account.state.subscriptions.get(invoice.parent?.subscription_details?.subscription ?? '')
}
