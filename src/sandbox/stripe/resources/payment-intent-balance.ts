import { endpoint } from '../endpoint.ts'
import { refused } from '../errors.ts'
import { applyCash } from '../life/money/bank-transfers.ts'
import { availableCash } from '../life/money/cash-balance.ts'
import { followPayment } from '../life/money/purpose.ts'
import { hash, integer } from '../params.ts'
import { unexpectedState } from './payment-intent-confirm.ts'
import { currencyParam, MAX_AMOUNT } from './payment-intent-params.ts'

/**
 * `POST /v1/payment_intents/:id/apply_customer_balance`: pays with cash that the customer has sent, as far as it
 * reaches (docs.stripe.com/payments/customer-balance/reconciliation#cash-manual-reconciliation).
 */
export const applyCustomerBalance = endpoint(
  hash({ amount: integer(1, MAX_AMOUNT), currency: currencyParam }),
  (account, params, id) => {
    const intent = account.need(account.state.paymentIntents, id)
    const waits = intent.next_action?.type === 'display_bank_transfer_instructions'
    if (intent.status !== 'requires_action' || !waits) {
      throw unexpectedState(intent, 'apply a customer balance to')
    }
    if (params.currency !== undefined && params.currency !== intent.currency) {
      throw refused(`The PaymentIntent is in ${intent.currency}.`, 'currency')
    }
    const cash = availableCash(account, String(intent.customer), intent.currency)
    if (cash === 0 || (params.amount ?? 0) > cash) {
      throw refused('The customer does not have as much cash.', 'amount', 'balance_insufficient')
    }
    if (applyCash(account, intent, params.amount ?? null)) followPayment(account, intent)
    return intent
  },
)
