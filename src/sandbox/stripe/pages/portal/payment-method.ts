import { html } from 'hono/html'
import { StripeError } from '../../errors.ts'
import type { FormHash } from '../../form.ts'
import { findTestCard, TEST_CARDS } from '../../life/cards.ts'
import { askedIntent } from '../../life/money/bank-answer.ts'
import { createCard } from '../../life/payment-methods.ts'
import type { PaymentMethod, SetupIntent } from '../../wire.ts'
import { spaced } from '../format.ts'
import { operate } from '../operation.ts'
import { act, formText, portalNotFound, showPortal, type Visit } from './visit.ts'

/** The form for another card. `error` is why the last one was refused. */
export function methodPage(visit: Visit, number = '', error: string | null = null): Promise<Response> {
  const { context, home } = visit
  const invoice = context.req.query('invoice') ?? ''
  return showPortal(visit, {
    title: 'Payment method',
    status: error === null ? 200 : 402,
    body: html`<main class="portal" id="content">
      <a class="back" href="${home}/home"><span aria-hidden="true">←</span> Back</a>
      <h1>Add a payment method</h1>
      <form method="post" action="${home}/payment-method?invoice=${invoice}" class="card" novalidate>
        <div class="field">
          <label for="cardNumber">Card number</label>
          <input id="cardNumber" name="number" value="${number}" inputmode="numeric" autocomplete="off"
            placeholder="4242 4242 4242 4242" ${error === null ? '' : html`aria-invalid="true" aria-describedby="number-error"`} />
          ${error === null ? '' : html`<p class="problem" id="number-error" role="alert">${error}</p>`}
        </div>
        <button class="button">Save this card</button>
        <div class="cards" role="group" aria-labelledby="cards-title">
          <h2 id="cards-title">Test cards</h2>
          <ul>
            ${TEST_CARDS.map(
              (card) => html`<li>
                <button class="chip" name="pick" value="${card.number}">
                  <span class="figure">${spaced(card.number)}</span><span class="muted">${card.label}</span>
                </button>
              </li>`,
            )}
          </ul>
        </div>
      </form>
    </main>`,
  })
}

/**
 * Saves the card through a setup of its own, as Stripe's portal does: a bank that wants to ask its customer does so, and
 * leads back to `methodSaved`.
 */
export async function saveMethod(visit: Visit): Promise<Response> {
  const { core, context, customer, home } = visit
  const { account } = core
  const picked = await formText(visit, 'pick')
  const number = picked === '' ? await formText(visit, 'number') : picked
  const card = findTestCard(number)
  if (card === undefined)
    return methodPage(visit, number, 'Only the test cards listed here work in the sandbox.')
  const method = createCard(account, card, {
    billing_details: { name: customer.name ?? null, email: customer.email },
  })
  const after = `${account.url}${home}/payment-method/saved?invoice=${context.req.query('invoice') ?? ''}`
  try {
    const { id } = operate(core, 'POST', '/v1/setup_intents', {
      confirm: 'true',
      customer: customer.id,
      payment_method: method.id,
      return_url: after,
    }) as SetupIntent
    const asked = askedIntent(account, id)
    if (asked) return context.redirect(`/3d-secure/${id}`, 303)
    return preferMethod(visit, method)
  } catch (error) {
    if (!(error instanceof StripeError)) throw error
    return methodPage(visit, spaced(number), error.message)
  }
}

/** The customer comes back from their bank. */
export function methodSaved(visit: Visit): Promise<Response> {
  const { core, context, customer } = visit
  const { setupIntents, paymentMethods } = core.account.state
  const setup = setupIntents.get(context.req.query('setup_intent') ?? '')
  if (setup?.customer !== customer.id) return portalNotFound(core, context)
  const method = paymentMethods.get(setup.payment_method ?? '')
  if (setup.status !== 'succeeded' || method === undefined) {
    return methodPage(visit, '', setup.last_setup_error?.message ?? 'The card was not saved.')
  }
  return preferMethod(visit, method)
}

/**
 * Makes a saved card the one that is charged: for the customer, and for each subscription that had one of its own.
 * After a failed payment the invoice is tried again with it.
 */
function preferMethod(visit: Visit, method: PaymentMethod): Promise<Response> {
  const { core, context, customer } = visit
  const invoice = core.account.state.invoices.get(context.req.query('invoice') ?? '')
  return act(visit, 'The card is saved.', () => {
    makeDefault(visit, method)
    if (invoice?.customer === customer.id && invoice.status === 'open') pay(visit, invoice.id)
  })
}

/** Makes a saved method the default, or removes it. */
export async function changeMethod(visit: Visit): Promise<Response> {
  const { core, context, customer } = visit
  const method = core.account.state.paymentMethods.get(context.req.param('method') ?? '')
  if (method?.customer !== customer.id) return portalNotFound(core, context)
  if ((await formText(visit, 'do')) === 'remove') {
    return act(visit, 'The payment method is removed.', () =>
      operate(core, 'POST', `/v1/payment_methods/${method.id}/detach`),
    )
  }
  return act(visit, 'It is the default now.', () => makeDefault(visit, method))
}

/** Tries to collect an invoice of this customer again. */
export function payInvoice(visit: Visit): Promise<Response> {
  const { core, context, customer } = visit
  const invoice = core.account.state.invoices.get(context.req.param('invoice') ?? '')
  if (invoice?.customer !== customer.id) return portalNotFound(core, context)
  return act(visit, 'The invoice is paid.', () => pay(visit, invoice.id))
}

function pay({ core }: Visit, invoice: string): void {
  operate(core, 'POST', `/v1/invoices/${invoice}/pay`)
}

function makeDefault({ core, customer }: Visit, method: PaymentMethod): void {
  const settings: FormHash = { invoice_settings: { default_payment_method: method.id } }
  operate(core, 'POST', `/v1/customers/${customer.id}`, settings)
  for (const each of core.account.state.subscriptions.values()) {
    const hasOwn =
      each.customer === customer.id && each.ended_at === null && each.default_payment_method !== null
    if (hasOwn) {
      operate(core, 'POST', `/v1/subscriptions/${each.id}`, { default_payment_method: method.id })
    }
  }
}
