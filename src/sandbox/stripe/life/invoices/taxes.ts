import type { Account } from '../../account.ts'
import type { Customer, InvoiceLineItem, TaxRate } from '../../wire.ts'
import { addTaxRate } from '../tax-rates.ts'
import { taxTermsOf } from './tax-terms.ts'

export type LineTax = NonNullable<InvoiceLineItem['taxes']>[number]

/**
 * The fixed table of automatic tax: one standard rate a country, in percent, charged on top unless the price says
 * `tax_behavior: inclusive`; what bears the tax code of nontaxable things is exempt. Real Stripe Tax knows products, regions and registrations; here every country of the table
 * is registered, reduced rates do not exist, and any other country, the United States among them, is `not_collecting`.
 */
export const AUTOMATIC_TAX_RATES: Readonly<
  Record<string, { percentage: number; tax_type: 'vat' | 'gst' | 'jct' }>
> = {
  AT: { percentage: 20, tax_type: 'vat' },
  AU: { percentage: 10, tax_type: 'gst' },
  BE: { percentage: 21, tax_type: 'vat' },
  CA: { percentage: 5, tax_type: 'gst' },
  CH: { percentage: 8.1, tax_type: 'vat' },
  DE: { percentage: 19, tax_type: 'vat' },
  DK: { percentage: 25, tax_type: 'vat' },
  ES: { percentage: 21, tax_type: 'vat' },
  FI: { percentage: 25.5, tax_type: 'vat' },
  FR: { percentage: 20, tax_type: 'vat' },
  GB: { percentage: 20, tax_type: 'vat' },
  IE: { percentage: 23, tax_type: 'vat' },
  IT: { percentage: 22, tax_type: 'vat' },
  JP: { percentage: 10, tax_type: 'jct' },
  LU: { percentage: 17, tax_type: 'vat' },
  NL: { percentage: 21, tax_type: 'vat' },
  NO: { percentage: 25, tax_type: 'vat' },
  NZ: { percentage: 15, tax_type: 'gst' },
  PL: { percentage: 23, tax_type: 'vat' },
  PT: { percentage: 23, tax_type: 'vat' },
  SE: { percentage: 25, tax_type: 'vat' },
  SG: { percentage: 9, tax_type: 'gst' },
}

/** Whose address and exemption decide. */
export type TaxPayer = Pick<Customer, 'address' | 'shipping' | 'tax_exempt'>

/** What of a line decides about its taxes. */
export type TaxedLine = Pick<InvoiceLineItem, 'currency' | 'id' | 'parent' | 'pricing'>

export interface TaxContext {
  customer: TaxPayer | undefined
  automatic: boolean
  /** Of the invoice, for lines without rates of their own. */
  defaultRates: readonly TaxRate[]
}

/** The country that automatic tax goes by, or null where the customer has no address. */
export function taxCountry(customer: TaxPayer | undefined): string | null {
  return customer?.shipping?.address?.country ?? customer?.address?.country ?? null
}

/**
 * The taxes on `taxable` of a line: rounded line by line, in the minor unit. Amounts that were given come first. Rates of
 * the line come before those of the invoice; automatic tax takes the place of both
 * (docs.stripe.com/billing/taxes/tax-rates).
 */
export function taxesOf(account: Account, line: TaxedLine, taxable: number, context: TaxContext): LineTax[] {
  const given = account.state.lineTaxes.get(line.id)
  if (given) return structuredClone(given)
  if (context.automatic) return automaticTaxes(account, taxTermsOf(account, line), taxable, context.customer)
  const own = (account.state.lineTaxRates.get(line.id) ?? [])
    .map((id) => account.state.taxRates.get(id))
    .filter((rate) => rate !== undefined)
  const rates = own.length > 0 ? own : context.defaultRates
  const inclusivePercent = rates
    .filter((rate) => rate.inclusive)
    .reduce((total, rate) => total + rate.percentage, 0)
  const net = taxable / (1 + inclusivePercent / 100)
  return rates.map((rate) => taxOf(rate, net, rate.inclusive, context.customer))
}

/** The tax rate object of automatic tax in a country, made when it is first needed. */
function automaticRate(account: Account, country: string, inclusive: boolean): TaxRate | null {
  const entry = AUTOMATIC_TAX_RATES[country]
  if (entry === undefined) return null
  for (const rate of account.state.taxRates.values()) {
    if (rate.description === AUTOMATIC && rate.country === country && rate.inclusive === inclusive)
      return rate
  }
  return addTaxRate(account, {
    active: false,
    country,
    description: AUTOMATIC,
    display_name: entry.tax_type.toUpperCase(),
    effective_percentage: entry.percentage,
    inclusive,
    jurisdiction: country,
    jurisdiction_level: 'country',
    percentage: entry.percentage,
    tax_type: entry.tax_type,
  })
}

const AUTOMATIC = 'Automatic tax'

/** What automatic tax makes of an amount; nothing while the customer's country is not known. */
export function automaticTaxes(
  account: Account,
  { inclusive, isTaxable }: { inclusive: boolean; isTaxable: boolean },
  taxable: number,
  customer: TaxPayer | undefined,
): LineTax[] {
  const country = taxCountry(customer)
  const rate = country === null ? null : automaticRate(account, country, inclusive)
  if (rate === null) {
    const none = { amount: 0, tax_behavior: 'exclusive', tax_rate_details: null, taxable_amount: 0 } as const
    return country === null
      ? []
      : [{ ...none, taxability_reason: 'not_collecting', type: 'tax_rate_details' }]
  }
  if (!isTaxable) return [{ ...taxOf(rate, 0, inclusive, undefined), taxability_reason: 'product_exempt' }]
  const net = inclusive ? taxable / (1 + rate.percentage / 100) : taxable
  return [taxOf(rate, net, inclusive, customer)]
}

function taxOf(rate: TaxRate, net: number, inclusive: boolean, customer: TaxPayer | undefined): LineTax {
  const exempt = customer?.tax_exempt === 'exempt' || customer?.tax_exempt === 'reverse'
  const reason = customer?.tax_exempt === 'reverse' ? 'reverse_charge' : 'customer_exempt'
  const whole = (rate.effective_percentage ?? rate.percentage) === 0 ? 'zero_rated' : 'standard_rated'
  return {
    amount: exempt ? 0 : roundedAwayFromZero((net * rate.percentage) / 100),
    tax_behavior: inclusive ? 'inclusive' : 'exclusive',
    tax_rate_details: { tax_rate: rate.id },
    taxability_reason: exempt ? reason : whole,
    taxable_amount: exempt ? 0 : roundedAwayFromZero(net),
    type: 'tax_rate_details',
  }
}

function roundedAwayFromZero(amount: number): number {
  return Math.sign(amount) * Math.round(Math.abs(amount))
}
