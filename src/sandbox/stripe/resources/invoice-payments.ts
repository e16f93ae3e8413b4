import { endpoint } from '../endpoint.ts'
import { createdParam, fits, inRange, page, pageParams } from '../pagination.ts'
import { absent, hash, oneOf, required, text } from '../params.ts'

/** `GET /v1/invoice_payments/:id` */
export const retrieve = endpoint(hash({}), (account, _, id) =>
  account.need(account.state.invoicePayments, id),
)

/** `GET /v1/invoice_payments`: what paid an invoice, or which invoices a payment paid. */
export const list = endpoint(
  hash({
    ...pageParams,
    created: createdParam,
    invoice: text(),
    payment: hash({
      type: required(oneOf('payment_intent')),
      payment_intent: text(),
      ...absent('payment_record'),
    }),
    status: oneOf('canceled', 'open', 'paid'),
  }),
  (account, params) =>
    page(
      account,
      account.state.invoicePayments,
      params,
      '/v1/invoice_payments',
      (each) =>
        fits(each, params, 'invoice', 'status') &&
        (params.payment === undefined || each.payment.payment_intent === params.payment.payment_intent) &&
        inRange(each.created, params.created),
    ),
)
