import type { Route } from '../endpoint.ts'
import * as invoiceItems from '../resources/invoice-items.ts'
import * as invoicePayments from '../resources/invoice-payments.ts'
import * as invoiceActions from '../resources/invoices/actions.ts'
import * as invoiceDrafts from '../resources/invoices/drafts.ts'
import * as invoiceLines from '../resources/invoices/lines.ts'
import * as invoices from '../resources/invoices/list.ts'
import { createPreview } from '../resources/invoices/preview.ts'
import * as prices from '../resources/prices.ts'
import * as products from '../resources/products.ts'
import * as subscriptionItems from '../resources/subscription-items.ts'
import { create as createSchedule } from '../resources/subscription-schedules/create.ts'
import * as subscriptionSchedules from '../resources/subscription-schedules/list.ts'
import { update as updateSchedule } from '../resources/subscription-schedules/update.ts'
import * as subscriptionActions from '../resources/subscriptions/actions.ts'
import { create as createSubscription } from '../resources/subscriptions/create.ts'
import * as subscriptions from '../resources/subscriptions/list.ts'
import { update as updateSubscription } from '../resources/subscriptions/update.ts'
import * as taxIds from '../resources/tax-ids.ts'
import * as taxRates from '../resources/tax-rates.ts'

/** What is sold, what is subscribed to, and what is billed for it. */
export const billingRoutes: readonly Route[] = [
  ['GET', '/v1/invoice_payments', invoicePayments.list],
  ['GET', '/v1/invoice_payments/:id', invoicePayments.retrieve],

  ['POST', '/v1/invoiceitems', invoiceItems.create],
  ['GET', '/v1/invoiceitems', invoiceItems.list],
  ['GET', '/v1/invoiceitems/:id', invoiceItems.retrieve],
  ['POST', '/v1/invoiceitems/:id', invoiceItems.update],
  ['DELETE', '/v1/invoiceitems/:id', invoiceItems.remove],

  ['POST', '/v1/invoices', invoiceDrafts.create],
  ['POST', '/v1/invoices/create_preview', createPreview],
  ['GET', '/v1/invoices', invoices.list],
  ['GET', '/v1/invoices/:id', invoices.retrieve],
  ['POST', '/v1/invoices/:id', invoiceDrafts.update],
  ['DELETE', '/v1/invoices/:id', invoiceDrafts.remove],
  ['POST', '/v1/invoices/:id/add_lines', invoiceLines.add],
  ['POST', '/v1/invoices/:id/attach_payment', invoiceActions.attach],
  ['POST', '/v1/invoices/:id/finalize', invoiceActions.finalize],
  ['GET', '/v1/invoices/:id/lines', invoiceLines.list],
  ['POST', '/v1/invoices/:id/lines/:id', invoiceLines.updateOne],
  ['POST', '/v1/invoices/:id/mark_uncollectible', invoiceActions.giveUp],
  ['POST', '/v1/invoices/:id/pay', invoiceActions.pay],
  ['POST', '/v1/invoices/:id/remove_lines', invoiceLines.removeMany],
  ['POST', '/v1/invoices/:id/send', invoiceActions.send],
  ['POST', '/v1/invoices/:id/update_lines', invoiceLines.updateMany],
  ['POST', '/v1/invoices/:id/void', invoiceActions.makeVoid],

  ['POST', '/v1/prices', prices.create],
  ['GET', '/v1/prices', prices.list],
  ['GET', '/v1/prices/:id', prices.retrieve],
  ['POST', '/v1/prices/:id', prices.update],

  ['POST', '/v1/products', products.create],
  ['GET', '/v1/products', products.list],
  ['GET', '/v1/products/:id', products.retrieve],
  ['POST', '/v1/products/:id', products.update],
  ['DELETE', '/v1/products/:id', products.remove],

  ['POST', '/v1/subscription_items', subscriptionItems.create],
  ['GET', '/v1/subscription_items', subscriptionItems.list],
  ['GET', '/v1/subscription_items/:id', subscriptionItems.retrieve],
  ['POST', '/v1/subscription_items/:id', subscriptionItems.update],
  ['DELETE', '/v1/subscription_items/:id', subscriptionItems.remove],

  ['POST', '/v1/subscription_schedules', createSchedule],
  ['GET', '/v1/subscription_schedules', subscriptionSchedules.list],
  ['GET', '/v1/subscription_schedules/:id', subscriptionSchedules.retrieve],
  ['POST', '/v1/subscription_schedules/:id', updateSchedule],
  ['POST', '/v1/subscription_schedules/:id/cancel', subscriptionSchedules.cancel],
  ['POST', '/v1/subscription_schedules/:id/release', subscriptionSchedules.release],

  ['POST', '/v1/subscriptions', createSubscription],
  ['GET', '/v1/subscriptions', subscriptions.list],
  ['GET', '/v1/subscriptions/:id', subscriptions.retrieve],
  ['POST', '/v1/subscriptions/:id', updateSubscription],
  ['DELETE', '/v1/subscriptions/:id', subscriptionActions.cancel],
  ['DELETE', '/v1/subscriptions/:id/discount', subscriptionActions.removeDiscount],
  ['POST', '/v1/subscriptions/:id/migrate', subscriptionActions.migrate],
  ['POST', '/v1/subscriptions/:id/pause', subscriptionActions.pause],
  ['POST', '/v1/subscriptions/:id/resume', subscriptionActions.resume],

  ['POST', '/v1/tax_ids', taxIds.createOwned],
  ['GET', '/v1/tax_ids', taxIds.listOwned],
  ['GET', '/v1/tax_ids/:id', taxIds.retrieveOwned],
  ['DELETE', '/v1/tax_ids/:id', taxIds.removeOwned],

  ['POST', '/v1/tax_rates', taxRates.create],
  ['GET', '/v1/tax_rates', taxRates.list],
  ['GET', '/v1/tax_rates/:id', taxRates.retrieve],
  ['POST', '/v1/tax_rates/:id', taxRates.update],
]
