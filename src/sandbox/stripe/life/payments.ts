import { type Account, NO_REQUEST } from '../account.ts'
import { newId, randomText } from '../ids.ts'
import type { Charge, PaymentIntent, PaymentMethod } from '../wire.ts'
import type { Decline } from './declines.ts'
import { feeOf, recordTransaction } from './money/balance.ts'
import { BANK_DEBIT_SECONDS } from './money/bank-accounts.ts'
import { docUrl } from './money/card-error.ts'
import { releaseCash } from './money/cash-balance.ts'
import { AUTHORIZATION_SECONDS, addCharge, type ThreeDSecureResult } from './money/charges.ts'
import { openDisputes } from './money/disputes.ts'
import { warnOfFraud } from './money/early-fraud-warnings.ts'
import { bankAccountOf, cardOf } from './payment-methods.ts'

type IntentFields = Pick<PaymentIntent, 'amount' | 'currency' | 'customer' | 'description' | 'metadata'>

/** What an intent is made with; what is left out is as Stripe has it by default. */
export type IntentRequest = IntentFields & Partial<PaymentIntent>

/** A payment intent that waits for its payment method, with its event. */
export function createPaymentIntent(account: Account, request: IntentRequest): PaymentIntent {
  const id = newId.paymentIntent()
  const intent: PaymentIntent = {
    id,
    object: 'payment_intent',
    allowed_payment_method_types: null,
    amount_capturable: 0,
    amount_details: { tip: {} },
    amount_received: 0,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: null,
    canceled_at: null,
    cancellation_reason: null,
    capture_method: 'automatic_async',
    client_secret: `${id}_secret_${randomText(25)}`,
    confirmation_method: 'automatic',
    created: account.now,
    customer_account: null,
    excluded_payment_method_types: null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    managed_payments: null,
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_configuration_details: null,
    payment_method_options: {
      card: { installments: null, mandate_options: null, network: null, request_three_d_secure: 'automatic' },
    },
    payment_method_types: ['card', 'sepa_debit', 'us_bank_account'],
    payment_record: null,
    processing: null,
    receipt_email: null,
    review: null,
    setup_future_usage: null,
    shipping: null,
    source: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: 'requires_payment_method',
    transfer_data: null,
    transfer_group: null,
    ...request,
  }
  account.state.paymentIntents.add(intent)
  account.state.intentDetails.set(id, {
    return_url: null,
    is_off_session: false,
    authenticated_method: null,
  })
  account.emit('payment_intent.created', intent)
  return intent
}

/** The money has arrived: the charge succeeds and so does the intent. What the card does afterwards follows. */
export function succeedPayment(
  account: Account,
  intent: PaymentIntent,
  method: PaymentMethod,
  threeDSecure: ThreeDSecureResult | null = null,
): Charge {
  const charge =
    pendingCharge(account, intent) ?? addCharge(account, { intent, method, decline: null, threeDSecure })
  account.change(charge, { status: 'succeeded', paid: true, customer: intent.customer })
  const isAsync = intent.capture_method === 'automatic_async'
  capture(account, charge, charge.amount)
  if (!isAsync) settle(account, charge, method)
  account.emit('charge.succeeded', charge)
  openDisputes(account, charge, cardOf(account, method))
  account.change(intent, {
    status: 'succeeded',
    amount_received: intent.amount,
    latest_charge: charge.id,
    payment_method: method.id,
    last_payment_error: null,
    next_action: null,
    processing: null,
  })
  account.emit('payment_intent.succeeded', intent)
  // Under automatic_async the balance transaction comes later: docs.stripe.com/payments/payment-intents/asynchronous-capture.
  if (isAsync) {
    account.as(NO_REQUEST, () => {
      const before = { balance_transaction: charge.balance_transaction, receipt_url: charge.receipt_url }
      settle(account, charge, method)
      account.emit('charge.updated', charge, before)
    })
  }
  warnOfFraud(account, charge, cardOf(account, method))
  return charge
}

/** The bank keeps the money for us; it is taken when it is captured, within a week. */
export function authorizePayment(
  account: Account,
  intent: PaymentIntent,
  method: PaymentMethod,
  threeDSecure: ThreeDSecureResult | null,
): Charge {
  const charge = addCharge(account, { intent, method, decline: null, threeDSecure })
  account.change(charge, { status: 'succeeded', paid: true })
  account.emit('charge.succeeded', charge)
  account.change(intent, {
    status: 'requires_capture',
    amount_capturable: intent.amount,
    latest_charge: charge.id,
    payment_method: method.id,
    last_payment_error: null,
    next_action: null,
  })
  account.emit('payment_intent.amount_capturable_updated', intent)
  account.scheduler.plan(
    'payment_intent.expire_authorization',
    intent.id,
    account.now + AUTHORIZATION_SECONDS,
  )
  return charge
}

/** Takes `amount` of what was authorized; the rest is let go (docs.stripe.com/api/payment_intents/capture). */
export function capturePayment(
  account: Account,
  intent: PaymentIntent,
  charge: Charge,
  amount: number,
): void {
  const method = account.state.paymentMethods.get(intent.payment_method ?? '')
  account.scheduler.cancel('payment_intent.expire_authorization', intent.id)
  capture(account, charge, amount)
  const released = charge.amount - amount
  if (method) settle(account, charge, method)
  account.change(charge, { amount_refunded: released, refunded: false })
  account.emit('charge.captured', charge)
  openDisputes(account, charge, method && cardOf(account, method))
  account.change(intent, { status: 'succeeded', amount_capturable: 0, amount_received: amount })
  account.emit('payment_intent.succeeded', intent)
  warnOfFraud(account, charge, method && cardOf(account, method))
}

/** The bank keeps more money for us, `amount` in all (docs.stripe.com/payments/incremental-authorization). */
export function increaseAuthorization(
  account: Account,
  intent: PaymentIntent,
  charge: Charge,
  amount: number,
): void {
  account.change(charge, { amount }, 'charge.updated')
  account.change(intent, { amount, amount_capturable: amount })
  account.emit('payment_intent.amount_capturable_updated', intent)
}

/** A bank debit has been handed in: the outcome comes later. */
export function beginBankDebit(account: Account, intent: PaymentIntent, method: PaymentMethod): Charge {
  const charge = addCharge(account, { intent, method, decline: null, threeDSecure: null })
  account.change(charge, { status: 'pending', captured: true, outcome: null })
  account.emit('charge.pending', charge)
  account.change(intent, {
    status: 'processing',
    latest_charge: charge.id,
    payment_method: method.id,
    last_payment_error: null,
    next_action: null,
  })
  account.emit('payment_intent.processing', intent)
  const settlesAfter = bankAccountOf(account, method)?.settlesAfter ?? BANK_DEBIT_SECONDS
  account.scheduler.plan('payment_intent.settle', intent.id, account.now + settlesAfter)
  return charge
}

/** The payment was refused: a failed charge, and the intent waits for another payment method. */
export function failPayment(
  account: Account,
  intent: PaymentIntent,
  method: PaymentMethod,
  decline: Decline,
  threeDSecure: ThreeDSecureResult | null = null,
): void {
  const charge =
    pendingCharge(account, intent) ?? addCharge(account, { intent, method, decline, threeDSecure })
  account.change(charge, { status: 'failed', failure_code: decline.code, failure_message: decline.message })
  account.emit('charge.failed', charge)
  refusePayment(account, intent, method, decline, charge)
}

/** The payment came to nothing before the bank was asked for money: no charge, unless one is given. */
export function refusePayment(
  account: Account,
  intent: PaymentIntent,
  method: PaymentMethod,
  decline: Decline,
  charge: Charge | null = null,
): void {
  account.change(intent, {
    status: 'requires_payment_method',
    latest_charge: charge?.id ?? intent.latest_charge,
    payment_method: null,
    next_action: null,
    processing: null,
    last_payment_error: {
      type: method.type === 'card' && charge !== null ? 'card_error' : 'invalid_request_error',
      code: decline.code,
      ...(decline.decline_code === null ? {} : { decline_code: decline.decline_code }),
      ...(charge === null ? {} : { charge: charge.id }),
      message: decline.message,
      doc_url: docUrl(decline.code),
      payment_method: structuredClone(method),
    } as PaymentIntent['last_payment_error'],
  })
  account.emit('payment_intent.payment_failed', intent)
}

/** Gives the payment up: what was authorized is let go (docs.stripe.com/api/payment_intents/cancel). */
export function cancelPayment(
  account: Account,
  intent: PaymentIntent,
  reason: PaymentIntent['cancellation_reason'],
): void {
  account.scheduler.cancel('payment_intent.expire_authorization', intent.id)
  account.scheduler.cancel('payment_intent.settle', intent.id)
  releaseCash(account, intent)
  const charge = account.state.charges.get(intent.latest_charge ?? '')
  if (intent.status === 'requires_capture' && charge) {
    account.change(charge, { amount_refunded: charge.amount, refunded: true })
    account.emit(reason === 'automatic' ? 'charge.expired' : 'charge.refunded', charge)
  }
  account.change(intent, {
    status: 'canceled',
    amount_capturable: 0,
    canceled_at: account.now,
    cancellation_reason: reason,
    next_action: null,
  })
  account.emit('payment_intent.canceled', intent)
}

function pendingCharge(account: Account, intent: PaymentIntent): Charge | undefined {
  const charge = account.state.charges.get(intent.latest_charge ?? '')
  return charge?.status === 'pending' ? charge : undefined
}

function capture(account: Account, charge: Charge, amount: number): void {
  account.change(charge, { captured: true, amount_captured: amount })
}

/** Books the money: a balance transaction, and a receipt. */
function settle(account: Account, charge: Charge, method: PaymentMethod): void {
  const bypassesPending = cardOf(account, method)?.bypassesPending === true
  const transaction = recordTransaction(account, {
    type: method.type === 'card' ? 'charge' : 'payment',
    reporting_category: 'charge',
    amount: charge.amount_captured,
    currency: charge.currency,
    fee: feeOf(charge.amount_captured),
    source: charge.id,
    description: charge.description,
    isAvailable: bypassesPending,
  })
  account.change(charge, {
    balance_transaction: transaction.id,
    receipt_url: `${account.url}/receipts/${charge.id}`,
  })
}
