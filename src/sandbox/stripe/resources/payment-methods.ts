import type { Account } from '../account.ts'
import { type BillingDetails, billingDetailsParam, NO_ADDRESS } from '../address.ts'
import { endpoint } from '../endpoint.ts'
import { noSuch, parameterMissing, refused } from '../errors.ts'
import { createMethod, type NewMethod } from '../life/money/new-method.ts'
import { attachChecked, detach, methodFor } from '../life/payment-methods.ts'
import { changedMetadata, metadata } from '../metadata.ts'
import { fits, page, pageParams } from '../pagination.ts'
import { absent, emptyable, hash, integer, oneOf, type Params, required, text } from '../params.ts'
import type { PaymentMethod } from '../wire.ts'
import { methodType, type OtherType, otherMethodShapes } from './payment-method-shapes.ts'

export const allowRedisplay = oneOf('always', 'limited', 'unspecified')

/** What a payment method is made of; an intent takes it as `payment_method_data`. */
export const newMethodShape = {
  type: required(methodType),
  allow_redisplay: allowRedisplay,
  billing_details: billingDetailsParam,
  card: hash({
    cvc: text(4),
    exp_month: integer(),
    exp_year: integer(),
    number: text(30),
    token: text(),
    ...absent('networks'),
  }),
  metadata: metadata(),
  ...otherMethodShapes,
  sepa_debit: hash({ iban: required(text(42)) }),
  us_bank_account: hash({
    account_holder_type: oneOf('company', 'individual'),
    account_number: text(20),
    account_type: oneOf('checking', 'savings'),
    routing_number: text(9),
    ...absent('financial_connections_account'),
  }),
  ...absent('radar_options'),
} as const

/** `POST /v1/payment_methods` */
export const create = endpoint(
  hash({
    ...newMethodShape,
    customer: text(),
    payment_method: text(),
  }),
  (account, { customer, payment_method: shared, ...params }) => {
    if (customer !== undefined || shared !== undefined) {
      throw refused(
        'A payment method is shared with a connected account only: name it in `Stripe-Account`.',
        shared === undefined ? 'customer' : 'payment_method',
      )
    }
    return createMethod(account, newMethodOf(params))
  },
)

/**
 * The method that a request describes.
 * @throws StripeError 400 for a type that only a reader in a shop makes, and for one of the merchant's own: none is set
 * up in this account.
 */
export function newMethodOf(params: Params<typeof newMethodShape>): NewMethod {
  const { custom, interac_present: _, type } = params
  if (type === 'interac_present') {
    throw refused('A payment method of this type is made by a card reader.', 'type')
  }
  if (type === 'custom') throw noSuch('custom payment method type', custom?.type ?? '', 'custom[type]')
  const facts = Object.hasOwn(otherMethodShapes, type) ? params[type as OtherType] : undefined
  return { ...params, type, facts, metadata: changedMetadata({}, params.metadata) }
}

/** `GET /v1/payment_methods/:id`: a fixture (`pm_card_visa`) makes a new one. */
export const retrieve = endpoint(hash({}), (account, _, id) => methodFor(account, id, 'id'))

/** `POST /v1/payment_methods/:id` */
export const update = endpoint(
  hash({
    allow_redisplay: allowRedisplay,
    billing_details: billingDetailsParam,
    card: hash({ exp_month: integer(1, 12), exp_year: integer(), ...absent('networks') }),
    metadata: metadata(),
    us_bank_account: hash({
      account_holder_type: oneOf('company', 'individual'),
      account_type: oneOf('checking', 'savings'),
    }),
  }),
  (account, params, id) => {
    const method = account.need(account.state.paymentMethods, id)
    if (method.customer === null) {
      throw refused('A PaymentMethod must be attached to a customer before it can be updated.')
    }
    account.change(
      method,
      {
        allow_redisplay: params.allow_redisplay ?? method.allow_redisplay ?? 'unspecified',
        billing_details: changedDetails(method.billing_details, params.billing_details ?? {}),
        metadata: changedMetadata(method.metadata ?? {}, params.metadata),
        ...(method.card && { card: { ...method.card, ...params.card } }),
        ...(method.us_bank_account && {
          us_bank_account: { ...method.us_bank_account, ...params.us_bank_account },
        }),
      },
      'payment_method.updated',
    )
    return method
  },
)

/** `POST /v1/payment_methods/:id/attach` */
export const attach = endpoint(
  hash({ customer: text(), ...absent('customer_account') }),
  (account, params, id) => {
    if (params.customer === undefined) throw parameterMissing('customer')
    const customer = account.need(account.state.customers, params.customer, 'customer')
    const method = methodFor(account, id, 'id')
    attachChecked(account, method, customer.id)
    return method
  },
)

/** `POST /v1/payment_methods/:id/detach` */
export const detachMethod = endpoint(hash({}), (account, _, id) => {
  const method = account.need(account.state.paymentMethods, id)
  detach(account, method)
  return method
})

/** `GET /v1/payment_methods`: those of a customer. */
export const list = endpoint(
  hash({
    ...pageParams,
    allow_redisplay: allowRedisplay,
    customer: emptyable(text()),
    type: methodType,
    ...absent('customer_account'),
  }),
  (account, params) => listMethods(account, params, '/v1/payment_methods', params.customer),
)

/** `GET /v1/customers/:id/payment_methods` */
export const listOfCustomer = endpoint(
  hash({ ...pageParams, allow_redisplay: allowRedisplay, type: methodType }),
  (account, params, id) => {
    account.need(account.state.customers, id)
    return listMethods(account, params, `/v1/customers/${id}/payment_methods`, id)
  },
)

/** `GET /v1/customers/:id/payment_methods/:id` */
export const retrieveOfCustomer = endpoint(hash({}), (account, _, customerId, id) => {
  account.need(account.state.customers, customerId)
  const method = account.need(account.state.paymentMethods, id)
  if (method.customer !== customerId) throw noSuch(account.state.paymentMethods.kind, id)
  return method
})

interface ListRequest {
  limit?: number
  starting_after?: string
  ending_before?: string
  allow_redisplay?: PaymentMethod['allow_redisplay']
  type?: PaymentMethod['type']
}

function listMethods(account: Account, params: ListRequest, url: string, customer?: string | null) {
  return page(
    account,
    account.state.paymentMethods,
    params,
    url,
    (method) =>
      method.customer !== null &&
      (!customer || method.customer === customer) &&
      fits(method, params, 'type', 'allow_redisplay'),
  )
}

function changedDetails(
  current: PaymentMethod['billing_details'],
  given: BillingDetails,
): PaymentMethod['billing_details'] {
  const { address, ...rest } = given
  return {
    ...current,
    ...rest,
    address: address === undefined ? current.address : { ...NO_ADDRESS, ...current.address, ...address },
  }
}
