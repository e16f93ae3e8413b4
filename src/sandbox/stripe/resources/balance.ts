import { endpoint } from '../endpoint.ts'
import { asOfNow } from '../life/money/balance.ts'
import { createdParam, fits, inRange, page, pageParams } from '../pagination.ts'
import { absent, hash, text } from '../params.ts'
import type { BalanceTransaction } from '../wire.ts'
import { currencyParam } from './payment-intent-params.ts'

const ACCOUNT_CURRENCY = 'usd'

/** `GET /v1/balance`: what the balance transactions come to, by currency. There are no payouts. */
export const retrieve = endpoint(hash({}), (account) => {
  const transactions = [...account.state.balanceTransactions.values()]
  const currencies = [...new Set([ACCOUNT_CURRENCY, ...transactions.map((each) => each.currency)])]
  const sums = (keep: (each: BalanceTransaction) => boolean) =>
    currencies.map((currency) => {
      const amount = transactions
        .filter((each) => each.currency === currency && keep(each))
        .reduce((total, each) => total + each.net, 0)
      return { amount, currency, source_types: { card: amount } }
    })
  return {
    object: 'balance',
    available: sums((each) => each.available_on <= account.now),
    livemode: false,
    pending: sums((each) => each.available_on > account.now),
    refund_and_dispute_prefunding: { available: [], pending: [] },
  }
})

/** `GET /v1/balance_transactions/:id` */
export const retrieveTransaction = endpoint(hash({}), (account, _, id) =>
  asOfNow(account, account.need(account.state.balanceTransactions, id)),
)

/** `GET /v1/balance_transactions` */
export const listTransactions = endpoint(
  hash({
    ...pageParams,
    created: createdParam,
    currency: currencyParam,
    source: text(),
    type: text(),
    ...absent('payout'),
  }),
  (account, params) => {
    const found = page(
      account,
      account.state.balanceTransactions,
      params,
      '/v1/balance_transactions',
      (each) => fits(each, params, 'currency', 'source', 'type') && inRange(each.created, params.created),
    )
    return { ...found, data: found.data.map((each) => asOfNow(account, each)) }
  },
)
