import { html } from 'hono/html'
import { quantityBounds } from '../../../resources/billing-portal-features.ts'
import type { Price, Subscription } from '../../../wire.ts'
import { badge, type Html } from '../../elements.ts'
import { invalid, problem } from '../../fields.ts'
import { priceText } from '../../prices.ts'
import { showPortal, type Visit } from '../visit.ts'
import { type ChoiceFields, type ChoiceRefusal, offeredPrices } from './choice.ts'
import { takesPromotionCodes } from './promotion-code.ts'

/** What the form shows again, and why it was refused. */
export interface RefusedChoice {
  fields: ChoiceFields
  refusal: ChoiceRefusal
}

/** The plans that the configuration offers, and how many of each. */
export function choosePage(
  visit: Visit,
  subscription: Subscription,
  refused: RefusedChoice | null = null,
): Promise<Response> {
  const { home } = visit
  const chosen = refused?.fields.price || subscription.items.data[0]?.price.id
  const about = errorOf(refused, 'price')
  return showPortal(visit, {
    title: 'Change plan',
    status: refused === null ? 200 : 422,
    body: html`<main class="portal" id="content">
      <a class="back" href="${home}/home"><span aria-hidden="true">←</span> Back</a>
      <h1>Change your plan</h1>
      <form action="${home}/subscriptions/${subscription.id}/confirm" class="stack" novalidate>
        <fieldset class="plans" ${about === undefined ? '' : html`aria-describedby="price-error"`}>
          <legend class="hidden">Plan</legend>
          ${offeredPrices(visit, subscription).map((price) => option(visit, subscription, price, chosen, refused))}
          ${problem(about, 'price')}
        </fieldset>
        ${takesPromotionCodes(visit) ? codeField(refused) : ''}
        <div class="actions"><button class="button">Continue</button></div>
      </form>
    </main>`,
  })
}

/** A plan to choose. How many of it is asked under it, where that can be changed; the style hides it for the others. */
function option(
  visit: Visit,
  subscription: Subscription,
  price: Price,
  chosen: string | undefined,
  refused: RefusedChoice | null,
): Html {
  const { account } = visit.core
  const current = subscription.items.data[0]
  const product = account.state.products.get(String(price.product))
  const bounds = quantityBounds(visit.configuration.features.subscription_update, price.id)
  const isRefused = refused !== null && price.id === chosen
  const error = isRefused ? errorOf(refused, 'quantity') : undefined
  const field = `quantity_${price.id}`
  const count = (isRefused && refused.fields.quantity) || String(current?.quantity ?? 1)
  return html`<div class="option">
    <label class="plan">
      <input type="radio" name="price" value="${price.id}" ${price.id === chosen ? html`checked` : ''} />
      <span>
        <strong>${product?.name ?? price.id}</strong>
        ${price.id === current?.price.id ? badge('current', 'your plan') : ''}
        <span class="small muted">${product?.description ?? ''}</span>
      </span>
      <span class="figure">${priceText(account, price, subscription.currency)}</span>
    </label>
    ${
      bounds === null
        ? ''
        : html`<div class="field">
            <label for="${field}">Quantity<span class="hidden"> of ${product?.name ?? price.id}</span></label>
            <input id="${field}" name="${field}" type="number" min="${bounds.minimum}" max="${bounds.maximum}"
              value="${count}" ${invalid(error, field)} />
            ${problem(error, field)}
          </div>`
    }
  </div>`
}

function codeField(refused: RefusedChoice | null): Html {
  const error = errorOf(refused, 'promotion_code')
  return html`<div class="field">
    <label for="promotion_code">Promotion code (optional)</label>
    <input id="promotion_code" name="promotion_code" autocomplete="off" value="${refused?.fields.promotionCode ?? ''}"
      ${invalid(error, 'promotion_code')} />
    ${problem(error, 'promotion_code')}
  </div>`
}

function errorOf(refused: RefusedChoice | null, field: ChoiceRefusal['field']): string | undefined {
  return refused?.refusal.field === field ? refused.refusal.text : undefined
}
