import { html } from 'hono/html'
import { refused } from '../../errors.ts'
import { addIntervals, type Interval } from '../../life/calendar.ts'
import { whyNotPausable } from '../../life/subscriptions/pauses/pause.ts'
import type { PortalConfiguration, Subscription } from '../../wire.ts'
import type { Html } from '../elements.ts'
import { problem } from '../fields.ts'
import { day } from '../format.ts'
import { nameOf } from '../related.ts'
import { ownSchedule, phaseForm, releaseOwnSchedule } from './plan/schedule.ts'
import { act, formText, nowOf, refuse, showPortal, type Visit } from './visit.ts'

type Option = PortalConfiguration['features']['subscription_pause']['duration']['interval_options'][number]

/** Says what a pause is, and asks how long it lasts where the configuration sets durations. */
export function pausePage(
  visit: Visit,
  subscription: Subscription,
  error: string | undefined = undefined,
): Promise<Response> {
  const { core, home } = visit
  const refusal = whyNotPausable(subscription)
  if (refusal !== null) return Promise.resolve(refuse(visit, refusal))
  const options = optionsOf(visit)
  return showPortal(visit, {
    title: 'Pause the subscription',
    status: error === undefined ? 200 : 422,
    body: html`<main class="portal" id="content">
      <a class="back" href="${home}/home"><span aria-hidden="true">←</span> Back</a>
      <h1>Pause ${nameOf(core.account, subscription)}?</h1>
      <p>It begins at once. Nothing is charged while it lasts, and the time that you have paid for and not used is taken off
        your next invoice.${options === null ? ' It lasts until you resume the subscription.' : ''}</p>
      <form method="post" action="${home}/subscriptions/${subscription.id}/pause" class="stack">
        ${options === null ? '' : durations(options, nowOf(visit, subscription), error)}
        <div class="actions">
          <button class="button">Pause the subscription</button>
          <a class="button quiet" href="${home}/home">Let it run</a>
        </div>
      </form>
    </main>`,
  })
}

/** Pauses it now: until the customer resumes it, or for as long as she chose, after which it resumes by itself. */
export async function pauseNow(visit: Visit, subscription: Subscription): Promise<Response> {
  const options = optionsOf(visit)
  const chosen = await formText(visit, 'duration')
  const option = options?.find((each) => choiceOf(each) === chosen)
  if (options !== null && option === undefined) {
    return pausePage(visit, subscription, 'Choose how long the pause lasts.')
  }
  const resumesAt = option ? endOf(option, nowOf(visit, subscription)) : null
  const done = resumesAt === null ? 'is paused' : `is paused until ${day(resumesAt)}`
  return act(visit, `The subscription ${done}.`, (operate) => {
    const refusal = whyNotPausable(subscription)
    if (refusal !== null) throw refused(refusal)
    if (resumesAt === null) {
      operate('POST', `/v1/subscriptions/${subscription.id}/pause`)
      return
    }
    // docs.stripe.com/billing/subscriptions/pause/schedules: how a pause that ends by itself is planned.
    const schedule = ownSchedule(operate, visit.core.account, subscription)
    operate('POST', `/v1/subscription_schedules/${schedule.id}`, {
      // A schedule that was over before the pause is could not end it.
      phases: schedule.phases.map((phase) => ({ ...phaseForm(phase), end_date: String(resumesAt + 1) })),
      pause_schedules: [
        {
          pause: { pause_at: { type: 'now' } },
          resume: { resume_at: { type: 'timestamp', timestamp: String(resumesAt) } },
        },
      ],
    })
  })
}

/** Resumes it now, with a payment at once where something is due. */
export function resumeNow(visit: Visit, subscription: Subscription): Promise<Response> {
  return act(visit, 'The subscription is resumed.', (operate) => {
    if (subscription.status !== 'paused') throw refused('Only a paused subscription can be resumed.')
    releaseOwnSchedule(operate, visit.core.account, subscription)
    operate('POST', `/v1/subscriptions/${subscription.id}/resume`, {
      payment_behavior: 'resume_on_payment_success',
    })
  })
}

/** The durations to choose from, or null where a pause has no end of its own. */
function optionsOf({ configuration }: Visit): Option[] | null {
  const { duration } = configuration.features.subscription_pause
  return duration.type === 'interval_options' ? duration.interval_options : null
}

function durations(options: readonly Option[], now: number, error: string | undefined): Html {
  const isOnly = options.length === 1
  return html`<fieldset class="plans" ${error === undefined ? '' : html`aria-describedby="duration-error"`}>
    <legend><h2>For how long?</h2></legend>
    ${options.map(
      (option) => html`<label class="plan">
        <input type="radio" name="duration" value="${choiceOf(option)}" ${isOnly ? html`checked` : ''} />
        <span><strong>${lengthOf(option)}</strong>
          <span class="small muted">until ${day(endOf(option, now))}</span></span>
      </label>`,
    )}
    ${problem(error, 'duration')}
  </fieldset>`
}

function choiceOf({ interval, interval_count: count }: Option): string {
  return `${count}_${interval}`
}

function lengthOf({ interval, interval_count: count }: Option): string {
  return count === 1 ? `1 ${interval}` : `${count} ${interval}s`
}

function endOf({ interval, interval_count: count }: Option, now: number): number {
  return addIntervals(now, interval as Interval, count)
}
