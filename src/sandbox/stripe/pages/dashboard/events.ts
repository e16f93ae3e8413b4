import type { Context } from 'hono'
import { html, raw } from 'hono/html'
import type { DeliveryAttempt } from '../../delivery/records.ts'
import type { StripeEvent } from '../../wire.ts'
import { badge, facts, type Html, idLink, json, section, time } from '../elements.ts'
import { moment } from '../format.ts'
import { hrefOf } from '../links.ts'
import { eventsAbout } from '../related.ts'
import { eventTable } from './event-table.ts'
import { type Dashboard, goOn, notFound, paged, refuse, show } from './frame.ts'

/** A range is sent again at most this many events at a time. */
const MAX_RANGE = 500

/** What a list of events is narrowed to. */
interface Filter {
  about: string
  type: string
  from: number
  to: number
}

/** `GET /dashboard/events` */
export function eventsPage(dashboard: Dashboard, context: Context): Promise<Response> {
  const filter = filterOf((name) => context.req.query(name))
  const events = matching(dashboard, filter)
  const { rows, pager } = paged(context, events)
  return show(dashboard, context, {
    section: 'events',
    title: 'Events',
    body: html`<h1>Events</h1>
      <form class="filters" action="/dashboard/events">
        ${field('type', 'Type contains', filter.type, 'invoice.')}
        ${field('about', 'About the object', filter.about, 'cus_, sub_, in_ …')}
        <button class="button quiet">Filter</button>
        ${isNarrow(filter) ? html`<a class="all" href="/dashboard/events">Show all</a>` : ''}
      </form>
      <form method="post" action="/dashboard/events/resend" class="row">
        ${Object.entries(filter).map(([name, value]) => html`<input type="hidden" name="${name}" value="${String(value)}" />`)}
        <button class="button quiet" ${events.length === 0 ? html`disabled` : ''}>
          Send ${events.length === 1 ? 'this event' : `these ${Math.min(events.length, MAX_RANGE)} events`} again
        </button>
        ${events.length > MAX_RANGE ? html`<span class="muted small">The newest ${MAX_RANGE} of ${events.length}.</span>` : ''}
      </form>
      ${eventTable(dashboard.core.account, rows)}
      ${pager}`,
  })
}

/** `POST /dashboard/events/resend`: every event that the filter shows, oldest first. */
export async function resendRange(dashboard: Dashboard, context: Context): Promise<Response> {
  const given = await context.req.parseBody()
  const filter = filterOf((name) => (typeof given[name] === 'string' ? given[name] : undefined))
  const events = matching(dashboard, filter).slice(0, MAX_RANGE).toReversed()
  const { delivery } = dashboard.core.account
  const attempts: DeliveryAttempt[] = []
  for (const event of events) attempts.push(...(await delivery.resend(event)))
  const path = `/dashboard/events?${new URLSearchParams({ type: filter.type, about: filter.about })}`
  return tell(dashboard, context, path, attempts)
}

/** `GET /dashboard/events/:id`: the event and each try to deliver it. */
export function eventPage(dashboard: Dashboard, context: Context): Promise<Response> {
  const { account } = dashboard.core
  const event = account.state.events.get(context.req.param('id') ?? '')
  if (event === undefined) return notFound(dashboard, context, 'events')
  const attempts = account.delivery.attempts(event.id)
  return show(dashboard, context, {
    section: 'events',
    title: event.type,
    body: html`<h1>${raw(event.type.replaceAll('.', '.<wbr>'))}</h1>
      ${facts([
        ['Id', html`<code>${event.id}</code>`],
        ['When', time(event.created)],
        ['About', typeof event.data.object.id === 'string' ? idLink(event.data.object.id) : null],
        ['Caused by', causeOf(event)],
        ['Webhooks pending', String(event.pending_webhooks)],
      ])}
      <form method="post" action="${hrefOf(event.id)}/resend" class="row">
        <label for="times">How many at once</label>
        <input id="times" name="times" type="number" min="1" max="100" value="1" />
        <button class="button">Send again</button>
      </form>
      ${section('attempts', 'Delivery attempts', attemptsList(attempts))}
      ${event.data.previous_attributes ? section('previous', 'What changed', json(event.data.previous_attributes)) : ''}
      ${section('object', 'The event', json(event))}`,
  })
}

/** `POST /dashboard/events/:id/resend` */
export async function resendOne(dashboard: Dashboard, context: Context): Promise<Response> {
  const { account } = dashboard.core
  const event = account.state.events.get(context.req.param('id') ?? '')
  if (event === undefined) return notFound(dashboard, context, 'events')
  const times = Math.min(100, Math.max(1, Number((await context.req.parseBody()).times) || 1))
  return tell(dashboard, context, hrefOf(event.id), await account.delivery.resend(event, times))
}

function attemptsList(attempts: readonly DeliveryAttempt[]): Html {
  if (attempts.length === 0) {
    return html`<p class="empty">None: no enabled endpoint takes this type, or deliveries are held back.</p>`
  }
  return html`<ol class="attempts">${attempts.toReversed().map(
    (attempt) => html`<li>
      <div class="attempt-head">
        ${badge(attempt.outcome === 'succeeded' ? 'delivered' : 'not delivered', attempt.error ?? `answered ${attempt.status}`)}
        <span>${attempt.resent ? 'sent again' : `try ${attempt.number}`}</span>
        <span class="muted">${moment(attempt.at)}, took ${attempt.duration_ms} ms</span>
      </div>
      <p class="small">POST <code>${attempt.url}</code> (<a href="${hrefOf(attempt.endpoint)}">endpoint</a>),
        as of ${attempt.api_version}${attempt.faults.length === 0 ? '' : `, by the fault ${attempt.faults.join(', ')}`}${attempt.next_try_at === null ? '' : html`; next try ${time(attempt.next_try_at)}`}</p>
      <details>
        <summary>Request and answer</summary>
        <pre class="json" tabindex="0">Stripe-Signature: ${attempt.signature}</pre>
        <pre class="json" tabindex="0">${headersOf(attempt)}${attempt.response_body}</pre>
      </details>
    </li>`,
  )}</ol>`
}

function headersOf({ status, error, response_headers: headers }: DeliveryAttempt): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\n`)
  return `${error ?? status}\n${lines.join('')}\n`
}

function causeOf({ request }: StripeEvent): Html | string {
  if (request.id === null) return 'time, or the customer'
  const key = request.idempotency_key
  return html`request <a href="/dashboard/requests?id=${request.id}"><code>${request.id}</code></a>${key === null ? '' : html`, key <code>${key}</code>`}`
}

function filterOf(value: (name: string) => string | undefined): Filter {
  const seconds = (name: string, otherwise: number) => Number(value(name)) || otherwise
  return {
    about: (value('about') ?? '').trim(),
    type: (value('type') ?? '').trim(),
    from: seconds('from', 0),
    to: seconds('to', Number.MAX_SAFE_INTEGER),
  }
}

function isNarrow(filter: Filter): boolean {
  return filter.about !== '' || filter.type !== '' || filter.from > 0
}

function matching({ core: { account } }: Dashboard, { about, type, from, to }: Filter): StripeEvent[] {
  const events = about === '' ? account.state.events.newestFirst() : eventsAbout(account, about)
  return events.filter((event) => event.type.includes(type) && event.created >= from && event.created <= to)
}

function tell(
  dashboard: Dashboard,
  context: Context,
  path: string,
  attempts: readonly DeliveryAttempt[],
): Response {
  if (attempts.length === 0) return refuse(dashboard, context, path, 'No enabled endpoint takes this.')
  const good = attempts.filter(({ outcome }) => outcome === 'succeeded').length
  const text = `Sent ${attempts.length} times, ${good} delivered.`
  return good === attempts.length
    ? goOn(dashboard, context, path, text)
    : refuse(dashboard, context, path, text)
}

function field(name: string, label: string, value: string, placeholder: string): Html {
  return html`<div class="field">
    <label for="${name}">${label}</label>
    <input id="${name}" name="${name}" value="${value}" placeholder="${placeholder}" autocomplete="off" />
  </div>`
}
