import type { Subscription } from '../../../wire.ts'
import { operate } from '../../operation.ts'
import { act, formText, portalNotFound, type Visit } from '../visit.ts'
import { choiceOf } from './choice.ts'
import { choosePage } from './choose.ts'
import { previewOf, updateOf } from './update.ts'

/** Makes the change, prorated as of the moment that was shown. */
export async function changePlan(visit: Visit, subscription: Subscription): Promise<Response> {
  const fields = { price: await formText(visit, 'price'), quantity: await formText(visit, 'quantity') }
  const choice = choiceOf(visit, subscription, fields)
  if (choice === null) return portalNotFound(visit.core, visit.context)
  if ('text' in choice) return choosePage(visit, subscription, { fields, refusal: choice })
  const update = updateOf(visit, subscription, choice)
  const shownAt = await formText(visit, 'proration_date')
  if (update.proration_behavior !== 'none' && /^\d{1,12}$/.test(shownAt)) update.proration_date = shownAt
  return act(visit, 'The plan is changed.', () => {
    // Whatever it refuses is refused before anything has been done.
    previewOf(visit, subscription, update)
    operate(visit.core, 'POST', `/v1/subscriptions/${subscription.id}`, update)
  })
}
