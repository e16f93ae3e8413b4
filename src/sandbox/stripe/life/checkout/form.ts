import type { Account } from '../../account.ts'
import type { CheckoutSession, PaymentMethod } from '../../wire.ts'
import { findTestCard, type TestCard } from '../cards.ts'
import { findTestAccount } from '../money/bank-accounts.ts'
import { createBankDebit, createCard } from '../payment-methods.ts'
import { billingAddressIn, textIn } from './answers.ts'
import type { CheckoutDetails } from './details.ts'
import { redisplayOf } from './kept.ts'
import type { Answers } from './question.ts'
import { problemIn } from './questions.ts'

/** What a customer pays with on the hosted page. */
export type FormMethod =
  | { type: 'card'; number: string }
  /** Settles later. */
  | { type: 'bank_debit'; settles: 'succeeded' | 'failed' }
  /** One that the customer has. */
  | { type: 'saved'; id: string }

/** What a customer hands in on the hosted page. */
export interface CheckoutForm {
  email: string
  name: string
  method: FormMethod
  /** What else the page asks. */
  answers: Answers
  /** The total that the customer saw, in the minor unit; null pays whatever it has become. */
  shownTotal: number | null
}

/** What is wrong with the form, or null. */
export function checkForm(
  account: Account,
  session: CheckoutSession,
  form: CheckoutForm,
): { field: string; message: string } | null {
  if (!/^[^\s@]+@[^\s@]+$/.test(form.email)) {
    return { field: 'email', message: 'Enter an e-mail address, such as ada@example.com.' }
  }
  const problem = problemIn(session, form.answers)
  if (problem || !needsMethod(session)) return problem
  return checkMethod(account, session, form)
}

function checkMethod(account: Account, session: CheckoutSession, { method, name }: CheckoutForm) {
  if (method.type === 'saved') {
    const isOffered = offeredMethods(account, session).some(({ id }) => id === method.id)
    return isOffered ? null : { field: 'card', message: 'This payment method is not available any more.' }
  }
  if (name.trim() === '') return { field: 'name', message: 'Enter the name on the card.' }
  if (method.type === 'bank_debit') {
    return debitType(session) === null ? { field: 'card', message: 'Bank debits are not taken here.' } : null
  }
  const card = findTestCard(method.number)
  if (card === undefined) {
    return { field: 'card', message: 'Only the test cards listed here work in the sandbox.' }
  }
  if (!session.payment_method_types.includes('card')) {
    return { field: 'card', message: 'Cards are not taken here.' }
  }
  return isBlocked(session, card)
    ? { field: 'card', message: 'Cards of this kind are not taken here.' }
    : null
}

/** Kinds of cards that the session does not take (docs.stripe.com/payments/checkout/restrict-card-brands). */
function isBlocked(session: CheckoutSession, card: TestCard): boolean {
  const restrictions = session.payment_method_options?.card?.restrictions
  return (
    restrictions?.brands_blocked?.includes(BLOCKED_AS[card.brand]) === true ||
    restrictions?.funding_types_blocked?.includes(card.funding) === true
  )
}

const BLOCKED_AS = {
  amex: 'american_express',
  diners: 'discover_global_network',
  discover: 'discover_global_network',
  jcb: 'discover_global_network',
  mastercard: 'mastercard',
  unionpay: 'discover_global_network',
  visa: 'visa',
} as const

/** The customer's methods that the page offers again, newest first (docs.stripe.com/payments/existing-customers). */
export function offeredMethods(account: Account, session: CheckoutSession): PaymentMethod[] {
  const shown = session.saved_payment_method_options?.allow_redisplay_filters ?? ['always']
  if (session.customer === null || session.mode === 'setup') return []
  return account.state.paymentMethods
    .newestFirst()
    .filter(
      (method) =>
        method.customer === session.customer &&
        session.payment_method_types.includes(method.type) &&
        shown.includes(method.allow_redisplay ?? 'unspecified'),
    )
}

/** Whether a payment is due before the session completes. */
export function needsPayment(session: CheckoutSession): boolean {
  return (session.amount_total ?? 0) > 0
}

/** Whether the customer has to say how they pay: not where nothing is due and the session asks only if it is. */
export function needsMethod(session: CheckoutSession): boolean {
  return needsPayment(session) || session.mode === 'setup' || session.payment_method_collection === 'always'
}

/** The bank debit that the session takes, or null. */
export function debitType(session: CheckoutSession): 'sepa_debit' | 'us_bank_account' | null {
  const types = session.payment_method_types
  if (types.includes('sepa_debit')) return 'sepa_debit'
  return types.includes('us_bank_account') ? 'us_bank_account' : null
}

const DEBITED_ACCOUNTS = {
  sepa_debit: { succeeded: 'DE89370400440532013000', failed: 'DE62370400440532013001' },
  us_bank_account: { succeeded: '000123456789', failed: '000222222227' },
} as const

/** The payment method of what was filled in; a saved one is there already. */
export function methodOf(
  account: Account,
  session: CheckoutSession,
  details: CheckoutDetails,
  form: CheckoutForm,
): PaymentMethod | null {
  const { email, method, name } = form
  if (method.type === 'saved') return account.state.paymentMethods.get(method.id) ?? null
  const address = billingAddressIn(details.answers)
  const fields = {
    billing_details: { email, name, phone: textIn(details.answers, 'phone'), ...(address && { address }) },
    allow_redisplay: redisplayOf(session, details),
  }
  if (method.type === 'card') {
    const card = findTestCard(method.number)
    return card ? createCard(account, card, fields) : null
  }
  const type = debitType(session)
  const bank = type && findTestAccount(type, DEBITED_ACCOUNTS[type][method.settles])
  return bank ? createBankDebit(account, bank, fields) : null
}
