import type { Account } from '../../account.ts'
import { refused } from '../../errors.ts'
import type { PaymentIntent, PaymentMethod } from '../../wire.ts'
import type { TestCard } from '../cards.ts'
import { AUTHENTICATION_FAILED, AUTHENTICATION_REQUIRED, type Decline, GENERIC_DECLINE } from '../declines.ts'
import { attach, cardOf, checkUsable, spend } from '../payment-methods.ts'
import { authorizePayment, beginBankDebit, failPayment, refusePayment, succeedPayment } from '../payments.ts'
import { authenticationOf } from './authentication.ts'
import { awaitTransfer } from './bank-transfers.ts'
import type { ThreeDSecureResult } from './charges.ts'
import { askForDeposits, needsDeposits } from './microdeposits.ts'
import { redirects } from './plain-methods.ts'

export interface ConfirmRequest {
  method: PaymentMethod
  /** The customer is not there: a bank that wants to ask declines. */
  isOffSession: boolean
  /** Where the customer comes back to after the bank's page; null where the page is shown in a frame. */
  returnUrl: string | null
  /** Declines in place of asking (`error_on_requires_action`). */
  refusesAction: boolean
}

/** What a confirmation led to; the intent's status says the same. */
export type PaymentOutcome =
  | { kind: 'succeeded' }
  | { kind: 'authorized' }
  | { kind: 'processing' }
  | { kind: 'requires_action' }
  | { kind: 'declined'; decline: Decline }

/**
 * Pays with a method: asks the customer where the bank wants it, then the bank
 * (docs.stripe.com/payments/paymentintents/lifecycle).
 * @throws StripeError 400 for a method that cannot be used for this payment.
 */
export function confirmPayment(
  account: Account,
  intent: PaymentIntent,
  request: ConfirmRequest,
): PaymentOutcome {
  const { method } = request
  checkMethod(account, intent, method)
  const details = detailsOf(account, intent)
  details.return_url = request.returnUrl
  details.is_off_session = request.isOffSession
  const card = cardOf(account, method)
  if (method.type === 'customer_balance') {
    return awaitTransfer(account, intent, method) ? { kind: 'succeeded' } : { kind: 'requires_action' }
  }
  if (redirects(method.type)) return redirect(account, intent, method, request)
  if (card === undefined && needsDeposits(account, intent, method)) {
    return askForDeposits(account, intent, method)
  }
  if (card === undefined) {
    beginBankDebit(account, intent, method)
    keepForLater(account, intent, method)
    return { kind: 'processing' }
  }
  if (details.authenticated_method === method.id)
    return charge(account, intent, method, card, 'authenticated')
  const need = authenticationOf(card, {
    isOffSession: request.isOffSession,
    isSetUp: account.state.methodBackings.get(method.id)?.is_set_up === true,
    isRequested: isRequested(intent),
  })
  if (need === 'challenge' && (request.isOffSession || request.refusesAction)) {
    return decline(account, intent, method, AUTHENTICATION_REQUIRED, null)
  }
  if (need === 'challenge') return ask(account, intent, method, request.returnUrl)
  if (need === 'error') return decline(account, intent, method, GENERIC_DECLINE, 'processing_error')
  return charge(account, intent, method, card, need === 'acknowledged' ? 'attempt_acknowledged' : null)
}

/**
 * The customer answered the bank's question. An intent that is confirmed by hand waits for another confirmation
 * (docs.stripe.com/payments/finalize-payments-on-the-server-legacy).
 */
export function finishAuthentication(
  account: Account,
  intent: PaymentIntent,
  isApproved: boolean,
): PaymentOutcome | { kind: 'requires_confirmation' } {
  const method = account.state.paymentMethods.get(intent.payment_method ?? '')
  const card = method && cardOf(account, method)
  const isRedirected = method !== undefined && redirects(method.type)
  if (intent.status !== 'requires_action' || method === undefined || (card === undefined && !isRedirected)) {
    throw refused('This PaymentIntent does not wait for its customer.')
  }
  if (!isApproved) {
    refusePayment(account, intent, method, AUTHENTICATION_FAILED)
    return { kind: 'declined', decline: AUTHENTICATION_FAILED }
  }
  if (intent.confirmation_method === 'manual') {
    detailsOf(account, intent).authenticated_method = method.id
    account.change(intent, { status: 'requires_confirmation', next_action: null })
    return { kind: 'requires_confirmation' }
  }
  if (card === undefined) return succeedRedirected(account, intent, method)
  return charge(account, intent, method, card, 'authenticated')
}

/** The holder has shown that the account is theirs: it is debited. */
export function finishDeposits(account: Account, intent: PaymentIntent): void {
  const method = account.state.paymentMethods.get(intent.payment_method ?? '')
  if (method === undefined) throw refused('This PaymentIntent has no payment method.')
  beginBankDebit(account, intent, method)
  keepForLater(account, intent, method)
}

/** What the intent knows and does not show. */
export function detailsOf(account: Account, intent: PaymentIntent) {
  const details = account.state.intentDetails.get(intent.id)
  if (details === undefined) throw new Error(`no details of ${intent.id}`)
  return details
}

function charge(
  account: Account,
  intent: PaymentIntent,
  method: PaymentMethod,
  card: TestCard,
  threeDSecure: ThreeDSecureResult | null,
): PaymentOutcome {
  if (card.decline) return decline(account, intent, method, card.decline, threeDSecure)
  keepForLater(account, intent, method)
  if (intent.capture_method === 'manual') {
    authorizePayment(account, intent, method, threeDSecure)
    return { kind: 'authorized' }
  }
  succeedPayment(account, intent, method, threeDSecure)
  return { kind: 'succeeded' }
}

/** Sends the customer to the method's own page (docs.stripe.com/payments/payment-methods#customer-actions). */
function redirect(
  account: Account,
  intent: PaymentIntent,
  method: PaymentMethod,
  request: ConfirmRequest,
): PaymentOutcome {
  if (request.isOffSession || request.refusesAction) {
    return decline(account, intent, method, AUTHENTICATION_REQUIRED, null)
  }
  if (request.returnUrl === null) {
    throw refused(
      `A ${method.type} payment sends the customer away: give a \`return_url\`.`,
      'return_url',
      'parameter_missing',
    )
  }
  return ask(account, intent, method, request.returnUrl)
}

/** The customer has paid on the method's own page. */
function succeedRedirected(account: Account, intent: PaymentIntent, method: PaymentMethod): PaymentOutcome {
  spend(account, method)
  if (intent.capture_method === 'manual') {
    authorizePayment(account, intent, method, null)
    return { kind: 'authorized' }
  }
  succeedPayment(account, intent, method)
  return { kind: 'succeeded' }
}

function decline(
  account: Account,
  intent: PaymentIntent,
  method: PaymentMethod,
  reason: Decline,
  threeDSecure: ThreeDSecureResult | null,
): PaymentOutcome {
  failPayment(account, intent, method, reason, threeDSecure)
  return { kind: 'declined', decline: reason }
}

function ask(
  account: Account,
  intent: PaymentIntent,
  method: PaymentMethod,
  returnUrl: string | null,
): PaymentOutcome {
  account.change(intent, {
    status: 'requires_action',
    payment_method: method.id,
    last_payment_error: null,
    next_action: askingAction(account, intent.id, returnUrl),
  })
  account.emit('payment_intent.requires_action', intent)
  return { kind: 'requires_action' }
}

/**
 * How the customer gets to the bank's page. Without a `return_url` Stripe leaves it to its script
 * (`use_stripe_sdk`, docs.stripe.com/payments/3d-secure/authentication-flow); the sandbox's page is named there too.
 */
export function askingAction(
  account: Account,
  id: string,
  returnUrl: string | null,
): NonNullable<PaymentIntent['next_action']> {
  const url = `${account.url}/3d-secure/${id}`
  return returnUrl === null
    ? { type: 'use_stripe_sdk', use_stripe_sdk: { type: 'three_d_secure_redirect', stripe_js: url } }
    : { type: 'redirect_to_url', redirect_to_url: { url, return_url: returnUrl } }
}

/** A method that is to be used again goes to the customer; one that is not is used up. */
function keepForLater(account: Account, intent: PaymentIntent, method: PaymentMethod): void {
  if (intent.setup_future_usage === null || intent.customer === null) {
    if (method.customer === null) spend(account, method)
    return
  }
  attach(account, method, intent.customer)
  const backing = account.state.methodBackings.get(method.id)
  if (backing && intent.setup_future_usage === 'off_session') backing.is_set_up = true
}

function checkMethod(account: Account, intent: PaymentIntent, method: PaymentMethod): void {
  checkUsable(account, method)
  if (method.customer !== null && method.customer !== intent.customer) {
    throw refused(
      `The payment method ${method.id} belongs to the Customer ${method.customer}. Give that Customer, or another ` +
        'payment method.',
      'payment_method',
    )
  }
  if (!intent.payment_method_types.includes(method.type)) {
    throw refused(
      `The PaymentMethod provided (${method.type}) is not allowed for this PaymentIntent, which takes: ` +
        `${intent.payment_method_types.join(', ')}.`,
      'payment_method',
    )
  }
}

function isRequested(intent: PaymentIntent): boolean {
  const asked = intent.payment_method_options?.card?.request_three_d_secure
  return asked === 'any' || asked === 'challenge'
}
