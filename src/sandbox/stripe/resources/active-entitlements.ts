import { endpoint } from '../endpoint.ts'
import { entitlementsOf } from '../life/entitlements.ts'
import { pageOf, pageParams } from '../pagination.ts'
import { hash, required, text } from '../params.ts'

/** `GET /v1/entitlements/active_entitlements` of one customer. */
export const list = endpoint(hash({ ...pageParams, customer: required(text()) }), (account, params) => {
  account.need(account.state.customers, params.customer, 'customer')
  const entitlements = entitlementsOf(account, params.customer).reverse()
  return pageOf(entitlements, params, '/v1/entitlements/active_entitlements')
})

/** `GET /v1/entitlements/active_entitlements/:id` */
export const retrieve = endpoint(hash({}), (account, _, id) =>
  account.need(account.state.activeEntitlements, id),
)
