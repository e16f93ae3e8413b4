import { endpoint } from '../endpoint.ts'
import { createdParam, fits, inRange, page, pageParams } from '../pagination.ts'
import { hash, text } from '../params.ts'

/** `GET /v1/radar/early_fraud_warnings/:id` */
export const retrieve = endpoint(hash({}), (account, _, id) =>
  account.need(account.state.earlyFraudWarnings, id),
)

/** `GET /v1/radar/early_fraud_warnings` */
export const list = endpoint(
  hash({ ...pageParams, charge: text(), created: createdParam, payment_intent: text() }),
  (account, params) =>
    page(
      account,
      account.state.earlyFraudWarnings,
      params,
      '/v1/radar/early_fraud_warnings',
      (warning) =>
        fits(warning, params, 'charge', 'payment_intent') && inRange(warning.created, params.created),
    ),
)
