import type { Account } from '../account.ts'
import { shippingOf } from '../address.ts'
import { endpoint } from '../endpoint.ts'
import { noSuch, parameterMissing, refused } from '../errors.ts'
import { linesOf } from '../life/money/amount-details.ts'
import { configuredTypes } from '../life/money/method-configurations.ts'
import { intentTypes } from '../life/money/payable-types.ts'
import { createPaymentIntent } from '../life/payments.ts'
import { changedMetadata } from '../metadata.ts'
import { createdParam, fits, inRange, page, pageOf, pageParams } from '../pagination.ts'
import { absent, flag, hash, integer, oneOf, type Params, required, text } from '../params.ts'
import type { PaymentIntent } from '../wire.ts'
import { takeToken, withToken } from './confirmation-token-use.ts'
import { setPaymentDetails } from './payment-detail-params.ts'
import { type ConfirmParams, confirmIntent, methodOf } from './payment-intent-confirm.ts'
import {
  automaticMethods,
  confirmable,
  currencyParam,
  MAX_AMOUNT,
  writable,
} from './payment-intent-params.ts'

/** The least that Stripe takes, of the currency's minor unit; it differs by currency, the sandbox has one number. */
export const MIN_AMOUNT = 50

const createShape = {
  ...writable,
  ...confirmable,
  amount: required(integer(1, MAX_AMOUNT)),
  currency: required(currencyParam),
  automatic_payment_methods: automaticMethods,
  confirm: flag(),
  confirmation_method: oneOf('automatic', 'manual'),
  ...absent('on_behalf_of'),
} as const

type CreateParams = Params<typeof createShape>

/**
 * `POST /v1/payment_intents`. Payment methods are automatic unless the request names types or comes without a
 * version, as it did before 2023-08-16.
 */
export const create = endpoint(hash(createShape), (account, params) =>
  createIntent(account, withToken(account, params), account.requestVersion !== null),
)

/** `GET /v1/payment_intents/:id` */
export const retrieve = endpoint(hash({ client_secret: text() }), (account, params, id) => {
  const intent = account.need(account.state.paymentIntents, id)
  if (params.client_secret !== undefined && params.client_secret !== intent.client_secret) {
    throw noSuch('payment_intent', id)
  }
  return intent
})

/** `GET /v1/payment_intents` */
export const list = endpoint(
  hash({ ...pageParams, created: createdParam, customer: text(), ...absent('customer_account') }),
  (account, params) =>
    page(
      account,
      account.state.paymentIntents,
      params,
      '/v1/payment_intents',
      (intent) => fits(intent, params, 'customer') && inRange(intent.created, params.created),
    ),
)

/** `GET /v1/payment_intents/:id/amount_details_line_items` */
export const listAmountDetailsLines = endpoint(hash(pageParams), (account, params, id) => {
  const intent = account.need(account.state.paymentIntents, id)
  return pageOf(linesOf(account, intent), params, `/v1/payment_intents/${id}/amount_details_line_items`)
})

function createIntent(account: Account, params: CreateParams, isAutomatic: boolean): PaymentIntent {
  if (params.amount < MIN_AMOUNT) {
    throw refused(
      `Amount must be at least ${MIN_AMOUNT} of the currency's minor unit.`,
      'amount',
      'amount_too_small',
    )
  }
  if (params.customer !== undefined) account.need(account.state.customers, params.customer, 'customer')
  checkConfirmOnly(params)
  const named = params.payment_method_types ?? params.allowed_payment_method_types
  const automatic = automaticOf(params, named === undefined && isAutomatic)
  const configured = configuredTypes(account, params.payment_method_configuration, named)
  const types = intentTypes(params.currency, {
    allowed: named ?? configured.allowed ?? (automatic === null ? ['card'] : undefined),
    excluded: params.excluded_payment_method_types,
  })
  const method = methodOf(account, params)
  if (params.confirm) checkReturnUrl(params, automatic)
  const intent = createPaymentIntent(account, {
    amount: params.amount,
    currency: params.currency,
    customer: params.customer ?? null,
    description: params.description ?? null,
    metadata: changedMetadata({}, params.metadata),
    allowed_payment_method_types: params.allowed_payment_method_types ?? null,
    automatic_payment_methods: automatic,
    capture_method: params.capture_method ?? 'automatic_async',
    confirmation_method: params.confirmation_method ?? 'automatic',
    excluded_payment_method_types: params.excluded_payment_method_types ?? null,
    ...configured.shown,
    payment_method: method?.id ?? null,
    payment_method_options: optionsOf(types, params.payment_method_options),
    payment_method_types: types,
    receipt_email: params.receipt_email ?? null,
    setup_future_usage: params.setup_future_usage ?? null,
    shipping: params.shipping ? shippingOf(params.shipping) : null,
    statement_descriptor: params.statement_descriptor ?? null,
    statement_descriptor_suffix: params.statement_descriptor_suffix ?? null,
    status: method === null ? 'requires_payment_method' : 'requires_confirmation',
    transfer_group: params.transfer_group ?? null,
  })
  setPaymentDetails(account, intent, params)
  takeToken(account, params.confirmation_token, intent)
  if (params.confirm && method) confirmIntent(account, intent, method, params)
  return intent
}

function automaticOf(params: CreateParams, isDefault: boolean): PaymentIntent['automatic_payment_methods'] {
  const given = params.automatic_payment_methods
  if (given === undefined) return isDefault ? { allow_redirects: 'always', enabled: true } : null
  if (params.payment_method_types !== undefined) {
    throw refused(
      'You may only specify one of these parameters: automatic_payment_methods, payment_method_types.',
      'automatic_payment_methods',
    )
  }
  return given.enabled ? { allow_redirects: given.allow_redirects ?? 'always', enabled: true } : null
}

/** Methods that may redirect need to know where to (docs.stripe.com/error-codes#payment-intent-invalid-parameter). */
function checkReturnUrl(params: CreateParams, automatic: PaymentIntent['automatic_payment_methods']): void {
  if (params.payment_method === undefined && params.payment_method_data === undefined) {
    throw parameterMissing('payment_method')
  }
  if (automatic?.allow_redirects === 'always' && params.return_url === undefined) {
    throw refused(
      'Payment methods that redirect the customer may be used: give a `return_url`, or set ' +
        '`automatic_payment_methods[allow_redirects]` to `never`.',
      'return_url',
      'payment_intent_invalid_parameter',
    )
  }
}

function checkConfirmOnly(params: CreateParams & ConfirmParams): void {
  if (params.confirm) return
  for (const key of [
    'confirmation_token',
    'off_session',
    'error_on_requires_action',
    'mandate_data',
    'return_url',
  ] as const) {
    if (params[key] !== undefined) {
      throw refused(`You cannot provide \`${key}\` when \`confirm\` is not true.`, key)
    }
  }
}

/** The options of each type that may be paid with, as the intent shows them. */
export function optionsOf(
  types: readonly string[],
  given: CreateParams['payment_method_options'],
): PaymentIntent['payment_method_options'] {
  const { capture_method: captureMethod, setup_future_usage: _, ...card } = given?.card ?? {}
  const bank = given?.us_bank_account
  return {
    ...(types.includes('card') && {
      card: {
        installments: null,
        mandate_options: null,
        network: null,
        request_three_d_secure: 'automatic',
        ...card,
        ...(captureMethod ? { capture_method: captureMethod } : {}),
      },
    }),
    ...(types.includes('customer_balance') && {
      customer_balance: { funding_type: null, ...given?.customer_balance },
    }),
    ...(types.includes('sepa_debit') && { sepa_debit: {} }),
    ...(types.includes('us_bank_account') && {
      us_bank_account: {
        verification_method: bank?.verification_method ?? 'automatic',
        ...(bank?.transaction_purpose && { transaction_purpose: bank.transaction_purpose }),
      },
    }),
  } as PaymentIntent['payment_method_options']
}
