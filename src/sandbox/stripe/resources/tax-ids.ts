import type { Account } from '../account.ts'
import { endpoint } from '../endpoint.ts'
import { noSuch } from '../errors.ts'
import { createTaxId } from '../life/tax-ids.ts'
import { page, pageParams } from '../pagination.ts'
import { hash, required, text } from '../params.ts'
import { taxIdType } from '../tax-id-type.ts'
import type { TaxId } from '../wire.ts'

export const taxIdShape = { type: required(taxIdType), value: required(text(50)) } as const

/** `POST /v1/customers/:id/tax_ids` */
export const create = endpoint(hash(taxIdShape), (account, params, id) =>
  createTaxId(account, account.need(account.state.customers, id).id, params),
)

/** `GET /v1/customers/:id/tax_ids/:id` */
export const retrieve = endpoint(hash({}), (account, _, customer, id) => ownTaxId(account, customer, id))

/** `DELETE /v1/customers/:id/tax_ids/:id` */
export const remove = endpoint(hash({}), (account, _, customer, id) => {
  const taxId = ownTaxId(account, customer, id)
  account.scheduler.cancel('tax_id.verify', id)
  account.state.taxIds.delete(id)
  account.emit('customer.tax_id.deleted', taxId)
  return { id, object: 'tax_id', deleted: true }
})

/** `GET /v1/customers/:id/tax_ids` */
export const list = endpoint(hash(pageParams), (account, params, id) => {
  account.need(account.state.customers, id)
  return page(
    account,
    account.state.taxIds,
    params,
    `/v1/customers/${id}/tax_ids`,
    (each) => each.customer === id,
  )
})

function ownTaxId(account: Account, customer: string, id: string): TaxId {
  const taxId = account.need(account.state.taxIds, id)
  if (taxId.customer !== customer) throw noSuch('tax_id', id)
  return taxId
}
