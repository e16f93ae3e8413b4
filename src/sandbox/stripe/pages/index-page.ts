import { html } from 'hono/html'
import type { Account } from '../account.ts'
import type { StripeEvent, Subscription } from '../wire.ts'
import { day, moment, money } from './format.ts'
import { type Html, layout } from './layout.ts'

const SHOWN = 25

/** The sandbox's own front page: its clock, and what it holds. */
export function indexPage(account: Account, notice: string | null): Html {
  const { state } = account
  const endpoints = state.webhookEndpoints.newestFirst()
  return layout(
    account,
    'Payment sandbox',
    html`<main class="wide-page">
      <h1>Payment sandbox</h1>
      ${notice === null ? '' : html`<p class="notice" role="status">${notice}</p>`}
      <section class="card" aria-labelledby="clock">
        <h2 id="clock">Clock</h2>
        <p class="amount">${moment(account.now)}</p>
        <form method="post" action="/advance" class="actions">
          <button class="button primary" name="by" value="renewal">To the next renewal</button>
          <button class="button quiet" name="by" value="3600">+ 1 hour</button>
          <button class="button quiet" name="by" value="86400">+ 1 day</button>
          <button class="button quiet" name="by" value="2592000">+ 30 days</button>
        </form>
      </section>
      <section aria-labelledby="endpoints">
        <h2 id="endpoints">Webhook endpoints</h2>
        ${endpoints.length === 0 ? html`<p class="muted">None yet.</p>` : ''}
        <ul class="lines">
          ${endpoints.map((each) => html`<li><code>${each.url}</code><span class="badge">${each.status}</span></li>`)}
        </ul>
      </section>
      <section aria-labelledby="subscriptions">
        <h2 id="subscriptions">Subscriptions</h2>
        ${state.subscriptions.size === 0 ? html`<p class="muted">None yet. Pay a checkout page to make one.</p>` : ''}
        <ul class="lines">${state.subscriptions
          .newestFirst()
          .slice(0, SHOWN)
          .map((each) => subscriptionRow(account, each))}</ul>
      </section>
      <section aria-labelledby="customers">
        <h2 id="customers">Customers</h2>
        ${state.customers.size === 0 ? html`<p class="muted">None yet.</p>` : ''}
        <ul class="lines">
          ${state.customers
            .newestFirst()
            .slice(0, SHOWN)
            .map(
              (each) =>
                html`<li><span>${each.email ?? 'no e-mail'}</span><code class="muted">${each.id}</code></li>`,
            )}
        </ul>
      </section>
      <section aria-labelledby="events">
        <h2 id="events">Events</h2>
        <ul class="lines">${state.events
          .newestFirst()
          .slice(0, 2 * SHOWN)
          .map((each) => eventRow(account, each))}</ul>
      </section>
    </main>`,
  )
}

function subscriptionRow(account: Account, subscription: Subscription): Html {
  const [item] = subscription.items.data
  const name = account.state.products.get(String(item?.price.product))?.name ?? ''
  const end = subscription.ended_at ?? subscription.cancel_at ?? item?.current_period_end ?? account.now
  const verb = subscription.ended_at ? 'ended' : subscription.cancel_at ? 'ends' : 'renews'
  return html`<li>
    <span><strong>${name}</strong> <code class="muted">${subscription.id}</code></span>
    <span class="muted">${verb} ${day(end)}</span>
    <span class="figure">${money((item?.price.unit_amount ?? 0) * (item?.quantity ?? 1), subscription.currency)}</span>
    <span class="badge">${subscription.status}</span>
  </li>`
}

function eventRow(account: Account, event: StripeEvent): Html {
  const attempts = account.delivery.attempts(event.id)
  const last = attempts.at(-1)
  const delivered = attempts.some((attempt) => attempt.outcome === 'succeeded')
  const word =
    last === undefined ? 'not sent' : delivered ? 'delivered' : (last.error ?? `answered ${last.status}`)
  return html`<li>
    <span><strong>${event.type}</strong> <code class="muted">${event.id}</code></span>
    <span class="muted">${moment(event.created)}</span>
    <span class="badge ${last === undefined ? 'quiet' : delivered ? '' : 'bad'}">${word}${attempts.length > 1 ? ` · ${attempts.length} tries` : ''}</span>
    <form method="post" action="/resend"><button class="link" name="event" value="${event.id}" aria-label="Resend ${event.type}">Resend</button></form>
  </li>`
}
