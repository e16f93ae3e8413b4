import type { Account } from '../../account.ts'
import { newId } from '../../ids.ts'
import type { CheckoutSession, PaymentIntent, PaymentMethod, SetupIntent } from '../../wire.ts'
import { SECONDS_PER_DAY } from '../calendar.ts'
import type { Decline } from '../declines.ts'
import { confirmPayment, finishAuthentication } from '../money/confirmation.ts'
import { acceptMandate } from '../money/mandates.ts'
import {
  cancelSetup,
  confirmSetup,
  createSetupIntent,
  finishSetup,
  type SetupOutcome,
} from '../money/setup-intents.ts'
import { attach } from '../payment-methods.ts'
import { cancelPayment, createPaymentIntent } from '../payments.ts'
import { shippingIn, textIn } from './answers.ts'
import { takeAnswers } from './change.ts'
import { type Completion, completeCheckout, subscribeFirst } from './completion.ts'
import type { CheckoutDetails } from './details.ts'
import { type CheckoutForm, checkForm, methodOf, needsMethod, needsPayment } from './form.ts'
import { asksToKeep, isKept } from './kept.ts'
import { assumedAnswers } from './questions.ts'

/** Who pays. */
interface Payer {
  email: string
  name: string
}

export type CheckoutResult =
  | { kind: 'complete' }
  | { kind: 'confirm'; url: string }
  | { kind: 'declined'; decline: Decline }
  | { kind: 'invalid'; field: string; message: string }
  /** Taxes have changed what is due: the customer looks at it before paying. */
  | { kind: 'total_changed' }
  | { kind: 'closed' }

/** Pays an open session. A decline leaves it open; a second payment finds it closed. */
export function payCheckout(account: Account, session: CheckoutSession, form: CheckoutForm): CheckoutResult {
  const details = account.state.checkoutDetails.get(session.id)
  if (session.status !== 'open' || details === undefined) return { kind: 'closed' }
  const problem = checkForm(account, session, form)
  if (problem) return { kind: 'invalid', ...problem }
  takeAnswers(account, session, form.answers)
  if (form.shownTotal !== null && form.shownTotal !== session.amount_total) return { kind: 'total_changed' }
  return asHostedPage(account, session, () => {
    const { email, name } = form
    if (!needsMethod(session)) {
      return complete(account, session, details, { email, name, method: null, intent: null, paid: true })
    }
    const method = methodOf(account, session, details, form)
    return method === null ? { kind: 'closed' } : pay(account, session, details, { email, name, method })
  })
}

/**
 * The hosted page is a client of its own: its calls have a request id and a key that is not the merchant's. They happen
 * by the time of the session's customer.
 */
function asHostedPage<T>(account: Account, session: CheckoutSession, work: () => T): T {
  const origin = { id: newId.request(), idempotency_key: crypto.randomUUID() }
  return account.onClockOf(session.id, () => account.as(origin, work))
}

/** Pays an open session with a method that is there already, as Stripe's own page does. */
export function payCheckoutWith(
  account: Account,
  session: CheckoutSession,
  method: PaymentMethod,
): CheckoutResult {
  const details = account.state.checkoutDetails.get(session.id)
  if (session.status !== 'open' || details === undefined) return { kind: 'closed' }
  const { email, name } = method.billing_details
  takeAnswers(account, session, assumedAnswers(session))
  return pay(account, session, details, { email: email ?? '', name: name ?? '', method })
}

/** The customer answered the bank's question. */
export function confirmCheckout(
  account: Account,
  session: CheckoutSession,
  approved: boolean,
): CheckoutResult {
  const details = account.state.checkoutDetails.get(session.id)
  const waiting = details?.confirming
  const method = account.state.paymentMethods.get(waiting?.payment_method ?? '')
  if (session.status !== 'open' || !details || !waiting || !method) return { kind: 'closed' }
  details.confirming = null
  return account.as({ id: newId.request(), idempotency_key: crypto.randomUUID() }, () => {
    const payer = { ...waiting, method }
    const intent = account.state.paymentIntents.get(details.payment_intent ?? '')
    if (intent?.status === 'requires_action') {
      const outcome = finishAuthentication(account, intent, approved)
      return finish(account, session, details, payer, { intent, outcome })
    }
    const setup = account.state.setupIntents.get(details.setup_intent ?? '')
    if (setup?.status !== 'requires_action') return { kind: 'closed' }
    const outcome = finishSetup(account, setup, approved)
    return finish(account, session, details, payer, { intent: null, outcome })
  })
}

/** Closes an open session unpaid. */
export function expireCheckout(account: Account, session: CheckoutSession): void {
  account.scheduler.cancel('checkout_session.expire', session.id)
  const details = account.state.checkoutDetails.get(session.id)
  if (details) details.confirming = null
  const intent = account.state.paymentIntents.get(details?.payment_intent ?? '')
  if (intent && intent.status !== 'succeeded') cancelPayment(account, intent, 'automatic')
  const setup = account.state.setupIntents.get(details?.setup_intent ?? '')
  if (setup && setup.status !== 'succeeded') cancelSetup(account, setup, 'abandoned')
  account.change(session, { status: 'expired', url: null, ...recoveryOf(account, session) })
  account.emit('checkout.session.expired', session)
}

/** Pays what is due; where nothing is, the method is only saved. */
function pay(
  account: Account,
  session: CheckoutSession,
  details: CheckoutDetails,
  payer: Payer & { method: PaymentMethod },
): CheckoutResult {
  const { method } = payer
  const returnUrl = `${account.url}/c/pay/${session.id}/confirm`
  if (method.type !== 'card') acceptMandate(account, method, { type: 'online' })
  if (!needsPayment(session)) {
    const setup = setupOf(account, session, details)
    const outcome = confirmSetup(account, setup, { method, returnUrl, refusesAction: false })
    return finish(account, session, details, payer, { intent: null, outcome })
  }
  const intent = intentOf(account, session, details)
  if (details.subscribes_first) subscribeFirst(account, session, details, { ...payer, intent, paid: false })
  const request = { method, isOffSession: false, returnUrl, refusesAction: false }
  const outcome = confirmPayment(account, intent, request)
  return finish(account, session, details, payer, { intent, outcome })
}

interface Attempt {
  intent: PaymentIntent | null
  outcome: SetupOutcome | ReturnType<typeof finishAuthentication>
}

/** Lets the session follow its payment. */
function finish(
  account: Account,
  session: CheckoutSession,
  details: CheckoutDetails,
  payer: Payer & { method: PaymentMethod },
  { intent, outcome }: Attempt,
): CheckoutResult {
  if (outcome.kind === 'declined') return { kind: 'declined', decline: outcome.decline }
  if (outcome.kind === 'requires_action') {
    details.confirming = { payment_method: payer.method.id, name: payer.name, email: payer.email }
    return { kind: 'confirm', url: `${account.url}/c/pay/${session.id}/confirm` }
  }
  if (session.customer !== null && isKept(session, details, intent)) {
    attach(account, payer.method, String(session.customer))
  }
  return complete(account, session, details, { ...payer, intent, paid: outcome.kind !== 'processing' })
}

function complete(
  account: Account,
  session: CheckoutSession,
  details: CheckoutDetails,
  completion: Completion,
): CheckoutResult {
  completeCheckout(account, session, details, completion)
  return { kind: 'complete' }
}

/** Saving the card takes an intent of its own; a second try uses the first one's again. */
function setupOf(account: Account, session: CheckoutSession, details: CheckoutDetails): SetupIntent {
  const existing = account.state.setupIntents.get(details.setup_intent ?? '')
  if (existing) return existing
  const intent = createSetupIntent(account, {
    customer: session.customer,
    payment_method_types: session.payment_method_types,
  })
  details.setup_intent = intent.id
  return intent
}

/** Where an expired session can be taken up again (docs.stripe.com/payments/checkout/abandoned-carts): for 30 days. */
function recoveryOf(account: Account, session: CheckoutSession): Partial<CheckoutSession> {
  const recovery = session.after_expiration?.recovery
  if (!recovery?.enabled) return {}
  const url = `${account.url}/c/recover/${session.id}`
  const expiresAt = account.now + RECOVERY_SECONDS
  return { after_expiration: { recovery: { ...recovery, url, expires_at: expiresAt } } }
}

/** How long an expired session can be recovered. */
export const RECOVERY_SECONDS = 30 * SECONDS_PER_DAY

/** The session's payment; a second try uses the first one's again, at today's amount. */
function intentOf(account: Account, session: CheckoutSession, details: CheckoutDetails): PaymentIntent {
  const existing = details.payment_intent
    ? account.state.paymentIntents.get(details.payment_intent)
    : undefined
  if (existing) {
    account.change(existing, { amount: session.amount_total ?? 0, ...shippingOf(details) })
    return existing
  }
  const isSubscription = session.mode === 'subscription'
  const intent = createPaymentIntent(account, {
    amount: session.amount_total ?? 0,
    currency: session.currency ?? '',
    customer: session.customer,
    setup_future_usage: isSubscription ? 'off_session' : null,
    payment_method_types: session.payment_method_types,
    ...(asksToKeep(details) ? { setup_future_usage: 'on_session' } : {}),
    ...optionsOf(session),
    ...details.payment_intent_data,
    ...shippingOf(details),
    ...(isSubscription ? { description: 'Subscription creation' } : {}),
    metadata: { ...details.payment_intent_data.metadata },
  })
  details.payment_intent = intent.id
  account.state.sessionsByIntent.set(intent.id, session.id)
  return intent
}

/** Where the goods of a one-time payment go (docs.stripe.com/payments/collect-addresses). */
function shippingOf({ answers }: CheckoutDetails): Pick<PaymentIntent, 'shipping'> | object {
  const shipping = shippingIn(answers)
  if (shipping === null) return {}
  return { shipping: { ...shipping, carrier: null, phone: textIn(answers, 'phone'), tracking_number: null } }
}

/** How the session says that its methods are to be used. */
function optionsOf(session: CheckoutSession): Partial<PaymentIntent> {
  const given = session.payment_method_options?.card
  if (given === undefined) return {}
  const { installments: _, restrictions: __, setup_future_usage: usage, ...card } = given
  return {
    ...(usage && usage !== 'none' && { setup_future_usage: usage }),
    ...(card.capture_method && { capture_method: card.capture_method }),
    payment_method_options: {
      card: {
        installments: null,
        mandate_options: null,
        network: null,
        ...card,
        request_three_d_secure: card.request_three_d_secure ?? 'automatic',
      } as NonNullable<PaymentIntent['payment_method_options']>['card'],
    },
  }
}
