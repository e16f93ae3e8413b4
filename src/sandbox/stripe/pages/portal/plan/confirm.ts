import { html } from 'hono/html'
import { StripeError } from '../../../errors.ts'
import { sum } from '../../../life/line-items.ts'
import { priceAmount } from '../../../life/pricing.ts'
import type { Invoice, Subscription } from '../../../wire.ts'
import type { Html } from '../../elements.ts'
import { day, money, rhythm } from '../../format.ts'
import { nowOf, portalNotFound, refuse, showPortal, type Visit } from '../visit.ts'
import { type ChoiceFields, choiceOf } from './choice.ts'
import { choosePage } from './choose.ts'
import { changeOf, type PlanChange, previewOf } from './update.ts'

/** What the change costs, worked out before it is made. */
export function confirmPage(visit: Visit, subscription: Subscription): Promise<Response> {
  const { core, context, home } = visit
  const fields = askedFor(visit)
  const choice = choiceOf(visit, subscription, fields)
  if (choice === null) return portalNotFound(core, context)
  if ('text' in choice) return choosePage(visit, subscription, { fields, refusal: choice })
  const at = `${home}/subscriptions/${subscription.id}`
  const change = changeOf(visit, subscription, choice)
  let preview: Invoice
  try {
    preview = previewOf(visit, subscription, change)
  } catch (error) {
    if (error instanceof StripeError) return Promise.resolve(refuse(visit, error.message))
    throw error
  }
  const { price, quantity } = choice
  const { currency } = subscription
  return showPortal(visit, {
    title: 'Confirm the change',
    body: html`<main class="portal" id="content">
      <a class="back" href="${at}/update"><span aria-hidden="true">←</span> Choose again</a>
      <h1>Confirm the change</h1>
      <section class="card" aria-label="What changes">
        <p><span class="amount">${money(priceAmount(core.account, price, quantity, currency), currency)}</span>
          <span class="muted">${rhythm(price)}</span></p>
        <p>${core.account.state.products.get(String(price.product))?.name ?? ''}${quantity > 1 ? ` × ${quantity}` : ''}</p>
        ${when(subscription, change)}
        ${previewLines(preview, change)}
      </section>
      <form method="post" action="${at}/update" class="actions">
        <input type="hidden" name="price" value="${price.id}" />
        <input type="hidden" name="quantity" value="${quantity}" />
        <input type="hidden" name="promotion_code" value="${choice.promotion?.code ?? ''}" />
        <input type="hidden" name="proration_date" value="${nowOf(visit, subscription)}" />
        <button class="button">Confirm</button>
        <a class="button quiet" href="${home}/home">Leave it as it is</a>
      </form>
    </main>`,
  })
}

/** The form asks how many of each plan; the one that was chosen counts. */
function askedFor({ context }: Visit): ChoiceFields {
  const price = context.req.query('price')
  return {
    price,
    quantity: context.req.query('quantity') ?? context.req.query(`quantity_${price}`),
    promotionCode: context.req.query('promotion_code'),
  }
}

/** When the change takes effect, and what becomes of a trial. */
function when(subscription: Subscription, { startsAt, update }: PlanChange): Html | string {
  if (startsAt !== null) {
    return html`<p>It starts on ${day(startsAt)}. Until then your plan stays as it is, and nothing is charged now.</p>`
  }
  if (subscription.status !== 'trialing') return ''
  if (update.trial_end === 'now') return html`<p>Your free trial ends with this change.</p>`
  return html`<p>Your free trial goes on until ${day(subscription.trial_end ?? 0)}.</p>`
}

function previewLines(preview: Invoice, change: PlanChange): Html {
  const { currency } = preview
  const rows = [
    ...preview.lines.data.map((line) => [line.description ?? '', line.amount] as const),
    ...besideLines(preview).filter(([, amount]) => amount !== 0),
  ]
  return html`<dl class="totals">
    ${rows.map(([label, amount]) => html`<div><dt>${label}</dt><dd class="figure">${money(amount, currency)}</dd></div>`)}
    <div class="due">
      <dt>${dueLabel(preview, change)}</dt>
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

/** A change that is billed at once has an invoice of its own. */
function dueLabel(preview: Invoice, { startsAt }: PlanChange): string {
  if (startsAt !== null) return `First invoice, ${day(startsAt)}`
  if (preview.billing_reason === 'subscription_update') return 'Charged now'
  const at = preview.next_payment_attempt
  return at === null ? 'Next invoice' : `Next invoice, ${day(at)}`
}
