import type { Endpoint } from './endpoint.ts'
import * as portalConfigurations from './resources/billing-portal-configurations.ts'
import * as portalSessions from './resources/billing-portal-sessions.ts'
import * as charges from './resources/charges.ts'
import * as checkoutSessions from './resources/checkout-sessions.ts'
import * as coupons from './resources/coupons.ts'
import * as customers from './resources/customers.ts'
import * as events from './resources/events.ts'
import * as invoicePayments from './resources/invoice-payments.ts'
import * as invoices from './resources/invoices.ts'
import * as paymentIntents from './resources/payment-intents.ts'
import * as paymentMethods from './resources/payment-methods.ts'
import * as prices from './resources/prices.ts'
import * as products from './resources/products.ts'
import * as promotionCodes from './resources/promotion-codes.ts'
import * as subscriptions from './resources/subscriptions.ts'
import * as webhookEndpoints from './resources/webhook-endpoints.ts'

export type Method = 'GET' | 'POST' | 'DELETE'

/** Everything that the API answers. `:id` is the only parameter that a path can have. */
export const routes: readonly (readonly [Method, string, Endpoint])[] = [
  ['POST', '/v1/billing_portal/configurations', portalConfigurations.create],
  ['GET', '/v1/billing_portal/configurations', portalConfigurations.list],
  ['GET', '/v1/billing_portal/configurations/:id', portalConfigurations.retrieve],
  ['POST', '/v1/billing_portal/configurations/:id', portalConfigurations.update],
  ['POST', '/v1/billing_portal/sessions', portalSessions.create],

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

  ['GET', '/v1/events', events.list],
  ['GET', '/v1/events/:id', events.retrieve],

  ['GET', '/v1/invoice_payments', invoicePayments.list],
  ['GET', '/v1/invoice_payments/:id', invoicePayments.retrieve],
  ['GET', '/v1/invoices', invoices.list],
  ['GET', '/v1/invoices/:id', invoices.retrieve],
  ['GET', '/v1/invoices/:id/lines', invoices.listLines],

  ['GET', '/v1/payment_intents', paymentIntents.list],
  ['GET', '/v1/payment_intents/:id', paymentIntents.retrieve],
  ['GET', '/v1/payment_methods', paymentMethods.list],
  ['GET', '/v1/payment_methods/:id', paymentMethods.retrieve],

  ['POST', '/v1/prices', prices.create],
  ['GET', '/v1/prices', prices.list],
  ['GET', '/v1/prices/:id', prices.retrieve],
  ['POST', '/v1/prices/:id', prices.update],

  ['POST', '/v1/products', products.create],
  ['GET', '/v1/products', products.list],
  ['GET', '/v1/products/:id', products.retrieve],
  ['POST', '/v1/products/:id', products.update],

  ['POST', '/v1/promotion_codes', promotionCodes.create],
  ['GET', '/v1/promotion_codes', promotionCodes.list],
  ['GET', '/v1/promotion_codes/:id', promotionCodes.retrieve],
  ['POST', '/v1/promotion_codes/:id', promotionCodes.update],

  ['GET', '/v1/subscriptions', subscriptions.list],
  ['GET', '/v1/subscriptions/:id', subscriptions.retrieve],
  ['POST', '/v1/subscriptions/:id', subscriptions.update],
  ['DELETE', '/v1/subscriptions/:id', subscriptions.cancel],
  ['POST', '/v1/subscriptions/:id/pause', subscriptions.pause],
  ['POST', '/v1/subscriptions/:id/resume', subscriptions.resume],

  ['POST', '/v1/webhook_endpoints', webhookEndpoints.create],
  ['GET', '/v1/webhook_endpoints', webhookEndpoints.list],
  ['GET', '/v1/webhook_endpoints/:id', webhookEndpoints.retrieve],
  ['POST', '/v1/webhook_endpoints/:id', webhookEndpoints.update],
  ['DELETE', '/v1/webhook_endpoints/:id', webhookEndpoints.remove],
]

interface Match {
  endpoint: Endpoint
  /** The id in the path, or empty. */
  id: string
}

const table = routes.map(([method, path, endpoint]) => ({ method, parts: path.split('/'), endpoint }))

/** The operation behind a method and path, or null. */
export function findRoute(method: string, path: string): Match | null {
  const given = path.split('/')
  for (const { method: expected, parts, endpoint } of table) {
    if (method !== expected || parts.length !== given.length) continue
    let id = ''
    const matches = parts.every((part, index) => {
      if (part !== ':id') return part === given[index]
      id = decodeId(given[index] ?? '')
      return id !== ''
    })
    if (matches) return { endpoint, id }
  }
  return null
}

function decodeId(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return ''
  }
}
