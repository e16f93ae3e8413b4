import { html } from 'hono/html'
import { StripeError } from '../../../errors.ts'
import { sum } from '../../../life/line-items.ts'
import type { Invoice, Subscription } from '../../../wire.ts'
import type { Html } from '../../elements.ts'
import { day, money, rhythm } from '../../format.ts'
import { portalNotFound, showPortal, type Visit } from '../visit.ts'
import { amountOf, type ChoiceFields, choiceOf } from './choice.ts'
import { choosePage } from './choose.ts'
import { endsTrial, previewOf, updateOf } from './update.ts'

/** What the change costs, worked out before it is made. */
export function confirmPage(visit: Visit, subscription: Subscription): Promise<Response> {
  const { core, context, home, notices } = visit
  const fields = askedFor(visit)
  const choice = choiceOf(visit, subscription, fields)
  if (choice === null) return portalNotFound(core, context)
  if ('text' in choice) return choosePage(visit, subscription, { fields, refusal: choice })
  const at = `${home}/subscriptions/${subscription.id}`
  let preview: Invoice
  try {
    preview = previewOf(visit, subscription, updateOf(visit, subscription, choice))
  } catch (error) {
    if (!(error instanceof StripeError)) throw error
    const notice = { kind: 'refused', text: error.message } as const
    return Promise.resolve(context.redirect(notices.link(`${home}/home`, notice), 303))
  }
  const amount = amountOf(visit, choice, subscription.currency)
  return showPortal(visit, {
    title: 'Confirm the change',
    body: html`<main class="portal" id="content">
      <a class="back" href="${at}/update"><span aria-hidden="true">←</span> Choose again</a>
      <h1>Confirm the change</h1>
      <section class="card" aria-label="What changes">
        <p><span class="amount">${money(amount, subscription.currency)}</span>
          <span class="muted">${rhythm(choice.price)}</span></p>
        <p>${core.account.state.products.get(String(choice.price.product))?.name ?? ''}${choice.quantity > 1 ? ` × ${choice.quantity}` : ''}</p>
        ${trialNote(visit, subscription)}
        ${previewLines(preview)}
      </section>
      <form method="post" action="${at}/update" class="actions">
        <input type="hidden" name="price" value="${choice.price.id}" />
        <input type="hidden" name="quantity" value="${choice.quantity}" />
        <input type="hidden" name="proration_date" value="${core.account.now}" />
        <button class="button">Confirm</button>
        <a class="button quiet" href="${home}/home">Leave it as it is</a>
      </form>
    </main>`,
  })
}

/** The form asks how many of each plan; the one that was chosen counts. */
function askedFor({ context }: Visit): ChoiceFields {
  const price = context.req.query('price')
  return { price, quantity: context.req.query('quantity') ?? context.req.query(`quantity_${price}`) }
}

function trialNote(visit: Visit, subscription: Subscription): Html | string {
  if (subscription.status !== 'trialing') return ''
  if (endsTrial(visit, subscription)) return html`<p>Your free trial ends with this change.</p>`
  return html`<p>Your free trial goes on until ${day(subscription.trial_end ?? 0)}.</p>`
}

function previewLines(preview: Invoice): Html {
  const { currency } = preview
  const rows = [
    ...preview.lines.data.map((line) => [line.description ?? '', line.amount] as const),
    ...besideLines(preview).filter(([, amount]) => amount !== 0),
  ]
  return html`<dl class="totals">
    ${rows.map(([label, amount]) => html`<div><dt>${label}</dt><dd class="figure">${money(amount, currency)}</dd></div>`)}
    <div class="due">
      <dt>${dueLabel(preview)}</dt>
      <dd class="figure">${money(preview.amount_due, currency)}</dd>
    </div>
  </dl>`
}

/** What stands between the sum of the lines and what is due. */
function besideLines(preview: Invoice): (readonly [string, number])[] {
  const taxes = (preview.total_taxes ?? []).filter((tax) => tax.tax_behavior === 'exclusive')
  return [
    ['Discount', -sum((preview.total_discount_amounts ?? []).map((each) => each.amount))],
    ['Tax', sum(taxes.map((tax) => tax.amount))],
    ['Credit', preview.amount_due - preview.total],
  ]
}

/** An update that is billed at once has an invoice of its own. */
function dueLabel(preview: Invoice): string {
  if (preview.billing_reason === 'subscription_update') return 'Charged now'
  const at = preview.next_payment_attempt
  return at === null ? 'Next invoice' : `Next invoice, ${day(at)}`
}
