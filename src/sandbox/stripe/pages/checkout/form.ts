import { z } from 'zod'
import type { Account } from '../../account.ts'
import { findTestCard } from '../../life/cards.ts'
import { type CheckoutForm, needsMethod, offeredMethods } from '../../life/checkout/form.ts'
import type { Answers } from '../../life/checkout/question.ts'
import { questionsOf } from '../../life/checkout/questions.ts'
import type { CheckoutSession } from '../../wire.ts'
import { spaced } from '../format.ts'
import type { CheckoutView } from './view.ts'

const field = z.string().max(500).catch('')

/** What the form of the hosted page sends. */
const submission = z.object({
  email: field,
  billingName: field,
  method: z.string().max(100).catch('card'),
  shownTotal: z.coerce.number().int().nullable().catch(null),
  cardNumber: field,
  cardExpiry: field,
  cardCvc: field,
  /** A test card that was picked: it is written into the fields, nothing is paid. */
  fill: z.string().max(40).optional(),
})

/** An empty form, with what the session knows of the customer. */
export function emptyView(account: Account, session: CheckoutSession): CheckoutView {
  const [saved] = offeredMethods(account, session)
  return {
    email: session.customer_details?.email ?? '',
    name: session.customer_details?.name ?? '',
    method: saved?.id ?? 'card',
    card: '',
    expiry: '',
    cvc: '',
    promotionCode: '',
    answers: account.state.checkoutDetails.get(session.id)?.answers ?? {},
    shownTotal: null,
    notice: null,
    errors: {},
  }
}

/** The fields as they were sent. `fill` names the test card that was picked, if one was. */
export function readView(
  session: CheckoutSession,
  given: Record<string, unknown>,
): { view: CheckoutView; fill: string | null } {
  const sent = submission.parse(given)
  const fixedEmail = session.customer === null ? null : session.customer_details?.email
  const view: CheckoutView = {
    email: fixedEmail ?? sent.email.trim(),
    name: sent.billingName.trim(),
    method: sent.method,
    card: sent.cardNumber,
    expiry: sent.cardExpiry,
    cvc: sent.cardCvc,
    promotionCode: '',
    answers: answersIn(session, given),
    shownTotal: sent.shownTotal,
    notice: null,
    errors: {},
  }
  return { view, fill: sent.fill ?? null }
}

function answersIn(session: CheckoutSession, given: Record<string, unknown>): Answers {
  return Object.fromEntries(questionsOf(session).map(({ name }) => [name, field.parse(given[name])]))
}

/** The form with a test card written into it; what else was typed stays. */
export function filledView(account: Account, view: CheckoutView, number: string): CheckoutView {
  const card = findTestCard(number)
  if (card === undefined) return view
  const year = (new Date(account.clock.nowMs).getUTCFullYear() + 3) % 100
  return {
    ...view,
    method: 'card',
    card: spaced(card.number),
    expiry: `12 / ${String(year).padStart(2, '0')}`,
    cvc: '123',
    name: view.name === '' ? 'Ada Lovelace' : view.name,
    email: view.email === '' ? 'ada@example.com' : view.email,
  }
}

/** What the browser could have checked. The rest is the bank's to say. */
export function fieldErrors(
  account: Account,
  session: CheckoutSession,
  view: CheckoutView,
): Record<string, string> {
  if (view.method !== 'card' || !needsMethod(session)) return {}
  const errors: Record<string, string> = {}
  if (view.card.trim() === '') errors.card = 'Enter a card number.'
  const expiry = /^(\d{1,2})\s*\/?\s*(\d{2})$/.exec(view.expiry.trim())
  const month = Number(expiry?.[1])
  if (!expiry || month < 1 || month > 12) errors.expiry = 'Enter month and year, such as 12 / 30.'
  // A card is good until the end of its month.
  else if (Date.UTC(2000 + Number(expiry[2]), month) <= account.clock.nowMs) {
    errors.expiry = "Your card's expiration date is in the past."
  }
  if (!/^\d{3,4}$/.test(view.cvc.trim())) errors.cvc = 'Enter the 3 or 4 digits.'
  return errors
}

/** What is handed in. */
export function formOf(view: CheckoutView): CheckoutForm {
  const { answers, email, name, shownTotal } = view
  return { answers, email, name, shownTotal, method: methodIn(view) }
}

function methodIn({ card, method }: CheckoutView): CheckoutForm['method'] {
  switch (method) {
    case 'card':
      return { type: 'card', number: card }
    case 'bank_debit':
      return { type: 'bank_debit', settles: 'succeeded' }
    case 'bank_debit_fails':
      return { type: 'bank_debit', settles: 'failed' }
    default:
      return { type: 'saved', id: method }
  }
}
