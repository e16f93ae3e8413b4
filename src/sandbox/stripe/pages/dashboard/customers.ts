import type { Context } from 'hono'
import { html } from 'hono/html'
import type { Account } from '../../account.ts'
import type { Customer } from '../../wire.ts'
import { amount, badge, facts, idLink, json, section, table, time } from '../elements.ts'
import { money, paidWith } from '../format.ts'
import { hrefOf } from '../links.ts'
import { eventsAbout, nameOf } from '../related.ts'
import { eventTable } from './event-table.ts'
import { type Dashboard, notFound, paged, show } from './frame.ts'

const EVENTS_SHOWN = 20

/** `GET /dashboard/customers` */
export function customersPage(dashboard: Dashboard, context: Context): Promise<Response> {
  const { account } = dashboard.core
  const { rows, pager } = paged(context, account.state.customers.newestFirst())
  return show(dashboard, context, {
    section: 'customers',
    title: 'Customers',
    body: html`<h1>Customers</h1>
      ${table({
        caption: 'Customers, newest first',
        columns: ['Customer', 'Name', 'Subscriptions', 'Paid', 'Made'],
        rows: rows.map((customer) => [
          html`<a href="${hrefOf(customer.id)}">${customer.email ?? customer.id}</a>`,
          customer.name ?? '',
          html`${subscriptionsOf(account, customer.id)
            .map((each) => badge(each.status))
            .slice(0, 3)}`,
          paidBy(account, customer.id),
          time(customer.created),
        ]),
        empty: 'No customer yet. Make one with the SDK, or pay a checkout page.',
      })}
      ${pager}`,
  })
}

/** `GET /dashboard/customers/:id`: one customer with everything. */
export function customerPage(dashboard: Dashboard, context: Context): Promise<Response> {
  const { account } = dashboard.core
  const customer = account.state.customers.get(context.req.param('id') ?? '')
  if (customer === undefined) return notFound(dashboard, context, 'customers')
  const mine = (each: { customer?: unknown }) => each.customer === customer.id
  const { state } = account
  return show(dashboard, context, {
    section: 'customers',
    title: customer.email ?? customer.id,
    body: html`<h1>${customer.email ?? customer.id}</h1>
      ${facts([
        ['Id', html`<code>${customer.id}</code>`],
        ['Name', customer.name ?? null],
        ['Made', time(customer.created)],
        ['Paid', paidBy(account, customer.id)],
        ['Balance', customer.balance === 0 ? null : money(customer.balance, customer.currency ?? 'eur')],
        ['Default payment method', defaultMethod(customer)],
      ])}
      <form method="post" action="${hrefOf(customer.id)}/portal" class="row">
        <button class="button quiet">Open the customer portal</button>
      </form>
      ${section(
        'subscriptions',
        'Subscriptions',
        table({
          caption: 'Subscriptions of this customer',
          columns: ['Subscription', 'Status', 'Id', 'Since'],
          rows: subscriptionsOf(account, customer.id).map((each) => [
            html`<a href="${hrefOf(each.id)}">${nameOf(account, each)}</a>`,
            badge(each.status),
            html`<code>${each.id}</code>`,
            time(each.created),
          ]),
          empty: 'None.',
        }),
      )}
      ${section(
        'methods',
        'Payment methods',
        table({
          caption: 'Payment methods of this customer',
          columns: ['Payment method', 'Expires', 'Id'],
          rows: state.paymentMethods
            .newestFirst()
            .filter(mine)
            .map((each) => [
              paidWith(each),
              each.card ? `${String(each.card.exp_month).padStart(2, '0')} / ${each.card.exp_year}` : '',
              idLink(each.id),
            ]),
          empty: 'None.',
        }),
      )}
      ${section(
        'invoices',
        'Invoices',
        table({
          caption: 'Invoices of this customer',
          columns: ['Invoice', 'Status', 'Total', 'Made'],
          rows: state.invoices
            .newestFirst()
            .filter(mine)
            .map((each) => [
              html`<a href="${hrefOf(each.id)}">${each.number ?? 'Draft'}</a>`,
              badge(each.status ?? 'draft'),
              amount(each.total, each.currency),
              time(each.created),
            ]),
          empty: 'None.',
        }),
      )}
      ${section(
        'payments',
        'Payments',
        table({
          caption: 'Payments of this customer',
          columns: ['Payment', 'Status', 'Amount', 'Made'],
          rows: state.paymentIntents
            .newestFirst()
            .filter(mine)
            .map((each) => [
              idLink(each.id),
              badge(each.status),
              amount(each.amount, each.currency),
              time(each.created),
            ]),
          empty: 'None.',
        }),
      )}
      ${section(
        'events',
        'Newest events',
        eventTable(account, eventsAbout(account, customer.id).slice(0, EVENTS_SHOWN)),
      )}
      ${section('object', 'The object', json(customer))}`,
  })
}

function subscriptionsOf(account: Account, customer: string) {
  return account.state.subscriptions.newestFirst().filter((each) => each.customer === customer)
}

/** What the customer's payments add up to, a currency after the other. */
function paidBy(account: Account, customer: string): string {
  const totals = new Map<string, number>()
  for (const {
    customer: payer,
    status,
    amount_received: received,
    currency,
  } of account.state.paymentIntents.values()) {
    if (payer === customer && status === 'succeeded')
      totals.set(currency, (totals.get(currency) ?? 0) + received)
  }
  return [...totals].map(([currency, total]) => money(total, currency)).join(', ')
}

function defaultMethod(customer: Customer) {
  const id = customer.invoice_settings.default_payment_method
  return id === null ? null : idLink(id)
}
