import type { Account } from '../account.ts'
import { endpoint } from '../endpoint.ts'
import { noSuch } from '../errors.ts'
import { tokenCard } from '../life/money/new-method.ts'
import { createSource, removeSource } from '../life/sources.ts'
import { changedMetadata, metadata } from '../metadata.ts'
import { page, pageParams } from '../pagination.ts'
import { absent, emptyable, hash, integer, oneOf, required, text } from '../params.ts'
import type { Card } from '../wire.ts'

const address = {
  address_city: emptyable(text()),
  address_country: emptyable(text()),
  address_line1: emptyable(text()),
  address_line2: emptyable(text()),
  address_state: emptyable(text()),
  address_zip: emptyable(text()),
} as const

/** `POST /v1/customers/:id/sources`, of a token of Stripe's for tests only. */
export const create = endpoint(
  hash({ source: required(text()), metadata: metadata(), ...absent('validate') }),
  (account, params, id) => {
    const customer = account.need(account.state.customers, id)
    const card = createSource(account, customer, tokenCard(params.source))
    account.change(card, { metadata: changedMetadata({}, params.metadata) })
    return card
  },
)

/** `GET /v1/customers/:id/sources/:id` */
export const retrieve = endpoint(hash({}), (account, _, customer, id) => ownCard(account, customer, id))

/** `POST /v1/customers/:id/sources/:id` */
export const update = endpoint(
  hash({
    ...address,
    exp_month: integer(1, 12),
    exp_year: integer(),
    metadata: metadata(),
    name: text(),
    ...absent('account_holder_name', 'account_holder_type', 'owner'),
  }),
  (account, params, customer, id) => {
    const card = ownCard(account, customer, id)
    account.change(
      card,
      { ...params, metadata: changedMetadata(card.metadata ?? {}, params.metadata) },
      'customer.source.updated',
    )
    return card
  },
)

/** `DELETE /v1/customers/:id/sources/:id` */
export const remove = endpoint(hash({}), (account, _, customer, id) => {
  const card = ownCard(account, customer, id)
  removeSource(account, account.need(account.state.customers, customer), card)
  return { id, object: 'card', deleted: true }
})

/** `GET /v1/customers/:id/sources` */
export const list = endpoint(hash({ ...pageParams, object: oneOf('card') }), (account, params, id) => {
  account.need(account.state.customers, id)
  return page(
    account,
    account.state.cards,
    params,
    `/v1/customers/${id}/sources`,
    (each) => each.customer === id,
  )
})

function ownCard(account: Account, customer: string, id: string): Card {
  account.need(account.state.customers, customer)
  const card = account.need(account.state.cards, id)
  if (card.customer !== customer) throw noSuch('source', id)
  return card
}
