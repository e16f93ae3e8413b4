import type { Account } from '../account.ts'
import { endpoint } from '../endpoint.ts'
import { parameterMissing, refused } from '../errors.ts'
import { changeRefund, createRefund, returnCash, takeBack } from '../life/money/refunds.ts'
import { changedMetadata, metadata } from '../metadata.ts'
import { createdParam, fits, inRange, page, pageParams } from '../pagination.ts'
import { absent, hash, integer, oneOf, text } from '../params.ts'
import type { Charge } from '../wire.ts'
import { currencyParam } from './payment-intent-params.ts'

/** `POST /v1/refunds` */
export const create = endpoint(
  hash({
    amount: integer(1),
    charge: text(),
    currency: currencyParam,
    customer: text(),
    origin: oneOf('customer_balance'),
    instructions_email: text(800),
    metadata: metadata(),
    payment_intent: text(),
    reason: oneOf('duplicate', 'fraudulent', 'requested_by_customer'),
    ...absent('refund_application_fee', 'reverse_transfer'),
  }),
  (account, params) => {
    const request = {
      amount: params.amount ?? null,
      reason: params.reason ?? null,
      metadata: changedMetadata({}, params.metadata),
      instructionsEmail: params.instructions_email ?? null,
    }
    if (params.origin === undefined) {
      const stray = (['customer', 'currency'] as const).find((name) => params[name] !== undefined)
      if (stray) throw refused(`\`${stray}\` goes with \`origin: customer_balance\`.`, stray)
      return createRefund(account, chargeOf(account, params), request)
    }
    for (const name of ['amount', 'currency', 'customer'] as const) {
      if (params[name] === undefined) throw parameterMissing(name)
    }
    const { amount = 0, currency = '' } = params
    const customer = account.need(account.state.customers, params.customer ?? '', 'customer')
    return returnCash(account, customer.id, { ...request, amount, currency })
  },
)

/** `GET /v1/refunds/:id` */
export const retrieve = endpoint(hash({}), (account, _, id) => account.need(account.state.refunds, id))

/** `POST /v1/refunds/:id` */
export const update = endpoint(hash({ metadata: metadata() }), (account, params, id) => {
  const refund = account.need(account.state.refunds, id)
  changeRefund(account, refund, { metadata: changedMetadata(refund.metadata ?? {}, params.metadata) })
  return refund
})

/** `POST /v1/refunds/:id/cancel`: only one that waits for the customer (docs.stripe.com/api/refunds/cancel). */
export const cancel = endpoint(hash({}), (account, _, id) => {
  const refund = account.need(account.state.refunds, id)
  if (refund.status !== 'requires_action') throw refused('Canceling this refund is unsupported.')
  takeBack(account, refund, 'canceled', 'merchant_request')
  return refund
})

/** `POST /v1/test_helpers/refunds/:id/expire` */
export const expire = endpoint(hash({}), (account, _, id) => {
  const refund = account.need(account.state.refunds, id)
  if (refund.status !== 'requires_action') {
    throw refused(`Only a refund with the status \`requires_action\` can expire, not \`${refund.status}\`.`)
  }
  takeBack(account, refund, 'failed', 'expired_or_canceled_card')
  return refund
})

/** `GET /v1/refunds` */
export const list = endpoint(
  hash({ ...pageParams, charge: text(), created: createdParam, payment_intent: text() }),
  (account, params) =>
    page(
      account,
      account.state.refunds,
      params,
      '/v1/refunds',
      (refund) => fits(refund, params, 'charge', 'payment_intent') && inRange(refund.created, params.created),
    ),
)

function chargeOf(account: Account, params: { charge?: string; payment_intent?: string }): Charge {
  if (params.charge !== undefined) return account.need(account.state.charges, params.charge)
  if (params.payment_intent === undefined) {
    throw refused(
      'One of the following params should be provided for this request: payment_intent or charge.',
    )
  }
  const intent = account.need(account.state.paymentIntents, params.payment_intent)
  const charge = account.state.charges.get(intent.latest_charge ?? '')
  if (charge?.status === 'succeeded') return charge
  throw refused(`This PaymentIntent (${intent.id}) does not have a successful charge to refund.`)
}
