import type { Account } from '../../account.ts'
import { noSuch, refused } from '../../errors.ts'
import type { CheckoutSession, LineItem } from '../../wire.ts'
import { reductionOfSession, reprice } from './amounts.ts'
import type { CheckoutDetails } from './details.ts'
import { type LineRequest, newLine } from './lines.ts'
import { checkMode } from './mode.ts'
import type { Answers } from './question.ts'
import { type ShippingOptionRequest, shippingOptionsOf } from './shipping.ts'

/** A line of an update: one that is there by its id, or a new one by its price. */
export type ChangedLine = LineRequest & { id?: string }

/**
 * Other lines on an open session (docs.stripe.com/payments/checkout/dynamically-update-line-items): one that is not
 * named is taken off, and so is one of which nothing is left.
 * @throws StripeError 400 where nothing would be left, or a line is not there.
 */
export function changeLines(
  account: Account,
  session: CheckoutSession,
  wanted: readonly ChangedLine[],
): void {
  const details = openDetails(account, session, 'line_items')
  const lines = wanted.flatMap((each, index) =>
    changedLine(account, details, each, `line_items[${index}]`, session.currency),
  )
  if (lines.length === 0) throw refused('At least one line item must be left.', 'line_items')
  checkMode({ mode: session.mode as 'payment' | 'subscription' }, lines)
  details.line_items = lines
  reprice(account, session, details, reductionOfSession(account, session))
}

function changedLine(
  account: Account,
  details: CheckoutDetails,
  wanted: ChangedLine,
  at: string,
  currency: string | null,
): LineItem[] {
  const { id, ...request } = wanted
  if (id === undefined) return request.quantity === 0 ? [] : [newLine(account, request, at, currency)]
  const line = details.line_items.find((each) => each.id === id)
  if (line === undefined) throw noSuch('line item', id, `${at}[id]`)
  if (request.quantity === 0) return []
  const { price, price_data: priceData } = request
  if (price === undefined && priceData === undefined) {
    if (request.tax_rates) account.state.lineTaxRates.set(id, [...request.tax_rates])
    return [
      {
        ...line,
        metadata: { ...line.metadata, ...request.metadata },
        quantity: request.quantity ?? line.quantity,
      },
    ]
  }
  const quantity = request.quantity ?? line.quantity ?? 1
  return [{ ...newLine(account, { ...request, quantity }, at, currency), id }]
}

/** Takes another quantity of a line that the customer may change, within its bounds; anything else is left alone. */
export function changeQuantity(
  account: Account,
  session: CheckoutSession,
  lineId: string,
  quantity: number,
): void {
  const details = account.state.checkoutDetails.get(session.id)
  const line = details?.line_items.find((each) => each.id === lineId)
  const adjustable = line?.adjustable_quantity
  if (!details || !line || adjustable?.enabled !== true || session.status !== 'open') return
  const { minimum, maximum } = adjustable
  if (!Number.isInteger(quantity) || quantity < (minimum ?? 0) || quantity > (maximum ?? 99)) return
  line.quantity = quantity
  reprice(account, session, details, reductionOfSession(account, session))
}

/** Takes one of the deliveries that the session offers; anything else is left alone. */
export function chooseShipping(account: Account, session: CheckoutSession, rate: string): void {
  const details = account.state.checkoutDetails.get(session.id)
  const option = session.shipping_options.find((each) => each.shipping_rate === rate)
  if (!details || !option || session.status !== 'open') return
  const chosen = { amount_subtotal: 0, amount_tax: 0, amount_total: 0, shipping_rate: rate }
  session.shipping_cost = chosen
  reprice(account, session, details, reductionOfSession(account, session))
}

/** Other deliveries on an open session; null takes all away. */
export function changeShippingOptions(
  account: Account,
  session: CheckoutSession,
  wanted: readonly ShippingOptionRequest[] | null,
): void {
  const details = openDetails(account, session, 'shipping_options')
  if (session.mode !== 'payment') {
    throw refused('`shipping_options` are for `payment` mode.', 'shipping_options')
  }
  account.change(session, { shipping_options: shippingOptionsOf(account, wanted ?? [], session.currency) })
  reprice(account, session, details, reductionOfSession(account, session))
}

/** The merchant's server says where the goods go, in place of the page (docs.stripe.com/api/checkout/sessions/update). */
export function collectShipping(
  account: Account,
  session: CheckoutSession,
  shipping: NonNullable<NonNullable<CheckoutSession['collected_information']>['shipping_details']>,
): void {
  const details = openDetails(account, session, 'collected_information')
  if (session.ui_mode !== 'elements' && session.ui_mode !== 'embedded_page') {
    throw refused(
      'Only sessions of `ui_mode` `elements` and `embedded_page` take this.',
      'collected_information',
    )
  }
  account.change(session, {
    collected_information: {
      business_name: null,
      individual_name: null,
      ...session.collected_information,
      shipping_details: shipping,
    },
  })
  reprice(account, session, details, reductionOfSession(account, session))
}

/** Keeps what the customer has filled in and works the amounts out by it: taxes go by the address. */
export function takeAnswers(account: Account, session: CheckoutSession, answers: Answers): void {
  const details = account.state.checkoutDetails.get(session.id)
  if (details === undefined) return
  details.answers = answers
  if (session.mode === 'setup') return
  account.onClockOf(session.id, () =>
    reprice(account, session, details, reductionOfSession(account, session)),
  )
}

/** @throws StripeError 400 for a session that is over. */
function openDetails(account: Account, session: CheckoutSession, param: string): CheckoutDetails {
  const details = account.state.checkoutDetails.get(session.id)
  if (details !== undefined && session.status === 'open') return details
  throw refused('Only an open session can be changed.', param)
}
