import { html } from 'hono/html'
import type { Account } from '../account.ts'
import type { Charge, Invoice } from '../wire.ts'
import type { Html } from './elements.ts'
import { day, money } from './format.ts'
import { layout } from './layout.ts'

/** An invoice as its `hosted_invoice_url` shows it. */
export function invoicePage(account: Account, invoice: Invoice): Html {
  return layout(
    account,
    `Invoice ${invoice.number ?? ''} (sandbox)`,
    html`<main class="narrow">
      <p class="muted small">Invoice ${invoice.number ?? 'draft'}</p>
      <h1>${money(invoice.total, invoice.currency)}</h1>
      <p><span class="badge">${invoice.status}</span> <span class="muted">${day(invoice.created)}</span></p>
      <ul class="lines">
        ${invoice.lines.data.map(
          (line) =>
            html`<li><span>${line.description}</span><span class="figure">${money(line.amount, line.currency)}</span></li>`,
        )}
      </ul>
      <dl class="totals">
        <div><dt>Subtotal</dt><dd class="figure">${money(invoice.subtotal, invoice.currency)}</dd></div>
        <div><dt>Paid</dt><dd class="figure">${money(invoice.amount_paid, invoice.currency)}</dd></div>
        <div class="due"><dt>Still due</dt><dd class="figure">${money(invoice.amount_remaining, invoice.currency)}</dd></div>
      </dl>
    </main>`,
  )
}

/** A payment as its `receipt_url` shows it. */
export function receiptPage(account: Account, charge: Charge): Html {
  return layout(
    account,
    'Receipt (sandbox)',
    html`<main class="narrow">
      <p class="muted small">Receipt</p>
      <h1>${money(charge.amount, charge.currency)}</h1>
      <p><span class="badge">${charge.status}</span> <span class="muted">${day(charge.created)}</span></p>
      <p>${charge.description ?? ''}</p>
      <p class="muted small">${charge.id}</p>
    </main>`,
  )
}
