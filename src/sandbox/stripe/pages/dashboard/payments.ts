import type { Context } from 'hono'
import { html } from 'hono/html'
import type { Account } from '../../account.ts'
import { StripeError } from '../../errors.ts'
import type { FormHash } from '../../form.ts'
import type { Charge, PaymentIntent } from '../../wire.ts'
import { amount, badge, facts, type Html, idLink, json, section, table, time } from '../elements.ts'
import { paidWith } from '../format.ts'
import { hrefOf } from '../links.ts'
import { operate } from '../operation.ts'
import { eventsAbout } from '../related.ts'
import { eventTable } from './event-table.ts'
import { type Dashboard, goOn, notFound, paged, refuse, show } from './frame.ts'

/** `GET /dashboard/payments` */
export function paymentsPage(dashboard: Dashboard, context: Context): Promise<Response> {
  const { account } = dashboard.core
  const { rows, pager } = paged(context, account.state.paymentIntents.newestFirst())
  return show(dashboard, context, {
    section: 'payments',
    title: 'Payments',
    body: html`<h1>Payments</h1>
      ${table({
        caption: 'Payments, newest first',
        columns: ['Payment', 'Amount', 'Status', 'Customer', 'For', 'Made'],
        rows: rows.map((each) => [
          idLink(each.id),
          amount(each.amount, each.currency),
          badge(each.status),
          customerOf(account, each),
          each.description ?? '',
          time(each.created),
        ]),
        empty: 'No payment yet.',
      })}
      ${pager}`,
  })
}

/** `GET /dashboard/payments/:id`: a payment by its own id or that of one of its charges. */
export function paymentPage(dashboard: Dashboard, context: Context): Promise<Response> {
  const { account } = dashboard.core
  const id = context.req.param('id') ?? ''
  const payment = account.state.paymentIntents.get(
    String(account.state.charges.get(id)?.payment_intent ?? id),
  )
  if (payment === undefined) return notFound(dashboard, context, 'payments')
  const charges = account.state.charges.newestFirst().filter((each) => each.payment_intent === payment.id)
  const { last_payment_error: error } = payment
  return show(dashboard, context, {
    section: 'payments',
    title: 'Payment',
    body: html`<h1>${amount(payment.amount, payment.currency)} ${badge(payment.status)}</h1>
      ${facts([
        ['Id', html`<code>${payment.id}</code>`],
        ['Customer', payment.customer === null ? null : customerOf(account, payment)],
        ['For', payment.description],
        ['Made', time(payment.created)],
        ['Received', amount(payment.amount_received, payment.currency)],
        ['Last error', error === null ? null : (error.message ?? error.code ?? null)],
      ])}
      ${section('charges', 'Charges', chargeTable(charges))}
      ${section('refunds', 'Refunds', refundsOf(account, payment))}
      ${section('disputes', 'Disputes', disputesOf(account, charges))}
      ${section('events', 'Events', eventTable(account, eventsAbout(account, payment.id)))}
      ${section('object', 'The object', json(payment))}`,
  })
}

function chargeTable(charges: readonly Charge[]): Html {
  return table({
    caption: 'Charges of this payment, newest first',
    columns: ['Charge', 'Status', 'Amount', 'Paid with', 'Why', 'Receipt'],
    rows: charges.map((each) => [
      html`<code>${each.id}</code>`,
      badge(each.status),
      amount(each.amount, each.currency),
      each.payment_method_details ? paidWith(each.payment_method_details) : '',
      each.failure_message ?? '',
      each.receipt_url ? html`<a href="/receipts/${each.id}">receipt</a>` : '',
    ]),
    empty: 'No charge yet.',
  })
}

/** The refunds of a payment, and the form for another while money is left. */
function refundsOf(account: Account, payment: PaymentIntent): Html {
  const refunds = account.state.refunds.newestFirst().filter((each) => each.payment_intent === payment.id)
  const isPaid = payment.status === 'succeeded'
  return html`${table({
    caption: 'Refunds of this payment, newest first',
    columns: ['Refund', 'Status', 'Amount', 'Reason', 'Made'],
    rows: refunds.map((each) => [
      idLink(each.id),
      badge(each.status ?? 'pending'),
      amount(each.amount, each.currency),
      (each.reason ?? '').replaceAll('_', ' '),
      time(each.created),
    ]),
    empty: 'None.',
  })}
  ${
    isPaid
      ? html`<form method="post" action="${hrefOf(payment.id)}/refund" class="row">
          <label for="amount">Amount in the smallest unit</label>
          <input id="amount" name="amount" type="number" min="1" max="${payment.amount_received}" placeholder="all that is left" />
          <button class="button quiet">Refund</button>
        </form>`
      : ''
  }`
}

function disputesOf(account: Account, charges: readonly Charge[]): Html {
  const ids = new Set(charges.map((each) => each.id))
  const disputes = account.state.disputes.newestFirst().filter((each) => ids.has(String(each.charge)))
  return table({
    caption: 'Disputes of this payment, newest first',
    columns: ['Dispute', 'Status', 'Amount', 'Reason', 'Made'],
    rows: disputes.map((each) => [
      idLink(each.id),
      badge(each.status),
      amount(each.amount, each.currency),
      each.reason.replaceAll('_', ' '),
      time(each.created),
    ]),
    empty: 'None. Some test cards are disputed by themselves after they have paid.',
  })
}

/** `POST /dashboard/payments/:id/refund` */
export async function refundPayment(dashboard: Dashboard, context: Context): Promise<Response> {
  const id = context.req.param('id') ?? ''
  const given = (await context.req.parseBody()).amount
  const part: FormHash = typeof given === 'string' && given !== '' ? { amount: given } : {}
  try {
    operate(dashboard.core, 'POST', '/v1/refunds', { payment_intent: id, ...part })
  } catch (error) {
    if (!(error instanceof StripeError)) throw error
    return refuse(dashboard, context, hrefOf(id), error.message)
  }
  return goOn(dashboard, context, hrefOf(id), 'The refund is made.')
}

function customerOf(account: Account, { customer }: PaymentIntent): Html | string {
  if (customer === null) return ''
  return html`<a href="${hrefOf(customer)}">${account.state.customers.get(customer)?.email ?? customer}</a>`
}
