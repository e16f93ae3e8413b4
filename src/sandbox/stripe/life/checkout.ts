import type { Account } from '../account.ts'
import { newId } from '../ids.ts'
import type { CheckoutDetails } from '../state.ts'
import type { CheckoutSession, PaymentIntent, PaymentMethod } from '../wire.ts'
import { AUTHENTICATION_FAILED, type Decline, findTestCard, type TestCard } from './cards.ts'
import { completeCheckout } from './checkout-completion.ts'
import { attach, createBankDebit, createCard } from './payment-methods.ts'
import {
  askConfirmation,
  beginBankDebit,
  createPaymentIntent,
  failPayment,
  succeedPayment,
} from './payments.ts'

/** What a customer hands in on the hosted page. */
export interface CheckoutForm {
  email: string
  name: string
  method:
    | { type: 'card'; number: string }
    /** Settles a day later. */
    | { type: 'bank_debit'; settles: 'succeeded' | 'failed' }
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
  // The hosted page is a client of its own: its calls have a request id and a key that is not the merchant's.
  return account.as({ id: newId.request(), idempotency_key: crypto.randomUUID() }, () =>
    form.method.type === 'card'
      ? payByCard(account, session, details, form, form.method.number)
      : payByBankDebit(account, session, details, form, form.method.settles),
  )
}

/** The customer answered the bank's question. */
export function confirmCheckout(
  account: Account,
  session: CheckoutSession,
  approved: boolean,
): CheckoutResult {
  const details = account.state.checkoutDetails.get(session.id)
  const waiting = details?.confirming
  const card = waiting ? findTestCard(waiting.number) : undefined
  if (session.status !== 'open' || !details || !waiting || !card) return { kind: 'closed' }
  details.confirming = null
  return account.as({ id: newId.request(), idempotency_key: crypto.randomUUID() }, () =>
    approved
      ? succeed(account, session, details, waiting, createCard(account, card, waiting))
      : decline(account, session, details, waiting, card, AUTHENTICATION_FAILED),
  )
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

function payByCard(
  account: Account,
  session: CheckoutSession,
  details: CheckoutDetails,
  form: CheckoutForm,
  number: string,
): CheckoutResult {
  const card = findTestCard(number)
  if (card === undefined) return { kind: 'closed' }
  if (card.decline) return decline(account, session, details, form, card, card.decline)
  if (!card.confirmation) return succeed(account, session, details, form, createCard(account, card, form))
  const url = `${account.url}/c/pay/${session.id}/confirm`
  details.confirming = { number: card.number, name: form.name, email: form.email }
  if (needsPayment(session)) askConfirmation(account, intentOf(account, session, details), url)
  return { kind: 'confirm', url }
}

function payByBankDebit(
  account: Account,
  session: CheckoutSession,
  details: CheckoutDetails,
  form: CheckoutForm,
  settles: 'succeeded' | 'failed',
): CheckoutResult {
  const method = createBankDebit(account, form)
  if (!needsPayment(session)) return succeed(account, session, details, form, method)
  const intent = intentOf(account, session, details)
  beginBankDebit(account, intent, method)
  details.settles = settles
  completeCheckout(account, session, details, { ...form, method, intent, paid: false })
  return { kind: 'complete' }
}

function succeed(
  account: Account,
  session: CheckoutSession,
  details: CheckoutDetails,
  holder: { email: string; name: string },
  method: PaymentMethod,
): CheckoutResult {
  const intent = needsPayment(session) ? intentOf(account, session, details) : null
  if (intent) succeedPayment(account, intent, method)
  if (session.customer !== null) attach(account, method, String(session.customer))
  completeCheckout(account, session, details, { ...holder, method, intent, paid: true })
  return { kind: 'complete' }
}

function decline(
  account: Account,
  session: CheckoutSession,
  details: CheckoutDetails,
  holder: { email: string; name: string },
  card: TestCard,
  reason: Decline,
): CheckoutResult {
  if (needsPayment(session)) {
    failPayment(account, intentOf(account, session, details), createCard(account, card, holder), reason)
  }
  return { kind: 'declined', decline: reason }
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
  return intent
}
