import type { Account } from '../../account.ts'
import { noSuch, parameterMissing, refused } from '../../errors.ts'
import { newId } from '../../ids.ts'
import { changedMetadata, type MetadataChange } from '../../metadata.ts'
import type { Price, Subscription, SubscriptionItem, TaxRate } from '../../wire.ts'
import { planOf } from '../plan.ts'
import { isSoldIn } from '../pricing.ts'
import { endOf, rhythmOf, startOf } from './anchor.ts'

/** What an item is to be. */
export interface ItemRequest {
  price: Price
  quantity: number
  metadata?: Record<string, string>
  tax_rates?: readonly TaxRate[]
  discounts?: readonly string[]
}

/** One entry of `items` of an update: another price or quantity, an item more, or one less. */
export interface ItemChange {
  id?: string
  price?: Price
  quantity?: number
  deleted?: boolean
  metadata?: MetadataChange
  tax_rates?: readonly TaxRate[]
  discounts?: readonly string[]
}

/** A span of time. Seconds since 1970. */
export interface Period {
  start: number
  end: number
}

export const MAX_ITEMS = 20

/** An item with its first period. */
export function newItem(
  account: Account,
  subscription: string,
  request: ItemRequest,
  period: Period,
): SubscriptionItem {
  const id = newId.subscriptionItem()
  return {
    id,
    object: 'subscription_item',
    billing_thresholds: null,
    created: account.now,
    current_period_end: period.end,
    current_period_start: period.start,
    current_trial: null,
    discounts: [...(request.discounts ?? [])],
    metadata: request.metadata ?? {},
    plan: planOf(request.price),
    price: structuredClone(request.price),
    quantity: request.quantity,
    subscription,
    tax_rates: structuredClone([...(request.tax_rates ?? [])]),
  }
}

/** The items as the changes leave them, each still in its period. */
export function changedItems(
  account: Account,
  subscription: Subscription,
  changes: readonly ItemChange[],
): SubscriptionItem[] {
  let items = [...subscription.items.data]
  for (const [index, change] of changes.entries()) {
    items = changeItem(account, subscription, items, change, `items[${index}]`)
  }
  if (items.length === 0) throw refused('A subscription must have at least one active item.', 'items')
  checkItems(
    account,
    items.map((item) => item.price),
    { currency: subscription.currency, isClassic: subscription.billing_mode.type === 'classic' },
  )
  return items
}

/**
 * @throws StripeError 400 for prices that cannot stand on one subscription: of other currencies, one price twice, more
 * than 20 (docs.stripe.com/billing/subscriptions/multiple-products#restrictions), or of several intervals in classic
 * billing (docs.stripe.com/billing/subscriptions/mixed-interval).
 */
export function checkItems(
  account: Account,
  prices: readonly Price[],
  { currency, isClassic }: { currency: string; isClassic: boolean },
): void {
  if (prices.length > MAX_ITEMS) throw refused(`A subscription has at most ${MAX_ITEMS} items.`, 'items')
  if (!prices.every((price) => isSoldIn(account, price, currency))) {
    throw refused(`All prices of this subscription must be sold in \`${currency}\`.`, 'items')
  }
  if (new Set(prices.map((price) => price.id)).size < prices.length) {
    throw refused('Cannot add multiple subscription items with the same price.', 'items')
  }
  if (isClassic && new Set(prices.map(rhythmOf)).size > 1) {
    throw refused('Prices of several billing intervals need `billing_mode[type]=flexible`.', 'items')
  }
}

/** The period that a new item of a running subscription is in: that of the subscription's rhythm, or its trial. */
export function runningPeriod(account: Account, subscription: Subscription, price: Price): Period {
  const peer = subscription.items.data.find(
    (item) =>
      item.price.recurring?.interval === price.recurring?.interval &&
      item.price.recurring?.interval_count === price.recurring?.interval_count,
  )
  if (peer) return { start: peer.current_period_start, end: peer.current_period_end }
  if (subscription.status === 'trialing' && subscription.trial_end !== null) {
    return { start: account.now, end: subscription.trial_end }
  }
  const end = endOf(price, subscription.billing_cycle_anchor, account.now)
  return { start: startOf(price, subscription.billing_cycle_anchor, end), end }
}

function changeItem(
  account: Account,
  subscription: Subscription,
  items: SubscriptionItem[],
  change: ItemChange,
  at: string,
): SubscriptionItem[] {
  if (change.id === undefined) {
    if (change.price === undefined) throw parameterMissing(`${at}[price]`)
    const { deleted: _, metadata, ...rest } = change
    const request = {
      ...rest,
      metadata: changedMetadata({}, metadata),
      price: change.price,
      quantity: change.quantity ?? 1,
    }
    return [
      ...items,
      newItem(account, subscription.id, request, runningPeriod(account, subscription, change.price)),
    ]
  }
  const current = items.find((item) => item.id === change.id)
  if (current === undefined) throw noSuch('subscription_item', change.id, `${at}[id]`)
  if (change.deleted === true) return items.filter((item) => item !== current)
  const changed: SubscriptionItem = {
    ...current,
    quantity: change.quantity ?? current.quantity ?? 1,
    metadata: changedMetadata(current.metadata, change.metadata),
    ...(change.price === undefined
      ? {}
      : { price: structuredClone(change.price), plan: planOf(change.price) }),
    ...(change.tax_rates === undefined ? {} : { tax_rates: structuredClone([...change.tax_rates]) }),
    ...(change.discounts === undefined ? {} : { discounts: [...change.discounts] }),
  }
  return items.map((item) => (item === current ? changed : item))
}
