import { endpoint } from '../../endpoint.ts'
import { createdParam, fits, inRange, page, pageParams } from '../../pagination.ts'
import { absent, flag, hash, oneOf, required, text } from '../../params.ts'
import type { Subscription } from '../../wire.ts'

/** `GET /v1/subscriptions/:id` */
export const retrieve = endpoint(hash({}), (account, _, id) => account.need(account.state.subscriptions, id))

/**
 * `GET /v1/subscriptions`: without a status, all that have not been canceled; without a test clock or a customer, none
 * that is on a test clock.
 */
export const list = endpoint(
  hash({
    ...pageParams,
    automatic_tax: hash({ enabled: required(flag()) }),
    collection_method: oneOf('charge_automatically', 'send_invoice'),
    created: createdParam,
    current_period_end: createdParam,
    current_period_start: createdParam,
    customer: text(),
    plan: text(),
    price: text(),
    status: oneOf(
      'active',
      'all',
      'canceled',
      'ended',
      'incomplete',
      'incomplete_expired',
      'past_due',
      'paused',
      'trialing',
      'unpaid',
    ),
    test_clock: text(),
    ...absent('customer_account'),
  }),
  (account, params) =>
    page(account, account.state.subscriptions, params, '/v1/subscriptions', (each) => {
      const { price = params.plan } = params
      const items = each.items.data
      return (
        (params.automatic_tax === undefined || each.automatic_tax.enabled === params.automatic_tax.enabled) &&
        fits(each, params, 'collection_method', 'customer') &&
        (params.test_clock === undefined
          ? each.test_clock === null || params.customer !== undefined
          : each.test_clock === params.test_clock) &&
        (price === undefined || items.some((item) => item.price.id === price)) &&
        items.some((item) => inRange(item.current_period_start, params.current_period_start)) &&
        items.some((item) => inRange(item.current_period_end, params.current_period_end)) &&
        hasStatus(each, params.status) &&
        inRange(each.created, params.created)
      )
    }),
)

function hasStatus(subscription: Subscription, status: string | undefined): boolean {
  if (status === 'all') return true
  if (status === undefined) return subscription.status !== 'canceled'
  if (status === 'ended') return subscription.ended_at !== null
  return subscription.status === status
}
