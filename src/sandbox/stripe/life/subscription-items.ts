import type { Account } from '../account.ts'
import { noSuch, refused } from '../errors.ts'
import type { Price, Subscription, SubscriptionItem } from '../wire.ts'
import { createDraft } from './invoice-builder.ts'
import { finalizeInvoice } from './invoices.ts'
import { planOf } from './plan.ts'
import { collect, endOf, newItem } from './subscriptions.ts'

export interface ItemChange {
  id?: string
  price?: string
  quantity?: number
  deleted?: boolean
}

/**
 * What `items` of an update makes of the subscription. A change of quantity or price within the same interval counts
 * from the next invoice on; another interval begins a new period now, which is invoiced and collected at once.
 */
export function changeItems(
  account: Account,
  subscription: Subscription,
  changes: readonly ItemChange[],
): Partial<Subscription> {
  let items = [...subscription.items.data]
  for (const [index, change] of changes.entries()) {
    items = changeItem(account, subscription, items, change, `items[${index}]`)
  }
  if (items.length === 0) throw refused('A subscription must have at least one active item.', 'items')
  const intervals = new Set(items.map((item) => intervalOf(item.price)))
  if (intervals.size > 1) throw refused('This sandbox does not emulate items of several intervals.', 'items')
  const before = subscription.items.data[0]
  const isNewInterval = before !== undefined && !intervals.has(intervalOf(before.price))
  const list = { ...subscription.items, data: items }
  return isNewInterval && subscription.status === 'active'
    ? restartPeriod(account, subscription, list)
    : { items: list }
}

function changeItem(
  account: Account,
  subscription: Subscription,
  items: SubscriptionItem[],
  change: ItemChange,
  at: string,
): SubscriptionItem[] {
  const price =
    change.price === undefined ? undefined : account.need(account.state.prices, change.price, `${at}[price]`)
  if (price !== undefined && price.type !== 'recurring') {
    throw refused(
      'The price specified is set to `type=one_time` but this field only accepts recurring prices.',
      at,
    )
  }
  if (change.id === undefined) {
    if (price === undefined)
      throw refused(`Missing required param: ${at}[price].`, `${at}[price]`, 'parameter_missing')
    const added = { price, quantity: change.quantity ?? 1 }
    const { billing_cycle_anchor: anchor, status, trial_end: trialEnd } = subscription
    return [
      ...items,
      newItem(account, subscription.id, added, anchor, status === 'trialing' ? trialEnd : null),
    ]
  }
  const current = items.find((item) => item.id === change.id)
  if (current === undefined) throw noSuch('subscription_item', change.id, `${at}[id]`)
  if (change.deleted === true) return items.filter((item) => item !== current)
  const changed: SubscriptionItem = {
    ...current,
    quantity: change.quantity ?? current.quantity ?? 1,
    ...(price === undefined ? {} : { price: structuredClone(price), plan: planOf(price) }),
  }
  return items.map((item) => (item === current ? changed : item))
}

function restartPeriod(
  account: Account,
  subscription: Subscription,
  list: Subscription['items'],
): Partial<Subscription> {
  const now = account.now
  const items = list.data.map((item) => ({
    ...item,
    current_period_start: now,
    current_period_end: endOf(item.price, now, now),
  }))
  const invoice = createDraft(account, {
    subscription,
    reason: 'subscription_update',
    items,
    trial: false,
    discounts: [],
    period: { start: now, end: now },
  })
  account.emit('invoice.created', invoice)
  finalizeInvoice(account, invoice)
  collect(account, invoice)
  return { items: { ...list, data: items }, billing_cycle_anchor: now, latest_invoice: invoice.id }
}

function intervalOf(price: Price): string {
  return `${price.recurring?.interval_count} ${price.recurring?.interval}`
}
