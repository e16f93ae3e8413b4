import { type Context, Hono } from 'hono'
import { html } from 'hono/html'
import type { SandboxCore } from '../core.ts'
import { StripeError } from '../errors.ts'
import { findTestCard, TEST_CARDS } from '../life/cards.ts'
import { attachChecked, createCard } from '../life/payment-methods.ts'
import type { Charge, Invoice } from '../wire.ts'
import { badge, type Html } from './elements.ts'
import { day, money, paidWith, spaced } from './format.ts'
import { layout } from './layout.ts'
import type { Notices } from './notices.ts'
import { operate } from './operation.ts'

/** The invoice behind `hosted_invoice_url` and the receipt behind `receipt_url`. */
export function documentRoutes(core: SandboxCore, notices: Notices): Hono {
  const { account } = core
  const app = new Hono()
  app.get('/invoices/:id', async (context) => {
    const invoice = account.state.invoices.get(context.req.param('id'))
    return invoice ? context.html(await invoicePage(core, notices, context, invoice)) : context.notFound()
  })
  app.post('/invoices/:id', async (context) => {
    const invoice = account.state.invoices.get(context.req.param('id'))
    if (invoice === undefined) return context.notFound()
    const card = findTestCard(String((await context.req.parseBody()).card))
    const text = pay(core, invoice, card)
    const notice = { kind: text === null ? 'done' : 'refused', text: text ?? 'Paid. Thank you.' } as const
    return context.redirect(notices.link(`/invoices/${invoice.id}`, notice), 303)
  })
  app.get('/receipts/:id', async (context) => {
    const charge = account.state.charges.get(context.req.param('id'))
    return charge ? context.html(await receiptPage(core, charge)) : context.notFound()
  })
  return app
}

/** Pays an open invoice with another card; answers why that did not work, or null. */
function pay(core: SandboxCore, invoice: Invoice, card: ReturnType<typeof findTestCard>): string | null {
  const { account } = core
  if (card === undefined) return 'Only the test cards listed here work in the sandbox.'
  try {
    const method = createCard(account, card, { billing_details: { email: invoice.customer_email } })
    attachChecked(account, method, String(invoice.customer))
    operate(core, 'POST', `/v1/invoices/${invoice.id}/pay`, { payment_method: method.id })
    return null
  } catch (error) {
    if (!(error instanceof StripeError)) throw error
    return error.message
  }
}

function invoicePage(core: SandboxCore, notices: Notices, context: Context, invoice: Invoice): Html {
  const { currency } = invoice
  const title = `Invoice ${invoice.number ?? 'draft'}`
  const frame = { path: `/invoices/${invoice.id}`, notice: notices.get(context.req.query('notice')) }
  return layout(
    core.account,
    `${title} (sandbox)`,
    html`<main class="document" id="content">
      <div class="sheet">
        <div>
          <p class="muted">${title} ${badge(invoice.status ?? 'draft')}</p>
          <h1>${money(invoice.status === 'paid' ? invoice.total : invoice.amount_remaining, currency)}
            ${invoice.status === 'paid' ? 'paid' : 'due'}</h1>
        </div>
        <dl class="facts">
          <div><dt>To</dt><dd>${invoice.customer_name ?? ''} ${invoice.customer_email ?? ''}</dd></div>
          <div><dt>Date</dt><dd>${day(invoice.created)}</dd></div>
          ${invoice.due_date === null ? '' : html`<div><dt>Due</dt><dd>${day(invoice.due_date)}</dd></div>`}
          ${invoice.status_transitions.paid_at === null ? '' : html`<div><dt>Paid</dt><dd>${day(invoice.status_transitions.paid_at)}</dd></div>`}
        </dl>
        <ul class="lines">
          ${invoice.lines.data.map(
            (line) => html`<li>
              <span><strong>${line.description}</strong>
                <span class="muted small">${day(line.period.start)} to ${day(line.period.end)}</span></span>
              <span class="figure">${money(line.amount, line.currency)}</span>
            </li>`,
          )}
        </ul>
        <dl class="totals">
          <div><dt>Subtotal</dt><dd>${money(invoice.subtotal, currency)}</dd></div>
          ${(invoice.total_discount_amounts ?? []).map((off) => html`<div><dt>Discount</dt><dd>${money(-off.amount, currency)}</dd></div>`)}
          ${(invoice.total_taxes ?? []).map((tax) => html`<div><dt>Tax</dt><dd>${money(tax.amount, currency)}</dd></div>`)}
          <div><dt>Total</dt><dd>${money(invoice.total, currency)}</dd></div>
          <div><dt>Paid</dt><dd>${money(invoice.amount_paid, currency)}</dd></div>
          <div class="due"><dt>Still due</dt><dd>${money(invoice.amount_remaining, currency)}</dd></div>
        </dl>
        ${invoice.status === 'open' && invoice.amount_remaining > 0 ? payForm(invoice) : ''}
      </div>
    </main>`,
    frame,
  )
}

function payForm(invoice: Invoice): Html {
  return html`<form method="post" action="/invoices/${invoice.id}" class="stack">
    <div class="field">
      <label for="card">Pay with a test card</label>
      <select id="card" name="card">
        ${TEST_CARDS.map((card) => html`<option value="${card.number}">${spaced(card.number)} ${card.label}</option>`)}
      </select>
    </div>
    <button class="button wide">Pay ${money(invoice.amount_remaining, invoice.currency)}</button>
  </form>`
}

function receiptPage({ account }: SandboxCore, charge: Charge): Html {
  return layout(
    account,
    'Receipt (sandbox)',
    html`<main class="document" id="content">
      <div class="sheet">
        <div>
          <p class="muted">Receipt ${charge.receipt_number ?? ''} ${badge(charge.refunded ? 'refunded' : charge.status)}</p>
          <h1>${money(charge.amount, charge.currency)}</h1>
        </div>
        <dl class="facts">
          <div><dt>Paid</dt><dd>${day(charge.created)}</dd></div>
          <div><dt>With</dt><dd>${charge.payment_method_details ? paidWith(charge.payment_method_details) : ''}</dd></div>
          ${charge.receipt_email === null ? '' : html`<div><dt>Sent to</dt><dd>${charge.receipt_email}</dd></div>`}
        </dl>
        <ul class="lines">
          <li><span>${charge.description ?? 'Payment'}</span><span class="figure">${money(charge.amount, charge.currency)}</span></li>
        </ul>
        <dl class="totals">
          <div><dt>Paid</dt><dd>${money(charge.amount, charge.currency)}</dd></div>
          ${charge.amount_refunded > 0 ? html`<div><dt>Refunded</dt><dd>${money(-charge.amount_refunded, charge.currency)}</dd></div>` : ''}
          <div class="due"><dt>In all</dt><dd>${money(charge.amount - charge.amount_refunded, charge.currency)}</dd></div>
        </dl>
        <p class="muted small"><code>${charge.id}</code></p>
      </div>
    </main>`,
  )
}
