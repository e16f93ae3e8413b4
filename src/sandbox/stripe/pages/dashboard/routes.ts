import { type Context, Hono } from 'hono'
import type { SandboxCore } from '../../core.ts'
import { createPortalSession } from '../../resources/billing-portal-sessions.ts'
import type { Notices } from '../notices.ts'
import { moveClock } from './clock.ts'
import { customerPage, customersPage } from './customers.ts'
import { eventPage, eventsPage, resendOne, resendRange } from './events.ts'
import { addFault, clearFaults, faultsPage, removeFault } from './faults.ts'
import { type Dashboard, notFound } from './frame.ts'
import { invoicePage, invoicesPage } from './invoices.ts'
import { overviewPage } from './overview.ts'
import { paymentPage, paymentsPage, refundPayment } from './payments.ts'
import { productPage, productsPage } from './products.ts'
import { requestsPage } from './requests.ts'
import { objectPage, searchPage } from './search.ts'
import { reset, seed, statePage } from './state.ts'
import { subscriptionPage, subscriptionsPage } from './subscriptions.ts'
import { switchDelivery, switchEndpoint, webhookPage, webhooksPage } from './webhooks.ts'

type Page = (dashboard: Dashboard, context: Context) => Response | Promise<Response>

const PAGES: readonly (readonly ['get' | 'post', string, Page])[] = [
  ['get', '/', overviewPage],
  ['post', '/clock', moveClock],
  ['get', '/dashboard/customers', customersPage],
  ['get', '/dashboard/customers/:id', customerPage],
  ['post', '/dashboard/customers/:id/portal', openPortal],
  ['get', '/dashboard/subscriptions', subscriptionsPage],
  ['get', '/dashboard/subscriptions/:id', subscriptionPage],
  ['get', '/dashboard/invoices', invoicesPage],
  ['get', '/dashboard/invoices/:id', invoicePage],
  ['get', '/dashboard/payments', paymentsPage],
  ['get', '/dashboard/payments/:id', paymentPage],
  ['post', '/dashboard/payments/:id/refund', refundPayment],
  ['get', '/dashboard/products', productsPage],
  ['get', '/dashboard/products/:id', productPage],
  ['get', '/dashboard/events', eventsPage],
  ['post', '/dashboard/events/resend', resendRange],
  ['get', '/dashboard/events/:id', eventPage],
  ['post', '/dashboard/events/:id/resend', resendOne],
  ['get', '/dashboard/webhooks', webhooksPage],
  ['post', '/dashboard/webhooks/delivery', switchDelivery],
  ['get', '/dashboard/webhooks/:id', webhookPage],
  ['post', '/dashboard/webhooks/:id', switchEndpoint],
  ['get', '/dashboard/faults', faultsPage],
  ['post', '/dashboard/faults', addFault],
  ['post', '/dashboard/faults/clear', clearFaults],
  ['post', '/dashboard/faults/:id/remove', removeFault],
  ['get', '/dashboard/requests', requestsPage],
  ['get', '/dashboard/state', statePage],
  ['post', '/dashboard/state/seed', seed],
  ['post', '/dashboard/state/reset', reset],
  ['get', '/dashboard/search', searchPage],
  ['get', '/dashboard/objects/:id', objectPage],
]

/** What an operator sees of the sandbox: everything in it, its clock, its deliveries, its faults. */
export function dashboardRoutes(core: SandboxCore, notices: Notices): Hono {
  const app = new Hono()
  const dashboard: Dashboard = { core, notices }
  for (const [method, path, page] of PAGES) app[method](path, (context) => page(dashboard, context))
  app.get('/dashboard/*', (context) => notFound(dashboard, context, ''))
  return app
}

/** `POST /dashboard/customers/:id/portal`: the portal, as this customer. */
function openPortal(dashboard: Dashboard, context: Context): Response | Promise<Response> {
  const { account } = dashboard.core
  const customer = account.state.customers.get(context.req.param('id') ?? '')
  if (customer === undefined) return notFound(dashboard, context, 'customers')
  const { url } = createPortalSession(account, {
    customer: customer.id,
    return_url: `${account.url}/dashboard/customers/${customer.id}`,
  })
  return context.redirect(url, 303)
}
