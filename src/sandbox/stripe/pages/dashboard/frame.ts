import type { Context } from 'hono'
import { html } from 'hono/html'
import type { SandboxCore } from '../../core.ts'
import type { Html } from '../elements.ts'
import { layout } from '../layout.ts'
import type { Notices } from '../notices.ts'

/** What every page of the dashboard works with. */
export interface Dashboard {
  readonly core: SandboxCore
  readonly notices: Notices
}

/** The parts of the dashboard, in the order of its rail. */
const SECTIONS = [
  ['', 'Overview'],
  ['customers', 'Customers'],
  ['subscriptions', 'Subscriptions'],
  ['invoices', 'Invoices'],
  ['payments', 'Payments'],
  ['products', 'Products'],
  ['events', 'Events'],
  ['webhooks', 'Webhooks'],
  ['faults', 'Faults'],
  ['requests', 'Requests'],
  ['state', 'State'],
] as const

export type Section = (typeof SECTIONS)[number][0]

/** Rows of a list that a page shows. */
export const ROWS = 25

/** Answers with a page of the dashboard: the rail, the search and `body`. */
export async function show(
  { core, notices }: Dashboard,
  context: Context,
  page: { section: Section; title: string; body: Html; status?: 200 | 400 | 404 },
): Promise<Response> {
  const frame = { path: pathOf(context), notice: notices.get(context.req.query('notice')) }
  const body = html`<div class="dashboard">
    <nav class="rail" aria-label="Dashboard">
      <form class="search" role="search" action="/dashboard/search">
        <label class="hidden" for="q">Search for an id or an e-mail address</label>
        <input id="q" name="q" type="search" placeholder="Any id or e-mail" autocomplete="off"
          maxlength="255" aria-keyshortcuts="/" value="${context.req.query('q') ?? ''}" />
      </form>
      <ul>
        ${SECTIONS.map(
          ([path, label]) =>
            html`<li><a class="rail-link" href="${path === '' ? '/' : `/dashboard/${path}`}"
              ${path === page.section ? html`aria-current="page"` : ''}>${label}</a></li>`,
        )}
      </ul>
    </nav>
    <main class="desk" id="content">${page.body}</main>
  </div>`
  return context.html(await layout(core.account, `${page.title} · Sandbox`, body, frame), page.status ?? 200)
}

/** The page that says that there is nothing at an address. */
export function notFound(dashboard: Dashboard, context: Context, section: Section): Promise<Response> {
  return show(dashboard, context, {
    section,
    title: 'Not found',
    status: 404,
    body: html`<h1>Not found</h1>
      <p class="muted">The sandbox holds no such object. It may have been made before a reset.</p>`,
  })
}

/** Sends the browser on after a form, with words about what it did. */
export function goOn({ notices }: Dashboard, context: Context, path: string, text: string): Response {
  return context.redirect(notices.link(path, { kind: 'done', text }), 303)
}

/** The same where it was refused. */
export function refuse({ notices }: Dashboard, context: Context, path: string, text: string): Response {
  return context.redirect(notices.link(path, { kind: 'refused', text }), 303)
}

/** One page of a list, newest first, and the links to its neighbours. */
export function paged<Item>(
  context: Context,
  items: readonly Item[],
): { rows: readonly Item[]; pager: Html | string } {
  const pages = Math.max(1, Math.ceil(items.length / ROWS))
  const wanted = Number(context.req.query('page') ?? 1)
  const page = Number.isInteger(wanted) ? Math.min(Math.max(1, wanted), pages) : 1
  const href = (number: number) => {
    const url = new URL(context.req.url)
    url.searchParams.delete('notice')
    url.searchParams.set('page', String(number))
    return `${url.pathname}${url.search}`
  }
  return {
    rows: items.slice((page - 1) * ROWS, page * ROWS),
    pager:
      pages === 1
        ? ''
        : html`<nav class="pager" aria-label="Pages">
            ${page > 1 ? html`<a href="${href(page - 1)}" rel="prev">Newer</a>` : html`<span class="muted">Newer</span>`}
            <span class="muted">${page} of ${pages}</span>
            ${page < pages ? html`<a href="${href(page + 1)}" rel="next">Older</a>` : html`<span class="muted">Older</span>`}
          </nav>`,
  }
}

function pathOf(context: Context): string {
  const url = new URL(context.req.url)
  url.searchParams.delete('notice')
  return `${url.pathname}${url.search}`
}
