import { shippingOf } from '../address.ts'
import { endpoint } from '../endpoint.ts'
import { refused } from '../errors.ts'
import { configuredTypes } from '../life/money/method-configurations.ts'
import { intentTypes } from '../life/money/payable-types.ts'
import { cancelPayment, capturePayment, increaseAuthorization } from '../life/payments.ts'
import { changedMetadata, metadata } from '../metadata.ts'
import { absent, flag, hash, integer, oneOf, required, text } from '../params.ts'
import { paymentDetailShape, setPaymentDetails } from './payment-detail-params.ts'
import { checkOwn, methodOf, unexpectedState } from './payment-intent-confirm.ts'
import { currencyParam, MAX_AMOUNT, writable } from './payment-intent-params.ts'
import { optionsOf } from './payment-intents.ts'

/** `POST /v1/payment_intents/:id`. Nothing is emitted: Stripe has no event for it. */
export const update = endpoint(
  hash({ ...writable, amount: integer(1, MAX_AMOUNT), currency: currencyParam }),
  (account, params, id) => {
    const intent = account.need(account.state.paymentIntents, id)
    const {
      metadata: change,
      description,
      amount_details: _,
      hooks: __,
      payment_details: ___,
      ...rest
    } = params
    const isOpen = ['requires_payment_method', 'requires_confirmation', 'requires_action'].includes(
      intent.status,
    )
    if (!isOpen && Object.keys(rest).length > 0) throw unexpectedState(intent, 'update')
    if (rest.amount !== undefined) checkOwn(account, intent)
    if (rest.customer !== undefined) account.need(account.state.customers, rest.customer, 'customer')
    const method = methodOf(account, rest)
    const currency = rest.currency ?? intent.currency
    const named = rest.payment_method_types ?? rest.allowed_payment_method_types
    const excluded = rest.excluded_payment_method_types
    const configured = configuredTypes(account, rest.payment_method_configuration, named)
    const types =
      configured.allowed === undefined &&
      named === undefined &&
      excluded === undefined &&
      rest.currency === undefined
        ? intent.payment_method_types
        : intentTypes(currency, { allowed: named ?? configured.allowed, excluded })
    account.change(intent, {
      amount: rest.amount ?? intent.amount,
      currency,
      description: description ?? intent.description,
      metadata: changedMetadata(intent.metadata, change),
      payment_method_types: types,
      ...configured.shown,
      ...(rest.allowed_payment_method_types && {
        allowed_payment_method_types: rest.allowed_payment_method_types,
      }),
      ...(excluded !== undefined && { excluded_payment_method_types: excluded }),
      ...(rest.capture_method && { capture_method: rest.capture_method }),
      ...(rest.customer !== undefined && { customer: rest.customer }),
      ...(rest.payment_method_options && {
        payment_method_options: optionsOf(types, rest.payment_method_options),
      }),
      ...(rest.receipt_email !== undefined && { receipt_email: rest.receipt_email }),
      ...(rest.setup_future_usage !== undefined && { setup_future_usage: rest.setup_future_usage }),
      ...(rest.shipping !== undefined && { shipping: rest.shipping && shippingOf(rest.shipping) }),
      ...(rest.statement_descriptor && { statement_descriptor: rest.statement_descriptor }),
      ...(rest.statement_descriptor_suffix && {
        statement_descriptor_suffix: rest.statement_descriptor_suffix,
      }),
      ...(rest.transfer_group && { transfer_group: rest.transfer_group }),
      ...(method && { payment_method: method.id, status: 'requires_confirmation', next_action: null }),
    })
    setPaymentDetails(account, intent, params)
    return intent
  },
)

/** `POST /v1/payment_intents/:id/capture` */
export const capture = endpoint(
  hash({
    amount_to_capture: integer(1, MAX_AMOUNT),
    final_capture: flag(),
    metadata: metadata(),
    statement_descriptor: text(22),
    statement_descriptor_suffix: text(22),
    ...paymentDetailShape,
    ...absent('application_fee_amount', 'transfer_data'),
  }),
  (account, params, id) => {
    const intent = account.need(account.state.paymentIntents, id)
    const charge = account.state.charges.get(intent.latest_charge ?? '')
    if (intent.status !== 'requires_capture' || charge === undefined) {
      throw unexpectedState(intent, 'capture')
    }
    if (params.final_capture === false) {
      throw refused('Several captures of one payment are not available to this account.', 'final_capture')
    }
    const amount = params.amount_to_capture ?? intent.amount_capturable
    if (amount > intent.amount_capturable) {
      throw refused(
        `The amount to capture is greater than what can be captured (${intent.amount_capturable}).`,
        'amount_to_capture',
        'amount_too_large',
      )
    }
    account.change(intent, { metadata: changedMetadata(intent.metadata, params.metadata) })
    setPaymentDetails(account, intent, params)
    capturePayment(account, intent, charge, amount)
    return intent
  },
)

/** `POST /v1/payment_intents/:id/cancel` */
export const cancel = endpoint(
  hash({
    cancellation_reason: oneOf('abandoned', 'duplicate', 'fraudulent', 'requested_by_customer'),
  }),
  (account, params, id) => {
    const intent = account.need(account.state.paymentIntents, id)
    checkOwn(account, intent)
    if (!CANCELABLE.includes(intent.status)) throw unexpectedState(intent, 'cancel')
    cancelPayment(account, intent, params.cancellation_reason ?? null)
    return intent
  },
)

const CANCELABLE: readonly string[] = [
  'requires_payment_method',
  'requires_confirmation',
  'requires_action',
  'requires_capture',
]

/** `POST /v1/payment_intents/:id/increment_authorization`, where the payment asked for it when it was confirmed. */
export const incrementAuthorization = endpoint(
  hash({
    amount: required(integer(1, MAX_AMOUNT)),
    description: text(1000),
    metadata: metadata(),
    statement_descriptor: text(22),
    ...paymentDetailShape,
    ...absent('application_fee_amount', 'transfer_data'),
  }),
  (account, params, id) => {
    const intent = account.need(account.state.paymentIntents, id)
    const charge = account.state.charges.get(intent.latest_charge ?? '')
    const asked = intent.payment_method_options?.card?.request_incremental_authorization === 'if_available'
    if (intent.status !== 'requires_capture' || charge === undefined || !asked) {
      throw unexpectedState(intent, 'increment the authorization of')
    }
    if (params.amount <= intent.amount) {
      throw refused(`The new amount must be greater than ${intent.amount}.`, 'amount', 'amount_too_small')
    }
    account.change(intent, {
      description: params.description ?? intent.description,
      metadata: changedMetadata(intent.metadata, params.metadata),
    })
    increaseAuthorization(account, intent, charge, params.amount)
    setPaymentDetails(account, intent, params)
    return intent
  },
)
