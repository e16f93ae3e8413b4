import type { Context } from 'hono'
import { html } from 'hono/html'
import type { WebhookEndpoint } from '../../wire.ts'
import { badge, facts, json, section, table, time } from '../elements.ts'
import { hrefOf } from '../links.ts'
import { type Dashboard, goOn, notFound, show } from './frame.ts'

/** `GET /dashboard/webhooks` */
export function webhooksPage(dashboard: Dashboard, context: Context): Promise<Response> {
  const { state, delivery } = dashboard.core.account
  return show(dashboard, context, {
    section: 'webhooks',
    title: 'Webhooks',
    body: html`<h1>Webhook endpoints</h1>
      <form method="post" action="/dashboard/webhooks/delivery" class="row">
        <p>${delivery.paused ? 'Deliveries are held back.' : 'Deliveries leave as events happen.'}</p>
        <button class="button quiet" name="paused" value="${String(!delivery.paused)}">
          ${delivery.paused ? 'Let deliveries go' : 'Hold deliveries back'}
        </button>
      </form>
      ${table({
        caption: 'Webhook endpoints, newest first',
        columns: ['Endpoint', 'State', 'Events', 'API version', 'Made'],
        rows: state.webhookEndpoints
          .newestFirst()
          .map((each) => [
            html`<a href="${hrefOf(each.id)}">${each.url}</a>`,
            badge(each.status),
            typesOf(each),
            each.api_version ?? 'as the account',
            time(each.created),
          ]),
        empty: 'No endpoint yet. Make one with the SDK, or run the Stripe CLI with listen.',
      })}`,
  })
}

/** `GET /dashboard/webhooks/:id`. Its secret is shown where it is asked for, by `?secret=show`. */
export function webhookPage(dashboard: Dashboard, context: Context): Promise<Response> {
  const { state } = dashboard.core.account
  const endpoint = state.webhookEndpoints.get(context.req.param('id') ?? '')
  if (endpoint === undefined) return notFound(dashboard, context, 'webhooks')
  const secrets = state.endpointSecrets.get(endpoint.id) ?? []
  return show(dashboard, context, {
    section: 'webhooks',
    title: 'Webhook endpoint',
    body: html`<h1>Webhook endpoint ${badge(endpoint.status)}</h1>
      ${facts([
        ['Address', html`<code>${endpoint.url}</code>`],
        ['Id', html`<code>${endpoint.id}</code>`],
        ['API version', endpoint.api_version ?? 'as the account'],
        ['Made', time(endpoint.created)],
        [
          'Signing secret',
          context.req.query('secret') === 'show'
            ? html`${secrets.map(({ secret }) => html`<code class="secret">${secret}</code>`)}`
            : html`<a href="?secret=show">Show</a>`,
        ],
      ])}
      <form method="post" action="${hrefOf(endpoint.id)}" class="row">
        <button class="button quiet" name="disabled" value="${String(endpoint.status === 'enabled')}">
          ${endpoint.status === 'enabled' ? 'Disable' : 'Enable'}
        </button>
        <span class="muted small">What falls due while an endpoint is disabled is lost.</span>
      </form>
      ${section(
        'types',
        'Events that it takes',
        html`<ul class="words">${endpoint.enabled_events.map((type) => html`<li><code>${type}</code></li>`)}</ul>`,
      )}
      ${section('object', 'The object', json(endpoint))}`,
  })
}

/** `POST /dashboard/webhooks/delivery` */
export async function switchDelivery(dashboard: Dashboard, context: Context): Promise<Response> {
  const paused = (await context.req.parseBody()).paused === 'true'
  const { delivery } = dashboard.core.account
  if (paused) delivery.pause()
  else delivery.resume()
  return goOn(
    dashboard,
    context,
    '/dashboard/webhooks',
    paused ? 'Deliveries are held back.' : 'Deliveries go on.',
  )
}

function typesOf({ enabled_events: types }: WebhookEndpoint): string {
  return types.includes('*') ? 'all' : String(types.length)
}

/** `POST /dashboard/webhooks/:id` */
export async function switchEndpoint(dashboard: Dashboard, context: Context): Promise<Response> {
  const { account } = dashboard.core
  const endpoint = account.state.webhookEndpoints.get(context.req.param('id') ?? '')
  if (endpoint === undefined) return notFound(dashboard, context, 'webhooks')
  const disabled = (await context.req.parseBody()).disabled === 'true'
  account.change(endpoint, { status: disabled ? 'disabled' : 'enabled' })
  return goOn(dashboard, context, hrefOf(endpoint.id), disabled ? 'Disabled.' : 'Enabled.')
}
