import { html } from 'hono/html'
import { badge, type Html } from '../elements.ts'
import { day, moment, money } from '../format.ts'
import { hrefOf } from '../links.ts'
import type { Span, Timeline } from './history.ts'
import { ticksOf } from './ticks.ts'

// In units of the picture, which scales with the page.
const WIDTH = 960
const LEFT = 84
const RIGHT = 24
const HEIGHT = 216
const STATUS = 24
const PERIODS = 68
const INVOICES = 112
const EVENTS = 152
const AXIS = 188
const BAR = 28
/** Events closer than this are one dot. */
const CLUSTER = 12
/** A character's width, for what fits into a bar. */
const CHARACTER = 7

/** The picture of a subscription: a lane each for status, periods, invoices and events, a line for now. */
export function timelinePicture(timeline: Timeline): Html {
  const x = (at: number) =>
    Math.round(LEFT + ((at - timeline.from) / (timeline.to - timeline.from)) * (WIDTH - LEFT - RIGHT))
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Timeline as a picture">
    <svg class="timeline" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="group" aria-label="From ${day(timeline.from)} to ${day(timeline.to)}">
      ${lane('Status', STATUS)} ${lane('Periods', PERIODS)} ${lane('Invoices', INVOICES)} ${lane('Events', EVENTS)}
      ${ticksOf(timeline).map(
        ({ at, label }) => html`<g class="tick">
          <line x1="${x(at)}" y1="16" x2="${x(at)}" y2="${AXIS}" />
          <text x="${x(at)}" y="${AXIS + 18}" text-anchor="middle">${label}</text>
        </g>`,
      )}
      ${timeline.statuses.map(({ status, from, to }) =>
        bar(x, { from, to }, STATUS, {
          name: status,
          label: status.replaceAll('_', ' '),
          title: `${status} from ${moment(from)} to ${moment(to)}`,
        }),
      )}
      ${timeline.periods.map(({ from, to }, index) =>
        bar(x, { from, to }, PERIODS, {
          name: index % 2 === 0 ? 'period' : 'period odd',
          label: `${index + 1}`,
          title: `period ${index + 1}: ${day(from)} to ${day(to)}`,
        }),
      )}
      ${timeline.invoices.map((invoice) => {
        const title = `${money(invoice.total, invoice.currency)}, ${invoice.status}, ${moment(invoice.at)}`
        return html`<a href="${hrefOf(invoice.id)}" aria-label="Invoice: ${title}">
          <rect class="invoice ${invoice.status}" x="${x(invoice.at) - 7}" y="${INVOICES + 2}" width="14" height="18" rx="3"><title>${title}</title></rect>
        </a>`
      })}
      ${clustersOf(timeline, x).map((cluster) => dot(timeline, cluster))}
      <g class="now">
        <line x1="${x(timeline.now)}" y1="12" x2="${x(timeline.now)}" y2="${AXIS}" />
        <text x="${x(timeline.now)}" y="10" text-anchor="middle">now</text>
      </g>
    </svg>
  </div>
  <ul class="legend" aria-label="Colours of the status">
    ${[...new Set(timeline.statuses.map(({ status }) => status))].map((status) => html`<li>${badge(status)}</li>`)}
  </ul>`
}

function lane(label: string, y: number): Html {
  return html`<text class="lane" x="0" y="${y + 16}">${label}</text>`
}

function bar(
  x: (at: number) => number,
  span: Span,
  y: number,
  { name, label, title }: { name: string; label: string; title: string },
): Html {
  const [from, to] = [x(span.from), x(span.to)]
  const width = Math.max(2, to - from - 2)
  const fits = width > label.length * CHARACTER + 8
  return html`<rect class="bar ${name}" x="${from + 1}" y="${y}" width="${width}" height="${BAR - 4}" rx="4"><title>${title}</title></rect>
    ${fits ? html`<text class="on-${name.startsWith('period') ? 'period' : 'colour'}" x="${from + 9}" y="${y + 16}">${label}</text>` : ''}`
}

interface Cluster {
  x: number
  events: Timeline['events'][number][]
}

/** The events from left to right, those at about one place together. */
function clustersOf(timeline: Timeline, x: (at: number) => number): Cluster[] {
  const clusters: Cluster[] = []
  for (const event of timeline.events.toReversed()) {
    const place = x(event.at)
    const last = clusters.at(-1)
    if (last !== undefined && place - last.x < CLUSTER) last.events.push(event)
    else clusters.push({ x: place, events: [event] })
  }
  return clusters
}

function dot({ subscription }: Timeline, { x, events }: Cluster): Html {
  const [first, last] = [events[0], events.at(-1)]
  if (first === undefined || last === undefined) return html``
  const one = events.length === 1
  const title = `${one ? first.type : `${events.length} events`}, ${moment(first.at)}`
  const several = `/dashboard/events?about=${subscription}&from=${first.at}&to=${last.at}`
  return html`<a href="${one ? hrefOf(first.id) : several}" aria-label="${title}">
    <circle class="event" cx="${x}" cy="${EVENTS + 11}" r="${one ? 5 : 9}"><title>${title}</title></circle>
    ${one ? '' : html`<text class="count" x="${x}" y="${EVENTS + 15}" text-anchor="middle">${events.length}</text>`}
  </a>`
}
