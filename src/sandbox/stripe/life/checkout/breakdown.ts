import type { Account } from '../../account.ts'
import type { CheckoutSession, Discount, TaxRate } from '../../wire.ts'
import { discountOf } from '../discounts.ts'
import type { LineTax } from '../invoices/taxes.ts'
import { reductionOfSession } from './amounts.ts'
import type { CheckoutDetails } from './details.ts'

/*
 * What a session and its lines show on request of the amounts within theirs (`total_details.breakdown`,
 * `line_items.data.taxes`, `line_items.data.discounts`: docs.stripe.com/api/checkout/sessions/object).
 */

/** A discount with what it takes off. */
interface ShownDiscount {
  amount: number
  discount: Discount
}

/** A tax with its rate. */
type ShownTax = Pick<LineTax, 'amount' | 'taxability_reason' | 'taxable_amount'> & { rate: TaxRate }

/** What is within the whole of a session. */
export function breakdownOf(
  account: Account,
  session: CheckoutSession,
): { discounts: ShownDiscount[]; taxes: ShownTax[] } {
  const taxes = Object.values(account.state.checkoutDetails.get(session.id)?.taxes ?? {}).flat()
  return {
    discounts: shownDiscounts(account, session, session.total_details?.amount_discount ?? 0),
    taxes: byRate(shownTaxes(account, taxes)),
  }
}

/** What is within one line. */
export function lineBreakdown(
  account: Account,
  lineId: string,
): { discounts: ShownDiscount[]; taxes: ShownTax[] } {
  const [sessionId, details] = detailsOfLine(account, lineId) ?? []
  const session = account.state.checkoutSessions.get(sessionId ?? '')
  const line = details?.line_items.find((each) => each.id === lineId)
  if (session === undefined || line === undefined) return { discounts: [], taxes: [] }
  return {
    discounts: shownDiscounts(account, session, line.amount_discount),
    taxes: shownTaxes(account, details?.taxes[lineId] ?? []),
  }
}

/** A session that was taken up again has the lines of the one that expired: the later one counts. */
function detailsOfLine(account: Account, lineId: string): [string, CheckoutDetails] | undefined {
  return [...account.state.checkoutDetails].findLast(([, { line_items: lines }]) =>
    lines.some(({ id }) => id === lineId),
  )
}

/** Taxes under a rate; what is not collected has none. */
function shownTaxes(account: Account, taxes: readonly LineTax[]): ShownTax[] {
  return taxes.flatMap(({ amount, tax_rate_details: details, taxability_reason, taxable_amount }) => {
    const rate = account.state.taxRates.get(details?.tax_rate ?? '')
    return rate ? [{ amount, rate: structuredClone(rate), taxability_reason, taxable_amount }] : []
  })
}

function byRate(taxes: readonly ShownTax[]): ShownTax[] {
  const totals = new Map<string, ShownTax>()
  for (const tax of taxes) {
    const known = totals.get(tax.rate.id)
    totals.set(
      tax.rate.id,
      known === undefined
        ? tax
        : {
            ...known,
            amount: known.amount + tax.amount,
            taxable_amount: (known.taxable_amount ?? 0) + (tax.taxable_amount ?? 0),
          },
    )
  }
  return [...totals.values()]
}

/** The session has one discount at most. Until it is paid, the discount is only shown: nothing has been redeemed. */
function shownDiscounts(account: Account, session: CheckoutSession, amount: number): ShownDiscount[] {
  const made = [...account.state.discounts.values()].find((each) => each.checkout_session === session.id)
  const reduction = reductionOfSession(account, session)
  if (made) return [{ amount, discount: made }]
  if (reduction === null) return []
  const on = { customer: session.customer, subscription: null, checkoutSession: session.id }
  const id = `di_${session.id.slice(-24)}`
  return [{ amount, discount: discountOf(reduction, on, { id, start: session.created }) }]
}
