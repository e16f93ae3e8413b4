import { endpoint } from '../endpoint.ts'
import { createdParam, inRange, page, pageOf, pageParams } from '../pagination.ts'
import { absent, hash, oneOf, text } from '../params.ts'

/** `GET /v1/invoices/:id` */
export const retrieve = endpoint(hash({}), (account, _, id) => account.need(account.state.invoices, id))

/** `GET /v1/invoices` */
export const list = endpoint(
  hash({
    ...pageParams,
    created: createdParam,
    customer: text(),
    status: oneOf('draft', 'open', 'paid', 'uncollectible', 'void'),
    subscription: text(),
    ...absent('collection_method', 'customer_account', 'due_date'),
  }),
  (account, params) =>
    page(
      account,
      account.state.invoices,
      params,
      '/v1/invoices',
      (invoice) =>
        (params.customer === undefined || invoice.customer === params.customer) &&
        (params.status === undefined || invoice.status === params.status) &&
        (params.subscription === undefined ||
          invoice.parent?.subscription_details?.subscription === params.subscription) &&
        inRange(invoice.created, params.created),
    ),
)

/** `GET /v1/invoices/:id/lines` */
export const listLines = endpoint(hash(pageParams), (account, params, id) =>
  pageOf(account.need(account.state.invoices, id).lines.data, params, `/v1/invoices/${id}/lines`),
)
