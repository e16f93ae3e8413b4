import type { Context } from 'hono'
import { html } from 'hono/html'
import { json, table } from '../elements.ts'
import { hrefOf } from '../links.ts'
import { type Dashboard, notFound, show } from './frame.ts'

const SHOWN = 50

/** `GET /dashboard/search?q=`: an id leads to its object; other words find customers, coupons and lookup keys. */
export function searchPage(dashboard: Dashboard, context: Context): Promise<Response> {
  const { account, api } = dashboard.core
  const query = (context.req.query('q') ?? '').trim()
  if (query !== '' && account.state.find(query) !== undefined) {
    return Promise.resolve(context.redirect(hrefOf(query), 303))
  }
  if (api.requests.entries.some((each) => each.request_id === query)) {
    return Promise.resolve(context.redirect(`/dashboard/requests?id=${encodeURIComponent(query)}`, 303))
  }
  const found = query === '' ? [] : candidates(dashboard, query.toLowerCase()).slice(0, SHOWN)
  return show(dashboard, context, {
    section: '',
    title: 'Search',
    body: html`<h1>Search</h1>
      ${table({
        caption: 'What was found',
        columns: ['Found', 'What it is', 'Id'],
        rows: found.map(({ id, label, kind }) => [
          html`<a href="${hrefOf(id)}">${label}</a>`,
          kind,
          html`<code>${id}</code>`,
        ]),
        empty:
          query === ''
            ? 'Type any id, an e-mail address, or a part of one.'
            : `Nothing here is called “${query}”.`,
      })}`,
  })
}

/** `GET /dashboard/objects/:id`: any object as JSON. */
export function objectPage(dashboard: Dashboard, context: Context): Promise<Response> {
  const id = context.req.param('id') ?? ''
  const object = dashboard.core.account.state.find(id)
  if (object === undefined) return notFound(dashboard, context, '')
  const kind = 'object' in object ? String(object.object) : 'object'
  return show(dashboard, context, {
    section: '',
    title: kind,
    body: html`<h1>${kind.replaceAll('_', ' ').replaceAll('.', ' ')}</h1>
      <p><code>${id}</code></p>
      <p><a href="/dashboard/events?about=${encodeURIComponent(id)}">Events about it</a></p>
      ${json(object)}`,
  })
}

interface Found {
  id: string
  label: string
  kind: string
}

function candidates({ core }: Dashboard, query: string): Found[] {
  const { customers, products, prices, subscriptions, invoices } = core.account.state
  const is = (...texts: (string | null | undefined)[]) =>
    texts.some((text) => text?.toLowerCase().includes(query))
  return [
    ...customers
      .newestFirst()
      .filter((each) => is(each.id, each.email, each.name, ...Object.values(each.metadata)))
      .map(({ id, email }) => ({ id, label: email ?? id, kind: 'customer' })),
    ...subscriptions
      .newestFirst()
      .filter((each) => is(each.id, ...Object.values(each.metadata)))
      .map(({ id, status }) => ({ id, label: `subscription, ${status}`, kind: 'subscription' })),
    ...invoices
      .newestFirst()
      .filter((each) => is(each.id, each.number))
      .map(({ id, number }) => ({ id, label: number ?? 'Draft', kind: 'invoice' })),
    ...products
      .newestFirst()
      .filter((each) => is(each.id, each.name))
      .map(({ id, name }) => ({ id, label: name, kind: 'product' })),
    ...prices
      .newestFirst()
      .filter((each) => is(each.id, each.lookup_key))
      .map(({ id, lookup_key: key }) => ({ id, label: key ?? id, kind: 'price' })),
  ]
}
