import type { Account } from '../../account.ts'
import type { Invoice, StripeEvent, Subscription } from '../../wire.ts'

/** Seconds since 1970, the end not included. */
export interface Span {
  from: number
  to: number
}

/** What a subscription has been through and what is planned, as its picture shows it. */
export interface Timeline extends Span {
  subscription: string
  now: number
  statuses: readonly (Span & { status: string })[]
  periods: readonly Span[]
  invoices: readonly { id: string; at: number; status: string; total: number; currency: string }[]
  events: readonly { id: string; at: number; type: string }[]
}

/** One state of the subscription, as the event about it shows it. */
interface Snapshot {
  at: number
  status: string
  periods: readonly Span[]
}

/** Reads the timeline out of the subscription's events, each of which carries it as it was at that moment. */
export function timelineOf(
  account: Account,
  subscription: Subscription,
  { events, invoices }: { events: readonly StripeEvent[]; invoices: readonly Invoice[] },
): Timeline {
  const snapshots = events.flatMap(snapshotOf).toReversed()
  const current: Snapshot = {
    at: account.now,
    status: subscription.status,
    periods: periodsOf(subscription.items.data),
  }
  const periods = distinctPeriods([...snapshots, current])
  const from = Math.min(subscription.created, ...periods.map((period) => period.from))
  const lastPeriod = Math.max(...periods.map((period) => period.to))
  const to = Math.max(account.now, subscription.ended_at ?? subscription.cancel_at ?? lastPeriod)
  return {
    subscription: subscription.id,
    from,
    to: to > from ? to : from + 1,
    now: account.now,
    statuses: statusSpans([...snapshots, current], from, to),
    periods: periods
      .filter((period) => period.from < to)
      .map((period) => ({ ...period, to: Math.min(period.to, to) })),
    invoices: invoices.map(({ id, created, status, total, currency }) => ({
      id,
      at: created,
      status: status ?? 'draft',
      total,
      currency,
    })),
    events: events.map(({ id, created, type }) => ({ id, at: created, type })),
  }
}

function snapshotOf({ created, data: { object } }: StripeEvent): Snapshot[] {
  if (object.object !== 'subscription' || typeof object.status !== 'string') return []
  const items = object.items
  const data = typeof items === 'object' && items !== null && 'data' in items ? items.data : []
  return [{ at: created, status: object.status, periods: periodsOf(Array.isArray(data) ? data : []) }]
}

function periodsOf(
  items: readonly { current_period_start?: unknown; current_period_end?: unknown }[],
): Span[] {
  return items.flatMap(({ current_period_start: from, current_period_end: to }) =>
    typeof from === 'number' && typeof to === 'number' ? [{ from, to }] : [],
  )
}

/** Each period once, in order; one that was cut short by the next ends there. */
function distinctPeriods(snapshots: readonly Snapshot[]): Span[] {
  const ends = new Map<number, number>()
  for (const { from, to } of snapshots.flatMap(({ periods }) => periods)) ends.set(from, to)
  const spans = [...ends].map(([from, to]) => ({ from, to })).sort((a, b) => a.from - b.from)
  return spans.map((span, index) => ({ ...span, to: Math.min(span.to, spans[index + 1]?.from ?? span.to) }))
}

function statusSpans(snapshots: readonly Snapshot[], from: number, to: number): Timeline['statuses'] {
  const changes = snapshots.filter(({ status }, index) => snapshots[index - 1]?.status !== status)
  return changes
    .map(({ status, at }, index) => ({
      status,
      from: index === 0 ? from : at,
      to: changes[index + 1]?.at ?? Math.max(at, to),
    }))
    .filter((span) => span.to > span.from)
}
