import { html } from 'hono/html'
import { isRedeemable, reductionOf } from '../../life/discounts.ts'
import type { Coupon, Subscription } from '../../wire.ts'
import type { Html } from '../elements.ts'
import { money } from '../format.ts'
import { operate } from '../operation.ts'
import { subscriptionAmount } from '../prices.ts'
import { act, portalNotFound, type Visit } from './visit.ts'

/**
 * The offer with which the session's flow asks the customer to stay, and nothing where there is none to make
 * (docs.stripe.com/customer-management/cancellation-page#deflect-cancellations).
 */
export function retentionOffer(visit: Visit, subscription: Subscription): Html | string {
  const coupon = offeredCoupon(visit, subscription)
  if (coupon === null) return ''
  return html`<section class="card" aria-labelledby="offer">
    <h2 id="offer">Stay, and pay less</h2>
    <p><span class="amount">${reductionText(visit, coupon, subscription)}</span>
      <span class="muted">${durationText(coupon)}</span></p>
    ${coupon.name ? html`<p class="muted">${coupon.name}</p>` : ''}
    <form method="post" action="${visit.home}/subscriptions/${subscription.id}/retention" class="actions">
      <button class="button">Accept the offer</button>
    </form>
  </section>`
}

/** Puts the coupon on the subscription, beside the discounts that it has, and lets it go on. */
export function acceptOffer(visit: Visit, subscription: Subscription): Promise<Response> {
  const coupon = offeredCoupon(visit, subscription)
  if (coupon === null) return portalNotFound(visit.core, visit.context)
  const kept = subscription.discounts.map((discount) => ({ discount: String(discount) }))
  return act(visit, 'The offer is yours. The subscription goes on.', () =>
    operate(visit.core, 'POST', `/v1/subscriptions/${subscription.id}`, {
      discounts: [...kept, { coupon: coupon.id }],
    }),
  )
}

/** The flow's coupon, where it is for this subscription, would take something off, and is not on it already. */
function offeredCoupon({ core, session }: Visit, subscription: Subscription): Coupon | null {
  const { account } = core
  const flow = session.flow?.subscription_cancel
  if (flow?.subscription !== subscription.id) return null
  const coupon = account.state.coupons.get(String(flow.retention?.coupon_offer?.coupon))
  if (coupon === undefined || !isRedeemable(account, coupon)) return null
  const isOn = subscription.discounts.some(
    (id) => account.state.discounts.get(String(id))?.source.coupon === coupon.id,
  )
  const amount = subscriptionAmount(account, subscription)
  return isOn || reductionOf(account, coupon, amount, subscription.currency) === 0 ? null : coupon
}

function reductionText({ core }: Visit, coupon: Coupon, subscription: Subscription): string {
  if (coupon.percent_off !== null) return `${coupon.percent_off}% off`
  const amount = subscriptionAmount(core.account, subscription)
  return `${money(reductionOf(core.account, coupon, amount, subscription.currency), subscription.currency)} off`
}

function durationText({ duration, duration_in_months: months }: Coupon): string {
  if (duration === 'forever') return 'for as long as you stay'
  if (duration === 'once') return 'your next invoice'
  return months === 1 ? 'for a month' : `for ${months} months`
}
