import type { Route } from '../endpoint.ts'
import * as charges from '../resources/charges.ts'
import * as checkoutSessions from '../resources/checkout-sessions.ts'
import * as coupons from '../resources/coupons.ts'
import * as customers from '../resources/customers.ts'
import * as paymentIntents from '../resources/payment-intents.ts'
import * as paymentMethods from '../resources/payment-methods.ts'
import * as promotionCodes from '../resources/promotion-codes.ts'

/** Customers, what they pay with, what they paid, and what became of it. */
export const moneyRoutes: readonly Route[] = [
  ['GET', '/v1/charges', charges.list],
  ['GET', '/v1/charges/:id', charges.retrieve],

  ['POST', '/v1/checkout/sessions', checkoutSessions.create],
  ['GET', '/v1/checkout/sessions', checkoutSessions.list],
  ['GET', '/v1/checkout/sessions/:id', checkoutSessions.retrieve],
  ['POST', '/v1/checkout/sessions/:id', checkoutSessions.update],
  ['POST', '/v1/checkout/sessions/:id/expire', checkoutSessions.expire],
  ['GET', '/v1/checkout/sessions/:id/line_items', checkoutSessions.listLineItems],

  ['POST', '/v1/coupons', coupons.create],
  ['GET', '/v1/coupons', coupons.list],
  ['GET', '/v1/coupons/:id', coupons.retrieve],

  ['POST', '/v1/customers', customers.create],
  ['GET', '/v1/customers', customers.list],
  ['GET', '/v1/customers/:id', customers.retrieve],
  ['POST', '/v1/customers/:id', customers.update],
  ['DELETE', '/v1/customers/:id', customers.remove],

  ['GET', '/v1/payment_intents', paymentIntents.list],
  ['GET', '/v1/payment_intents/:id', paymentIntents.retrieve],

  ['GET', '/v1/payment_methods', paymentMethods.list],
  ['GET', '/v1/payment_methods/:id', paymentMethods.retrieve],

  ['POST', '/v1/promotion_codes', promotionCodes.create],
  ['GET', '/v1/promotion_codes', promotionCodes.list],
  ['GET', '/v1/promotion_codes/:id', promotionCodes.retrieve],
  ['POST', '/v1/promotion_codes/:id', promotionCodes.update],
]
