import { endpoint } from '../endpoint.ts'
import { createdParam, inRange, page, pageParams } from '../pagination.ts'
import { absent, hash, text } from '../params.ts'

/** `GET /v1/payment_intents/:id` */
export const retrieve = endpoint(hash({ client_secret: text() }), (account, _, id) =>
  account.need(account.state.paymentIntents, id),
)

/** `GET /v1/payment_intents` */
export const list = endpoint(
  hash({ ...pageParams, created: createdParam, customer: text(), ...absent('customer_account') }),
  (account, params) =>
    page(
      account,
      account.state.paymentIntents,
      params,
      '/v1/payment_intents',
      (intent) =>
        (params.customer === undefined || intent.customer === params.customer) &&
        inRange(intent.created, params.created),
    ),
)
