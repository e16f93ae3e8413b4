import type { Account } from '../../account.ts'
import type { CheckoutSession, LineItem, TaxRate } from '../../wire.ts'
import type { Reduction } from '../discounts.ts'
import { automaticTaxes, type LineTax, type TaxPayer, taxCountry, taxesOf } from '../invoices/taxes.ts'
import { priceLines, sum } from '../line-items.ts'
import { billingAddressIn, shippingIn } from './answers.ts'
import type { CheckoutDetails } from './details.ts'
import { shareDue } from './first-period.ts'

/** Puts the discount, or none, on the session and works the amounts out again: lines, shipping, taxes. */
export function reprice(
  account: Account,
  session: CheckoutSession,
  details: CheckoutDetails,
  reduction: Reduction | null,
): void {
  const { line_items: lines } = details
  const totals = priceLines(account, lines, reduction, (price) =>
    shareDue(account, session, details.subscription_data, price),
  )
  const payer = taxPayer(account, session, details)
  details.taxes = {}
  for (const line of lines) {
    const taxes = lineTaxes(account, session, details, line, payer)
    details.taxes[line.id] = taxes
    taxLine(line, taxes)
  }
  const shipping = shippingCost(account, session, details, payer)
  const exclusive = sum(lines.map((line) => line.amount_total - line.amount_subtotal + line.amount_discount))
  account.change(session, {
    amount_subtotal: totals.amount_subtotal,
    amount_total: totals.amount_total + exclusive + (shipping?.amount_total ?? 0),
    automatic_tax: { ...session.automatic_tax, status: taxStatus(session, payer) },
    discounts:
      reduction === null
        ? []
        : [{ coupon: reduction.coupon.id, promotion_code: reduction.promotionCode?.id ?? null }],
    shipping_cost: shipping,
    total_details: {
      amount_discount: totals.amount_discount,
      amount_shipping: shipping?.amount_subtotal ?? 0,
      amount_tax: sum(lines.map((line) => line.amount_tax)) + (shipping?.amount_tax ?? 0),
    },
  })
}

/** Whose address counts: what was filled in, where it may become the customer's, else what is on file. */
function taxPayer(account: Account, session: CheckoutSession, details: CheckoutDetails): TaxPayer {
  const customer = account.state.customers.get(String(session.customer))
  const { answers, customer_update: update } = details
  const shipping = shippingIn(answers) ?? session.collected_information?.shipping_details ?? null
  const billing = billingAddressIn(answers)
  const isOpen = customer === undefined
  return {
    address: (isOpen || update.address ? billing : null) ?? customer?.address ?? null,
    shipping: (isOpen || update.shipping ? shipping : null) ?? customer?.shipping ?? null,
    tax_exempt: customer?.tax_exempt ?? 'none',
  }
}

function lineTaxes(
  account: Account,
  session: CheckoutSession,
  details: CheckoutDetails,
  line: LineItem,
  customer: TaxPayer,
): LineTax[] {
  const pricing = {
    price_details: { price: line.price?.id ?? '', product: String(line.price?.product) },
    unit_amount_decimal: null,
  }
  const priced = {
    currency: line.currency,
    id: line.id,
    parent: null,
    pricing: { ...pricing, type: 'price_details' as const },
  }
  return taxesOf(account, priced, line.amount_subtotal - line.amount_discount, {
    customer,
    automatic: session.automatic_tax.enabled,
    defaultRates: ratesOf(account, details.subscription_data.default_tax_rates),
  })
}

/** The tax rates behind these ids. */
export function ratesOf(account: Account, ids: readonly string[]): TaxRate[] {
  return ids.map((id) => account.state.taxRates.get(id)).filter((rate) => rate !== undefined)
}

function taxLine(line: LineItem, taxes: readonly LineTax[]): void {
  line.amount_tax = sum(taxes.map((tax) => tax.amount))
  line.amount_total = line.amount_subtotal - line.amount_discount + exclusiveOf(taxes)
}

/** What the chosen delivery costs; the first option is chosen until the customer takes another. */
function shippingCost(
  account: Account,
  session: CheckoutSession,
  details: CheckoutDetails,
  payer: TaxPayer,
): CheckoutSession['shipping_cost'] {
  const chosen = session.shipping_cost?.shipping_rate
  const option =
    session.shipping_options.find((each) => each.shipping_rate === chosen) ?? session.shipping_options[0]
  if (option === undefined) return null
  const rate = account.state.shippingRates.get(String(option.shipping_rate))
  const taxes = session.automatic_tax.enabled
    ? automaticTaxes(
        account,
        { inclusive: rate?.tax_behavior === 'inclusive', isTaxable: true },
        option.shipping_amount,
        payer,
      )
    : []
  details.taxes.shipping = taxes
  return {
    amount_subtotal: option.shipping_amount,
    amount_tax: sum(taxes.map((tax) => tax.amount)),
    amount_total: option.shipping_amount + exclusiveOf(taxes),
    shipping_rate: String(option.shipping_rate),
  }
}

function exclusiveOf(taxes: readonly LineTax[]): number {
  return sum(taxes.filter((tax) => tax.tax_behavior === 'exclusive').map((tax) => tax.amount))
}

function taxStatus(session: CheckoutSession, payer: TaxPayer): CheckoutSession['automatic_tax']['status'] {
  if (!session.automatic_tax.enabled) return null
  return taxCountry(payer) === null ? 'requires_location_inputs' : 'complete'
}

/** What the session's discount is, or null. */
export function reductionOfSession(account: Account, session: CheckoutSession): Reduction | null {
  const [discount] = session.discounts ?? []
  const coupon = account.state.coupons.get(discount?.coupon ?? '')
  if (coupon === undefined) return null
  return { coupon, promotionCode: account.state.promotionCodes.get(discount?.promotion_code ?? '') ?? null }
}
