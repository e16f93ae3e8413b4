import { endpoint } from '../endpoint.ts'
import { createdParam, inRange, page, pageParams } from '../pagination.ts'
import { absent, hash, text } from '../params.ts'

/** `GET /v1/charges/:id` */
export const retrieve = endpoint(hash({}), (account, _, id) => account.need(account.state.charges, id))

/** `GET /v1/charges` */
export const list = endpoint(
  hash({
    ...pageParams,
    created: createdParam,
    customer: text(),
    payment_intent: text(),
    ...absent('transfer_group'),
  }),
  (account, params) =>
    page(
      account,
      account.state.charges,
      params,
      '/v1/charges',
      (charge) =>
        (params.customer === undefined || charge.customer === params.customer) &&
        (params.payment_intent === undefined || charge.payment_intent === params.payment_intent) &&
        inRange(charge.created, params.created),
    ),
)
