import type { Context } from 'hono'
import { html } from 'hono/html'
import { seedCatalogue } from '../../seed.ts'
import { facts, section } from '../elements.ts'
import { type Dashboard, goOn, refuse, show } from './frame.ts'

/** `GET /dashboard/state`: what the sandbox holds, the catalogue, and the way back to the start. */
export function statePage(dashboard: Dashboard, context: Context): Promise<Response> {
  const { state } = dashboard.core.account
  return show(dashboard, context, {
    section: 'state',
    title: 'State',
    body: html`<h1>State</h1>
      ${facts([
        ['Customers', String(state.customers.size)],
        ['Subscriptions', String(state.subscriptions.size)],
        ['Invoices', String(state.invoices.size)],
        ['Payments', String(state.paymentIntents.size)],
        ['Products', String(state.products.size)],
        ['Events', String(state.events.size)],
      ])}
      ${section(
        'catalogue',
        'The catalogue',
        html`<p class="muted">A product for each plan of the catalogue and a price under each lookup key.</p>
          <form method="post" action="/dashboard/state/seed" class="row">
            <button class="button quiet">Fill in the catalogue</button>
          </form>`,
      )}
      ${section(
        'reset',
        'Start anew',
        html`<p class="muted">Forgets every object, event, fault and request, and sets the clock to the machine's time.
            The catalogue and the webhook endpoint of the start come back.</p>
          <form method="post" action="/dashboard/state/reset" class="row">
            <input type="checkbox" id="sure" name="sure" value="yes" required />
            <label for="sure">Forget everything</label>
            <button class="button danger">Reset</button>
          </form>`,
      )}`,
  })
}

/** `POST /dashboard/state/seed` */
export function seed(dashboard: Dashboard, context: Context): Response {
  const { account } = dashboard.core
  const has = account.state.prices.size > 0
  if (has) return refuse(dashboard, context, '/dashboard/state', 'There are prices already. Reset first.')
  seedCatalogue(account)
  return goOn(dashboard, context, '/dashboard/products', 'The catalogue is filled in.')
}

/** `POST /dashboard/state/reset` */
export async function reset(dashboard: Dashboard, context: Context): Promise<Response> {
  const isSure = (await context.req.parseBody()).sure === 'yes'
  if (!isSure) return refuse(dashboard, context, '/dashboard/state', 'Tick “Forget everything” first.')
  dashboard.core.reset()
  return goOn(dashboard, context, '/', 'Everything is as at the start.')
}
