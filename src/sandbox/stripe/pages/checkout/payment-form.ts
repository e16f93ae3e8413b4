import { html } from 'hono/html'
import { CARDS, TEST_CARDS, type TestCard } from '../../life/cards.ts'
import type { CheckoutSession } from '../../wire.ts'
import type { Html } from '../elements.ts'
import { spaced } from '../format.ts'
import { type CheckoutView, invalid, problem } from './view.ts'

/** The form on the right: who pays, with what, and the test cards one click away. */
export function paymentForm(session: CheckoutSession, view: CheckoutView, submit: string): Html {
  const { errors } = view
  const fixedEmail = session.customer !== null && session.customer_details?.email
  return html`<form method="post" action="/c/pay/${session.id}" novalidate>
    <h2 class="form-part first">Contact</h2>
    <div class="field">
      <label for="email">E-mail</label>
      <input id="email" name="email" type="email" value="${view.email}" autocomplete="email" required
        ${fixedEmail ? html`readonly` : ''} ${invalid(errors.email, 'email')} />
      ${problem(errors.email, 'email')}
    </div>
    <h2 class="form-part">Payment method</h2>
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
