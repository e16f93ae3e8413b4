import { html } from 'hono/html'
import type { Account } from '../../account.ts'
import { reductionOfSession } from '../../life/checkout/amounts.ts'
import { sum } from '../../life/line-items.ts'
import type { CheckoutSession, LineItem } from '../../wire.ts'
import type { Html } from '../elements.ts'
import { invalid, problem } from '../fields.ts'
import { day, money, rhythm } from '../format.ts'
import { layout } from '../layout.ts'
import { priceText, regularAmount } from '../prices.ts'
import { deliveries, optionalItems } from './choices.ts'
import { paymentForm } from './payment-form.ts'
import type { CheckoutView } from './view.ts'

/** The hosted checkout page: what is bought on the left, the form on the right. */
export function checkoutPage(account: Account, session: CheckoutSession, view: CheckoutView): Html {
  const lines = account.state.checkoutDetails.get(session.id)?.line_items ?? []
  return layout(
    account,
    'Checkout (sandbox)',
    html`<main class="checkout" id="content">
      <section class="summary" aria-label="Order">
        ${session.cancel_url ? html`<a class="back" href="${session.cancel_url}"><span aria-hidden="true">←</span> Back</a>` : ''}
        ${session.branding_settings ? html`<p class="merchant">${session.branding_settings.display_name}</p>` : ''}
        ${session.mode === 'setup' ? setupSummary() : summary(account, session, lines, view)}
      </section>
      <section class="payment" aria-label="Payment">${paymentForm(account, session, view, submitLabel(account, session))}</section>
    </main>`,
  )
}

function setupSummary(): Html {
  return html`<h1>Save a payment method</h1>
    <p class="muted">Nothing is charged now. It can be charged later, as you have agreed.</p>`
}

function summary(account: Account, session: CheckoutSession, lines: LineItem[], view: CheckoutView): Html {
  const currency = session.currency ?? 'eur'
  const { trial_end: trialEnd = null, anchor = null } =
    account.state.checkoutDetails.get(session.id)?.subscription_data ?? {}
  const startsLater = trialEnd ?? anchor
  const first = lines[0]
  const period = lines.find((line) => line.price?.recurring)?.price ?? null
  const names = lines.map((line) => line.description).join(', ')
  const regular = sum(lines.map((line) => regularAmount(account, line)))
  const notDueYet = regular - (session.amount_subtotal ?? 0)
  const headline = notDueYet === 0 ? (session.amount_total ?? 0) : regular
  return html`
    <h1 class="muted title">${session.mode === 'subscription' ? 'Subscribe to' : 'Pay for'} ${names}</h1>
    <p class="price">
      <span class="amount">${money(headline, currency)}</span>
      <span class="muted">${rhythm(period)}</span>
    </p>
    ${startsLater === null || notDueYet === 0 ? '' : html`<p class="trial">${dueNow(session)} until ${day(startsLater)}, then ${money(regular, currency)} ${rhythm(period)}.</p>`}
    <ul class="lines">
      ${lines.map(
        (line) => html`<li>
          <span>
            <strong>${line.description}</strong>
            <span class="muted small">${line.quantity ?? 1} × ${line.price && priceText(account, line.price, line.currency)}</span>
            ${quantity(session, line)}
          </span>
          <span class="figure">${money(regularAmount(account, line), line.currency)}</span>
        </li>`,
      )}
    </ul>
    <dl class="totals">
      ${row('Subtotal', money(regular, currency))}
      ${notDueYet === 0 ? '' : row(trialEnd === null ? 'Not due yet' : 'Free trial', `−${money(notDueYet, currency)}`)}
      ${discountRow(account, session, currency)}
      ${session.shipping_cost ? row('Delivery', money(session.shipping_cost.amount_subtotal, currency)) : ''}
      ${taxRow(session, currency)}
      <div class="due"><dt>Due today</dt><dd class="figure">${money(session.amount_total ?? 0, currency)}</dd></div>
    </dl>
    ${deliveries(account, session)}
    ${optionalItems(account, session, lines)}
    ${promotion(account, session, view)}
    ${first ? '' : html`<p>Nothing to pay for.</p>`}
  `
}

/** What the time up to the first whole period costs, at the beginning of a sentence. */
function dueNow({ amount_total: total, currency }: CheckoutSession): string {
  return total ? money(total, currency ?? 'eur') : 'Free'
}

/** How many, where the merchant lets the customer choose. */
function quantity(session: CheckoutSession, line: LineItem): Html | string {
  const { adjustable_quantity: adjustable, id } = line
  if (adjustable?.enabled !== true) return ''
  return html`<form method="post" action="/c/pay/${session.id}/quantity" class="quantity">
    <label for="quantity-${id}">Quantity</label>
    <input class="count" id="quantity-${id}" name="quantity" type="number" value="${line.quantity ?? 1}"
      min="${adjustable.minimum ?? 0}" max="${adjustable.maximum ?? 99}" />
    <button class="link" name="line" value="${id}">Update</button>
  </form>`
}

function row(label: string, value: string): Html {
  return html`<div><dt>${label}</dt><dd class="figure">${value}</dd></div>`
}

/** The taxes, those that the prices include among them. */
function taxRow(session: CheckoutSession, currency: string): Html | string {
  const { automatic_tax: automatic, total_details: totals } = session
  if (automatic.status === 'requires_location_inputs') return row('Tax', 'Enter an address')
  const tax = totals?.amount_tax ?? 0
  return tax > 0 || automatic.enabled ? row('Tax', money(tax, currency)) : ''
}

function discountRow(account: Account, session: CheckoutSession, currency: string): Html | string {
  const reduction = reductionOfSession(account, session)
  const amount = session.total_details?.amount_discount ?? 0
  if (reduction === null) return ''
  return row(
    `Discount ${reduction.promotionCode?.code ?? reduction.coupon.name ?? ''}`.trim(),
    `−${money(amount, currency)}`,
  )
}

function promotion(account: Account, session: CheckoutSession, view: CheckoutView): Html | string {
  if (session.allow_promotion_codes !== true) return ''
  const reduction = reductionOfSession(account, session)
  if (reduction?.promotionCode) {
    return html`<form method="post" action="/c/pay/${session.id}/promotion" class="promotion">
      <span class="badge">${reduction.promotionCode.code}</span>
      <button class="link" name="remove" value="1">Remove</button>
    </form>`
  }
  const error = view.errors.promotion_code
  return html`<form method="post" action="/c/pay/${session.id}/promotion" class="promotion" novalidate>
    <label for="promotion_code">Promotion code</label>
    <div class="joined">
      <input id="promotion_code" name="promotion_code" value="${view.promotionCode}" autocomplete="off"
        ${invalid(error, 'promotion_code')} />
      <button class="button quiet">Apply</button>
    </div>
    ${problem(error, 'promotion_code')}
  </form>`
}

function submitLabel(account: Account, session: CheckoutSession): string {
  const hasTrial = account.state.checkoutDetails.get(session.id)?.subscription_data.trial_end !== null
  if (session.mode === 'subscription') return hasTrial ? 'Start trial' : 'Subscribe'
  if (session.mode === 'setup') return 'Save'
  const verb = { book: 'Book', donate: 'Donate' }[String(session.submit_type)] ?? 'Pay'
  return `${verb} ${money(session.amount_total ?? 0, session.currency ?? 'eur')}`
}
