import type { Account } from '../account.ts'
import { shippingOf, shippingParam } from '../address.ts'
import { endpoint } from '../endpoint.ts'
import { noSuch, parameterMissing, refused, StripeError } from '../errors.ts'
import { cardError } from '../life/money/card-error.ts'
import { confirmPayment } from '../life/money/confirmation.ts'
import { tokenCard } from '../life/money/new-method.ts'
import { createCard } from '../life/payment-methods.ts'
import { capturePayment, createPaymentIntent } from '../life/payments.ts'
import { changedMetadata, metadata } from '../metadata.ts'
import { createdParam, fits, inRange, page, pageParams } from '../pagination.ts'
import { absent, flag, hash, integer, oneOf, text } from '../params.ts'
import type { PaymentMethod } from '../wire.ts'
import { currencyParam, MAX_AMOUNT } from './payment-intent-params.ts'

/**
 * `POST /v1/charges`, of a token or a customer's card: what older integrations and the CLI send. The sandbox makes it a payment intent
 * that it does not show (docs.stripe.com/payments/charges-api).
 */
export const create = endpoint(
  hash({
    amount: integer(1, MAX_AMOUNT),
    capture: flag(),
    currency: currencyParam,
    customer: text(),
    description: text(40_000),
    metadata: metadata(),
    receipt_email: text(800),
    shipping: shippingParam,
    source: text(),
    statement_descriptor: text(22),
    statement_descriptor_suffix: text(22),
    transfer_group: text(),
    ...absent(
      'application_fee',
      'application_fee_amount',
      'destination',
      'on_behalf_of',
      'radar_options',
      'transfer_data',
    ),
  }),
  (account, params) => {
    const { amount, currency } = params
    if (amount === undefined) throw parameterMissing('amount')
    if (currency === undefined) throw parameterMissing('currency')
    const method = methodOf(account, params)
    const intent = createPaymentIntent(account, {
      amount,
      currency,
      customer: params.customer ?? null,
      description: params.description ?? null,
      metadata: changedMetadata({}, params.metadata),
      capture_method: params.capture === false ? 'manual' : 'automatic',
      payment_method_types: ['card'],
      receipt_email: params.receipt_email ?? null,
      shipping: params.shipping ? shippingOf(params.shipping) : null,
      statement_descriptor: params.statement_descriptor ?? null,
      statement_descriptor_suffix: params.statement_descriptor_suffix ?? null,
      transfer_group: params.transfer_group ?? null,
    })
    const outcome = confirmPayment(account, intent, {
      method,
      isOffSession: true,
      returnUrl: null,
      refusesAction: true,
    })
    const charge = account.need(account.state.charges, intent.latest_charge ?? '')
    if (outcome.kind === 'declined') {
      throw new StripeError({ ...cardError(outcome.decline), charge: charge.id })
    }
    return charge
  },
)

/** `GET /v1/charges/:id` */
export const retrieve = endpoint(hash({}), (account, _, id) => account.need(account.state.charges, id))

/** `POST /v1/charges/:id` */
export const update = endpoint(
  hash({
    customer: text(),
    description: text(40_000),
    fraud_details: hash({ user_report: oneOf('fraudulent', 'safe', '') }),
    metadata: metadata(),
    receipt_email: text(800),
    shipping: shippingParam,
    transfer_group: text(),
  }),
  (account, params, id) => {
    const charge = account.need(account.state.charges, id)
    if (params.customer !== undefined && charge.customer !== null) {
      throw refused('The customer of a charge cannot be changed.', 'customer')
    }
    if (params.customer !== undefined) account.need(account.state.customers, params.customer, 'customer')
    const report = params.fraud_details?.user_report
    account.change(
      charge,
      {
        customer: params.customer ?? charge.customer,
        description: params.description ?? charge.description,
        metadata: changedMetadata(charge.metadata, params.metadata),
        receipt_email: params.receipt_email ?? charge.receipt_email,
        shipping: params.shipping ? shippingOf(params.shipping) : charge.shipping,
        transfer_group: params.transfer_group ?? charge.transfer_group,
        ...(report !== undefined && { fraud_details: report === '' ? {} : { user_report: report } }),
      },
      'charge.updated',
    )
    return charge
  },
)

/** `POST /v1/charges/:id/capture` */
export const capture = endpoint(
  hash({
    amount: integer(1, MAX_AMOUNT),
    receipt_email: text(800),
    statement_descriptor: text(22),
    statement_descriptor_suffix: text(22),
    ...absent('application_fee', 'application_fee_amount', 'transfer_data', 'transfer_group'),
  }),
  (account, params, id) => {
    const charge = account.need(account.state.charges, id)
    const intent = account.state.paymentIntents.get(charge.payment_intent ?? '')
    if (intent?.status !== 'requires_capture') {
      throw refused(`Charge ${id} has already been captured.`, undefined, 'charge_already_captured')
    }
    const amount = params.amount ?? charge.amount
    if (amount > charge.amount) {
      throw refused(
        `The amount to capture is greater than what was authorized (${charge.amount}).`,
        'amount',
        'amount_too_large',
      )
    }
    capturePayment(account, intent, charge, amount)
    return charge
  },
)

/** `GET /v1/charges` */
export const list = endpoint(
  hash({
    ...pageParams,
    created: createdParam,
    customer: text(),
    payment_intent: text(),
    transfer_group: text(),
  }),
  (account, params) =>
    page(
      account,
      account.state.charges,
      params,
      '/v1/charges',
      (charge) =>
        fits(charge, params, 'customer', 'payment_intent', 'transfer_group') &&
        inRange(charge.created, params.created),
    ),
)

/**
 * What is charged: a token's card, a card of the customer, or the customer's default one
 * (docs.stripe.com/api/charges/create#create_charge-source).
 */
function methodOf(
  account: Account,
  { customer: id, source }: { customer?: string; source?: string },
): PaymentMethod {
  const customer = id === undefined ? null : account.need(account.state.customers, id, 'customer')
  if (source?.startsWith('tok_')) return createCard(account, tokenCard(source))
  if (customer === null)
    throw source === undefined ? parameterMissing('source') : noSuch('token', source, 'source')
  const card = account.state.cards.get(source ?? customer.default_source ?? '')
  if (card?.customer === customer.id) return account.need(account.state.paymentMethods, card.id, 'source')
  if (source !== undefined) throw noSuch('source', source, 'source')
  throw refused('Cannot charge a customer that has no active card', 'card', 'missing')
}
