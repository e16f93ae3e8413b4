import { html } from 'hono/html'
import type { Account } from '../../account.ts'
import { TEST_CARDS } from '../../life/cards.ts'
import { reductionOfSession } from '../../life/checkout-completion.ts'
import type { CheckoutSession, LineItem } from '../../wire.ts'
import type { Html } from '../elements.ts'
import { day, money, rhythm, spaced } from '../format.ts'
import { layout } from '../layout.ts'

/** What stands in the fields, and what is wrong with them. */
export interface CheckoutView {
  email: string
  name: string
  method: 'card' | 'bank_debit' | 'bank_debit_fails'
  card: string
  expiry: string
  cvc: string
  promotionCode: string
  errors: Partial<Record<CheckoutField, string>>
}

export type CheckoutField = 'email' | 'name' | 'card' | 'expiry' | 'cvc' | 'promotion_code'

/** The hosted checkout page: what is bought on the left, the form on the right. */
export function checkoutPage(account: Account, session: CheckoutSession, view: CheckoutView): Html {
  const lines = account.state.checkoutDetails.get(session.id)?.line_items ?? []
  return layout(
    account,
    'Checkout (sandbox)',
    html`<main class="checkout">
      <section class="summary" aria-label="Order">${summary(account, session, lines, view)}</section>
      <section class="payment" aria-label="Payment">${paymentForm(session, view, submitLabel(account, session))}</section>
    </main>`,
  )
}

function summary(account: Account, session: CheckoutSession, lines: LineItem[], view: CheckoutView): Html {
  const currency = session.currency ?? 'eur'
  const trialEnd = account.state.checkoutDetails.get(session.id)?.subscription_data.trial_end ?? null
  const first = lines[0]
  const period = lines.find((line) => line.price?.recurring)?.price ?? null
  const names = lines.map((line) => line.description).join(', ')
  const regular = lines.reduce(
    (total, line) => total + (line.price?.unit_amount ?? 0) * (line.quantity ?? 1),
    0,
  )
  const headline = trialEnd === null ? (session.amount_total ?? 0) : regular
  return html`
    ${session.cancel_url ? html`<a class="back" href="${session.cancel_url}"><span aria-hidden="true">←</span> Back</a>` : ''}
    <h1 class="muted title">${session.mode === 'subscription' ? 'Subscribe to' : 'Pay for'} ${names}</h1>
    <p class="price">
      <span class="amount">${money(headline, currency)}</span>
      <span class="muted">${rhythm(period)}</span>
    </p>
    ${trialEnd === null ? '' : html`<p class="trial">Free until ${day(trialEnd)}, then ${money(regular, currency)} ${rhythm(period)}.</p>`}
    <ul class="lines">
      ${lines.map(
        (line) => html`<li>
          <span>
            <strong>${line.description}</strong>
            <span class="muted small">${line.quantity ?? 1} × ${money(line.price?.unit_amount ?? 0, line.currency)} ${rhythm(line.price)}</span>
          </span>
          <span class="figure">${money((line.price?.unit_amount ?? 0) * (line.quantity ?? 1), line.currency)}</span>
        </li>`,
      )}
    </ul>
    <dl class="totals">
      ${row('Subtotal', money(regular, currency))}
      ${trialEnd === null ? '' : row('Free trial', `−${money(regular - (session.amount_subtotal ?? 0), currency)}`)}
      ${discountRow(account, session, currency)}
      <div class="due"><dt>Due today</dt><dd class="figure">${money(session.amount_total ?? 0, currency)}</dd></div>
    </dl>
    ${promotion(account, session, view)}
    ${first ? '' : html`<p>Nothing to pay for.</p>`}
  `
}

function row(label: string, value: string): Html {
  return html`<div><dt>${label}</dt><dd class="figure">${value}</dd></div>`
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

function paymentForm(session: CheckoutSession, view: CheckoutView, submit: string): Html {
  const { errors } = view
  const fixedEmail = session.customer !== null && session.customer_details?.email
  return html`<form method="post" action="/c/pay/${session.id}" novalidate>
    <h2>Contact</h2>
    <div class="field">
      <label for="email">E-mail</label>
      <input id="email" name="email" type="email" value="${view.email}" autocomplete="email" required
        ${fixedEmail ? html`readonly` : ''} ${invalid(errors.email, 'email')} />
      ${problem(errors.email, 'email')}
    </div>
    <h2>Payment method</h2>
    <fieldset class="methods">
      <legend class="hidden">Payment method</legend>
      ${methodChoice('card', 'Card', view)}
      ${methodChoice('bank_debit', 'Bank debit, settles a day later', view)}
      ${methodChoice('bank_debit_fails', 'Bank debit that is returned', view)}
    </fieldset>
    <div class="card-fields">
      <div class="field">
        <label for="cardNumber">Card number</label>
        <input id="cardNumber" name="cardNumber" value="${view.card}" inputmode="numeric" autocomplete="off"
          placeholder="4242 4242 4242 4242" ${invalid(errors.card, 'card')} />
        ${problem(errors.card, 'card')}
      </div>
      <div class="pair">
        <div class="field">
          <label for="cardExpiry">Expires</label>
          <input id="cardExpiry" name="cardExpiry" value="${view.expiry}" inputmode="numeric" autocomplete="off"
            placeholder="MM / YY" ${invalid(errors.expiry, 'expiry')} />
          ${problem(errors.expiry, 'expiry')}
        </div>
        <div class="field">
          <label for="cardCvc">CVC</label>
          <input id="cardCvc" name="cardCvc" value="${view.cvc}" inputmode="numeric" autocomplete="off"
            placeholder="123" ${invalid(errors.cvc, 'cvc')} />
          ${problem(errors.cvc, 'cvc')}
        </div>
      </div>
    </div>
    <div class="field">
      <label for="billingName">Name</label>
      <input id="billingName" name="billingName" value="${view.name}" autocomplete="name" required
        ${invalid(errors.name, 'name')} />
      ${problem(errors.name, 'name')}
    </div>
    <button class="button primary wide" type="submit" name="pay" value="1">${submit}</button>
    <p class="muted small center">Nothing is charged. Only the cards below work.</p>
    ${testCards()}
  </form>`
}

function methodChoice(value: CheckoutView['method'], label: string, view: CheckoutView): Html {
  return html`<label class="choice">
    <input type="radio" name="method" value="${value}" ${view.method === value ? html`checked` : ''} />
    <span>${label}</span>
  </label>`
}

function testCards(): Html {
  return html`<div class="cards" role="group" aria-labelledby="cards-title">
    <h2 id="cards-title">Test cards</h2>
    <ul>
      ${TEST_CARDS.map(
        (card) => html`<li>
          <button class="chip" type="submit" name="fill" value="${card.number}" formnovalidate>
            <span class="figure">${spaced(card.number)}</span>
            <span class="muted">${card.label}</span>
          </button>
        </li>`,
      )}
    </ul>
  </div>`
}

function submitLabel(account: Account, session: CheckoutSession): string {
  const hasTrial = account.state.checkoutDetails.get(session.id)?.subscription_data.trial_end !== null
  if (session.mode === 'subscription') return hasTrial ? 'Start trial' : 'Subscribe'
  return `Pay ${money(session.amount_total ?? 0, session.currency ?? 'eur')}`
}

function invalid(error: string | undefined, field: CheckoutField): Html | string {
  return error === undefined ? '' : html`aria-invalid="true" aria-describedby="${field}-error"`
}

function problem(error: string | undefined, field: CheckoutField): Html | string {
  return error === undefined ? '' : html`<p class="problem" id="${field}-error" role="alert">${error}</p>`
}
