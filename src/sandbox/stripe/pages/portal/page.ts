import { html } from 'hono/html'
import type { Account } from '../../account.ts'
import { TEST_CARDS } from '../../life/cards.ts'
import type { Invoice, PortalSession, Subscription } from '../../wire.ts'
import type { Html } from '../elements.ts'
import { day, money, rhythm, spaced } from '../format.ts'
import { layout } from '../layout.ts'

/** The customer portal: what I have, when it renews, cancel or keep it, another card, my invoices. */
export function portalPage(account: Account, session: PortalSession): Html {
  const mine = (each: { customer: unknown }) => each.customer === session.customer
  const subscriptions = account.state.subscriptions.newestFirst().filter(mine)
  const invoices = account.state.invoices.newestFirst().filter(mine).slice(0, 12)
  return layout(
    account,
    'Billing (sandbox)',
    html`<main class="wide-page">
      ${session.return_url ? html`<a class="back" href="${session.return_url}"><span aria-hidden="true">←</span> Back</a>` : ''}
      <h1>Your billing</h1>
      <section aria-label="Subscriptions">
        ${subscriptions.length === 0 ? html`<p class="muted">There is no subscription.</p>` : ''}
        ${subscriptions.map((each) => subscriptionCard(account, session, each))}
      </section>
      <section aria-labelledby="invoices">
        <h2 id="invoices">Invoices</h2>
        ${invoices.length === 0 ? html`<p class="muted">There are none yet.</p>` : invoiceList(invoices)}
      </section>
    </main>`,
  )
}

function subscriptionCard(account: Account, session: PortalSession, subscription: Subscription): Html {
  const action = `/p/session/${session.id}/subscriptions/${subscription.id}`
  const method = account.state.paymentMethods.get(subscription.default_payment_method ?? '')
  const configuration = account.state.portalConfigurations.get(String(session.configuration))
  const canCancel = configuration?.features.subscription_cancel.enabled ?? true
  return html`<article class="card">
    <header>
      <h2>${nameOf(account, subscription)}</h2>
      <span class="badge">${subscription.status}</span>
    </header>
    <p>${sentence(subscription)}</p>
    ${method ? html`<p class="muted small">Paid with ${method.card?.brand ?? 'bank debit'} •••• ${method.card?.last4 ?? method.sepa_debit?.last4 ?? ''}</p>` : ''}
    ${
      subscription.ended_at === null
        ? html`<div class="actions">
            <form method="post" action="${action}">
              ${
                subscription.cancel_at === null
                  ? canCancel
                    ? html`<button class="button quiet" name="do" value="cancel">Cancel at the end of the period</button>`
                    : ''
                  : html`<button class="button primary" name="do" value="keep">Keep the subscription</button>`
              }
            </form>
            <form method="post" action="${action}" class="joined">
              <label class="hidden" for="card-${subscription.id}">Card for later payments</label>
              <select id="card-${subscription.id}" name="card">
                ${TEST_CARDS.filter((card) => card.decline === null).map(
                  (card) =>
                    html`<option value="${card.number}">${spaced(card.number)} ${card.label}</option>`,
                )}
              </select>
              <button class="button quiet" name="do" value="card">Use this card</button>
            </form>
          </div>`
        : ''
    }
  </article>`
}

function invoiceList(invoices: Invoice[]): Html {
  return html`<ul class="lines">
    ${invoices.map(
      (invoice) => html`<li>
        <a href="/invoices/${invoice.id}">${invoice.number ?? 'Draft'}</a>
        <span class="muted">${day(invoice.created)}</span>
        <span class="badge">${invoice.status}</span>
        <span class="figure">${money(invoice.total, invoice.currency)}</span>
      </li>`,
    )}
  </ul>`
}

function nameOf(account: Account, subscription: Subscription): string {
  return subscription.items.data
    .map((item) => account.state.products.get(String(item.price.product))?.name ?? item.price.id)
    .join(', ')
}

function sentence(subscription: Subscription): string {
  const [item] = subscription.items.data
  const end = Math.min(...subscription.items.data.map((each) => each.current_period_end))
  const amount = item
    ? money((item.price.unit_amount ?? 0) * (item.quantity ?? 1), subscription.currency)
    : ''
  const price = `${amount} ${rhythm(item?.price ?? null)}`
  if (subscription.ended_at !== null) return `${price}. Ended on ${day(subscription.ended_at)}.`
  if (subscription.cancel_at !== null) return `${price}. Ends on ${day(subscription.cancel_at)}.`
  if (subscription.status === 'trialing') return `Free until ${day(end)}, then ${price}.`
  if (subscription.status === 'past_due') return `${price}. The last payment failed.`
  return `${price}. Renews on ${day(end)}.`
}
