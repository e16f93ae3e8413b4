import type { Account } from '../../account.ts'
import { refused } from '../../errors.ts'
import { newId, randomText } from '../../ids.ts'
import type { PaymentMethod, SetupAttempt, SetupIntent } from '../../wire.ts'
import {
  AUTHENTICATION_REQUIRED,
  type Decline,
  GENERIC_DECLINE,
  SETUP_AUTHENTICATION_FAILED,
} from '../declines.ts'
import { attach, cardOf, checkUsable } from '../payment-methods.ts'
import { followSetup } from '../subscriptions/saved-method.ts'
import { authenticationOf } from './authentication.ts'
import { docUrl } from './card-error.ts'
import { askingAction } from './confirmation.ts'
import { askForDeposits, needsDeposits } from './microdeposits.ts'

/** A setup intent that waits for its payment method, with its event. */
export function createSetupIntent(account: Account, request: Partial<SetupIntent> = {}): SetupIntent {
  const id = newId.setupIntent()
  const intent: SetupIntent = {
    id,
    object: 'setup_intent',
    allowed_payment_method_types: null,
    application: null,
    automatic_payment_methods: null,
    cancellation_reason: null,
    client_secret: `${id}_secret_${randomText(25)}`,
    created: account.now,
    customer: null,
    customer_account: null,
    description: null,
    excluded_payment_method_types: null,
    flow_directions: null,
    last_setup_error: null,
    latest_attempt: null,
    livemode: false,
    managed_payments: null,
    mandate: null,
    metadata: {},
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_configuration_details: null,
    payment_method_options: {
      card: { mandate_options: null, network: null, request_three_d_secure: 'automatic' },
    },
    payment_method_types: ['card', 'sepa_debit', 'us_bank_account'],
    single_use_mandate: null,
    status: 'requires_payment_method',
    usage: 'off_session',
    ...request,
  }
  account.state.setupIntents.add(intent)
  account.emit('setup_intent.created', intent)
  return intent
}

export interface SetupRequest {
  method: PaymentMethod
  /** Where the customer comes back to after the bank's page; null where it is shown in a frame. */
  returnUrl: string | null
  /** Declines in place of asking. */
  refusesAction: boolean
}

export type SetupOutcome =
  | { kind: 'succeeded' }
  | { kind: 'requires_action' }
  | { kind: 'declined'; decline: Decline }

/**
 * Saves a method for later: asks the customer where the bank wants it, then the bank
 * (docs.stripe.com/payments/paymentintents/lifecycle?intent=setup).
 */
export function confirmSetup(account: Account, intent: SetupIntent, request: SetupRequest): SetupOutcome {
  const { method, returnUrl } = request
  checkUsable(account, method)
  const card = cardOf(account, method)
  if (method.customer !== null && method.customer !== intent.customer) {
    throw refused(
      `The payment method ${method.id} belongs to a Customer that is not the SetupIntent's.`,
      'payment_method',
    )
  }
  addAttempt(account, intent, method)
  if (card === undefined && needsDeposits(account, intent, method)) {
    return askForDeposits(account, intent, method)
  }
  if (card === undefined) return succeed(account, intent, method)
  const asked = intent.payment_method_options?.card?.request_three_d_secure
  const need = authenticationOf(card, {
    isOffSession: false,
    isSetUp: false,
    isRequested: asked === 'any' || asked === 'challenge',
  })
  if (need === 'error') return fail(account, intent, method, GENERIC_DECLINE)
  if (need !== 'challenge') return askBank(account, intent, method)
  if (request.refusesAction) return fail(account, intent, method, AUTHENTICATION_REQUIRED)
  account.change(intent, {
    status: 'requires_action',
    payment_method: method.id,
    last_setup_error: null,
    next_action: askingAction(account, intent.id, returnUrl) as SetupIntent['next_action'],
  })
  account.emit('setup_intent.requires_action', intent)
  return { kind: 'requires_action' }
}

/** The customer answered the bank's question. */
export function finishSetup(account: Account, intent: SetupIntent, isApproved: boolean): SetupOutcome {
  const method = account.state.paymentMethods.get(intent.payment_method ?? '')
  if (intent.status !== 'requires_action' || method === undefined) {
    throw refused('This SetupIntent does not wait for its customer.')
  }
  return isApproved
    ? askBank(account, intent, method)
    : fail(account, intent, method, SETUP_AUTHENTICATION_FAILED)
}

/** Gives the setup up (docs.stripe.com/api/setup_intents/cancel). */
export function cancelSetup(
  account: Account,
  intent: SetupIntent,
  reason: SetupIntent['cancellation_reason'],
): void {
  settleAttempt(account, intent, 'abandoned', null)
  account.change(intent, { status: 'canceled', cancellation_reason: reason, next_action: null })
  account.emit('setup_intent.canceled', intent)
}

function askBank(account: Account, intent: SetupIntent, method: PaymentMethod): SetupOutcome {
  const card = cardOf(account, method)
  if (card?.decline && !card.attaches) return fail(account, intent, method, card.decline)
  return succeed(account, intent, method)
}

function succeed(account: Account, intent: SetupIntent, method: PaymentMethod): SetupOutcome {
  const backing = account.state.methodBackings.get(method.id)
  if (backing && intent.usage === 'off_session') backing.is_set_up = true
  if (intent.customer !== null) attach(account, method, intent.customer)
  settleAttempt(account, intent, 'succeeded', null)
  account.change(intent, {
    status: 'succeeded',
    payment_method: method.id,
    ...(account.state.singleUses.has(intent.id)
      ? { single_use_mandate: backing?.mandate ?? null }
      : { mandate: backing?.mandate ?? null }),
    last_setup_error: null,
    next_action: null,
  })
  account.emit('setup_intent.succeeded', intent)
  followSetup(account, intent)
  return { kind: 'succeeded' }
}

function fail(account: Account, intent: SetupIntent, method: PaymentMethod, decline: Decline): SetupOutcome {
  const error = {
    type: decline === SETUP_AUTHENTICATION_FAILED ? 'invalid_request_error' : 'card_error',
    code: decline.code,
    ...(decline.decline_code === null ? {} : { decline_code: decline.decline_code }),
    message: decline.message,
    doc_url: docUrl(decline.code),
    payment_method: structuredClone(method),
  } as NonNullable<SetupIntent['last_setup_error']>
  settleAttempt(account, intent, 'failed', error as SetupAttempt['setup_error'])
  account.change(intent, {
    status: 'requires_payment_method',
    payment_method: null,
    last_setup_error: error,
    next_action: null,
  })
  account.emit('setup_intent.setup_failed', intent)
  return { kind: 'declined', decline }
}

function addAttempt(account: Account, intent: SetupIntent, method: PaymentMethod): void {
  const attempt = account.state.setupAttempts.add({
    id: newId.setupAttempt(),
    object: 'setup_attempt',
    application: null,
    created: account.now,
    customer: intent.customer,
    customer_account: null,
    flow_directions: null,
    livemode: false,
    on_behalf_of: null,
    payment_method: method.id,
    payment_method_details: attemptedWith(method),
    setup_error: null,
    setup_intent: intent.id,
    status: 'requires_action',
    usage: intent.usage,
  })
  account.change(intent, { latest_attempt: attempt.id })
}

function settleAttempt(
  account: Account,
  intent: SetupIntent,
  status: 'succeeded' | 'failed' | 'abandoned',
  error: SetupAttempt['setup_error'],
): void {
  const attempt = account.state.setupAttempts.get(intent.latest_attempt ?? '')
  if (attempt?.status === 'requires_action') account.change(attempt, { status, setup_error: error })
}

function attemptedWith(method: PaymentMethod): SetupAttempt['payment_method_details'] {
  if (method.type === 'sepa_debit') return { sepa_debit: {}, type: 'sepa_debit' }
  if (method.card === undefined) return { us_bank_account: {}, type: 'us_bank_account' }
  const { brand, checks, country, exp_month, exp_year, fingerprint, funding, last4 } = method.card
  return {
    card: {
      brand,
      checks: checks ?? null,
      country,
      exp_month,
      exp_year,
      fingerprint: fingerprint ?? null,
      funding,
      last4,
      network: brand,
      three_d_secure: null,
      wallet: null,
    },
    type: 'card',
  }
}
