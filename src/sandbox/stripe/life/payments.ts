import type { Account } from '../account.ts'
import { newId, randomText } from '../ids.ts'
import type { Charge, PaymentIntent, PaymentMethod } from '../wire.ts'
import type { Decline } from './cards.ts'

export interface IntentRequest {
  amount: number
  currency: string
  customer: string | null
  description: string | null
  metadata: Record<string, string>
  setup_future_usage: 'off_session' | null
}

/** A payment intent that waits for its payment method, with its event. */
export function createPaymentIntent(account: Account, request: IntentRequest): PaymentIntent {
  const id = newId.paymentIntent()
  const intent: PaymentIntent = {
    id,
    object: 'payment_intent',
    allowed_payment_method_types: null,
    amount: request.amount,
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
    currency: request.currency,
    customer: request.customer,
    customer_account: null,
    description: request.description,
    excluded_payment_method_types: null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    managed_payments: null,
    metadata: request.metadata,
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_configuration_details: null,
    payment_method_options: {
      card: { installments: null, mandate_options: null, network: null, request_three_d_secure: 'automatic' },
    },
    payment_method_types: ['card', 'sepa_debit'],
    payment_record: null,
    processing: null,
    receipt_email: null,
    review: null,
    setup_future_usage: request.setup_future_usage,
    shipping: null,
    source: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: 'requires_payment_method',
    transfer_data: null,
    transfer_group: null,
  }
  account.state.paymentIntents.add(intent)
  account.emit('payment_intent.created', intent)
  return intent
}

/** The money has arrived: the charge succeeds and so does the intent. */
export function succeedPayment(account: Account, intent: PaymentIntent, method: PaymentMethod): Charge {
  const pending = intent.latest_charge === null ? undefined : account.state.charges.get(intent.latest_charge)
  const charge =
    pending?.status === 'pending'
      ? pending
      : account.state.charges.add(newCharge(account, intent, method, null))
  account.change(charge, {
    status: 'succeeded',
    paid: true,
    captured: true,
    amount_captured: charge.amount,
    customer: intent.customer,
    receipt_url: `${account.url}/receipts/${charge.id}`,
  })
  account.emit('charge.succeeded', charge)
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
  return charge
}

/** A bank debit has been handed in: the outcome comes later. */
export function beginBankDebit(account: Account, intent: PaymentIntent, method: PaymentMethod): Charge {
  const charge = account.state.charges.add(newCharge(account, intent, method, null))
  charge.status = 'pending'
  account.emit('charge.pending', charge)
  account.change(intent, {
    status: 'processing',
    latest_charge: charge.id,
    payment_method: method.id,
    last_payment_error: null,
  })
  account.emit('payment_intent.processing', intent)
  return charge
}

/** The payment was refused: a failed charge, and the intent waits for another payment method. */
export function failPayment(
  account: Account,
  intent: PaymentIntent,
  method: PaymentMethod,
  decline: Decline,
): void {
  const pending = intent.latest_charge === null ? undefined : account.state.charges.get(intent.latest_charge)
  const charge =
    pending?.status === 'pending'
      ? pending
      : account.state.charges.add(newCharge(account, intent, method, decline))
  account.change(charge, { status: 'failed', failure_code: decline.code, failure_message: decline.message })
  account.emit('charge.failed', charge)
  account.change(intent, {
    status: 'requires_payment_method',
    latest_charge: charge.id,
    payment_method: null,
    next_action: null,
    processing: null,
    last_payment_error: {
      type: 'card_error',
      code: decline.code,
      ...(decline.decline_code === null ? {} : { decline_code: decline.decline_code }),
      charge: charge.id,
      message: decline.message,
      doc_url: `https://stripe.com/docs/error-codes/${decline.code.replaceAll('_', '-')}`,
      payment_method: structuredClone(method),
    } as PaymentIntent['last_payment_error'],
  })
  account.emit('payment_intent.payment_failed', intent)
}

/** The bank asks the customer, on the page at `url`. */
export function askConfirmation(account: Account, intent: PaymentIntent, url: string): void {
  account.change(intent, {
    status: 'requires_action',
    next_action: { type: 'redirect_to_url', redirect_to_url: { url, return_url: null } },
  })
  account.emit('payment_intent.requires_action', intent)
}

function newCharge(
  account: Account,
  intent: PaymentIntent,
  method: PaymentMethod,
  decline: Decline | null,
): Charge {
  return {
    id: method.type === 'card' ? newId.charge() : newId.bankDebitCharge(),
    object: 'charge',
    amount: intent.amount,
    amount_captured: 0,
    amount_refunded: 0,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: null,
    billing_details: { ...method.billing_details },
    calculated_statement_descriptor: 'SANDBOX',
    captured: false,
    created: account.now,
    currency: intent.currency,
    customer: intent.customer,
    description: intent.description,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: null,
    failure_message: null,
    fraud_details: {},
    livemode: false,
    metadata: { ...intent.metadata },
    on_behalf_of: null,
    outcome: outcomeOf(decline),
    paid: false,
    payment_intent: intent.id,
    payment_method: method.id,
    payment_method_details: chargedWith(method),
    receipt_email: null,
    receipt_number: null,
    receipt_url: null,
    refunded: false,
    review: null,
    shipping: null,
    source: null,
    source_transfer: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: 'failed',
    transfer_data: null,
    transfer_group: null,
  }
}

function outcomeOf(decline: Decline | null): Charge['outcome'] {
  return {
    advice_code: null,
    network_advice_code: null,
    network_decline_code: null,
    network_status: decline ? 'declined_by_network' : 'approved_by_network',
    reason: decline?.decline_code ?? decline?.code ?? null,
    risk_level: 'normal',
    risk_score: 12,
    seller_message: decline
      ? 'The bank did not return any further details with this decline.'
      : 'Payment complete.',
    type: decline ? 'issuer_declined' : 'authorized',
  }
}

function chargedWith(method: PaymentMethod): Charge['payment_method_details'] {
  if (method.card === undefined) {
    return {
      type: method.type,
      sepa_debit: { ...method.sepa_debit, mandate: null },
    } as Charge['payment_method_details']
  }
  const { brand, country, exp_month, exp_year, fingerprint, funding, last4 } = method.card
  return {
    type: 'card',
    card: {
      amount_authorized: null,
      authorization_code: null,
      brand,
      checks: method.card.checks,
      country,
      electronic_commerce_indicator: null,
      exp_month,
      exp_year,
      fingerprint: fingerprint ?? null,
      funding,
      installments: null,
      last4,
      mandate: null,
      network: brand,
      network_token: { used: false },
      network_transaction_id: null,
      regulated_status: 'unregulated',
      three_d_secure: null,
      transaction_link_id: null,
      wallet: null,
    },
  }
}
