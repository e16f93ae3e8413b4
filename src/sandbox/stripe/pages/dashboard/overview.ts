import type { Context } from 'hono'
import { html } from 'hono/html'
import { type Html, section } from '../elements.ts'
import { clockControls } from './clock.ts'
import { eventTable } from './event-table.ts'
import { type Dashboard, show } from './frame.ts'

const EVENTS_SHOWN = 15

/** `GET /`: the clock, what there is, and what happened last. */
export function overviewPage(dashboard: Dashboard, context: Context): Promise<Response> {
  const { account } = dashboard.core
  const { state } = account
  const count = (status: string) =>
    [...state.subscriptions.values()].filter((each) => each.status === status).length
  return show(dashboard, context, {
    section: '',
    title: 'Overview',
    body: html`<h1>Payment sandbox</h1>
      ${clockControls(dashboard)}
      <ul class="figures">
        ${figure('/dashboard/customers', state.customers.size, 'customers')}
        ${figure('/dashboard/subscriptions', count('active') + count('trialing'), 'subscriptions that run')}
        ${figure('/dashboard/subscriptions', count('past_due'), 'past due')}
        ${figure('/dashboard/events', state.events.size, 'events')}
      </ul>
      ${state.customers.size === 0 ? start(dashboard) : ''}
      ${section(
        'events',
        'Newest events',
        eventTable(account, state.events.newestFirst().slice(0, EVENTS_SHOWN)),
        html`<a href="/dashboard/events">All events</a>`,
      )}`,
  })
}

function figure(href: string, value: number, label: string): Html {
  return html`<li><a class="figure-card" href="${href}"><strong class="figure">${value}</strong> <span>${label}</span></a></li>`
}

/** What to do first. */
function start({ core: { account } }: Dashboard): Html {
  const { hostname, port } = new URL(account.url)
  return section(
    'start',
    'Point your code here',
    html`<p class="muted">The official SDK works unchanged; any key that starts with <code>sk_test_</code> is accepted.</p>
      <pre class="json" tabindex="0"><code>new Stripe('sk_test_anything', {
  host: '${hostname}',
  port: ${port},
  protocol: 'http',
})</code></pre>
      <p><a href="https://github.com/stripe/stripe-cli" rel="noreferrer">The CLI</a> takes
        <code>--api-base ${account.url}</code>.</p>`,
  )
}
