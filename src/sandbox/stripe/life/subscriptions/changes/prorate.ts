import type { Account } from '../../../account.ts'
import type { Subscription, SubscriptionItem } from '../../../wire.ts'
import type { Debit } from '../../billing-records.ts'
import { reduces, reductionOf } from '../../discounts.ts'
import type { InvoiceItemRequest } from '../../invoices/items.ts'
import { pricingOf, productName } from '../../invoices/lines.ts'
import { spread, sum } from '../../line-items.ts'
import { priceAmount } from '../../pricing.ts'

/** A change of a subscription's items in the middle of their periods. */
export interface ItemsChange {
  before: readonly SubscriptionItem[]
  after: readonly SubscriptionItem[]
  /** The items of `after` that begin a new period: they are billed in full, not for what remains. */
  restarted: ReadonlySet<string>
  /** Seconds since 1970. */
  at: number
}

/** One proration, and the debit that it makes for the item if it is one. */
export interface Proration {
  request: InvoiceItemRequest
  item: string
  debit: Debit | null
}

/**
 * The prorations of a change, by the second: a credit for the unused time of each item that changed, ends or begins a
 * new period, and a debit for the remaining time of each that changed or is new
 * (docs.stripe.com/billing/subscriptions/prorations). A flexible subscription is credited from the original debits, one
 * credit for each; a classic one from the item's current price, quantity and discounts. Discounts are included in the
 * amounts, or shown beside them (`proration_discounts`). A trial costs nothing, so nothing is prorated in it.
 */
export function prorationsOf(account: Account, subscription: Subscription, change: ItemsChange): Proration[] {
  if (subscription.status === 'trialing' || subscription.status === 'incomplete') return []
  const later = new Map(change.after.map((item) => [item.id, item]))
  const credits = change.before
    .filter((item) => differs(item, later.get(item.id)) || change.restarted.has(item.id))
    .flatMap((item) => creditsFor(account, subscription, item, change))
  const earlier = new Map(change.before.map((item) => [item.id, item]))
  const debits = change.after
    .filter((item) => differs(item, earlier.get(item.id)) && !change.restarted.has(item.id))
    .flatMap((item) => debitFor(account, subscription, item, change))
  return [...credits, ...debits]
}

/** Credits for the unused time of an item from `at` on. */
export function creditsFor(
  account: Account,
  subscription: Subscription,
  item: SubscriptionItem,
  change: Pick<ItemsChange, 'before' | 'at'>,
): Proration[] {
  const { at } = change
  const debits =
    subscription.billing_mode.type === 'classic'
      ? [currentDebit(account, subscription, item, change.before)]
      : (account.state.itemDebits.get(item.id) ?? [])
  return debits
    .filter((debit) => debit.end > at && debit.amount !== 0)
    .map((debit) => {
      const start = Math.max(at, debit.start)
      const amount = -Math.round((debit.amount * (debit.end - start)) / (debit.end - debit.start))
      const taken = debit.discounts.map((each) => ({
        discount: each.discount,
        amount: -Math.round((each.amount * (debit.end - start)) / (debit.end - debit.start)),
      }))
      const request = {
        ...base(account, subscription, item, debit.quantity),
        ...shownWith(subscription, amount === 0 ? 0 : amount, taken, creditedBy(debit)),
        description: `Unused time on ${named(account, item, debit.quantity)} after ${dayOf(start)}`,
        period: { start, end: debit.end },
      }
      return { request, item: item.id, debit: null }
    })
}

/** What remains of an item's period, from `at` on. */
export function debitFor(
  account: Account,
  subscription: Subscription,
  item: SubscriptionItem,
  change: Pick<ItemsChange, 'after' | 'at'>,
): Proration[] {
  const { start, end, amount: whole, discounts } = currentDebit(account, subscription, item, change.after)
  const from = Math.max(change.at, start)
  if (end <= from || whole === 0) return []
  const quantity = item.quantity ?? 1
  const amount = Math.round((whole * (end - from)) / (end - start))
  const taken = discounts.map((each) => ({
    discount: each.discount,
    amount: Math.round((each.amount * (end - from)) / (end - start)),
  }))
  const request = {
    ...base(account, subscription, item, quantity),
    ...shownWith(subscription, amount, taken, null),
    description: `Remaining time on ${named(account, item, quantity)} after ${dayOf(from)}`,
    period: { start: from, end },
  }
  return [
    {
      request,
      item: item.id,
      debit: { start: from, end, amount, quantity, discounts: taken, invoice: null, line: null },
    },
  ]
}

/** An amount net of discounts, or in full with what they take off, as the billing mode has it. */
function shownWith(
  subscription: Subscription,
  net: number,
  taken: Debit['discounts'],
  credited: NonNullable<InvoiceItemRequest['proration']>['credited_items'],
): Pick<InvoiceItemRequest, 'amount' | 'proration' | 'discounts'> {
  if (subscription.billing_mode.flexible?.proration_discounts !== 'itemized') {
    return { amount: net, proration: { credited_items: credited, discount_amounts: [] } }
  }
  return {
    amount: net + sum(taken.map(({ amount }) => amount)),
    discounts: taken.map(({ discount }) => discount),
    proration: { credited_items: credited, discount_amounts: taken },
  }
}

function differs(item: SubscriptionItem, other: SubscriptionItem | undefined): boolean {
  return other === undefined || other.price.id !== item.price.id || other.quantity !== item.quantity
}

/** What the item costs for its whole period by its current price and the subscription's discounts. */
function currentDebit(
  account: Account,
  subscription: Subscription,
  item: SubscriptionItem,
  all: readonly SubscriptionItem[],
): Debit {
  const left = all.map((each) => priceAmount(account, each.price, each.quantity ?? 1, subscription.currency))
  const taken: Debit['discounts'] = []
  for (const id of subscription.discounts) {
    const discount = account.state.discounts.get(String(id))
    const coupon = account.state.coupons.get(discount?.source.coupon ?? '')
    if (coupon === undefined) continue
    const eligible = all.map((each, index) =>
      reduces(account, coupon, String(each.price.product)) ? (left[index] ?? 0) : 0,
    )
    const reduction = reductionOf(account, coupon, sum(eligible), subscription.currency)
    for (const [index, share] of spread(reduction, eligible).entries()) {
      left[index] = (left[index] ?? 0) - share
      if (index === all.indexOf(item)) taken.push({ discount: String(id), amount: share })
    }
  }
  return {
    start: item.current_period_start,
    end: item.current_period_end,
    amount: left[all.indexOf(item)] ?? 0,
    quantity: item.quantity ?? 1,
    discounts: taken,
    invoice: null,
    line: null,
  }
}

function base(
  account: Account,
  subscription: Subscription,
  item: SubscriptionItem,
  quantity: number,
): Omit<InvoiceItemRequest, 'amount' | 'description' | 'period' | 'proration' | 'discounts'> {
  return {
    customer: String(subscription.customer),
    currency: subscription.currency,
    quantity,
    pricing: pricingOf(account, account.state.prices.get(item.price.id) ?? item.price, subscription.currency),
    discountable: false,
    tax_rates: item.tax_rates,
    subscription: { subscription: subscription.id, subscription_item: item.id },
  }
}

function creditedBy(debit: Debit): NonNullable<InvoiceItemRequest['proration']>['credited_items'] {
  if (debit.line === null) return null
  return debit.invoice === null
    ? { type: 'invoice_item', invoice_item: debit.line }
    : {
        type: 'invoice_line_items',
        invoice_line_item_details: { invoice: debit.invoice, invoice_line_items: [debit.line] },
      }
}

function named(account: Account, item: SubscriptionItem, quantity: number): string {
  const name = productName(account, item.price)
  return quantity === 1 ? name : `${quantity} × ${name}`
}

const dayFormat = new Intl.DateTimeFormat('en-GB', {
  day: '2-digit',
  month: 'short',
  year: 'numeric',
  timeZone: 'UTC',
})

function dayOf(seconds: number): string {
  return dayFormat.format(new Date(seconds * 1000))
}
