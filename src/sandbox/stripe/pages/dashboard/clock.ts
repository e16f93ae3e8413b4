import type { Context } from 'hono'
import { html } from 'hono/html'
import { z } from 'zod'
import type { AdvanceTarget } from '../../advance.ts'
import { StripeError } from '../../errors.ts'
import { type Html, section } from '../elements.ts'
import { moment } from '../format.ts'
import { safePath } from '../links.ts'
import { type Dashboard, goOn, refuse } from './frame.ts'

const STEPS = [
  [3600, '1 hour'],
  [86_400, '1 day'],
  [7 * 86_400, '7 days'],
  [30 * 86_400, '30 days'],
] as const

const request = z.object({
  by: z.string().max(20).catch(''),
  /** `2027-01-31T09:00`, as the field of a date and time sends it; UTC. */
  to: z.string().max(30).catch(''),
  return_to: z.string().max(500).catch('/'),
})

/** The controls of the sandbox's time. */
export function clockControls({ core: { account } }: Dashboard): Html {
  return section(
    'clock',
    'Clock',
    html`<p class="big">${moment(account.now)}</p>
      <form method="post" action="/clock" class="row">
        <button class="button" name="by" value="renewal">To the next renewal</button>
        ${STEPS.map(([seconds, label]) => html`<button class="button quiet" name="by" value="${seconds}">+ ${label}</button>`)}
      </form>
      <form method="post" action="/clock" class="row">
        <label for="to">To a moment (UTC)</label>
        <input id="to" name="to" type="datetime-local" value="${new Date(account.clock.nowMs).toISOString().slice(0, 16)}" required />
        <button class="button quiet">Go there</button>
      </form>`,
  )
}

/** `POST /clock`: moves time on and leads back to where the form was. */
export async function moveClock(dashboard: Dashboard, context: Context): Promise<Response> {
  const given = request.parse(await context.req.parseBody())
  const back = safePath(given.return_to)
  const target = targetOf(given)
  if (target === null) return refuse(dashboard, context, back, 'Say how far, or to which moment.')
  try {
    const { events, now_ms: now } = await dashboard.core.time.advance(target)
    return goOn(
      dashboard,
      context,
      back,
      `It is ${moment(now / 1000)}. ${events} events happened on the way.`,
    )
  } catch (error) {
    if (!(error instanceof StripeError)) throw error
    return refuse(dashboard, context, back, error.message)
  }
}

function targetOf({ by, to }: z.infer<typeof request>): AdvanceTarget | null {
  if (by === 'renewal') return { to_next_renewal: true }
  if (by !== '') return Number(by) > 0 ? { seconds: Number(by) } : null
  const moment = Date.parse(`${to}Z`)
  return Number.isNaN(moment) ? null : { to: moment / 1000 }
}
