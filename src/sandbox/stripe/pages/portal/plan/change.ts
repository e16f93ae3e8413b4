import type { Subscription } from '../../../wire.ts'
import { day } from '../../format.ts'
import { act, formText, portalNotFound, type Visit } from '../visit.ts'
import { choiceOf } from './choice.ts'
import { choosePage } from './choose.ts'
import { releaseOwnSchedule } from './schedule.ts'
import { changeOf, makeChange, previewOf } from './update.ts'

/** Makes the change, prorated as of the moment that was shown, or schedules it. */
export async function changePlan(visit: Visit, subscription: Subscription): Promise<Response> {
  const { core } = visit
  const fields = {
    price: await formText(visit, 'price'),
    quantity: await formText(visit, 'quantity'),
    promotionCode: await formText(visit, 'promotion_code'),
  }
  const choice = choiceOf(visit, subscription, fields)
  if (choice === null) return portalNotFound(core, visit.context)
  if ('text' in choice) return choosePage(visit, subscription, { fields, refusal: choice })
  const change = changeOf(visit, subscription, choice)
  const { startsAt, update } = change
  const shownAt = await formText(visit, 'proration_date')
  if (update.proration_behavior !== 'none' && /^\d{1,12}$/.test(shownAt)) update.proration_date = shownAt
  const done = startsAt === null ? 'The plan is changed.' : `The plan changes on ${day(startsAt)}.`
  return act(visit, done, (operate) => {
    // Whatever the API refuses is refused before anything has been done.
    previewOf(visit, subscription, change)
    makeChange(operate, core.account, subscription, change)
  })
}

/** Takes back the change that the customer has scheduled. */
export function keepPlan(visit: Visit, subscription: Subscription): Promise<Response> {
  return act(visit, 'The plan stays as it is.', (operate) =>
    releaseOwnSchedule(operate, visit.core.account, subscription),
  )
}
