import type { Context } from 'hono'
import { html } from 'hono/html'
import type { Account } from '../../account.ts'
import type { Subscription } from '../../wire.ts'
import { amount, badge, facts, idLink, json, section, table, time } from '../elements.ts'
import { rhythm } from '../format.ts'
import { hrefOf } from '../links.ts'
import { priceText, subscriptionAmount } from '../prices.ts'
import { eventsAbout, nameOf, subscriptionOfInvoice } from '../related.ts'
import { timelineOf } from '../timeline/history.ts'
import { timelinePicture } from '../timeline/picture.ts'
import { eventTable } from './event-table.ts'
import { type Dashboard, notFound, paged, show } from './frame.ts'

const EVENTS_SHOWN = 50

/** `GET /dashboard/subscriptions` */
export function subscriptionsPage(dashboard: Dashboard, context: Context): Promise<Response> {
  const { account } = dashboard.core
  const { rows, pager } = paged(context, account.state.subscriptions.newestFirst())
  return show(dashboard, context, {
    section: 'subscriptions',
    title: 'Subscriptions',
    body: html`<h1>Subscriptions</h1>
      ${table({
        caption: 'Subscriptions, newest first',
        columns: ['Subscription', 'Customer', 'Status', 'Price', 'Next'],
        rows: rows.map((each) => [
          html`<a href="${hrefOf(each.id)}">${nameOf(account, each)}</a>`,
          html`<a href="${hrefOf(each.customer)}">${account.state.customers.get(each.customer)?.email ?? each.customer}</a>`,
          badge(each.status),
          html`${amount(subscriptionAmount(account, each), each.currency)} ${rhythm(each.items.data[0]?.price ?? null)}`,
          next(each),
        ]),
        empty: 'No subscription yet. Pay a checkout page in subscription mode to make one.',
      })}
      ${pager}`,
  })
}

/** `GET /dashboard/subscriptions/:id`: its picture, its items, its invoices, its events. */
export function subscriptionPage(dashboard: Dashboard, context: Context): Promise<Response> {
  const { account } = dashboard.core
  const subscription = account.state.subscriptions.get(context.req.param('id') ?? '')
  if (subscription === undefined) return notFound(dashboard, context, 'subscriptions')
  const events = eventsAbout(account, subscription.id)
  const invoices = account.state.invoices
    .newestFirst()
    .filter((each) => subscriptionOfInvoice(each) === subscription.id)
  return show(dashboard, context, {
    section: 'subscriptions',
    title: nameOf(account, subscription),
    body: html`<h1>${nameOf(account, subscription)} ${badge(subscription.status)}</h1>
      ${facts([
        ['Customer', customerLink(account, subscription)],
        ['Id', html`<code>${subscription.id}</code>`],
        ['Next', next(subscription)],
        ['Trial ends', subscription.trial_end === null ? null : time(subscription.trial_end)],
        ['Paused', subscription.pause_collection === null ? null : 'collection is paused'],
        [
          'Payment method',
          subscription.default_payment_method ? idLink(subscription.default_payment_method) : null,
        ],
        ['Why it ended', reason(subscription)],
      ])}
      ${section(
        'timeline',
        'Timeline',
        timelinePicture(timelineOf(account, subscription, { events, invoices })),
      )}
      ${section(
        'items',
        'Items',
        table({
          caption: 'Items of this subscription',
          columns: ['Item', 'Price', 'Quantity', 'Period'],
          rows: subscription.items.data.map((item) => [
            account.state.products.get(String(item.price.product))?.name ?? item.id,
            priceText(account, item.price, subscription.currency),
            String(item.quantity ?? 1),
            html`${time(item.current_period_start)} to ${time(item.current_period_end)}`,
          ]),
          empty: 'None.',
        }),
      )}
      ${section(
        'invoices',
        'Invoices',
        table({
          caption: 'Invoices of this subscription, newest first',
          columns: ['Invoice', 'Status', 'Reason', 'Total', 'Attempts', 'Made'],
          rows: invoices.map((each) => [
            html`<a href="${hrefOf(each.id)}">${each.number ?? 'Draft'}</a>`,
            badge(each.status ?? 'draft'),
            (each.billing_reason ?? '').replaceAll('_', ' '),
            amount(each.total, each.currency),
            String(each.attempt_count),
            time(each.created),
          ]),
          empty: 'None.',
        }),
      )}
      ${section('events', 'Events', eventTable(account, events.slice(0, EVENTS_SHOWN)))}
      ${section('object', 'The object', json(subscription))}`,
  })
}

function customerLink(account: Account, { customer }: Subscription) {
  return html`<a href="${hrefOf(customer)}">${account.state.customers.get(customer)?.email ?? customer}</a>`
}

/** What happens to it next by itself, and when. */
function next(subscription: Subscription) {
  const end = Math.min(...subscription.items.data.map((item) => item.current_period_end))
  if (subscription.ended_at !== null) return html`ended ${time(subscription.ended_at)}`
  if (subscription.cancel_at !== null) return html`ends ${time(subscription.cancel_at)}`
  if (subscription.status === 'paused') return 'paused'
  return html`${subscription.status === 'trialing' ? 'trial ends' : 'renews'} ${time(end)}`
}

function reason({ cancellation_details: details }: Subscription): string | null {
  const parts = [details?.reason, details?.feedback, details?.comment].filter((part) => part)
  return parts.length === 0 ? null : parts.join(', ').replaceAll('_', ' ')
}
