import type { Account } from '../account.ts'
import { endpoint } from '../endpoint.ts'
import { noSuch } from '../errors.ts'
import { receiveTransfer } from '../life/money/bank-transfers.ts'
import { cashBalanceOf } from '../life/money/cash-balance.ts'
import { fundingInstructions, type TransferType } from '../life/money/funding-instructions.ts'
import { followPayment } from '../life/money/purpose.ts'
import { page, pageParams } from '../pagination.ts'
import { hash, integer, oneOf, type Params, required, text } from '../params.ts'
import { bankTransfer } from './bank-transfer-params.ts'
import { currencyParam, MAX_AMOUNT } from './payment-intent-params.ts'

const settings = hash({ reconciliation_mode: oneOf('automatic', 'manual', 'merchant_default') })

/** How a customer's cash is reconciled; a customer takes it as `cash_balance`. */
export const cashBalanceShape = { settings } as const

/** `GET /v1/customers/:id/cash_balance` */
export const retrieve = endpoint(hash({}), (account, _, id) =>
  cashBalanceOf(account, account.need(account.state.customers, id)),
)

/** `POST /v1/customers/:id/cash_balance` */
export const update = endpoint(hash(cashBalanceShape), (account, params, id) => {
  const customer = account.need(account.state.customers, id)
  setReconciliation(account, id, params)
  return cashBalanceOf(account, customer)
})

/** Decides how the cash of a customer is reconciled; `merchant_default` decides nothing of its own. */
export function setReconciliation(
  account: Account,
  customer: string,
  given: Params<typeof cashBalanceShape> | undefined,
): void {
  const mode = given?.settings?.reconciliation_mode
  if (mode === undefined) return
  if (mode === 'merchant_default') account.state.reconciliationModes.delete(customer)
  else account.state.reconciliationModes.set(customer, mode)
}

/** `GET /v1/customers/:id/cash_balance_transactions` */
export const listTransactions = endpoint(hash(pageParams), (account, params, id) => {
  account.need(account.state.customers, id)
  return page(
    account,
    account.state.cashBalanceTransactions,
    params,
    `/v1/customers/${id}/cash_balance_transactions`,
    (each) => each.customer === id,
  )
})

/** `GET /v1/customers/:id/cash_balance_transactions/:id` */
export const retrieveTransaction = endpoint(hash({}), (account, _, customer, id) => {
  account.need(account.state.customers, customer)
  const transaction = account.need(account.state.cashBalanceTransactions, id)
  if (transaction.customer !== customer) throw noSuch(account.state.cashBalanceTransactions.kind, id)
  return transaction
})

/** `POST /v1/customers/:id/funding_instructions` */
export const createInstructions = endpoint(
  hash({
    bank_transfer: required(hash(bankTransfer)),
    currency: required(currencyParam),
    funding_type: required(oneOf('bank_transfer')),
  }),
  (account, params, id) => {
    const { eu_bank_transfer: eu, type } = params.bank_transfer
    return fundingInstructions(account.need(account.state.customers, id), {
      type: type satisfies TransferType,
      currency: params.currency,
      country: eu?.country,
    })
  },
)

/** `POST /v1/test_helpers/customers/:id/fund_cash_balance`: a transfer of the customer's bank arrives. */
export const fund = endpoint(
  hash({ amount: required(integer(1, MAX_AMOUNT)), currency: required(currencyParam), reference: text() }),
  (account, params, id) => {
    const customer = account.need(account.state.customers, id)
    const { amount, currency, reference = null } = params
    return receiveTransfer(account, customer, { amount, currency, reference }, (intent) =>
      followPayment(account, intent),
    )
  },
)
