import { html } from 'hono/html'
import type { FormHash } from '../../form.ts'
import type { Subscription } from '../../wire.ts'
import { day } from '../format.ts'
import { nameOf } from '../related.ts'
import { releaseOwnSchedule } from './plan/schedule.ts'
import { retentionOffer } from './retention.ts'
import { act, formText, showPortal, type Visit } from './visit.ts'

const REASONS: Readonly<Record<string, string>> = {
  too_expensive: 'It is too expensive',
  missing_features: 'I need features that it does not have',
  switched_service: 'I found another one',
  unused: 'I do not use it',
  customer_service: 'The service was not good',
  too_complex: 'It is too complicated',
  low_quality: 'The quality was not good',
  other: 'Another reason',
}

/** Asks once more, and why. */
export function cancelPage(visit: Visit, subscription: Subscription): Promise<Response> {
  const { core, configuration, home } = visit
  const { cancellation_reason: why } = configuration.features.subscription_cancel
  const end = Math.min(...subscription.items.data.map((each) => each.current_period_end))
  const name = nameOf(core.account, subscription)
  return showPortal(visit, {
    title: 'Cancel the subscription',
    body: html`<main class="portal" id="content">
      <a class="back" href="${home}/home"><span aria-hidden="true">←</span> Keep it</a>
      <h1>Cancel ${name}?</h1>
      <p>${endsAtOnce(visit, subscription) ? 'It ends at once.' : `It stays yours until ${day(end)} and does not renew.`}</p>
      ${retentionOffer(visit, subscription)}
      <form method="post" action="${home}/subscriptions/${subscription.id}/cancel" class="stack">
        ${
          why.enabled
            ? html`<fieldset class="plans">
                <legend><h2>Why do you cancel?</h2></legend>
                ${why.options.map(
                  (option) => html`<label class="plan">
                    <input type="radio" name="feedback" value="${option}" />
                    <span>${REASONS[option] ?? option}</span>
                  </label>`,
                )}
              </fieldset>
              <div class="field">
                <label for="comment">Anything to add?</label>
                <textarea id="comment" name="comment" rows="3" maxlength="500"></textarea>
              </div>`
            : ''
        }
        <div class="actions">
          <button class="button danger">Cancel the subscription</button>
          <a class="button quiet" href="${home}/home">Keep it</a>
        </div>
      </form>
    </main>`,
  })
}

/** Ends it now or at the end of the period, as the configuration says. */
export async function cancelNow(visit: Visit, subscription: Subscription): Promise<Response> {
  const { proration_behavior: proration } = visit.configuration.features.subscription_cancel
  const details: FormHash = {}
  const [feedback, comment] = [await formText(visit, 'feedback'), await formText(visit, 'comment')]
  if (feedback in REASONS) details.feedback = feedback
  if (comment.trim() !== '') details.comment = comment.trim()
  const path = `/v1/subscriptions/${subscription.id}`
  if (!endsAtOnce(visit, subscription)) {
    return act(visit, 'The subscription ends with its period.', (operate) => {
      // A schedule decides itself when its subscription ends; the one that the customer made gives way.
      releaseOwnSchedule(operate, visit.core.account, subscription)
      operate('POST', path, { cancel_at_period_end: 'true', cancellation_details: details })
    })
  }
  return act(visit, 'The subscription has ended.', (operate) =>
    operate('DELETE', path, {
      cancellation_details: details,
      prorate: String(proration !== 'none'),
      invoice_now: String(proration === 'always_invoice'),
    }),
  )
}

/** Whether the configuration says so, or there is no period to end with: a paused subscription has none. */
function endsAtOnce({ configuration }: Visit, { status }: Subscription): boolean {
  return configuration.features.subscription_cancel.mode === 'immediately' || status === 'paused'
}

/** Takes the cancellation back. */
export function keep(visit: Visit, subscription: Subscription): Promise<Response> {
  // A cancellation at a moment of its own is taken back by unsetting that moment.
  const change: FormHash = subscription.cancel_at_period_end
    ? { cancel_at_period_end: 'false' }
    : { cancel_at: '' }
  return act(visit, 'The subscription goes on.', (operate) =>
    operate('POST', `/v1/subscriptions/${subscription.id}`, change),
  )
}
