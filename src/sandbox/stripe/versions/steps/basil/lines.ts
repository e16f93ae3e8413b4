import { planOf } from '../../../life/plan.ts'
import type { State } from '../../../state.ts'
import { hashAt, idOf, isHash, type Json, without } from '../../step.ts'

/** A line named its price and plan whole, and its origin by `type` and flat fields instead of a `parent`. */
export function lineBeforeBasil(line: Json, state: State): Json {
  const parent = hashAt(line.parent)
  const details = hashAt(parent.subscription_item_details ?? parent.invoice_item_details)
  const taxes = oldTaxes(line.taxes)
  return {
    ...without(line, 'parent', 'pricing', 'taxes'),
    ...priceOf(line, state),
    amount_excluding_tax: Number(line.amount) - inclusiveTax(taxes),
    invoice_item: details.invoice_item ?? undefined,
    proration: details.proration ?? false,
    proration_details: details.proration_details ?? null,
    subscription: details.subscription ?? null,
    subscription_item: details.subscription_item ?? undefined,
    tax_amounts: taxes,
    tax_rates: [],
    type: parent.type === 'invoice_item_details' ? 'invoiceitem' : 'subscription',
    unit_amount_excluding_tax: hashAt(line.pricing).unit_amount_decimal ?? null,
  }
}

/** The same for an invoice item. */
export function invoiceItemBeforeBasil(item: Json, state: State): Json {
  const parent = hashAt(hashAt(item.parent).subscription_details)
  const decimal = hashAt(item.pricing).unit_amount_decimal ?? null
  return {
    ...without(item, 'parent', 'pricing'),
    ...priceOf(item, state),
    subscription: idOf(parent.subscription),
    subscription_item: parent.subscription_item ?? undefined,
    unit_amount: Number.isInteger(Number(decimal)) && decimal !== null ? Number(decimal) : null,
    unit_amount_decimal: decimal,
  }
}

interface OldTax {
  amount: unknown
  inclusive: boolean
  tax_rate: unknown
  taxability_reason: unknown
  taxable_amount: unknown
}

/** `taxes` as `tax_amounts` had them. */
export function oldTaxes(taxes: unknown): OldTax[] {
  return (Array.isArray(taxes) ? taxes : []).filter(isHash).map((tax) => ({
    amount: tax.amount,
    inclusive: tax.tax_behavior === 'inclusive',
    tax_rate: hashAt(tax.tax_rate_details).tax_rate ?? null,
    taxability_reason: tax.taxability_reason ?? null,
    taxable_amount: tax.taxable_amount ?? null,
  }))
}

function inclusiveTax(taxes: readonly OldTax[]): number {
  return taxes.filter((tax) => tax.inclusive).reduce((total, tax) => total + Number(tax.amount), 0)
}

function priceOf(line: Json, state: State): Json {
  const id = idOf(hashAt(hashAt(line.pricing).price_details).price)
  const price = id === null ? undefined : state.prices.get(id)
  return { plan: price?.recurring ? planOf(price) : null, price: price ?? null }
}
