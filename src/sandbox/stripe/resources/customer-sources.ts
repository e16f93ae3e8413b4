import type { Account } from '../account.ts'
import { addressParam } from '../address.ts'
import { endpoint } from '../endpoint.ts'
import { noSuch, parameterUnknown, refused } from '../errors.ts'
import { tokenCard } from '../life/money/new-method.ts'
import { createSource, removeSource } from '../life/sources.ts'
import { changedMetadata, metadata } from '../metadata.ts'
import { page, pageParams } from '../pagination.ts'
import { emptyable, flag, hash, integer, list as listOf, oneOf, required, text } from '../params.ts'
import type { Card } from '../wire.ts'

const address = {
  address_city: emptyable(text()),
  address_country: emptyable(text()),
  address_line1: emptyable(text()),
  address_line2: emptyable(text()),
  address_state: emptyable(text()),
  address_zip: emptyable(text()),
} as const

/** What bank accounts and sources have, and a card has not: Stripe knows it, and refuses it for a card. */
const ofOtherSources = {
  account_holder_name: text(),
  account_holder_type: oneOf('company', 'individual'),
  owner: hash({ address: addressParam, email: text(), name: text(), phone: text() }),
} as const

/** `POST /v1/customers/:id/sources/:id/verify`: bank accounts are verified, and there are cards only. */
export const verify = endpoint(hash({ amounts: listOf(integer(), 2) }), (account, _, customer, id) => {
  ownCard(account, customer, id)
  throw refused('Only bank accounts are verified: this source is a card.', 'id')
})

/** `POST /v1/customers/:id/sources`, of a token of Stripe's for tests only. */
export const create = endpoint(
  hash({ source: required(text()), metadata: metadata(), validate: flag() }),
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
    ...ofOtherSources,
  }),
  (account, { account_holder_name, account_holder_type, owner, ...params }, customer, id) => {
    const stray = Object.entries({ account_holder_name, account_holder_type, owner }).find(
      ([, value]) => value,
    )
    if (stray) throw parameterUnknown(stray[0])
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
