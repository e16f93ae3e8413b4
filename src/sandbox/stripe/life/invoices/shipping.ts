import type { Account } from '../../account.ts'
import type { Invoice } from '../../wire.ts'
import { sum } from '../line-items.ts'
import { automaticTaxes, type TaxPayer } from './taxes.ts'

/** The invoice's delivery with the tax that it bears by itself: that of automatic tax. Null without a delivery. */
export function taxedShipping(
  account: Account,
  invoice: Invoice,
  customer: TaxPayer | undefined,
): { cost: NonNullable<Invoice['shipping_cost']>; exclusive: number; inclusive: number } | null {
  const { shipping_cost: cost } = invoice
  if (cost === null) return null
  const rate = account.state.shippingRates.get(cost.shipping_rate ?? '')
  const terms = { inclusive: rate?.tax_behavior === 'inclusive', isTaxable: true }
  const taxes = invoice.automatic_tax.enabled
    ? automaticTaxes(account, terms, cost.amount_subtotal, customer)
    : []
  const taxed = (behavior: string) =>
    sum(taxes.filter((tax) => tax.tax_behavior === behavior).map((tax) => tax.amount))
  const [exclusive, inclusive] = [taxed('exclusive'), taxed('inclusive')]
  const total = cost.amount_subtotal + exclusive
  return {
    cost: { ...cost, amount_tax: exclusive + inclusive, amount_total: total },
    exclusive,
    inclusive,
  }
}
