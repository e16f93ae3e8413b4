import type { Account } from '../account.ts'
import { newId } from '../ids.ts'
import type { CheckoutDetails } from '../state.ts'
import type { CheckoutSession, PaymentIntent, PaymentMethod } from '../wire.ts'
import { findTestCard } from './cards.ts'
import { type Completion, completeCheckout } from './checkout-completion.ts'
import { type Decline, SETUP_AUTHENTICATION_FAILED } from './declines.ts'
import { authenticationOf } from './money/authentication.ts'
import { findTestAccount } from './money/bank-accounts.ts'
import { confirmPayment, finishAuthentication } from './money/confirmation.ts'
import { attach, cardOf, createBankDebit, createCard } from './payment-methods.ts'
import { createPaymentIntent } from './payments.ts'

/** What a customer hands in on the hosted page. */
export interface CheckoutForm {
  email: string
  name: string
  method:
    | { type: 'card'; number: string }
    /** Settles later. */
    | { type: 'bank_debit'; settles: 'succeeded' | 'failed' }
}

/** Who pays, and with what. */
interface Payer {
  email: string
  name: string
  method: PaymentMethod
}

export type CheckoutResult =
  | { kind: 'complete' }
  | { kind: 'confirm'; url: string }
  | { kind: 'declined'; decline: Decline }
  | { kind: 'invalid'; field: 'card' | 'email' | 'name'; message: string }
  | { kind: 'closed' }

/** Pays an open session. A decline leaves it open; a second payment finds it closed. */
export function payCheckout(account: Account, session: CheckoutSession, form: CheckoutForm): CheckoutResult {
  const details = account.state.checkoutDetails.get(session.id)
  if (session.status !== 'open' || details === undefined) return { kind: 'closed' }
  const problem = checkForm(form)
  if (problem) return problem
  return asHostedPage(account, session, () => {
    const method = methodOf(account, form)
    const { email, name } = form
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

/** The customer answered the bank's question. */
export function confirmCheckout(
  account: Account,
  session: CheckoutSession,
  approved: boolean,
): CheckoutResult {
  const details = account.state.checkoutDetails.get(session.id)
  const waiting = details?.confirming
  const method = account.state.paymentMethods.get(waiting?.payment_method ?? '')
  const card = method && cardOf(account, method)
  if (session.status !== 'open' || !details || !waiting || !method || !card) return { kind: 'closed' }
  details.confirming = null
  return asHostedPage(account, session, () => {
    const intent = account.state.paymentIntents.get(details.payment_intent ?? '')
    if (intent?.status === 'requires_action') {
      return finish(account, session, details, { ...waiting, method }, () =>
        finishAuthentication(account, intent, approved),
      )
    }
    const reason = approved ? card.decline : SETUP_AUTHENTICATION_FAILED
    return reason
      ? { kind: 'declined', decline: reason }
      : complete(account, session, details, { ...waiting, method, intent: null, paid: true })
  })
}

/** Closes an open session unpaid. */
export function expireCheckout(account: Account, session: CheckoutSession): void {
  account.scheduler.cancel('checkout_session.expire', session.id)
  const details = account.state.checkoutDetails.get(session.id)
  if (details) details.confirming = null
  account.change(session, { status: 'expired', url: null })
  account.emit('checkout.session.expired', session)
}

/** Whether a payment is due before the session completes. */
export function needsPayment(session: CheckoutSession): boolean {
  return (session.amount_total ?? 0) > 0
}

const DEBITED_ACCOUNTS = { succeeded: 'DE89370400440532013000', failed: 'DE62370400440532013001' } as const

function methodOf(account: Account, form: CheckoutForm): PaymentMethod | null {
  const fields = { billing_details: { email: form.email, name: form.name } }
  if (form.method.type === 'card') {
    const card = findTestCard(form.method.number)
    return card ? createCard(account, card, fields) : null
  }
  const bank = findTestAccount('sepa_debit', DEBITED_ACCOUNTS[form.method.settles])
  return bank ? createBankDebit(account, bank, fields) : null
}

function checkForm(form: CheckoutForm): CheckoutResult | null {
  if (!/^[^\s@]+@[^\s@]+$/.test(form.email)) {
    return { kind: 'invalid', field: 'email', message: 'Enter an e-mail address, such as ada@example.com.' }
  }
  if (form.name.trim() === '')
    return { kind: 'invalid', field: 'name', message: 'Enter the name on the card.' }
  if (form.method.type === 'card' && findTestCard(form.method.number) === undefined) {
    return { kind: 'invalid', field: 'card', message: 'Only the test cards listed here work in the sandbox.' }
  }
  return null
}

/** Pays what is due; where nothing is, the card is only saved, and the bank may want to ask all the same. */
function pay(
  account: Account,
  session: CheckoutSession,
  details: CheckoutDetails,
  payer: Payer,
): CheckoutResult {
  const { method } = payer
  const url = `${account.url}/c/pay/${session.id}/confirm`
  if (needsPayment(session)) {
    const intent = intentOf(account, session, details)
    const request = { method, isOffSession: false, returnUrl: url, refusesAction: false }
    return finish(account, session, details, payer, () => confirmPayment(account, intent, request))
  }
  const card = cardOf(account, method)
  if (card?.decline && !card.attaches) return { kind: 'declined', decline: card.decline }
  const use = { isOffSession: false, isSetUp: false, isRequested: false }
  if (card && authenticationOf(card, use) === 'challenge') {
    details.confirming = { payment_method: method.id, name: payer.name, email: payer.email }
    return { kind: 'confirm', url }
  }
  return complete(account, session, details, { ...payer, intent: null, paid: true })
}

/** Lets the session follow its payment. */
function finish(
  account: Account,
  session: CheckoutSession,
  details: CheckoutDetails,
  payer: Payer,
  attempt: () => ReturnType<typeof finishAuthentication>,
): CheckoutResult {
  const intent = intentOf(account, session, details)
  const outcome = attempt()
  if (outcome.kind === 'declined') return { kind: 'declined', decline: outcome.decline }
  if (outcome.kind === 'requires_action') {
    details.confirming = { payment_method: payer.method.id, name: payer.name, email: payer.email }
    return { kind: 'confirm', url: `${account.url}/c/pay/${session.id}/confirm` }
  }
  return complete(account, session, details, { ...payer, intent, paid: outcome.kind !== 'processing' })
}

function complete(
  account: Account,
  session: CheckoutSession,
  details: CheckoutDetails,
  completion: Completion,
): CheckoutResult {
  if (session.customer !== null) attach(account, completion.method, String(session.customer))
  completeCheckout(account, session, details, completion)
  return { kind: 'complete' }
}

/** The session's payment; a second try uses the first one's again, at today's amount. */
function intentOf(account: Account, session: CheckoutSession, details: CheckoutDetails): PaymentIntent {
  const existing = details.payment_intent
    ? account.state.paymentIntents.get(details.payment_intent)
    : undefined
  if (existing) {
    account.change(existing, { amount: session.amount_total ?? 0 })
    return existing
  }
  const isSubscription = session.mode === 'subscription'
  const intent = createPaymentIntent(account, {
    amount: session.amount_total ?? 0,
    currency: session.currency ?? '',
    customer: session.customer,
    description: isSubscription ? 'Subscription creation' : details.payment_intent_data.description,
    metadata: { ...details.payment_intent_data.metadata },
    setup_future_usage: isSubscription ? 'off_session' : null,
  })
  details.payment_intent = intent.id
  account.state.sessionsByIntent.set(intent.id, session.id)
  return intent
}
