import type { Context } from 'hono'
import { html } from 'hono/html'
import { z } from 'zod'
import { type ApiFault, apiFaultSchema } from '../../faults/language.ts'
import { type Html, section, table } from '../elements.ts'
import { type Dashboard, goOn, refuse, show } from './frame.ts'

/** What each kind does, as the form says it. */
const KINDS: Readonly<Record<ApiFault['kind'], string>> = {
  status: 'Answer an error, do nothing',
  error_after_effect: 'Do it, then answer an error',
  delay: 'Answer late',
  down: 'Cut the connection, do nothing',
  reset: 'Do it, then cut the connection',
}

const PATH = '/dashboard/faults'

/** `GET /dashboard/faults` */
export function faultsPage(dashboard: Dashboard, context: Context): Promise<Response> {
  const { faults } = dashboard.core.api
  return show(dashboard, context, {
    section: 'faults',
    title: 'Faults',
    body: html`<h1>Faults</h1>
      ${section(
        'api',
        'Of the API',
        html`${table({
          caption: 'Faults of the API that are set',
          columns: ['Fault', 'Requests', 'How'],
          rows: faults.current.map((fault) => [
            KINDS[fault.kind],
            html`<code>${fault.method ?? 'any'} ${fault.route ?? '/'}</code>`,
            detailsOf(fault),
          ]),
          empty: 'None: every request is answered as it should be.',
        })}
        ${faults.current.length === 0 ? '' : html`<form method="post" action="${PATH}/clear" class="row"><button class="button quiet">Clear all</button></form>`}
        ${newApiFault()}`,
      )}`,
  })
}

/** `POST /dashboard/faults` */
export async function addFault(dashboard: Dashboard, context: Context): Promise<Response> {
  const sent = await context.req.parseBody()
  const given = Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== ''))
  const numbers = ['status', 'times', 'delay_ms'].filter((name) => name in given)
  const fault = { ...given, ...Object.fromEntries(numbers.map((name) => [name, Number(given[name])])) }
  const parsed = apiFaultSchema.safeParse(fault)
  if (!parsed.success) return refuse(dashboard, context, PATH, z.prettifyError(parsed.error))
  dashboard.core.api.faults.add(parsed.data)
  return goOn(dashboard, context, PATH, 'The fault is set.')
}

/** `POST /dashboard/faults/clear` */
export function clearFaults(dashboard: Dashboard, context: Context): Response {
  dashboard.core.api.faults.clear()
  return goOn(dashboard, context, PATH, 'No fault is set.')
}

function detailsOf({ status, delay_ms: delay, times, keep }: ApiFault): string {
  const parts = [
    status === undefined ? '' : `status ${status}`,
    delay === undefined ? '' : `after ${delay} ms`,
    times === undefined ? 'until cleared' : `${times} times`,
    keep === true ? 'kept under the idempotency key' : '',
  ]
  return parts.filter((part) => part !== '').join(', ')
}

function newApiFault(): Html {
  return html`<form method="post" action="${PATH}" class="fields">
    <div class="field">
      <label for="kind">What goes wrong</label>
      <select id="kind" name="kind">${Object.entries(KINDS).map(([kind, label]) => html`<option value="${kind}">${label}</option>`)}</select>
    </div>
    <div class="field">
      <label for="method">Method</label>
      <select id="method" name="method"><option value="">any</option><option>GET</option><option>POST</option><option>DELETE</option></select>
    </div>
    <div class="field">
      <label for="route">Path starts with</label>
      <input id="route" name="route" placeholder="/v1/checkout" autocomplete="off" />
    </div>
    <div class="field">
      <label for="status">Status</label>
      <input id="status" name="status" type="number" min="400" max="599" placeholder="500" />
    </div>
    <div class="field">
      <label for="delay_ms">Late by (ms)</label>
      <input id="delay_ms" name="delay_ms" type="number" min="0" max="600000" placeholder="1000" />
    </div>
    <div class="field">
      <label for="times">How many times</label>
      <input id="times" name="times" type="number" min="1" placeholder="until cleared" />
    </div>
    <button class="button">Set this fault</button>
  </form>`
}
