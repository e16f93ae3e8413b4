import type { Context } from 'hono'
import { html } from 'hono/html'
import { z } from 'zod'
import { StripeError } from '../../errors.ts'
import type { ArmedFault } from '../../faults/armed-fault.ts'
import type { GivenFault } from '../../faults/language.ts'
import { badge, type Html, section, table } from '../elements.ts'
import { type Dashboard, goOn, refuse, show } from './frame.ts'

/** What is one click away: a name, and the fault in the fault language. */
const SWITCHES: Readonly<Record<string, GivenFault>> = {
  'Send every event twice': { kind: 'duplicate', copies: 1 },
  'Send every event again a day later': { kind: 'duplicate', copies: 1, apart_seconds: 86_400 },
  'Shuffle events, five at a time': { kind: 'reorder', window: 5 },
  'Lose the first try': { kind: 'drop', until_try: 2 },
  'Cut before the answer is read': { kind: 'cut', tries: 1 },
  'Deliver an hour late': { kind: 'late', seconds: 3600 },
  'Hold back an hour, then all at once': { kind: 'burst', seconds: 3600 },
  'Deliver the shape of 2024-06-20': { kind: 'older_version', api_version: '2024-06-20' },
  'Refuse one request in ten (429)': { kind: 'status', status: 429, rate: 0.1 },
  'Fail before the effect, once': { kind: 'status', status: 500, times: 1 },
  'Fail after the effect, once': { kind: 'error_after_effect', status: 500, times: 1 },
  'Cut the connection after the effect, once': { kind: 'reset', times: 1 },
  'Answer two seconds late': { kind: 'delay', delay_ms: 2000 },
  'Be down': { kind: 'down' },
}

const PATH = '/dashboard/faults'
const MAX_FAULT_CHARACTERS = 5000

const request = z.object({
  switch: z.string().max(100).optional(),
  json: z.string().max(MAX_FAULT_CHARACTERS).optional(),
})

/** `GET /dashboard/faults` */
export function faultsPage(dashboard: Dashboard, context: Context): Promise<Response> {
  const { faults } = dashboard.core.api
  return show(dashboard, context, {
    section: 'faults',
    title: 'Faults',
    body: html`<h1>Faults</h1>
      ${section(
        'armed',
        'What goes wrong now',
        html`${table({
          caption: 'Faults that are set',
          columns: ['Fault', 'As it was given', 'Struck', 'Left', ''],
          rows: faults.armed.map(row),
          empty: 'Nothing: every request is answered and every event delivered as it should be.',
        })}
        ${faults.armed.length === 0 ? '' : html`<form method="post" action="${PATH}/clear" class="row"><button class="button quiet">Clear all</button></form>`}`,
        html`<span class="muted">seed ${faults.seed}</span>`,
      )}
      ${section(
        'switches',
        'Switches',
        html`<form method="post" action="${PATH}" class="switches">
          ${Object.keys(SWITCHES).map((name) => html`<button class="chip" name="switch" value="${name}">${name}</button>`)}
        </form>`,
      )}
      ${section(
        'own',
        'Any other',
        html`<form method="post" action="${PATH}" class="field">
          <label for="json">A fault as JSON</label>
          <textarea id="json" name="json" rows="4" maxlength="${MAX_FAULT_CHARACTERS}" spellcheck="false" required
            placeholder='{"kind": "late", "seconds": {"min": 5, "max": 600}, "events": ["invoice.*"], "rate": 0.5}'></textarea>
          <button class="button">Set this fault</button>
        </form>`,
      )}`,
  })
}

/** `POST /dashboard/faults` */
export async function addFault(dashboard: Dashboard, context: Context): Promise<Response> {
  const given = request.safeParse(await context.req.parseBody())
  const { switch: name = '', json = '' } = given.success ? given.data : {}
  try {
    dashboard.core.api.faults.add(Object.hasOwn(SWITCHES, name) ? SWITCHES[name] : JSON.parse(json))
  } catch (error) {
    return refuse(dashboard, context, PATH, reasonOf(error))
  }
  return goOn(dashboard, context, PATH, 'The fault is set.')
}

/** `POST /dashboard/faults/:id/remove` */
export function removeFault(dashboard: Dashboard, context: Context): Response {
  try {
    dashboard.core.api.faults.remove(context.req.param('id') ?? '')
  } catch (error) {
    return refuse(dashboard, context, PATH, reasonOf(error))
  }
  return goOn(dashboard, context, PATH, 'The fault is gone. What it held back leaves.')
}

/** `POST /dashboard/faults/clear` */
export function clearFaults(dashboard: Dashboard, context: Context): Response {
  dashboard.core.api.faults.clear()
  return goOn(dashboard, context, PATH, 'No fault is set.')
}

function row({ id, fault, struck, left }: ArmedFault): (Html | string)[] {
  const { kind, ...rest } = fault
  return [
    badge('warn', kind.replaceAll('_', ' ')),
    html`<code>${JSON.stringify(rest)}</code>`,
    String(struck),
    left === null ? 'always' : String(left),
    html`<form method="post" action="${PATH}/${id}/remove">
      <button class="link" aria-label="Remove ${kind}">Remove</button>
    </form>`,
  ]
}

/** What to tell of a fault that is none. Anything else is a failure of the sandbox. */
function reasonOf(error: unknown): string {
  if (error instanceof z.ZodError) return z.prettifyError(error)
  if (error instanceof StripeError) return error.message
  if (error instanceof SyntaxError) return 'That is no JSON.'
  throw error
}
