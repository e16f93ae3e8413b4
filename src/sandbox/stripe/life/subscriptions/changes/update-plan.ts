import type { Account } from '../../../account.ts'
import { refused } from '../../../errors.ts'
import type { Subscription, SubscriptionItem } from '../../../wire.ts'
import type { Debit } from '../../billing-records.ts'
import { createInvoiceItem } from '../../invoices/items.ts'
import { endOf, rhythmOf } from '../anchor.ts'
import { changedItems, type ItemChange } from '../items.ts'
import { type Proration, prorationsOf } from './prorate.ts'

export type ProrationBehavior = 'always_invoice' | 'create_prorations' | 'none'
export type PaymentBehavior =
  | 'allow_incomplete'
  | 'default_incomplete'
  | 'error_if_incomplete'
  | 'pending_if_incomplete'

export interface SubscriptionUpdate {
  items?: readonly ItemChange[]
  prorationBehavior?: ProrationBehavior
  /** Seconds since 1970; default now. */
  prorationDate?: number
  billingCycleAnchor?: 'now' | 'unchanged'
  /** Seconds since 1970, or at once. */
  trialEnd?: 'now' | number
  paymentBehavior?: PaymentBehavior
  /** The customer is at hand. Default true. */
  isOnSession?: boolean
  /** What changes beside items, periods and trial. */
  fields?: Partial<Subscription>
}

/** What an update comes to, before anything has been done. */
export interface UpdatePlan {
  patch: Partial<Subscription>
  prorations: Proration[]
  /** The items that begin a new period now, as they will be. */
  restarted: SubscriptionItem[]
  /** An invoice is made at once. */
  invoices: boolean
}

/** Works out what an update does. */
export function planUpdate(
  account: Account,
  subscription: Subscription,
  update: SubscriptionUpdate,
): UpdatePlan {
  const now = account.now
  const before = subscription.items.data
  const changed = changedItems(account, subscription, update.items ?? [])
  const trial = trialPatch(subscription, update.trialEnd, now)
  const begins = periodsThatBegin(subscription, changed, update, trial)
  const anchor = trial.trial_end ?? (begins.anchors ? now : subscription.billing_cycle_anchor)
  const items = changed.map((item) => {
    if (trial.trial_end != null)
      return { ...item, current_period_start: now, current_period_end: trial.trial_end }
    if (begins.items.has(item.id)) {
      return { ...item, current_period_start: now, current_period_end: endOf(item.price, anchor, now) }
    }
    return item
  })
  const restarted = trial.trial_end != null ? [] : items.filter((item) => begins.items.has(item.id))
  const prorations =
    update.prorationBehavior === 'none'
      ? []
      : prorationsOf(account, subscription, {
          before,
          after: items,
          restarted: new Set(trial.trial_end != null ? items.map((item) => item.id) : begins.items),
          at: prorationMoment(before, update.prorationDate ?? now, now),
        })
  const status = trial.status ?? subscription.status
  return {
    patch: {
      ...update.fields,
      ...trial,
      billing_cycle_anchor: anchor,
      items: { ...subscription.items, data: items },
      status,
    },
    prorations,
    restarted: status === 'trialing' ? [] : restarted,
    invoices:
      ['active', 'past_due'].includes(status) &&
      (restarted.length > 0 || (update.prorationBehavior === 'always_invoice' && prorations.length > 0)),
  }
}

/** Puts the prorations into the queue of invoice items, and remembers what they bill. */
export function addProrations(account: Account, prorations: readonly Proration[]): void {
  const debits = new Map<string, Debit[]>()
  for (const { request, item, debit } of prorations) {
    const invoiceItem = createInvoiceItem(account, request)
    debits.set(item, debit ? [{ ...debit, line: invoiceItem.id }] : (debits.get(item) ?? []))
  }
  for (const [item, entries] of debits) account.state.itemDebits.set(item, entries)
}

/** Which items begin a new period now, and whether the anchor moves to now. */
function periodsThatBegin(
  subscription: Subscription,
  changed: readonly SubscriptionItem[],
  update: SubscriptionUpdate,
  trial: Partial<Subscription>,
): { items: Set<string>; anchors: boolean } {
  const all = new Set(changed.map((item) => item.id))
  if (update.billingCycleAnchor === 'now' || trial.status === 'active') return { items: all, anchors: true }
  if (subscription.status === 'trialing') return { items: new Set(), anchors: false }
  const before = new Map(subscription.items.data.map((item) => [item.id, item]))
  const moved = changed.filter((item) => {
    const earlier = before.get(item.id)
    return earlier !== undefined && rhythmOf(earlier.price) !== rhythmOf(item.price)
  })
  if (moved.length === 0) return { items: new Set(), anchors: false }
  const isOneRhythm = new Set(changed.map((item) => rhythmOf(item.price))).size === 1
  return isOneRhythm
    ? { items: all, anchors: true }
    : { items: new Set(moved.map((item) => item.id)), anchors: false }
}

function trialPatch(
  subscription: Subscription,
  trialEnd: SubscriptionUpdate['trialEnd'],
  now: number,
): Partial<Subscription> {
  if (trialEnd === undefined) return {}
  if (trialEnd === 'now' || trialEnd <= now) {
    if (trialEnd !== 'now') throw refused('`trial_end` must be in the future.', 'trial_end')
    return subscription.status === 'trialing' ? { status: 'active', trial_end: null } : {}
  }
  return {
    status: 'trialing',
    trial_end: trialEnd,
    trial_start: subscription.trial_start ?? now,
  }
}

/** @throws StripeError 400 for a moment outside the current period. */
function prorationMoment(before: readonly SubscriptionItem[], at: number, now: number): number {
  if (at === now) return at
  const start = Math.min(...before.map((item) => item.current_period_start))
  const end = Math.max(...before.map((item) => item.current_period_end))
  if (at >= start && at <= end) return at
  throw refused(
    'Cannot specify a proration date outside of the current period of the subscription.',
    'proration_date',
  )
}
