import type { Account } from '../../account.ts'
import type { Price, Subscription, SubscriptionItem, TaxRate } from '../../wire.ts'
import { createInvoiceItem } from '../invoices/items.ts'
import { pricingOf, productName } from '../invoices/lines.ts'
import { priceAmount } from '../pricing.ts'
import { endOf } from './anchor.ts'
import type { Period } from './items.ts'

/** A moment that a period of an invoice item begins or ends at, named or as seconds since 1970. */
export interface PeriodMoment {
  type: string
  timestamp?: number
}

/** Something billed once with the next invoice of a subscription. */
export interface OneTimeItem {
  price: Price
  quantity: number
  discountable?: boolean
  /** Ids of discounts. */
  discounts?: readonly string[]
  metadata?: Record<string, string>
  /** Default: this moment. */
  period?: { start: PeriodMoment; end: PeriodMoment }
  tax_rates?: readonly TaxRate[]
}

/** Puts the item into the queue of the subscription's next invoice. `phaseEnd` is that of a schedule's phase. */
export function addOneTimeItem(
  account: Account,
  subscription: Subscription,
  item: OneTimeItem,
  phaseEnd?: number,
): void {
  createInvoiceItem(account, {
    customer: String(subscription.customer),
    currency: subscription.currency,
    amount: priceAmount(account, item.price, item.quantity, subscription.currency),
    description: productName(account, item.price),
    period: periodOf(account.now, subscription, item.period, phaseEnd),
    quantity: item.quantity,
    pricing: pricingOf(account, item.price, subscription.currency),
    subscription: { subscription: subscription.id },
    ...(item.discountable === undefined ? {} : { discountable: item.discountable }),
    ...(item.discounts === undefined ? {} : { discounts: item.discounts }),
    ...(item.metadata === undefined ? {} : { metadata: item.metadata }),
    ...(item.tax_rates === undefined ? {} : { tax_rates: structuredClone([...item.tax_rates]) }),
  })
}

function periodOf(
  now: number,
  subscription: Subscription,
  period: OneTimeItem['period'],
  phaseEnd: number | undefined,
): { start: number; end: number } {
  if (period === undefined) return { start: now, end: now }
  const periods = subscription.items.data.map((item) => periodAt(now, subscription, item))
  const named: Readonly<Record<string, number>> = {
    max_item_period_start: Math.max(...periods.map(({ start }) => start)),
    min_item_period_end: Math.min(...periods.map(({ end }) => end)),
    phase_end: phaseEnd ?? now,
  }
  const momentOf = ({ type, timestamp }: PeriodMoment) => timestamp ?? named[type] ?? now
  return { start: momentOf(period.start), end: momentOf(period.end) }
}

/** The item's period that holds now: the next one where the renewal is about to begin it. */
function periodAt(now: number, subscription: Subscription, item: SubscriptionItem): Period {
  const { current_period_start: start, current_period_end: end, price } = item
  return end > now
    ? { start, end }
    : { start: end, end: endOf(price, subscription.billing_cycle_anchor, end) }
}
