import type { Context } from 'hono'
import { html } from 'hono/html'
import type { Account } from '../../account.ts'
import type { Invoice } from '../../wire.ts'
import { amount, badge, facts, idLink, json, section, table, time } from '../elements.ts'
import { hrefOf } from '../links.ts'
import { eventsAbout, subscriptionOfInvoice } from '../related.ts'
import { eventTable } from './event-table.ts'
import { type Dashboard, notFound, paged, show } from './frame.ts'

/** `GET /dashboard/invoices` */
export function invoicesPage(dashboard: Dashboard, context: Context): Promise<Response> {
  const { account } = dashboard.core
  const { rows, pager } = paged(context, account.state.invoices.newestFirst())
  return show(dashboard, context, {
    section: 'invoices',
    title: 'Invoices',
    body: html`<h1>Invoices</h1>
      ${table({
        caption: 'Invoices, newest first',
        columns: ['Invoice', 'Customer', 'Status', 'Reason', 'Total', 'Due', 'Made'],
        rows: rows.map((each) => [
          html`<a href="${hrefOf(each.id)}">${each.number ?? 'Draft'}</a>`,
          html`<a href="${hrefOf(String(each.customer))}">${each.customer_email ?? each.customer}</a>`,
          badge(each.status ?? 'draft'),
          (each.billing_reason ?? '').replaceAll('_', ' '),
          amount(each.total, each.currency),
          amount(each.amount_remaining, each.currency),
          time(each.created),
        ]),
        empty: 'No invoice yet.',
      })}
      ${pager}`,
  })
}

/** `GET /dashboard/invoices/:id`: its lines, its totals, its payments, its events. */
export function invoicePage(dashboard: Dashboard, context: Context): Promise<Response> {
  const { account } = dashboard.core
  const invoice = account.state.invoices.get(context.req.param('id') ?? '')
  if (invoice === undefined) return notFound(dashboard, context, 'invoices')
  const subscription = subscriptionOfInvoice(invoice)
  const { currency } = invoice
  return show(dashboard, context, {
    section: 'invoices',
    title: `Invoice ${invoice.number ?? 'draft'}`,
    body: html`<h1>Invoice ${invoice.number ?? 'draft'} ${badge(invoice.status ?? 'draft')}</h1>
      ${facts([
        ['Customer', idLink(String(invoice.customer))],
        ['Subscription', subscription === null ? null : idLink(subscription)],
        ['Reason', (invoice.billing_reason ?? '').replaceAll('_', ' ')],
        ['Made', time(invoice.created)],
        ['Finalized', moment(invoice.status_transitions.finalized_at)],
        ['Paid', moment(invoice.status_transitions.paid_at)],
        ['Attempts', String(invoice.attempt_count)],
        ['Next attempt', moment(invoice.next_payment_attempt)],
        [
          'Page of the customer',
          invoice.hosted_invoice_url ? html`<a href="/invoices/${invoice.id}">hosted invoice</a>` : null,
        ],
      ])}
      ${section(
        'lines',
        'Lines',
        html`${table({
          caption: 'Lines of this invoice',
          columns: ['Line', 'Quantity', 'Amount'],
          rows: invoice.lines.data.map((line) => [
            line.description ?? line.id,
            String(line.quantity ?? ''),
            amount(line.amount, line.currency),
          ]),
          empty: 'None.',
        })}
        <dl class="totals">
          <div><dt>Subtotal</dt><dd>${amount(invoice.subtotal, currency)}</dd></div>
          ${discountsOf(invoice).map(({ amount: off }) => html`<div><dt>Discount</dt><dd>${amount(-off, currency)}</dd></div>`)}
          <div><dt>Total</dt><dd>${amount(invoice.total, currency)}</dd></div>
          <div><dt>Paid</dt><dd>${amount(invoice.amount_paid, currency)}</dd></div>
          <div class="due"><dt>Still due</dt><dd>${amount(invoice.amount_remaining, currency)}</dd></div>
        </dl>`,
      )}
      ${section('payments', 'Payments', paymentsOf(account, invoice))}
      ${section('events', 'Events', eventTable(account, eventsAbout(account, invoice.id)))}
      ${section('object', 'The object', json(invoice))}`,
  })
}

function discountsOf(invoice: Invoice): { amount: number }[] {
  return (invoice.total_discount_amounts ?? []).filter((each) => each.amount > 0)
}

function moment(seconds: number | null) {
  return seconds === null ? null : time(seconds)
}

function paymentsOf(account: Account, invoice: Invoice) {
  const payments = account.state.invoicePayments.newestFirst().filter((each) => each.invoice === invoice.id)
  return table({
    caption: 'Payments of this invoice',
    columns: ['Payment', 'Status', 'Amount', 'Made'],
    rows: payments.map((each) => [
      idLink(String(each.payment.payment_intent ?? each.payment.charge ?? each.id)),
      badge(each.status),
      amount(each.amount_paid ?? each.amount_requested, each.currency),
      time(each.created),
    ]),
    empty: 'None.',
  })
}
