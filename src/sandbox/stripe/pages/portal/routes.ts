import { type Context, Hono } from 'hono'
import type { SandboxCore } from '../../core.ts'
import type { PortalSession, Subscription } from '../../wire.ts'
import type { Notices } from '../notices.ts'
import { cancelNow, cancelPage, keep } from './cancel.ts'
import { detailsPage, saveDetails } from './details.ts'
import { homePage } from './home.ts'
import { pauseNow, pausePage, resumeNow } from './pause.ts'
import { changeMethod, methodPage, methodSaved, payInvoice, saveMethod } from './payment-method.ts'
import { changePlan, keepPlan } from './plan/change.ts'
import { choosePage } from './plan/choose.ts'
import { confirmPage } from './plan/confirm.ts'
import { plannedUpdate } from './plan/schedule.ts'
import { acceptOffer } from './retention.ts'
import { addTaxId, removeTaxId } from './tax-ids.ts'
import { portalNotFound, refuse, subscriptionOf, type Visit, visitOf } from './visit.ts'

type Features = Visit['configuration']['features']

const MANAGED = 'A change of this subscription is planned already. It cannot be changed here until then.'

/** The customer portal, under `/p/session/:id`: what its configuration allows, and nothing else. */
export function portalRoutes(core: SandboxCore, notices: Notices): Hono {
  const app = new Hono()

  /** A page that needs a feature, or null for one that each portal has. */
  const page =
    (feature: keyof Features | null, show: (visit: Visit) => Response | Promise<Response>) =>
    (context: Context): Response | Promise<Response> => {
      const visit = visitOf(core, notices, context)
      const isAllowed = visit && (feature === null || visit.configuration.features[feature].enabled)
      return isAllowed ? show(visit) : portalNotFound(core, context)
    }

  const subscriptionPage = (
    feature: keyof Features,
    show: (visit: Visit, subscription: Subscription) => Promise<Response>,
  ) =>
    page(feature, (visit) => {
      const subscription = subscriptionOf(visit)
      if (subscription === null) return portalNotFound(core, visit.context)
      // What the merchant has planned, a customer cannot change (github.com/invertase/stripe-firebase-extensions/issues/158).
      const isManaged = plannedUpdate(visit, subscription)?.isOwn === false
      return isManaged ? refuse(visit, MANAGED) : show(visit, subscription)
    })

  app.get(
    '/:id',
    page(null, (visit) => {
      const start = startOf(visit.session)
      return start === '' ? homePage(visit) : visit.context.redirect(`${visit.home}${start}`, 303)
    }),
  )
  app.get('/:id/home', page(null, homePage))
  app.get('/:id/subscriptions/:subscription/cancel', subscriptionPage('subscription_cancel', cancelPage))
  app.post('/:id/subscriptions/:subscription/cancel', subscriptionPage('subscription_cancel', cancelNow))
  app.post('/:id/subscriptions/:subscription/retention', subscriptionPage('subscription_cancel', acceptOffer))
  app.post('/:id/subscriptions/:subscription/keep', subscriptionPage('subscription_cancel', keep))
  app.get(
    '/:id/subscriptions/:subscription/update',
    subscriptionPage('subscription_update', (visit, subscription) => choosePage(visit, subscription)),
  )
  app.get('/:id/subscriptions/:subscription/confirm', subscriptionPage('subscription_update', confirmPage))
  app.post('/:id/subscriptions/:subscription/update', subscriptionPage('subscription_update', changePlan))
  app.post('/:id/subscriptions/:subscription/keep-plan', subscriptionPage('subscription_update', keepPlan))
  app.get(
    '/:id/subscriptions/:subscription/pause',
    subscriptionPage('subscription_pause', (visit, subscription) => pausePage(visit, subscription)),
  )
  app.post('/:id/subscriptions/:subscription/pause', subscriptionPage('subscription_pause', pauseNow))
  app.post('/:id/subscriptions/:subscription/resume', subscriptionPage('subscription_pause', resumeNow))
  app.get(
    '/:id/payment-method',
    page('payment_method_update', (visit) => methodPage(visit)),
  )
  app.post('/:id/payment-method', page('payment_method_update', saveMethod))
  app.get('/:id/payment-method/saved', page('payment_method_update', methodSaved))
  app.post('/:id/payment-methods/:method', page('payment_method_update', changeMethod))
  app.post('/:id/invoices/:invoice/pay', page(null, payInvoice))
  app.get('/:id/details', page('customer_update', detailsPage))
  app.post('/:id/details', page('customer_update', saveDetails))
  app.post('/:id/tax-ids', page('customer_update', addTaxId))
  app.post('/:id/tax-ids/:taxId/remove', page('customer_update', removeTaxId))
  return app
}

/** Where the session's flow begins, below its own path; empty for a session without one. */
function startOf({ flow }: PortalSession): string {
  switch (flow?.type) {
    case 'subscription_cancel':
      return `/subscriptions/${flow.subscription_cancel?.subscription}/cancel`
    case 'subscription_pause':
      return `/subscriptions/${flow.subscription_pause?.subscription}/pause`
    case 'subscription_update':
      return `/subscriptions/${flow.subscription_update?.subscription}/update`
    case 'subscription_update_confirm':
      return `/subscriptions/${flow.subscription_update_confirm?.subscription}/confirm`
    case 'payment_method_update':
      return '/payment-method'
    case 'customer_update':
      return '/details'
    default:
      return ''
  }
}
