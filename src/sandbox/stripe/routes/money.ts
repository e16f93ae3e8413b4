import type { Route } from '../endpoint.ts'
import * as accounts from '../resources/account.ts'
import * as balance from '../resources/balance.ts'
import * as cashBalance from '../resources/cash-balance.ts'
import * as charges from '../resources/charges.ts'
import * as paymentPages from '../resources/checkout/payment-pages.ts'
import * as checkoutSessions from '../resources/checkout/sessions.ts'
import { update as updateCheckoutSession } from '../resources/checkout/update.ts'
import * as confirmationTokens from '../resources/confirmation-tokens.ts'
import * as coupons from '../resources/coupons.ts'
import * as customerBalance from '../resources/customer-balance.ts'
import * as customerSources from '../resources/customer-sources.ts'
import * as customers from '../resources/customers.ts'
import * as disputes from '../resources/disputes.ts'
import * as earlyFraudWarnings from '../resources/early-fraud-warnings.ts'
import * as mandates from '../resources/mandates.ts'
import * as paymentIntentActions from '../resources/payment-intent-actions.ts'
import { applyCustomerBalance } from '../resources/payment-intent-balance.ts'
import { confirm as confirmPaymentIntent, verifyMicrodeposits } from '../resources/payment-intent-confirm.ts'
import * as paymentIntents from '../resources/payment-intents.ts'
import * as methodConfigurations from '../resources/payment-method-configurations.ts'
import * as paymentMethods from '../resources/payment-methods.ts'
import * as promotionCodes from '../resources/promotion-codes.ts'
import * as refunds from '../resources/refunds.ts'
import * as setupAttempts from '../resources/setup-attempts.ts'
import * as setupIntents from '../resources/setup-intents.ts'
import * as shippingRates from '../resources/shipping-rates.ts'
import * as taxIds from '../resources/tax-ids.ts'

/** Customers, what they pay with, what they paid, and what became of it. */
export const moneyRoutes: readonly Route[] = [
  ['GET', '/v1/account', accounts.retrieveCurrent],
  ['GET', '/v1/accounts/:id', accounts.retrieve],
  ['GET', '/v1/balance', balance.retrieve],
  ['GET', '/v1/balance_transactions', balance.listTransactions],
  ['GET', '/v1/balance_transactions/:id', balance.retrieveTransaction],

  ['POST', '/v1/charges', charges.create],
  ['GET', '/v1/charges', charges.list],
  ['GET', '/v1/charges/:id', charges.retrieve],
  ['POST', '/v1/charges/:id', charges.update],
  ['POST', '/v1/charges/:id/capture', charges.capture],

  ['POST', '/v1/checkout/sessions', checkoutSessions.create],
  ['GET', '/v1/checkout/sessions', checkoutSessions.list],
  ['GET', '/v1/checkout/sessions/:id', checkoutSessions.retrieve],
  ['POST', '/v1/checkout/sessions/:id', updateCheckoutSession],
  ['POST', '/v1/checkout/sessions/:id/expire', checkoutSessions.expire],
  ['GET', '/v1/checkout/sessions/:id/line_items', checkoutSessions.listLineItems],

  ['GET', '/v1/confirmation_tokens/:id', confirmationTokens.retrieve],
  ['POST', '/v1/test_helpers/confirmation_tokens', confirmationTokens.create],

  ['POST', '/v1/coupons', coupons.create],
  ['GET', '/v1/coupons', coupons.list],
  ['GET', '/v1/coupons/:id', coupons.retrieve],
  ['POST', '/v1/coupons/:id', coupons.update],
  ['DELETE', '/v1/coupons/:id', coupons.remove],

  ['POST', '/v1/customers', customers.create],
  ['GET', '/v1/customers', customers.list],
  ['GET', '/v1/customers/:id', customers.retrieve],
  ['POST', '/v1/customers/:id', customers.update],
  ['DELETE', '/v1/customers/:id', customers.remove],
  ['DELETE', '/v1/customers/:id/discount', customers.removeDiscount],
  ['POST', '/v1/customers/:id/balance_transactions', customerBalance.create],
  ['GET', '/v1/customers/:id/balance_transactions', customerBalance.list],
  ['GET', '/v1/customers/:id/balance_transactions/:id', customerBalance.retrieve],
  ['POST', '/v1/customers/:id/balance_transactions/:id', customerBalance.update],
  ['GET', '/v1/customers/:id/cash_balance', cashBalance.retrieve],
  ['POST', '/v1/customers/:id/cash_balance', cashBalance.update],
  ['GET', '/v1/customers/:id/cash_balance_transactions', cashBalance.listTransactions],
  ['GET', '/v1/customers/:id/cash_balance_transactions/:id', cashBalance.retrieveTransaction],
  ['POST', '/v1/customers/:id/funding_instructions', cashBalance.createInstructions],
  ['POST', '/v1/test_helpers/customers/:id/fund_cash_balance', cashBalance.fund],
  ['POST', '/v1/customers/:id/sources', customerSources.create],
  ['GET', '/v1/customers/:id/sources', customerSources.list],
  ['GET', '/v1/customers/:id/sources/:id', customerSources.retrieve],
  ['POST', '/v1/customers/:id/sources/:id', customerSources.update],
  ['POST', '/v1/customers/:id/sources/:id/verify', customerSources.verify],
  ['DELETE', '/v1/customers/:id/sources/:id', customerSources.remove],
  ['POST', '/v1/customers/:id/tax_ids', taxIds.create],
  ['GET', '/v1/customers/:id/tax_ids', taxIds.list],
  ['GET', '/v1/customers/:id/tax_ids/:id', taxIds.retrieve],
  ['DELETE', '/v1/customers/:id/tax_ids/:id', taxIds.remove],
  ['GET', '/v1/customers/:id/payment_methods', paymentMethods.listOfCustomer],
  ['GET', '/v1/customers/:id/payment_methods/:id', paymentMethods.retrieveOfCustomer],

  ['GET', '/v1/disputes', disputes.list],
  ['GET', '/v1/disputes/:id', disputes.retrieve],
  ['POST', '/v1/disputes/:id', disputes.update],
  ['POST', '/v1/disputes/:id/close', disputes.close],

  ['GET', '/v1/mandates/:id', mandates.retrieve],

  ['POST', '/v1/payment_intents', paymentIntents.create],
  ['GET', '/v1/payment_intents', paymentIntents.list],
  ['GET', '/v1/payment_intents/:id', paymentIntents.retrieve],
  ['POST', '/v1/payment_intents/:id', paymentIntentActions.update],
  ['POST', '/v1/payment_intents/:id/apply_customer_balance', applyCustomerBalance],
  ['POST', '/v1/payment_intents/:id/cancel', paymentIntentActions.cancel],
  ['GET', '/v1/payment_intents/:id/amount_details_line_items', paymentIntents.listAmountDetailsLines],
  ['POST', '/v1/payment_intents/:id/verify_microdeposits', verifyMicrodeposits],
  ['POST', '/v1/payment_intents/:id/capture', paymentIntentActions.capture],
  ['POST', '/v1/payment_intents/:id/confirm', confirmPaymentIntent],
  ['POST', '/v1/payment_intents/:id/increment_authorization', paymentIntentActions.incrementAuthorization],

  ['POST', '/v1/payment_method_configurations', methodConfigurations.create],
  ['GET', '/v1/payment_method_configurations', methodConfigurations.list],
  ['GET', '/v1/payment_method_configurations/:id', methodConfigurations.retrieve],
  ['POST', '/v1/payment_method_configurations/:id', methodConfigurations.update],

  ['POST', '/v1/payment_methods', paymentMethods.create],
  ['GET', '/v1/payment_methods', paymentMethods.list],
  ['GET', '/v1/payment_methods/:id', paymentMethods.retrieve],
  ['POST', '/v1/payment_methods/:id', paymentMethods.update],
  ['POST', '/v1/payment_methods/:id/attach', paymentMethods.attach],
  ['POST', '/v1/payment_methods/:id/detach', paymentMethods.detachMethod],

  ['GET', '/v1/payment_pages/:id', paymentPages.retrieve],
  ['POST', '/v1/payment_pages/:id/confirm', paymentPages.confirm],

  ['POST', '/v1/promotion_codes', promotionCodes.create],
  ['GET', '/v1/promotion_codes', promotionCodes.list],
  ['GET', '/v1/promotion_codes/:id', promotionCodes.retrieve],
  ['POST', '/v1/promotion_codes/:id', promotionCodes.update],

  ['GET', '/v1/radar/early_fraud_warnings', earlyFraudWarnings.list],
  ['GET', '/v1/radar/early_fraud_warnings/:id', earlyFraudWarnings.retrieve],

  ['POST', '/v1/refunds', refunds.create],
  ['GET', '/v1/refunds', refunds.list],
  ['GET', '/v1/refunds/:id', refunds.retrieve],
  ['POST', '/v1/refunds/:id', refunds.update],
  ['POST', '/v1/refunds/:id/cancel', refunds.cancel],
  ['POST', '/v1/test_helpers/refunds/:id/expire', refunds.expire],

  ['GET', '/v1/setup_attempts', setupAttempts.list],
  ['POST', '/v1/setup_intents', setupIntents.create],
  ['GET', '/v1/setup_intents', setupIntents.list],
  ['GET', '/v1/setup_intents/:id', setupIntents.retrieve],
  ['POST', '/v1/setup_intents/:id', setupIntents.update],
  ['POST', '/v1/setup_intents/:id/verify_microdeposits', setupIntents.verifyMicrodeposits],
  ['POST', '/v1/setup_intents/:id/cancel', setupIntents.cancel],
  ['POST', '/v1/setup_intents/:id/confirm', setupIntents.confirm],

  ['POST', '/v1/shipping_rates', shippingRates.create],
  ['GET', '/v1/shipping_rates', shippingRates.list],
  ['GET', '/v1/shipping_rates/:id', shippingRates.retrieve],
  ['POST', '/v1/shipping_rates/:id', shippingRates.update],
]
