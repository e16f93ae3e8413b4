import type { Account } from '../account.ts'
import { shippingOf } from '../address.ts'
import { endpoint } from '../endpoint.ts'
import { refused, StripeError } from '../errors.ts'
import { cardError } from '../life/money/card-error.ts'
import { confirmPayment, finishDeposits } from '../life/money/confirmation.ts'
import { acceptMandate, needMandate } from '../life/money/mandates.ts'
import { checkDeposits } from '../life/money/microdeposits.ts'
import { createMethod } from '../life/money/new-method.ts'
import { followPayment } from '../life/money/purpose.ts'
import { methodFor } from '../life/payment-methods.ts'
import { hash, integer, list as listOf, oneOf, type Params, text } from '../params.ts'
import type { PaymentIntent, PaymentMethod } from '../wire.ts'
import { takeToken, withToken } from './confirmation-token-use.ts'
import { paymentDetailShape, setPaymentDetails } from './payment-detail-params.ts'
import { confirmable, writable } from './payment-intent-params.ts'
import { newMethodOf } from './payment-methods.ts'

const confirmShape = {
  ...confirmable,
  amount_to_confirm: integer(1),
  capture_method: oneOf('automatic', 'automatic_async', 'manual'),
  payment_method: text(),
  payment_method_data: writable.payment_method_data,
  payment_method_options: writable.payment_method_options,
  payment_method_types: writable.payment_method_types,
  allowed_payment_method_types: writable.allowed_payment_method_types,
  excluded_payment_method_types: writable.excluded_payment_method_types,
  receipt_email: writable.receipt_email,
  setup_future_usage: writable.setup_future_usage,
  shipping: writable.shipping,
  ...paymentDetailShape,
} as const

export type ConfirmParams = Params<typeof confirmable>

/** `POST /v1/payment_intents/:id/confirm` */
export const confirm = endpoint(hash(confirmShape), (account, given, id) => {
  const params = withToken(account, given)
  const intent = account.need(account.state.paymentIntents, id)
  checkOwn(account, intent)
  if (!CONFIRMABLE.includes(intent.status)) throw unexpectedState(intent, 'confirm')
  if (params.amount_to_confirm !== undefined && params.amount_to_confirm !== intent.amount) {
    throw refused(
      `The amount to confirm is not the PaymentIntent's (${intent.amount}).`,
      'amount_to_confirm',
      'payment_intent_invalid_parameter',
    )
  }
  const method = methodOf(account, params) ?? account.state.paymentMethods.get(intent.payment_method ?? '')
  if (method === undefined) {
    throw refused(
      'You cannot confirm this PaymentIntent because it has no payment method. Give one, or update it first.',
      'payment_method',
      'payment_intent_unexpected_state',
    )
  }
  if (intent.automatic_payment_methods?.allow_redirects === 'always' && params.return_url === undefined) {
    throw refused(
      'Payment methods that redirect the customer may be used: give a `return_url`.',
      'return_url',
      'payment_intent_invalid_parameter',
    )
  }
  const cardOptions = params.payment_method_options?.card
  account.change(intent, {
    ...(params.capture_method && { capture_method: params.capture_method }),
    ...(params.receipt_email !== undefined && { receipt_email: params.receipt_email }),
    ...(params.setup_future_usage !== undefined && { setup_future_usage: params.setup_future_usage }),
    ...(params.shipping !== undefined && { shipping: params.shipping && shippingOf(params.shipping) }),
    ...(cardOptions?.request_three_d_secure && {
      payment_method_options: {
        ...intent.payment_method_options,
        card: {
          installments: null,
          mandate_options: null,
          network: null,
          ...intent.payment_method_options?.card,
          request_three_d_secure: cardOptions.request_three_d_secure,
        },
      },
    }),
  })
  setPaymentDetails(account, intent, params)
  takeToken(account, given.confirmation_token, intent)
  confirmIntent(account, intent, method, params)
  return intent
})

/** What somebody reads on the statement of an account that is theirs. */
export const depositsShape = { amounts: listOf(integer(1, 99), 2), descriptor_code: text(6) } as const

/** `POST /v1/payment_intents/:id/verify_microdeposits` */
export const verifyMicrodeposits = endpoint(hash(depositsShape), (account, params, id) => {
  const intent = account.need(account.state.paymentIntents, id)
  if (intent.next_action?.type !== 'verify_with_microdeposits') {
    throw unexpectedState(intent, 'verify the microdeposits of')
  }
  checkDeposits(account, intent, params)
  finishDeposits(account, intent)
  return intent
})

const CONFIRMABLE: readonly string[] = ['requires_payment_method', 'requires_confirmation', 'requires_action']

/** The method that a request names or describes, or null. */
export function methodOf(
  account: Account,
  params: {
    payment_method?: string
    payment_method_data?: Params<{ data: typeof writable.payment_method_data }>['data']
  },
): PaymentMethod | null {
  const data = params.payment_method_data
  if (params.payment_method !== undefined) return methodFor(account, params.payment_method, 'payment_method')
  if (data === undefined) return null
  return createMethod(account, newMethodOf(data), 'payment_method_data')
}

/**
 * Confirms, and lets what the payment is for follow.
 * @throws StripeError 402 with the intent and the method in it where the payment is declined.
 */
export function confirmIntent(
  account: Account,
  intent: PaymentIntent,
  method: PaymentMethod,
  params: ConfirmParams,
): void {
  if (params.mandate_data) acceptMandate(account, method, params.mandate_data.customer_acceptance)
  needMandate(account, method)
  const outcome = confirmPayment(account, intent, {
    method,
    isOffSession: params.off_session ?? false,
    returnUrl: params.return_url ?? null,
    refusesAction: params.error_on_requires_action ?? false,
  })
  if (outcome.kind === 'succeeded') followPayment(account, intent)
  if (outcome.kind !== 'declined') return
  throw new StripeError({
    ...cardError(outcome.decline),
    ...(intent.latest_charge === null ? {} : { charge: intent.latest_charge }),
    payment_intent: structuredClone(intent),
    payment_method: structuredClone(method),
  })
}

/** @throws StripeError 400 for the payment of a checkout session, which the hosted page alone confirms. */
export function checkOwn(account: Account, intent: PaymentIntent): void {
  if (!account.state.sessionsByIntent.has(intent.id)) return
  throw refused(
    'This PaymentIntent belongs to a Checkout Session. It is paid on the page of the session; expire that to cancel it.',
    undefined,
    'payment_intent_unexpected_state',
  )
}

/** What is wrong with an intent in this status (docs.stripe.com/error-codes#payment-intent-unexpected-state). */
export function unexpectedState(intent: PaymentIntent, action: string): StripeError {
  return new StripeError({
    status: 400,
    type: 'invalid_request_error',
    code: 'payment_intent_unexpected_state',
    message: `You cannot ${action} this PaymentIntent because it has a status of ${intent.status}.`,
    payment_intent: structuredClone(intent),
  })
}
