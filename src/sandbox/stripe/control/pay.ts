import { z } from 'zod'
import type { Account } from '../account.ts'
import type { SandboxCore } from '../core.ts'
import { StripeError } from '../errors.ts'
import { findTestCard } from '../life/cards.ts'
import type { CheckoutForm } from '../life/checkout/form.ts'
import { type CheckoutResult, confirmCheckout, payCheckout } from '../life/checkout/pay.ts'
import { assumedAnswers } from '../life/checkout/questions.ts'
import { successUrl } from '../life/checkout/success-url.ts'
import { attach, createCard } from '../life/payment-methods.ts'
import type { CheckoutSession } from '../wire.ts'

/** How a payment is to end. Each is what a customer can bring about on the hosted page, and in the portal. */
const OUTCOMES = {
  paid: { card: '4242424242424242' },
  declined: { card: '4000000000000002' },
  insufficient_funds: { card: '4000000000009995' },
  authentication_failed: { card: '4000002500003155' },
  /** Pays, then puts a card in its place that can be saved and declines every payment. */
  renewals_fail: { card: '4242424242424242', laterCard: '4000000000000341' },
  bank_debit_succeeds: { bankDebit: 'succeeded' },
  bank_debit_fails: { bankDebit: 'failed' },
} as const

export const payRequestSchema = z.strictObject({
  /** A test card's number; default 4242 4242 4242 4242. One that asks to confirm is confirmed. */
  card: z.string().min(1).max(40).optional(),
  outcome: z.enum(Object.keys(OUTCOMES) as [keyof typeof OUTCOMES]).optional(),
  email: z.string().max(512).optional(),
  name: z.string().max(256).optional(),
  /** What else the page asks, by the names of its fields; what is left out is made up. */
  fields: z.record(z.string().max(250), z.string().max(500)).optional(),
})

export type PayRequest = z.infer<typeof payRequestSchema>

/** Where the customer is sent after a payment, and the session as it is then. */
export interface PaidSession {
  session: CheckoutSession
  redirect_url: string
}

/**
 * Pays a session as the form of the hosted page does.
 * @throws StripeError 404 for an unknown session, 402 with the decline, 400 where the session is closed.
 */
export function paySession(core: SandboxCore, id: string, request: PayRequest): PaidSession {
  const { account } = core
  const session = account.need(account.state.checkoutSessions, id)
  const first = payCheckout(account, session, formOf(session, request))
  const result =
    first.kind === 'confirm'
      ? confirmCheckout(account, session, request.outcome !== 'authentication_failed')
      : first
  if (request.outcome === 'renewals_fail') changeCard(account, session, OUTCOMES.renewals_fail.laterCard)
  core.time.arm()
  if (result.kind === 'complete') return { session, redirect_url: successUrl(session) }
  throw refusalOf(session, result)
}

/** The same for HTTP. */
export function payProgrammatically(
  core: SandboxCore,
  id: string,
  request: PayRequest,
): { status: number; body: object } {
  return { status: 200, body: paySession(core, id, request) }
}

function changeCard(account: Account, session: CheckoutSession, number: string): void {
  const subscription = account.state.subscriptions.get(session.subscription ?? '')
  const card = findTestCard(number)
  if (subscription === undefined || card === undefined) return
  const method = createCard(account, card)
  attach(account, method, String(subscription.customer))
  account.change(subscription, { default_payment_method: method.id }, 'customer.subscription.updated')
}

function formOf(session: CheckoutSession, request: PayRequest): CheckoutForm {
  const outcome: { card?: string; bankDebit?: 'succeeded' | 'failed' } = OUTCOMES[request.outcome ?? 'paid']
  return {
    email: request.email ?? session.customer_details?.email ?? 'customer@example.com',
    name: request.name ?? session.customer_details?.name ?? 'Test Customer',
    method:
      outcome.bankDebit === undefined
        ? { type: 'card', number: request.card ?? outcome.card ?? '' }
        : { type: 'bank_debit', settles: outcome.bankDebit },
    answers: assumedAnswers(session, request.fields),
    shownTotal: null,
  }
}

function refusalOf(session: CheckoutSession, result: CheckoutResult): StripeError {
  if (result.kind === 'declined') {
    const { code, decline_code: declineCode, message } = result.decline
    return new StripeError({
      status: 402,
      type: 'card_error',
      code,
      message,
      ...(declineCode === null ? {} : { decline_code: declineCode }),
    })
  }
  const message =
    result.kind === 'invalid'
      ? result.message
      : `This session is ${session.status}: it cannot be paid any more.`
  return new StripeError({ status: 400, type: 'invalid_request_error', message })
}
