import type { Account } from '../account.ts'
import { refused } from '../errors.ts'
import { newId } from '../ids.ts'
import type { CheckoutDetails } from '../state.ts'
import type { CheckoutSession, LineItem } from '../wire.ts'
import { reductionOfSession } from './checkout-completion.ts'
import { type CheckoutSessionRequest, emptySession } from './checkout-object.ts'
import { type Order, promotionReduction, type Reduction, validCoupon } from './discounts.ts'
import { priceLines } from './line-items.ts'

/** An open session with its hosted page. Nothing is emitted: Stripe has no event for it. */
export function createCheckoutSession(account: Account, request: CheckoutSessionRequest): CheckoutSession {
  const id = newId.checkoutSession()
  const lines = request.line_items.map((_, index) => newLine(account, request, index))
  const customer =
    request.customer === undefined
      ? null
      : account.need(account.state.customers, request.customer, 'customer')
  if (customer && request.customer_email !== undefined) {
    throw refused('You may only specify one of these parameters: customer, customer_email.', 'customer')
  }
  checkMode(request, lines)
  const details: CheckoutDetails = {
    line_items: lines,
    subscription_data: request.subscription_data ?? { metadata: {}, description: null, trial_end: null },
    payment_intent_data: request.payment_intent_data ?? { metadata: {}, description: null },
    payment_intent: null,
    confirming: null,
  }
  const session = emptySession(account, id, request)
  session.currency = lines[0]?.currency ?? null
  session.customer_details = {
    address: customer?.address ?? null,
    business_name: null,
    email: customer?.email ?? request.customer_email ?? null,
    individual_name: null,
    name: customer?.name ?? null,
    phone: customer?.phone ?? null,
    tax_exempt: 'none',
    tax_ids: [],
  }
  account.state.checkoutDetails.set(id, details)
  setReduction(account, session, details, null)
  const order = orderOf(session)
  setReduction(account, session, details, requestedReduction(account, request, order))
  account.state.checkoutSessions.add(session)
  account.scheduler.plan('checkout_session.expire', id, request.expires_at)
  return session
}

/** Puts the discount, or none, on the session and works the amounts out again. */
export function setReduction(
  account: Account,
  session: CheckoutSession,
  details: CheckoutDetails,
  reduction: Reduction | null,
): void {
  const totals = priceLines(
    account,
    details.line_items,
    reduction,
    details.subscription_data.trial_end !== null,
  )
  account.change(session, {
    amount_subtotal: totals.amount_subtotal,
    amount_total: totals.amount_total,
    discounts:
      reduction === null
        ? []
        : [{ coupon: reduction.coupon.id, promotion_code: reduction.promotionCode?.id ?? null }],
    total_details: { amount_discount: totals.amount_discount, amount_shipping: 0, amount_tax: 0 },
  })
}

/**
 * Takes a code that the customer typed.
 * @throws StripeError 400 where it is unknown or cannot be used.
 */
export function applyPromotionCode(account: Account, session: CheckoutSession, code: string): void {
  const details = account.state.checkoutDetails.get(session.id)
  if (details === undefined || session.status !== 'open') return
  if (session.allow_promotion_codes !== true) throw refused('This page takes no codes.', 'promotion_code')
  setReduction(
    account,
    session,
    details,
    promotionReduction(account, { code }, session.customer, 'promotion_code', orderOf(session)),
  )
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
  setReduction(account, session, details, reductionOfSession(account, session))
}

/** Takes the discount off again. */
export function removePromotionCode(account: Account, session: CheckoutSession): void {
  const details = account.state.checkoutDetails.get(session.id)
  if (details === undefined || session.status !== 'open' || reductionOfSession(account, session) === null)
    return
  if (session.allow_promotion_codes === true) setReduction(account, session, details, null)
}

function newLine(account: Account, request: CheckoutSessionRequest, index: number): LineItem {
  const given = request.line_items[index]
  const at = `line_items[${index}]`
  if (given?.price === undefined)
    throw refused(`Missing required param: ${at}[price].`, `${at}[price]`, 'parameter_missing')
  const price = account.need(account.state.prices, given.price, `${at}[price]`)
  if (!price.active)
    throw refused('The price specified is inactive. This field only accepts active prices.', `${at}[price]`)
  if (given.quantity === undefined || given.quantity < 1) {
    throw refused('Quantity is required and must be at least 1.', `${at}[quantity]`)
  }
  return {
    id: newId.lineItem(),
    object: 'item',
    adjustable_quantity: null,
    amount_discount: 0,
    amount_subtotal: 0,
    amount_tax: 0,
    amount_total: 0,
    currency: price.currency,
    description: account.state.products.get(String(price.product))?.name ?? null,
    metadata: given.metadata,
    price: structuredClone(price),
    quantity: given.quantity,
  }
}

function checkMode(request: CheckoutSessionRequest, lines: readonly LineItem[]): void {
  const recurring = lines.filter((line) => line.price?.type === 'recurring')
  if (lines.length === 0) throw refused('`line_items` must not be empty.', 'line_items', 'parameter_missing')
  if (request.mode === 'payment' && recurring.length > 0) {
    throw refused(
      'You specified `payment` mode but passed a recurring price. Use `subscription` mode instead.',
      'mode',
    )
  }
  if (request.mode === 'subscription' && recurring.length === 0) {
    throw refused('You must provide at least one recurring price in `subscription` mode.', 'mode')
  }
  if (new Set(lines.map((line) => line.currency)).size > 1) {
    throw refused('All prices on a Checkout Session must have the same currency.', 'line_items')
  }
  const interval = (line: LineItem) =>
    `${line.price?.recurring?.interval_count} ${line.price?.recurring?.interval}`
  if (new Set(recurring.map(interval)).size > 1) {
    throw refused(
      'This sandbox does not emulate prices of several intervals in one subscription.',
      'line_items',
    )
  }
  if (request.mode === 'payment' && request.subscription_data !== undefined) {
    throw refused('You can not pass `subscription_data` in `payment` mode.', 'subscription_data')
  }
  if (request.mode === 'subscription' && request.payment_intent_data !== undefined) {
    throw refused('You can not pass `payment_intent_data` in `subscription` mode.', 'payment_intent_data')
  }
}

function orderOf(session: CheckoutSession): Order {
  return { amount: session.amount_subtotal ?? 0, currency: session.currency ?? '' }
}

function requestedReduction(
  account: Account,
  request: CheckoutSessionRequest,
  order: Order,
): Reduction | null {
  const [discount] = request.discounts ?? []
  if (discount === undefined) return null
  if (request.allow_promotion_codes === true) {
    throw refused(
      'You may only specify one of these parameters: allow_promotion_codes, discounts.',
      'discounts',
    )
  }
  if (discount.promotion_code !== undefined) {
    const find = { id: discount.promotion_code }
    const param = 'discounts[0][promotion_code]'
    return promotionReduction(account, find, request.customer ?? null, param, order)
  }
  const coupon = validCoupon(account, discount.coupon ?? '', 'discounts[0][coupon]')
  return { coupon, promotionCode: null }
}
