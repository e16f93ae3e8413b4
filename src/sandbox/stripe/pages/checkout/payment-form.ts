import { html } from 'hono/html'
import type { Account } from '../../account.ts'
import { CARDS, TEST_CARDS, type TestCard } from '../../life/cards.ts'
import { debitType, needsMethod, offeredMethods } from '../../life/checkout/form.ts'
import type { CheckoutSession } from '../../wire.ts'
import type { Html } from '../elements.ts'
import { invalid, problem } from '../fields.ts'
import { paidWith, spaced } from '../format.ts'
import { questionFields } from './question-fields.ts'
import type { CheckoutView } from './view.ts'

/** The form on the right: who pays, with what, and the test cards one click away. */
export function paymentForm(
  account: Account,
  session: CheckoutSession,
  view: CheckoutView,
  submit: string,
): Html {
  const { errors } = view
  const texts = session.custom_text
  const fixedEmail = session.customer !== null && session.customer_details?.email
  return html`<form method="post" action="/c/pay/${session.id}" novalidate>
    ${view.notice === null ? '' : html`<p class="notice" role="status">${view.notice}</p>`}
    ${session.amount_total === null ? '' : html`<input type="hidden" name="shownTotal" value="${session.amount_total}" />`}
    <h2 class="form-part first">Contact</h2>
    <div class="field">
      <label for="email">E-mail</label>
      <input id="email" name="email" type="email" value="${view.email}" autocomplete="email" required
        ${fixedEmail ? html`readonly` : ''} ${invalid(errors.email, 'email')} />
      ${problem(errors.email, 'email')}
    </div>
    ${questionFields(session, view, 'contact')}
    ${questionFields(session, view, 'shipping', 'Shipping address')}
    ${said(texts.shipping_address)}
    ${questionFields(session, view, 'billing', 'Billing address')}
    ${needsMethod(session) ? methodFields(account, session, view) : ''}
    <div class="field">
      <label for="billingName">Name</label>
      <input id="billingName" name="billingName" value="${view.name}" autocomplete="name" required
        ${invalid(errors.name, 'name')} />
      ${problem(errors.name, 'name')}
    </div>
    ${questionFields(session, view, 'details', 'Details')}
    ${questionFields(session, view, 'consent')}
    ${said(texts.terms_of_service_acceptance)}
    ${said(texts.submit)}
    ${reuse(session)}
    <button class="button primary wide" type="submit" name="pay" value="1">${submit}</button>
    ${said(texts.after_submit)}
    ${
      needsMethod(session)
        ? html`<p class="muted small center">Nothing is charged. Only the cards below work.</p>
          ${testCards()}`
        : html`<p class="muted small center">Nothing is due, so no payment method is asked for.</p>`
    }
  </form>`
}

/** Words of the merchant's own. */
function said(text: { message: string } | null): Html | string {
  return text === null ? '' : html`<p class="muted small">${text.message}</p>`
}

/** What is said of charging the method again, unless the merchant says it elsewhere. */
function reuse(session: CheckoutSession): Html | string {
  const position = session.consent_collection?.payment_method_reuse_agreement?.position
  if (position !== 'auto') return ''
  return html`<p class="muted small">You allow this payment method to be charged again, by the terms of your order.</p>`
}

/** With what is paid: what the customer has, a card, or a bank debit. */
function methodFields(account: Account, session: CheckoutSession, view: CheckoutView): Html {
  const { errors } = view
  const takesCards = session.payment_method_types.includes('card')
  return html`<h2 class="form-part">Payment method</h2>
    <fieldset class="methods">
      <legend class="hidden">Payment method</legend>
      ${offeredMethods(account, session).map((method) => methodChoice(method.id, paidWith(method), view))}
      ${takesCards ? methodChoice('card', 'Card', view) : ''}
      ${
        debitType(session) === null
          ? ''
          : html`${methodChoice('bank_debit', 'Bank debit, settles a day later', view)}
            ${methodChoice('bank_debit_fails', 'Bank debit that is returned', view)}`
      }
    </fieldset>
    ${problem(takesCards ? undefined : errors.card, 'card')}
    ${takesCards ? cardFields(view) : ''}`
}

function cardFields(view: CheckoutView): Html {
  const { errors } = view
  return html`<div class="card-fields">
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
    </div>`
}

function methodChoice(value: string, label: string, view: CheckoutView): Html {
  return html`<label class="choice">
    <input type="radio" name="method" value="${value}" ${view.method === value ? html`checked` : ''} />
    <span>${label}</span>
  </label>`
}

function testCards(): Html {
  const offered = new Set(TEST_CARDS)
  return html`<div class="cards" role="group" aria-labelledby="cards-title">
    <h2 id="cards-title">Test cards</h2>
    <ul>${TEST_CARDS.map(chip)}</ul>
    <details>
      <summary>All ${CARDS.length} test cards</summary>
      <ul>${CARDS.filter((card) => !offered.has(card)).map(chip)}</ul>
    </details>
  </div>`
}

/** A test card and what it does; a click writes it into the form. */
function chip(card: TestCard): Html {
  return html`<li>
    <button class="chip" type="submit" name="fill" value="${card.number}" formnovalidate>
      <span class="figure">${spaced(card.number)}</span>
      <span class="muted">${card.label}</span>
    </button>
  </li>`
}
