import { html } from 'hono/html'
import { StripeError } from '../../errors.ts'
import type { FormHash } from '../../form.ts'
import { isSoldIn, priceAmount } from '../../life/pricing.ts'
import type { Invoice, Price, Subscription } from '../../wire.ts'
import { badge, type Html } from '../elements.ts'
import { day, money, rhythm } from '../format.ts'
import { operate } from '../operation.ts'
import { priceText } from '../prices.ts'
import { act, formText, portalNotFound, showPortal, type Visit } from './visit.ts'

/** What a customer chose. */
interface Choice {
  price: Price
  quantity: number
}

/** The plans that the configuration offers, and how many. */
export function choosePage(visit: Visit, subscription: Subscription): Promise<Response> {
  const { core, configuration, home } = visit
  const { state } = core.account
  const current = subscription.items.data[0]
  const update = configuration.features.subscription_update
  const offered = offeredPrices(visit, subscription)
  const quantities = (update.products ?? []).some((each) => each.adjustable_quantity.enabled)
  return showPortal(visit, {
    title: 'Change plan',
    body: html`<main class="portal" id="content">
      <a class="back" href="${home}/home"><span aria-hidden="true">←</span> Back</a>
      <h1>Change your plan</h1>
      <form action="${home}/subscriptions/${subscription.id}/confirm" class="stack">
        <fieldset class="plans">
          <legend class="hidden">Plan</legend>
          ${offered.map(
            (price) => html`<label class="plan">
              <input type="radio" name="price" value="${price.id}" ${price.id === current?.price.id ? html`checked` : ''} />
              <span>
                <strong>${state.products.get(String(price.product))?.name ?? price.id}</strong>
                ${price.id === current?.price.id ? badge('current', 'your plan') : ''}
                <span class="small muted">${state.products.get(String(price.product))?.description ?? ''}</span>
              </span>
              <span class="figure">${priceText(core.account, price, subscription.currency)}</span>
            </label>`,
          )}
        </fieldset>
        ${
          quantities && update.default_allowed_updates.includes('quantity')
            ? html`<div class="field">
                <label for="quantity">Quantity</label>
                <input id="quantity" name="quantity" type="number" min="1" max="999" value="${current?.quantity ?? 1}" />
              </div>`
            : ''
        }
        <div class="actions"><button class="button">Continue</button></div>
      </form>
    </main>`,
  })
}

/** What the change costs, worked out before it is made. */
export function confirmPage(visit: Visit, subscription: Subscription): Promise<Response> {
  const { core, context, home, notices } = visit
  const choice = choiceOf(visit, subscription, context.req.query('price'), context.req.query('quantity'))
  if (choice === null) return portalNotFound(core, context)
  const at = `${home}/subscriptions/${subscription.id}`
  let preview: Invoice
  try {
    preview = previewOf(visit, subscription, choice)
  } catch (error) {
    if (!(error instanceof StripeError)) throw error
    const notice = { kind: 'refused', text: error.message } as const
    return Promise.resolve(context.redirect(notices.link(`${home}/home`, notice), 303))
  }
  return showPortal(visit, {
    title: 'Confirm the change',
    body: html`<main class="portal" id="content">
      <a class="back" href="${at}/update"><span aria-hidden="true">←</span> Choose again</a>
      <h1>Confirm the change</h1>
      <section class="card" aria-label="What changes">
        <p><span class="amount">${money(priceAmount(core.account, choice.price, choice.quantity, subscription.currency), subscription.currency)}</span>
          <span class="muted">${rhythm(choice.price)}</span></p>
        <p>${core.account.state.products.get(String(choice.price.product))?.name ?? ''}${choice.quantity > 1 ? ` × ${choice.quantity}` : ''}</p>
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

/** Makes the change, prorated as of the moment that was shown. */
export async function changePlan(visit: Visit, subscription: Subscription): Promise<Response> {
  const choice = choiceOf(
    visit,
    subscription,
    await formText(visit, 'price'),
    await formText(visit, 'quantity'),
  )
  if (choice === null) return portalNotFound(visit.core, visit.context)
  const change = changeOf(visit, subscription, choice)
  const shownAt = await formText(visit, 'proration_date')
  if (change.proration_behavior !== 'none' && /^\d{1,12}$/.test(shownAt)) change.proration_date = shownAt
  return act(visit, 'The plan is changed.', () =>
    operate(visit.core, 'POST', `/v1/subscriptions/${subscription.id}`, change),
  )
}

function offeredPrices({ core, configuration }: Visit, subscription: Subscription): Price[] {
  const update = configuration.features.subscription_update
  const canSwitch = update.default_allowed_updates.includes('price')
  const current = subscription.items.data[0]?.price.id
  return (update.products ?? [])
    .flatMap((each) => each.prices)
    .filter((id) => canSwitch || id === current)
    .flatMap((id) => core.account.state.prices.get(id) ?? [])
    .filter((price) => price.active && isSoldIn(core.account, price, subscription.currency))
}

function choiceOf(
  visit: Visit,
  subscription: Subscription,
  priceId: string | undefined,
  quantity: string | undefined,
): Choice | null {
  const flow = visit.session.flow?.subscription_update_confirm?.items[0]
  const current = subscription.items.data[0]
  const wanted = priceId ?? flow?.price ?? current?.price.id
  const price = offeredPrices(visit, subscription).find((each) => each.id === wanted)
  const count = Number(quantity ?? flow?.quantity ?? current?.quantity ?? 1) || 1
  return price === undefined ? null : { price, quantity: Math.min(999, Math.max(1, Math.floor(count))) }
}

function changeOf({ configuration, session }: Visit, subscription: Subscription, choice: Choice): FormHash {
  const update = configuration.features.subscription_update
  const item = subscription.items.data[0]
  const discount = session.flow?.subscription_update_confirm?.discounts?.[0]
  return {
    items: [{ id: item?.id ?? '', price: choice.price.id, quantity: String(choice.quantity) }],
    proration_behavior: update.proration_behavior,
    ...(update.billing_cycle_anchor === 'now' ? { billing_cycle_anchor: 'now' } : {}),
    ...(discount?.coupon ? { discounts: [{ coupon: discount.coupon }] } : {}),
    ...(discount?.promotion_code ? { discounts: [{ promotion_code: discount.promotion_code }] } : {}),
  }
}

function previewOf(visit: Visit, subscription: Subscription, choice: Choice): Invoice {
  const { items, proration_behavior: behavior } = changeOf(visit, subscription, choice)
  return operate(visit.core, 'POST', '/v1/invoices/create_preview', {
    subscription: subscription.id,
    subscription_details: { items: items ?? [], proration_behavior: behavior ?? 'none' },
  }) as Invoice
}

function previewLines(preview: Invoice): Html {
  const { currency } = preview
  return html`<dl class="totals">
    ${preview.lines.data.map(
      (line) =>
        html`<div><dt>${line.description ?? ''}</dt><dd class="figure">${money(line.amount, line.currency)}</dd></div>`,
    )}
    <div class="due">
      <dt>Next invoice${preview.next_payment_attempt === null ? '' : `, ${day(preview.next_payment_attempt)}`}</dt>
      <dd class="figure">${money(preview.amount_due, currency)}</dd>
    </div>
  </dl>`
}
