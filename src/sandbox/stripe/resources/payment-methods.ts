import { endpoint } from '../endpoint.ts'
import { page, pageParams } from '../pagination.ts'
import { absent, hash, oneOf, text } from '../params.ts'

/** `GET /v1/payment_methods/:id` */
export const retrieve = endpoint(hash({}), (account, _, id) => account.need(account.state.paymentMethods, id))

/** `GET /v1/payment_methods` */
export const list = endpoint(
  hash({
    ...pageParams,
    customer: text(),
    type: oneOf('card', 'sepa_debit'),
    ...absent('allow_redisplay', 'customer_account'),
  }),
  (account, params) =>
    page(
      account,
      account.state.paymentMethods,
      params,
      '/v1/payment_methods',
      (method) =>
        method.customer !== null &&
        (params.customer === undefined || method.customer === params.customer) &&
        (params.type === undefined || method.type === params.type),
    ),
)
