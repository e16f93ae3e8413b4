import type { Account } from '../../account.ts'
import type { Invoice, InvoiceLineItem } from '../../wire.ts'
import { reduces, reductionOf } from '../discounts.ts'
import { spread, sum } from '../line-items.ts'
import { taxedShipping } from './shipping.ts'
import { taxCountry, taxesOf } from './taxes.ts'

/**
 * Works out what follows from the lines of an invoice: discounts (those of a line first, then those of the invoice,
 * each on what the one before left: docs.stripe.com/billing/subscriptions/coupons), taxes, totals and what is due.
 */
export function addUp(account: Account, invoice: Invoice): void {
  const lines = invoice.lines.data
  for (const line of lines) line.discount_amounts = prorationDiscounts(account, line)
  for (const line of lines)
    for (const id of line.discounts) discountLines(account, invoice, [line], String(id))
  for (const id of invoice.discounts) discountLines(account, invoice, lines, String(id))
  const customer = account.state.customers.get(String(invoice.customer))
  const context = {
    customer,
    automatic: invoice.automatic_tax.enabled,
    defaultRates: invoice.default_tax_rates,
  }
  for (const line of lines) line.taxes = taxesOf(account, line, line.amount - discountOf(line), context)
  const subtotal = sum(lines.map((line) => line.amount))
  const discount = sum(lines.map(discountOf))
  const shipping = taxedShipping(account, invoice, customer)
  const inclusive = sum(lines.map((line) => taxOf(line, 'inclusive')))
  const inclusiveInAll = inclusive + (shipping?.inclusive ?? 0)
  const exclusive = sum(lines.map((line) => taxOf(line, 'exclusive'))) + (shipping?.exclusive ?? 0)
  const delivery = shipping?.cost.amount_subtotal ?? 0
  const total = subtotal - discount + exclusive + delivery
  // A balance is in the customer's currency, once there is one: docs.stripe.com/billing/customer/balance.
  const isInItsCurrency = (customer?.currency ?? invoice.currency) === invoice.currency
  const balance = isInItsCurrency ? (customer?.balance ?? 0) : 0
  const amountDue = invoice.status === 'draft' ? Math.max(0, total + balance) : invoice.amount_due
  Object.assign(invoice, {
    amount_due: amountDue,
    amount_remaining: amountDue - invoice.amount_paid,
    amount_shipping: delivery,
    automatic_tax: {
      ...invoice.automatic_tax,
      status: automaticStatus(invoice, taxCountry(customer)),
    },
    shipping_cost: shipping?.cost ?? null,
    starting_balance: invoice.status === 'draft' ? balance : invoice.starting_balance,
    subtotal,
    subtotal_excluding_tax: subtotal - inclusive,
    total,
    total_discount_amounts: totalDiscounts(lines),
    total_excluding_tax: total - exclusive - inclusiveInAll,
    total_taxes: totalTaxes(lines),
  } satisfies Partial<Invoice>)
}

function automaticStatus(invoice: Invoice, country: string | null): Invoice['automatic_tax']['status'] {
  if (!invoice.automatic_tax.enabled) return null
  return country === null ? 'requires_location_inputs' : 'complete'
}

/** Takes one discount off the lines that it applies to, spread by what is left of their amounts. */
function discountLines(
  account: Account,
  { currency }: Invoice,
  lines: InvoiceLineItem[],
  discount: string,
): void {
  const coupon = account.state.coupons.get(account.state.discounts.get(discount)?.source.coupon ?? '')
  if (coupon === undefined) return
  const eligible = lines.filter(
    (line) =>
      line.discountable &&
      line.amount > 0 &&
      reduces(account, coupon, line.pricing?.price_details?.product ?? ''),
  )
  const left = eligible.map((line) => line.amount - discountOf(line))
  for (const [index, amount] of spread(reductionOf(account, coupon, sum(left), currency), left).entries()) {
    eligible[index]?.discount_amounts?.push({ amount, discount })
  }
}

/** What discounts had taken off a proration when it was made: they are not worked out again. */
function prorationDiscounts(
  account: Account,
  line: InvoiceLineItem,
): NonNullable<InvoiceLineItem['discount_amounts']> {
  const { invoice_item: id } = line.parent?.subscription_item_details ?? {}
  return structuredClone(account.state.invoiceItems.get(id ?? '')?.proration_details?.discount_amounts ?? [])
}

function discountOf(line: InvoiceLineItem): number {
  return sum((line.discount_amounts ?? []).map((each) => each.amount))
}

function taxOf(line: InvoiceLineItem, behavior: 'inclusive' | 'exclusive'): number {
  return sum((line.taxes ?? []).filter((tax) => tax.tax_behavior === behavior).map((tax) => tax.amount))
}

function totalDiscounts(lines: readonly InvoiceLineItem[]): Invoice['total_discount_amounts'] {
  const totals = new Map<string, number>()
  for (const { amount, discount } of lines.flatMap((line) => line.discount_amounts ?? [])) {
    totals.set(String(discount), (totals.get(String(discount)) ?? 0) + amount)
  }
  return [...totals].map(([discount, amount]) => ({ amount, discount }))
}

function totalTaxes(lines: readonly InvoiceLineItem[]): Invoice['total_taxes'] {
  const totals = new Map<string, NonNullable<Invoice['total_taxes']>[number]>()
  for (const tax of lines.flatMap((line) => line.taxes ?? [])) {
    const key = `${tax.tax_rate_details?.tax_rate} ${tax.tax_behavior} ${tax.taxability_reason}`
    const known = totals.get(key)
    if (known === undefined) totals.set(key, { ...tax })
    else {
      known.amount += tax.amount
      known.taxable_amount = (known.taxable_amount ?? 0) + (tax.taxable_amount ?? 0)
    }
  }
  return [...totals.values()]
}
