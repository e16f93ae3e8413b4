import type { Account } from '../account.ts'
import { endpoint } from '../endpoint.ts'
import { noSuch, parameterMissing } from '../errors.ts'
import { createTaxId } from '../life/tax-ids.ts'
import { page, pageParams } from '../pagination.ts'
import { absent, hash, oneOf, required, text } from '../params.ts'
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
  return removed(account, taxId)
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

const ownerParam = hash({ type: required(oneOf('customer', 'self')), customer: text(), ...absent('account') })

type Owner = ReturnType<typeof ownerParam.parse>

/** `POST /v1/tax_ids`: of the account itself, or of a customer. */
export const createOwned = endpoint(hash({ ...taxIdShape, owner: ownerParam }), (account, params) => {
  const { owner, ...given } = params
  return createTaxId(account, ownerOf(account, owner), given)
})

/** `GET /v1/tax_ids/:id` */
export const retrieveOwned = endpoint(hash({}), (account, _, id) => account.need(account.state.taxIds, id))

/** `DELETE /v1/tax_ids/:id` */
export const removeOwned = endpoint(hash({}), (account, _, id) =>
  removed(account, account.need(account.state.taxIds, id)),
)

/** `GET /v1/tax_ids`: those of the account, unless another owner is named. */
export const listOwned = endpoint(hash({ ...pageParams, owner: ownerParam }), (account, params) => {
  const owner = ownerOf(account, params.owner)
  return page(account, account.state.taxIds, params, '/v1/tax_ids', (each) => each.customer === owner)
})

function ownerOf(account: Account, owner: Owner | undefined): string | null {
  if (owner === undefined || owner.type === 'self') return null
  if (owner.customer === undefined) throw parameterMissing('owner[customer]')
  return account.need(account.state.customers, owner.customer, 'owner[customer]').id
}

function removed(account: Account, taxId: TaxId): object {
  account.scheduler.cancel('tax_id.verify', taxId.id)
  account.state.taxIds.delete(taxId.id)
  if (taxId.customer !== null) account.emit('customer.tax_id.deleted', taxId)
  return { id: taxId.id, object: 'tax_id', deleted: true }
}

function ownTaxId(account: Account, customer: string, id: string): TaxId {
  const taxId = account.need(account.state.taxIds, id)
  if (taxId.customer !== customer) throw noSuch('tax_id', id)
  return taxId
}
