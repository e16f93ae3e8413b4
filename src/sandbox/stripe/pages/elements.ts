import { html } from 'hono/html'
import { moment, money } from './format.ts'
import { hrefOf } from './links.ts'

/** A piece of a page, already escaped. */
export type Html = ReturnType<typeof html>

/** What a state means for the person who looks at it; each has a colour. */
type Meaning = 'good' | 'warn' | 'bad' | 'info' | 'quiet'

const MEANINGS: Readonly<Record<string, Meaning>> = {
  active: 'good',
  paid: 'good',
  succeeded: 'good',
  complete: 'good',
  delivered: 'good',
  enabled: 'good',
  won: 'good',
  trialing: 'info',
  open: 'info',
  processing: 'info',
  pending: 'info',
  requires_confirmation: 'info',
  requires_capture: 'info',
  scheduled: 'info',
  under_review: 'info',
  past_due: 'warn',
  warn: 'warn',
  requires_action: 'warn',
  requires_payment_method: 'warn',
  incomplete: 'warn',
  paused: 'warn',
  needs_response: 'warn',
  warning_needs_response: 'warn',
  unpaid: 'bad',
  failed: 'bad',
  uncollectible: 'bad',
  lost: 'bad',
  'not delivered': 'bad',
}

/** A state as a word in its colour. */
export function badge(state: string, text = state.replaceAll('_', ' ')): Html {
  return html`<span class="badge ${MEANINGS[state] ?? 'quiet'}">${text}</span>`
}

/** The id of an object, as a link to its page. */
export function idLink(id: string): Html {
  return html`<a class="id" href="${hrefOf(id)}"><code>${id}</code></a>`
}

/** An instant by the sandbox's time. Seconds since 1970. */
export function time(seconds: number): Html {
  return html`<time datetime="${new Date(seconds * 1000).toISOString()}">${moment(seconds)}</time>`
}

export function amount(value: number, currency: string): Html {
  return html`<span class="figure">${money(value, currency)}</span>`
}

/** What a table shows: a heading a column, a cell a column and row. */
export interface Table {
  /** What the table is, for who cannot see it. */
  caption: string
  columns: readonly string[]
  rows: readonly (readonly (Html | string)[])[]
  /** Said where there is no row. */
  empty: Html | string
}

/** A table that scrolls sideways by itself where the screen is narrow. The first column names the row. */
export function table({ caption, columns, rows, empty }: Table): Html {
  if (rows.length === 0) return html`<p class="empty">${empty}</p>`
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}">
    <table>
      <caption class="hidden">${caption}</caption>
      <thead><tr>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
      <tbody>
        ${rows.map(
          ([first, ...rest]) =>
            html`<tr><th scope="row">${first}</th>${rest.map((cell) => html`<td>${cell}</td>`)}</tr>`,
        )}
      </tbody>
    </table>
  </div>`
}

/** Names and values, side by side. */
export function facts(entries: readonly (readonly [string, Html | string | null])[]): Html {
  return html`<dl class="facts">
    ${entries
      .filter(([, value]) => value !== null && value !== '')
      .map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}
  </dl>`
}

/** A part of a page under its heading. */
export function section(id: string, title: string, body: Html, aside: Html | string = ''): Html {
  return html`<section aria-labelledby="${id}">
    <header class="section-head"><h2 id="${id}">${title}</h2>${aside}</header>
    ${body}
  </section>`
}

/** A string that is an id: a short prefix and random characters. A field name is none. */
const ID = /"([a-z]{2,10}_(?:test_)?(?=[A-Za-z]*\d)[A-Za-z0-9]{8,})"(?!:)/g

/** An object as JSON. What looks like an id in it leads to its object. */
export function json(value: unknown): Html {
  const text = JSON.stringify(value, null, 2) ?? ''
  const parts = text.split(ID)
  return html`<pre class="json" tabindex="0"><code>${parts.map((part, index) =>
    index % 2 === 0 ? part : html`"<a href="${hrefOf(part)}">${part}</a>"`,
  )}</code></pre>`
}
