import type { Account } from '../../account.ts'
import { refused } from '../../errors.ts'
import { newId } from '../../ids.ts'
import type { CheckoutSession, LineItem } from '../../wire.ts'
import { SECONDS_PER_DAY } from '../calendar.ts'
import { checkCurrency, type Order, promotionReduction, type Reduction, validCoupon } from '../discounts.ts'
import { configuredTypes } from '../money/method-configurations.ts'
import { payableTypes } from '../money/payable-types.ts'
import { createSetupIntent } from '../money/setup-intents.ts'
import { checkOneCurrency } from '../subscriptions/one-currency.ts'
import { reductionOfSession, reprice } from './amounts.ts'
import type { CheckoutDetails } from './details.ts'
import { checkAnchor } from './first-period.ts'
import { checkTogether } from './limits.ts'
import { newLine } from './lines.ts'
import { checkMode } from './mode.ts'
import { type CheckoutSessionRequest, emptySession } from './object.ts'
import { optionalItemsOf } from './optional-items.ts'
import { shippingOptionsOf } from './shipping.ts'

/** An open session. Nothing is emitted for it: Stripe has no event. */
export function createCheckoutSession(account: Account, request: CheckoutSessionRequest): CheckoutSession {
  const customer =
    request.customer === undefined
      ? null
      : account.need(account.state.customers, request.customer, 'customer')
  if (customer && request.customer_email !== undefined) {
    throw refused('You may only specify one of these parameters: customer, customer_email.', 'customer')
  }
  const lines = linesOf(account, request)
  checkMode(request, lines)
  checkTogether(account, request, customer)
  if (customer && request.mode === 'subscription') {
    checkOneCurrency(account, customer.id, lines[0]?.currency ?? '')
  }
  const configured = configuredTypes(account, request.configuration, request.types.allowed)
  const id = newId.checkoutSession()
  const currency = lines[0]?.currency ?? request.currency ?? null
  const data = request.subscription_data ?? NO_SUBSCRIPTION_DATA
  if (data.anchor !== null) checkAnchor(account, data.anchor, lines)
  const details: CheckoutDetails = {
    line_items: lines,
    subscription_data: { ...data, fields: { billing_mode: request.billing_mode, ...data.fields } },
    taxes: {},
    payment_intent_data: request.payment_intent_data ?? { metadata: {}, description: null },
    answers: {},
    allow_redisplay: request.allow_redisplay,
    customer_update: request.customer_update,
    subscribes_first: account.version < '2025-03-31.basil',
    payment_intent: null,
    setup_intent: null,
    confirming: null,
  }
  const session: CheckoutSession = {
    ...emptySession(account, id, request),
    currency,
    ...(request.optional_items.length > 0 && {
      optional_items: optionalItemsOf(account, request.optional_items, lines, currency ?? ''),
    }),
    shipping_options: shippingOptionsOf(account, request.shipping_options, currency),
    ...configured.shown,
    payment_method_types: payableTypes(currency, {
      ...request.types,
      allowed: request.types.allowed ?? configured.allowed,
    }),
    customer_details: {
      address: customer?.address ?? null,
      business_name: null,
      email: customer?.email ?? request.customer_email ?? null,
      individual_name: null,
      name: customer?.name ?? null,
      phone: customer?.phone ?? null,
      tax_exempt: customer?.tax_exempt ?? 'none',
      tax_ids: [],
    },
  }
  account.state.checkoutDetails.set(id, details)
  if (request.mode === 'setup') beginSetup(account, session, details, request)
  else {
    reprice(account, session, details, null)
    reprice(account, session, details, requestedReduction(account, request, orderOf(session)))
  }
  account.state.checkoutSessions.add(session)
  account.scheduler.plan('checkout_session.expire', id, request.expires_at)
  return session
}

/** In the currency that is asked for, else in that of the first price. */
function linesOf(account: Account, request: CheckoutSessionRequest): LineItem[] {
  let currency = request.currency ?? null
  return request.line_items.map((each, index) => {
    const line = newLine(account, each, `line_items[${index}]`, currency)
    currency = line.currency
    return line
  })
}

const NO_SUBSCRIPTION_DATA = {
  metadata: {},
  description: null,
  trial_end: null,
  trial_days: null,
  anchor: null,
  prorates: true,
  default_tax_rates: [],
  fields: {},
}

/** In setup mode the intent is there from the start, and there are no amounts. */
function beginSetup(
  account: Account,
  session: CheckoutSession,
  details: CheckoutDetails,
  request: CheckoutSessionRequest,
): void {
  const intent = createSetupIntent(account, {
    customer: session.customer,
    payment_method_types: session.payment_method_types,
    ...request.setup_intent_data,
  })
  details.setup_intent = intent.id
  account.change(session, {
    setup_intent: intent.id,
    amount_subtotal: null,
    amount_total: null,
    payment_status: 'no_payment_required',
  })
}

/** The session as it was, made anew after it expired (docs.stripe.com/payments/checkout/abandoned-carts). */
export function recoverSession(account: Account, expired: CheckoutSession): CheckoutSession | null {
  const recovery = expired.after_expiration?.recovery
  const details = account.state.checkoutDetails.get(expired.id)
  if (expired.status !== 'expired' || !details || !recovery?.url) return null
  if ((recovery.expires_at ?? 0) <= account.now) return null
  const id = newId.checkoutSession()
  const session: CheckoutSession = {
    ...structuredClone(expired),
    id,
    after_expiration: null,
    allow_promotion_codes: recovery.allow_promotion_codes,
    created: account.now,
    expires_at: account.now + SECONDS_PER_DAY,
    recovered_from: expired.id,
    status: 'open',
    url: `${account.url}/c/pay/${id}`,
  }
  account.state.checkoutDetails.set(id, {
    ...structuredClone(details),
    payment_intent: null,
    setup_intent: null,
    confirming: null,
  })
  account.state.checkoutSessions.add(session)
  account.scheduler.plan('checkout_session.expire', id, session.expires_at)
  return session
}

/**
 * Takes a code that the customer typed.
 * @throws StripeError 400 where it is unknown or cannot be used.
 */
export function applyPromotionCode(account: Account, session: CheckoutSession, code: string): void {
  const details = account.state.checkoutDetails.get(session.id)
  if (details === undefined || session.status !== 'open') return
  if (session.allow_promotion_codes !== true) throw refused('This page takes no codes.', 'promotion_code')
  reprice(
    account,
    session,
    details,
    promotionReduction(account, { code }, session.customer, 'promotion_code', orderOf(session)),
  )
}

/** Takes the discount off again. */
export function removePromotionCode(account: Account, session: CheckoutSession): void {
  const details = account.state.checkoutDetails.get(session.id)
  if (details === undefined || session.status !== 'open' || reductionOfSession(account, session) === null)
    return
  if (session.allow_promotion_codes === true) reprice(account, session, details, null)
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
  checkCurrency(account, coupon, order.currency, 'discounts[0][coupon]')
  return { coupon, promotionCode: null }
}
