import { endpoint } from '../endpoint.ts'
import { createdParam, inRange, page, pageParams } from '../pagination.ts'
import { hash, required, text } from '../params.ts'

/** `GET /v1/setup_attempts` */
export const list = endpoint(
  hash({ ...pageParams, created: createdParam, setup_intent: required(text()) }),
  (account, params) =>
    page(
      account,
      account.state.setupAttempts,
      params,
      '/v1/setup_attempts',
      (attempt) => attempt.setup_intent === params.setup_intent && inRange(attempt.created, params.created),
    ),
)
