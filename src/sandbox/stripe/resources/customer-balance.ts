import type { Account } from '../account.ts'
import { endpoint } from '../endpoint.ts'
import { noSuch } from '../errors.ts'
import { moveBalance } from '../life/customer-balance.ts'
import { changedMetadata, metadata } from '../metadata.ts'
import { createdParam, fits, inRange, page, pageParams } from '../pagination.ts'
import { hash, integer, required, text } from '../params.ts'
import type { CustomerBalanceTransaction } from '../wire.ts'
import { currencyParam, MAX_AMOUNT } from './payment-intent-params.ts'

/** `POST /v1/customers/:id/balance_transactions` */
export const create = endpoint(
  hash({
    amount: required(integer(-MAX_AMOUNT, MAX_AMOUNT)),
    currency: required(currencyParam),
    description: text(350),
    metadata: metadata(),
  }),
  (account, params, id) =>
    moveBalance(account, account.need(account.state.customers, id), {
      amount: params.amount,
      currency: params.currency,
      description: params.description,
      metadata: changedMetadata({}, params.metadata),
      type: 'adjustment',
    }),
)

/** `GET /v1/customers/:id/balance_transactions` */
export const list = endpoint(
  hash({ ...pageParams, created: createdParam, invoice: text() }),
  (account, params, id) => {
    account.need(account.state.customers, id)
    return page(
      account,
      account.state.customerBalanceTransactions,
      params,
      `/v1/customers/${id}/balance_transactions`,
      (each) =>
        each.customer === id && fits(each, params, 'invoice') && inRange(each.created, params.created),
    )
  },
)

/** `GET /v1/customers/:id/balance_transactions/:id` */
export const retrieve = endpoint(hash({}), (account, _, customer, id) => own(account, customer, id))

/** `POST /v1/customers/:id/balance_transactions/:id`: the amount stays; another transaction corrects it. */
export const update = endpoint(
  hash({ description: text(350), metadata: metadata() }),
  (account, params, customer, id) => {
    const transaction = own(account, customer, id)
    account.change(transaction, {
      description: params.description ?? transaction.description,
      metadata: changedMetadata(transaction.metadata ?? {}, params.metadata),
    })
    return transaction
  },
)

function own(account: Account, customer: string, id: string): CustomerBalanceTransaction {
  account.need(account.state.customers, customer)
  const transaction = account.need(account.state.customerBalanceTransactions, id)
  if (transaction.customer !== customer) throw noSuch('customer balance transaction', id)
  return transaction
}
