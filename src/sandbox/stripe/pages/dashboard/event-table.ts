import { html } from 'hono/html'
import type { Account } from '../../account.ts'
import type { StripeEvent } from '../../wire.ts'
import { badge, type Html, idLink, table, time } from '../elements.ts'
import { hrefOf } from '../links.ts'

/** Events as rows: what, about which object, when, and whether it arrived. */
export function eventTable(account: Account, events: readonly StripeEvent[]): Html {
  return table({
    caption: 'Events, newest first',
    columns: ['Event', 'About', 'Delivery', 'When'],
    rows: events.map((event) => [
      html`<a href="${hrefOf(event.id)}">${event.type}</a>`,
      typeof event.data.object.id === 'string' ? idLink(event.data.object.id) : '',
      deliveryOf(account, event.id),
      time(event.created),
    ]),
    empty: 'Nothing has happened yet.',
  })
}

/** How the deliveries of an event went, in a word. */
export function deliveryOf(account: Account, event: string): Html {
  const attempts = account.delivery.attempts(event)
  const last = attempts.at(-1)
  if (last === undefined) return badge('not sent')
  const tries = attempts.length > 1 ? ` · ${attempts.length} tries` : ''
  if (attempts.some(({ outcome }) => outcome === 'succeeded')) return badge('delivered', `delivered${tries}`)
  const word = last.status === null ? 'no answer' : `answered ${last.status}`
  return badge('not delivered', `${word}${tries}`)
}
