import type { Context } from 'hono'
import { html } from 'hono/html'
import { badge, table } from '../elements.ts'
import { type Dashboard, paged, show } from './frame.ts'

/** `GET /dashboard/requests`: the newest requests to the API. */
export function requestsPage(dashboard: Dashboard, context: Context): Promise<Response> {
  const { requests } = dashboard.core.api
  const id = context.req.query('id')
  const entries = requests.entries.toReversed().filter((each) => id === undefined || each.request_id === id)
  const { rows, pager } = paged(context, entries)
  return show(dashboard, context, {
    section: 'requests',
    title: 'Requests',
    body: html`<h1>Requests to the API</h1>
      <p class="muted">${requests.count} since the start; the newest are kept.
        ${id === undefined ? '' : html`<a href="/dashboard/requests">Show all</a>`}</p>
      ${table({
        caption: 'Requests, newest first',
        columns: ['Request', 'Answer', 'Idempotency key', 'Id', 'When'],
        rows: rows.map((each) => [
          html`<code>${each.method} ${each.path}</code>`,
          answer(each.status, each.replayed),
          html`<code>${each.idempotency_key ?? ''}</code>`,
          html`<code>${each.request_id}</code>`,
          // The machine's time, to the second: requests are made by it, whatever the sandbox's clock says.
          html`<time>${new Date(each.at_ms).toISOString().slice(0, 19).replace('T', ' ')}</time>`,
        ]),
        empty: 'No request yet.',
      })}
      ${pager}`,
  })
}

function answer(status: number | null, replayed: boolean) {
  if (status === null) return badge('failed', 'cut off')
  return badge(status < 400 ? 'succeeded' : 'failed', `${status}${replayed ? ' replayed' : ''}`)
}
