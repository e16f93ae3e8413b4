import type { Account } from '../../account.ts'
import { newId } from '../../ids.ts'
import type { Charge, PaymentIntent, PaymentMethod } from '../../wire.ts'
import type { TestCard } from '../cards.ts'
import { BLOCKED_BY_RADAR, type Decline } from '../declines.ts'
import { cardOf } from '../payment-methods.ts'

/** How the customer proved who they are, as a charge tells it. */
export type ThreeDSecureResult = 'authenticated' | 'attempt_acknowledged' | 'failed' | 'processing_error'

/** What a charge is of. An intent's `amount` may be more than what is taken now. */
export interface ChargeRequest {
  intent: PaymentIntent
  method: PaymentMethod
  decline: Decline | null
  threeDSecure: ThreeDSecureResult | null
}

/** A charge that has not succeeded yet, in the account, without its event. */
export function addCharge(account: Account, request: ChargeRequest): Charge {
  const { intent, method, decline } = request
  const card = cardOf(account, method)
  const charge: Charge = {
    id: method.type === 'card' ? newId.charge() : newId.bankDebitCharge(),
    object: 'charge',
    amount: intent.amount,
    amount_captured: 0,
    amount_refunded: 0,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: null,
    billing_details: structuredClone(method.billing_details),
    calculated_statement_descriptor: intent.statement_descriptor ?? 'SANDBOX',
    captured: false,
    created: account.now,
    currency: intent.currency,
    customer: intent.customer,
    description: intent.description,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: decline?.code ?? null,
    failure_message: decline?.message ?? null,
    fraud_details: {},
    livemode: false,
    metadata: { ...intent.metadata },
    on_behalf_of: null,
    outcome: outcomeOf(card, decline),
    paid: false,
    payment_intent: intent.id,
    payment_method: method.id,
    payment_method_details: detailsOf(account, request),
    receipt_email: intent.receipt_email,
    receipt_number: null,
    receipt_url: null,
    refunded: false,
    review: null,
    shipping: intent.shipping && { ...intent.shipping },
    source: null,
    source_transfer: null,
    statement_descriptor: intent.statement_descriptor,
    statement_descriptor_suffix: intent.statement_descriptor_suffix,
    status: 'failed',
    transfer_data: null,
    transfer_group: intent.transfer_group,
  }
  return account.state.charges.add(charge)
}

const RISK_SCORES = { normal: 12, elevated: 68, highest: 92 } as const

/** docs.stripe.com/declines#identifying-the-cause: blocked by Radar, declined by the bank, or authorized. */
function outcomeOf(card: TestCard | undefined, decline: Decline | null): Charge['outcome'] {
  const risk = card?.risk ?? 'normal'
  const isBlocked = decline === BLOCKED_BY_RADAR
  const shared = {
    advice_code: null,
    network_advice_code: null,
    network_decline_code: null,
    risk_level: risk,
    risk_score: RISK_SCORES[risk],
  }
  if (decline === null) {
    return {
      ...shared,
      network_status: 'approved_by_network',
      reason: null,
      seller_message: 'Payment complete.',
      type: 'authorized',
    }
  }
  return {
    ...shared,
    network_status: isBlocked ? 'not_sent_to_network' : 'declined_by_network',
    reason: isBlocked ? 'highest_risk_level' : (decline.decline_code ?? decline.code),
    seller_message: isBlocked
      ? 'Stripe blocked this payment as too risky.'
      : 'The bank did not return any further details with this decline.',
    type: isBlocked ? 'blocked' : 'issuer_declined',
  }
}

function detailsOf(account: Account, request: ChargeRequest): Charge['payment_method_details'] {
  const { intent, method, threeDSecure } = request
  const mandate = account.state.methodBackings.get(method.id)?.mandate ?? null
  if (method.sepa_debit) {
    const { bank_code, branch_code, country, fingerprint, last4 } = method.sepa_debit
    return {
      type: 'sepa_debit',
      sepa_debit: { bank_code, branch_code, country, fingerprint, last4, mandate },
    }
  }
  if (method.us_bank_account) {
    const bank = method.us_bank_account
    return {
      type: 'us_bank_account',
      us_bank_account: {
        account_holder_type: bank.account_holder_type,
        account_type: bank.account_type,
        bank_name: bank.bank_name,
        fingerprint: bank.fingerprint,
        last4: bank.last4,
        ...(mandate === null ? {} : { mandate }),
        payment_reference: null,
        routing_number: bank.routing_number,
      },
    }
  }
  if (method.card === undefined) return { type: method.type }
  const { brand, country, exp_month, exp_year, fingerprint, funding, last4 } = method.card
  const isManual = intent.capture_method === 'manual'
  return {
    type: 'card',
    card: {
      amount_authorized: intent.amount,
      authorization_code: null,
      brand,
      ...(isManual ? { capture_before: account.now + AUTHORIZATION_SECONDS } : {}),
      checks: method.card.checks,
      country,
      electronic_commerce_indicator: null,
      exp_month,
      exp_year,
      extended_authorization: { status: 'disabled' },
      fingerprint: fingerprint ?? null,
      funding,
      incremental_authorization: { status: 'unavailable' },
      installments: null,
      last4,
      mandate: null,
      multicapture: { status: 'unavailable' },
      network: brand,
      network_token: { used: false },
      network_transaction_id: null,
      overcapture: { maximum_amount_capturable: intent.amount, status: 'unavailable' },
      regulated_status: 'unregulated',
      three_d_secure: threeDSecure && threeDSecureOf(threeDSecure),
      transaction_link_id: null,
      wallet: null,
    },
  }
}

/** How long a card keeps authorized money (docs.stripe.com/payments/place-a-hold-on-a-payment-method): 7 days. */
export const AUTHORIZATION_SECONDS = 7 * 86_400

type ChargedCard = NonNullable<NonNullable<Charge['payment_method_details']>['card']>

const RESULT_REASONS = {
  authenticated: null,
  attempt_acknowledged: 'card_not_enrolled',
  failed: 'rejected',
  processing_error: 'protocol_error',
} as const

function threeDSecureOf(result: ThreeDSecureResult): ChargedCard['three_d_secure'] {
  const isChallenge = result === 'authenticated' || result === 'failed'
  return {
    authentication_flow: isChallenge ? 'challenge' : null,
    electronic_commerce_indicator: result === 'authenticated' ? '05' : null,
    exemption_indicator: null,
    result,
    result_reason: RESULT_REASONS[result],
    transaction_id: null,
    version: '2.2.0',
  }
}
