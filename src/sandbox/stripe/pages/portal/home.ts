import { html } from 'hono/html'
import type { Invoice, PaymentMethod } from '../../wire.ts'
import { badge, type Html } from '../elements.ts'
import { day, money, paidWith } from '../format.ts'
import { subscriptionCard } from './subscription-card.ts'
import { showPortal, type Visit } from './visit.ts'

const INVOICES_SHOWN = 24

/** The portal: what I have, how I pay, what I paid. */
export function homePage(visit: Visit): Promise<Response> {
  const { core, customer, configuration, session, home } = visit
  const { state } = core.account
  const mine = (each: { customer?: unknown }) => each.customer === customer.id
  const subscriptions = state.subscriptions.newestFirst().filter(mine)
  const methods = state.paymentMethods.newestFirst().filter(mine)
  const invoices = state.invoices.newestFirst().filter(mine).slice(0, INVOICES_SHOWN)
  const unpaid = invoices.filter((each) => each.status === 'open' && each.attempt_count > 0)
  const { features } = configuration
  return showPortal(visit, {
    title: 'Billing',
    body: html`<main class="portal" id="content">
      ${session.return_url ? html`<a class="back" href="${session.return_url}"><span aria-hidden="true">←</span> Back</a>` : ''}
      <h1>${configuration.business_profile.headline ?? 'Your billing'}</h1>
      ${unpaid.map((invoice) => unpaidNote(visit, invoice))}
      <section aria-labelledby="subscriptions">
        <h2 id="subscriptions">Subscriptions</h2>
        ${subscriptions.length === 0 ? html`<p class="muted">There is no subscription.</p>` : ''}
        ${subscriptions.map((each) => subscriptionCard(visit, each))}
      </section>
      <section aria-labelledby="methods">
        <h2 id="methods">Payment methods</h2>
        ${methods.length === 0 ? html`<p class="muted">None is saved.</p>` : html`<ul class="lines">${methods.map((each) => methodRow(visit, each))}</ul>`}
        ${features.payment_method_update.enabled ? html`<p><a class="button quiet" href="${home}/payment-method">Add a payment method</a></p>` : ''}
      </section>
      <section aria-labelledby="details">
        <h2 id="details">Billing details</h2>
        <p>${customer.name ?? ''}${customer.name && customer.email ? ', ' : ''}${customer.email ?? ''}</p>
        ${features.customer_update.enabled ? html`<p><a class="button quiet" href="${home}/details">Change billing details</a></p>` : ''}
      </section>
      ${
        features.invoice_history.enabled
          ? html`<section aria-labelledby="invoices">
              <h2 id="invoices">Invoices</h2>
              ${invoices.length === 0 ? html`<p class="muted">There are none yet.</p>` : html`<ul class="lines">${invoices.map(invoiceRow)}</ul>`}
            </section>`
          : ''
      }
      ${legal(visit)}
    </main>`,
  })
}

function unpaidNote({ home }: Visit, invoice: Invoice): Html {
  return html`<section class="alert" aria-label="Unpaid invoice">
    <p><strong>${money(invoice.amount_remaining, invoice.currency)} could not be collected.</strong>
      Update your payment method, or try the one that you have again.</p>
    <div class="actions">
      <a class="button" href="${home}/payment-method?invoice=${invoice.id}">Update the payment method</a>
      <form method="post" action="${home}/invoices/${invoice.id}/pay"><button class="button quiet">Try again</button></form>
    </div>
  </section>`
}

function methodRow({ customer, configuration, home }: Visit, method: PaymentMethod): Html {
  const isDefault = customer.invoice_settings.default_payment_method === method.id
  const at = `${home}/payment-methods/${method.id}`
  const name = paidWith(method)
  return html`<li>
    <span>${name} ${isDefault ? badge('default') : ''}</span>
    <span class="muted">${method.card ? `${String(method.card.exp_month).padStart(2, '0')} / ${method.card.exp_year}` : ''}</span>
    ${
      configuration.features.payment_method_update.enabled && !isDefault
        ? html`<form method="post" action="${at}">
            <button class="link" name="do" value="default" aria-label="Make default: ${name}">Make default</button>
            <button class="link" name="do" value="remove" aria-label="Remove: ${name}">Remove</button>
          </form>`
        : ''
    }
  </li>`
}

function invoiceRow(invoice: Invoice): Html {
  return html`<li>
    <span>${invoice.hosted_invoice_url ? html`<a href="/invoices/${invoice.id}">${invoice.number ?? 'Draft'}</a>` : 'Draft'}</span>
    <span class="muted">${day(invoice.created)}</span>
    ${badge(invoice.status ?? 'draft')}
    <span class="figure">${money(invoice.total, invoice.currency)}</span>
  </li>`
}

function legal({ configuration }: Visit): Html | string {
  const { privacy_policy_url: privacy, terms_of_service_url: terms } = configuration.business_profile
  if (!privacy && !terms) return ''
  return html`<p class="muted small">
    ${terms ? html`<a href="${terms}">Terms</a>` : ''} ${privacy ? html`<a href="${privacy}">Privacy</a>` : ''}
  </p>`
}
