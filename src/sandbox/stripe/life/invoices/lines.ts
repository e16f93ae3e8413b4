import type { Account } from '../../account.ts'
import { newId } from '../../ids.ts'
import type { InvoiceItem, InvoiceLineItem, Price, SubscriptionItem } from '../../wire.ts'
import { priceAmount, termsIn } from '../pricing.ts'

type LineWithoutTotals = Omit<InvoiceLineItem, 'invoice'>

/** How a subscription item is billed for its current period. */
export interface ItemBilling {
  item: SubscriptionItem
  /** The period costs nothing. */
  trial: boolean
  /** The share of a whole period that is billed: 1, or less where the period is cut short. */
  share: number
}

/** The line of a subscription item for its current period. */
export function itemLine(account: Account, { item, trial, share }: ItemBilling): LineWithoutTotals {
  const quantity = item.quantity ?? 1
  const name = productName(account, item.price)
  const currency = account.state.subscriptions.get(item.subscription)?.currency ?? item.price.currency
  const amount = trial ? 0 : Math.round(priceAmount(account, item.price, quantity, currency) * share)
  const id = newId.invoiceLineItem()
  rememberRates(account, id, item.tax_rates)
  return {
    ...emptyLine(id, currency),
    amount,
    description: trial ? `Trial period for ${name}` : `${quantity} × ${name}`,
    discounts: [...item.discounts],
    metadata: { ...item.metadata },
    parent: {
      invoice_item_details: null,
      subscription_item_details: {
        invoice_item: null,
        proration: false,
        proration_details: { credited_items: null },
        subscription: item.subscription,
        subscription_item: item.id,
      },
      type: 'subscription_item_details',
    },
    period: { end: item.current_period_end, start: item.current_period_start },
    pricing: pricingOf(account, item.price, currency),
    quantity,
    quantity_decimal: String(quantity),
    subscription: item.subscription,
    subtotal: amount,
  }
}

/** The line of an invoice item that the invoice takes. */
export function invoiceItemLine(account: Account, invoiceItem: InvoiceItem): LineWithoutTotals {
  const id = newId.invoiceLineItem()
  rememberRates(account, id, invoiceItem.tax_rates)
  return {
    ...emptyLine(id, invoiceItem.currency),
    amount: invoiceItem.amount,
    description: invoiceItem.description,
    discountable: invoiceItem.discountable,
    discounts: (invoiceItem.discounts ?? []).map(String),
    metadata: { ...invoiceItem.metadata },
    parent: parentOf(invoiceItem),
    period: { ...invoiceItem.period },
    pricing: structuredClone(invoiceItem.pricing),
    quantity: invoiceItem.quantity,
    quantity_decimal: invoiceItem.quantity_decimal,
    subscription: invoiceItem.parent?.subscription_details?.subscription ?? null,
    subtotal: invoiceItem.amount,
  }
}

/** The price of a line, as a line shows it. */
export function pricingOf(
  account: Account,
  price: Price,
  currency = price.currency,
): NonNullable<InvoiceLineItem['pricing']> {
  return {
    price_details: { price: price.id, product: String(price.product) },
    type: 'price_details',
    unit_amount_decimal: termsIn(account, price, currency).unit_amount_decimal,
  }
}

export function productName(account: Account, price: Price): string {
  return account.state.products.get(String(price.product))?.name ?? String(price.product)
}

function parentOf(invoiceItem: InvoiceItem): InvoiceLineItem['parent'] {
  const subscription = invoiceItem.parent?.subscription_details ?? null
  const credited = invoiceItem.proration_details?.credited_items?.invoice_line_item_details ?? null
  const details = {
    invoice_item: invoiceItem.id,
    proration: invoiceItem.proration,
    proration_details: { credited_items: credited },
    subscription: subscription?.subscription ?? null,
  }
  return subscription?.subscription_item === undefined
    ? { invoice_item_details: details, subscription_item_details: null, type: 'invoice_item_details' }
    : {
        invoice_item_details: null,
        subscription_item_details: { ...details, subscription_item: subscription.subscription_item },
        type: 'subscription_item_details',
      }
}

function rememberRates(account: Account, line: string, rates: readonly { id: string }[] | null): void {
  if (rates && rates.length > 0) {
    account.state.lineTaxRates.set(
      line,
      rates.map((rate) => rate.id),
    )
  }
}

function emptyLine(id: string, currency: string): LineWithoutTotals {
  return {
    id,
    object: 'line_item',
    amount: 0,
    currency,
    description: null,
    discount_amounts: [],
    discountable: true,
    discounts: [],
    livemode: false,
    metadata: {},
    parent: null,
    period: { end: 0, start: 0 },
    pretax_credit_amounts: [],
    pricing: null,
    quantity: 1,
    quantity_decimal: '1',
    subscription: null,
    subtotal: 0,
    taxes: [],
  }
}
