import { endpoint } from '../../endpoint.ts'
import { createdParam, fits, inRange, page, pageParams } from '../../pagination.ts'
import { absent, hash, oneOf, text } from '../../params.ts'

/** `GET /v1/invoices/:id` */
export const retrieve = endpoint(hash({}), (account, _, id) => account.need(account.state.invoices, id))

/** `GET /v1/invoices` */
export const list = endpoint(
  hash({
    ...pageParams,
    collection_method: oneOf('charge_automatically', 'send_invoice'),
    created: createdParam,
    customer: text(),
    due_date: createdParam,
    status: oneOf('draft', 'open', 'paid', 'uncollectible', 'void'),
    subscription: text(),
    ...absent('customer_account'),
  }),
  (account, params) =>
    page(
      account,
      account.state.invoices,
      params,
      '/v1/invoices',
      (invoice) =>
        fits(invoice, params, 'collection_method', 'customer', 'status') &&
        (params.subscription === undefined ||
          invoice.parent?.subscription_details?.subscription === params.subscription) &&
        (params.due_date === undefined || inRange(invoice.due_date ?? 0, params.due_date)) &&
        inRange(invoice.created, params.created),
    ),
)
