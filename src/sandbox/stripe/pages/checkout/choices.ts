import { html } from 'hono/html'
import type { Account } from '../../account.ts'
import { lineOf } from '../../life/checkout/optional-items.ts'
import { productName } from '../../life/invoices/lines.ts'
import { priceAmount } from '../../life/pricing.ts'
import type { CheckoutSession, LineItem } from '../../wire.ts'
import type { Html } from '../elements.ts'
import { money } from '../format.ts'
import { priceText } from '../prices.ts'

/** How the goods may be delivered, with what that costs; nothing where nothing is delivered. */
export function deliveries(account: Account, session: CheckoutSession): Html | string {
  if (session.shipping_options.length === 0) return ''
  const chosen = session.shipping_cost?.shipping_rate
  return html`<form method="post" action="/c/pay/${session.id}/shipping">
    <h2 class="form-part">Delivery</h2>
    <fieldset class="methods">
      <legend class="hidden">Delivery</legend>
      ${session.shipping_options.map(({ shipping_amount: amount, shipping_rate: id }) => {
        const rate = account.state.shippingRates.get(String(id))
        return html`<label class="choice">
          <input type="radio" name="rate" value="${id}" ${id === chosen ? html`checked` : ''} />
          <span>${rate?.display_name} · ${amount === 0 ? 'free' : money(amount, session.currency ?? 'eur')}</span>
        </label>`
      })}
    </fieldset>
    <button class="link">Update delivery</button>
  </form>`
}

/** What the customer may add to the order, one button each. */
export function optionalItems(
  account: Account,
  session: CheckoutSession,
  lines: readonly LineItem[],
): Html | string {
  const items = session.optional_items ?? []
  if (items.length === 0) return ''
  return html`<section aria-labelledby="optional-title">
    <h2 id="optional-title" class="form-part">Add to your order</h2>
    <ul class="lines">
      ${items.map((item) => {
        const price = account.state.prices.get(item.price)
        if (price === undefined) return ''
        const currency = session.currency ?? price.currency
        const isAdded = lineOf(lines, item) !== undefined
        return html`<li>
          <span>
            <strong>${productName(account, price)}</strong>
            <span class="muted small">${item.quantity} × ${priceText(account, price, currency)}</span>
          </span>
          <span class="figure">${money(priceAmount(account, price, item.quantity, currency), currency)}</span>
          <form method="post" action="/c/pay/${session.id}/optional">
            <button class="link" name="price" value="${item.price}">${isAdded ? 'Remove' : 'Add'}</button>
          </form>
        </li>`
      })}
    </ul>
  </section>`
}
