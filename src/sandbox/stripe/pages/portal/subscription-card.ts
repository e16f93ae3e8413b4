import { html } from 'hono/html'
import type { Account } from '../../account.ts'
import { sum } from '../../life/line-items.ts'
import { priceAmount } from '../../life/pricing.ts'
import { whyNotPausable } from '../../life/subscriptions/pauses/pause.ts'
import type { Subscription } from '../../wire.ts'
import { badge, type Html } from '../elements.ts'
import { day, money, rhythm } from '../format.ts'
import { subscriptionAmount } from '../prices.ts'
import { nameOf } from '../related.ts'
import { type PlannedUpdate, plannedUpdate } from './plan/schedule.ts'
import type { Visit } from './visit.ts'

/** A subscription: what it costs, what happens next, and what its customer may do about it. */
export function subscriptionCard(visit: Visit, subscription: Subscription): Html {
  const { account } = visit.core
  const planned = subscription.ended_at === null ? plannedUpdate(visit, subscription) : null
  return html`<article class="card" aria-label="${nameOf(account, subscription)}">
    <header>
      <h3>${nameOf(account, subscription)}</h3>
      ${badge(subscription.status)}
    </header>
    <p><span class="amount">${money(subscriptionAmount(account, subscription), subscription.currency)}</span>
      <span class="muted">${rhythm(subscription.items.data[0]?.price ?? null)}</span></p>
    <p>${sentence(account, subscription)}</p>
    ${planned ? plannedNote(visit, subscription, planned) : ''}
    ${subscription.ended_at === null && planned?.isOwn !== false ? actions(visit, subscription) : ''}
  </article>`
}

function actions({ configuration, home }: Visit, subscription: Subscription): Html {
  const { features } = configuration
  const at = `${home}/subscriptions/${subscription.id}`
  const ends = subscription.cancel_at !== null
  const runs = ['active', 'past_due', 'trialing'].includes(subscription.status)
  return html`<div class="actions">
    ${features.subscription_update.enabled && runs && !ends ? html`<a class="button" href="${at}/update">Change plan</a>` : ''}
    ${features.subscription_pause.enabled && subscription.status === 'paused' ? html`<form method="post" action="${at}/resume"><button class="button">Resume</button></form>` : ''}
    ${ends ? html`<form method="post" action="${at}/keep"><button class="button">Keep the subscription</button></form>` : ''}
    ${features.subscription_cancel.enabled && !ends ? html`<a class="button quiet" href="${at}/cancel">Cancel the subscription</a>` : ''}
    ${features.subscription_pause.enabled && whyNotPausable(subscription) === null ? html`<a class="button quiet" href="${at}/pause">Pause</a>` : ''}
  </div>`
}

/** What the subscription becomes, when, and the way to leave it as it is. */
function plannedNote(visit: Visit, subscription: Subscription, { isOwn, phase }: PlannedUpdate): Html {
  const { configuration, core, home } = visit
  const { prices, products } = core.account.state
  const items = phase.items.flatMap((item) => {
    const price = prices.get(String(item.price))
    return price ? [{ price, quantity: item.quantity ?? 1 }] : []
  })
  const names = items.map(({ price, quantity }) => {
    const name = products.get(String(price.product))?.name ?? price.id
    return quantity > 1 ? `${name} × ${quantity}` : name
  })
  const amount = sum(
    items.map(({ price, quantity }) => priceAmount(core.account, price, quantity, phase.currency)),
  )
  const canKeep = isOwn && configuration.features.subscription_update.enabled
  return html`<div class="planned">
    <p><strong>Changes on ${day(phase.start_date)}</strong> to ${names.join(', ')},
      ${money(amount, phase.currency)} ${rhythm(items[0]?.price ?? null)}.</p>
    ${
      canKeep
        ? html`<form method="post" action="${home}/subscriptions/${subscription.id}/keep-plan">
            <button class="link">Keep the current plan</button>
          </form>`
        : ''
    }
  </div>`
}

/** What happens next, as a customer would say it. */
function sentence(account: Account, subscription: Subscription): string {
  const end = Math.min(...subscription.items.data.map((each) => each.current_period_end))
  if (subscription.ended_at !== null) return `Ended on ${day(subscription.ended_at)}.`
  if (subscription.cancel_at !== null) return `Yours until ${day(subscription.cancel_at)}. It does not renew.`
  if (subscription.status === 'trialing') return `Free until ${day(end)}, then it renews.`
  if (subscription.status === 'past_due') return 'The last payment failed. Update your payment method.'
  if (subscription.status === 'paused') return pauseSentence(account, subscription)
  return `Renews on ${day(end)}.`
}

function pauseSentence({ state }: Account, { id, schedule }: Subscription): string {
  if (state.pendingChanges.has(id)) return 'It is paused until its invoice is paid.'
  const resume = state.subscriptionSchedules.get(String(schedule))?.pause_schedules[0]?.resume
  return resume?.status.type === 'scheduled'
    ? `It is paused until ${day(resume.resume_at)}, when it resumes by itself.`
    : 'It is paused until you resume it.'
}
