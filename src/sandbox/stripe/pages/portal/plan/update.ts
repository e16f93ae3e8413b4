import type { Account } from '../../../account.ts'
import { refused } from '../../../errors.ts'
import type { FormHash } from '../../../form.ts'
import { defaultMethodOf } from '../../../life/invoices/payments.ts'
import { asPreview, previewRenewal } from '../../../life/invoices/preview.ts'
import { nextDue } from '../../../life/subscriptions/next-due.ts'
import type { Invoice, Subscription } from '../../../wire.ts'
import { day } from '../../format.ts'
import { type Operate, rehearseOperations } from '../../operation.ts'
import type { Visit } from '../visit.ts'
import type { Choice } from './choice.ts'
import { flowDiscounts } from './promotion-code.ts'
import { releaseOwnSchedule, scheduleUpdate, startOf } from './schedule.ts'

/** What becomes of the subscription, and when. */
export interface PlanChange {
  /** What `POST /v1/subscriptions/:id` is asked for, now or by the phase of a schedule. */
  update: FormHash
  /** Seconds since 1970, or null for now. */
  startsAt: number | null
}

/** What the API is asked for, so that the subscription becomes what was chosen. */
export function changeOf(visit: Visit, subscription: Subscription, choice: Choice): PlanChange {
  const settings = visit.configuration.features.subscription_update
  const startsAt = startOf(visit, subscription, choice)
  const item = subscription.items.data[0]
  const added = [
    ...flowDiscounts(visit, subscription),
    ...(choice.promotion ? [{ promotion_code: choice.promotion.id }] : []),
  ]
  const kept = subscription.discounts.map((discount) => ({ discount: String(discount) }))
  return {
    startsAt,
    update: {
      items: [{ id: item?.id ?? '', price: choice.price.id, quantity: String(choice.quantity) }],
      proration_behavior: settings.proration_behavior,
      ...(settings.billing_cycle_anchor === 'now' && subscription.status !== 'trialing'
        ? { billing_cycle_anchor: 'now' }
        : {}),
      ...(startsAt === null && endsTrial(visit, subscription) ? { trial_end: 'now' } : {}),
      ...(added.length > 0 ? { discounts: [...kept, ...added] } : {}),
    },
  }
}

/** Makes the change, in place of one that the customer has scheduled before. */
export function makeChange(
  operate: Operate,
  account: Account,
  subscription: Subscription,
  { startsAt, update }: PlanChange,
): void {
  releaseOwnSchedule(operate, account, subscription)
  if (startsAt === null) operate('POST', `/v1/subscriptions/${subscription.id}`, update)
  else scheduleUpdate(operate, account, subscription, update)
}

/**
 * The invoice that the change would make at once, else that of the next renewal. It is made by making the change, on a
 * copy of the account.
 * @throws StripeError what the API would answer; 400 where the subscription is about to end, or where the change ends a
 * trial and there is nothing to charge.
 */
export function previewOf(visit: Visit, subscription: Subscription, change: PlanChange): Invoice {
  needRunning(subscription)
  if (change.update.trial_end === 'now') needMethod(visit, subscription)
  return rehearseOperations(visit.core, subscription.id, (operate, copy) => {
    makeChange(operate, copy, subscription, change)
    const changed = copy.need(copy.state.subscriptions, subscription.id)
    const invoice = copy.state.invoices.get(String(changed.latest_invoice))
    if (invoice && invoice.id !== subscription.latest_invoice) return asPreview(invoice)
    return copy.within({ moment: nextDue(changed) }, () => previewRenewal(copy, changed))
  })
}

/** Whether a change ends the trial that the subscription is in (`trial_update_behavior`). */
function endsTrial({ configuration }: Visit, subscription: Subscription): boolean {
  const { trial_update_behavior: behavior } = configuration.features.subscription_update
  return subscription.status === 'trialing' && behavior === 'end_trial'
}

function needRunning({ cancel_at: ends, status }: Subscription): void {
  if (ends !== null) throw refused(`The subscription ends on ${day(ends)}. Keep it before you change it.`)
  if (['active', 'past_due', 'trialing'].includes(status)) return
  throw refused(`A subscription that is ${status.replaceAll('_', ' ')} cannot be changed.`)
}

/** `trial_settings` say what becomes of a trial that runs out; one that its customer ends is to be paid for. */
function needMethod({ core }: Visit, subscription: Subscription): void {
  const charges = subscription.collection_method === 'charge_automatically'
  if (!charges || defaultMethodOf(core.account, subscription)) return
  throw refused('This change ends your free trial, and there is nothing to charge yet. Add a payment method.')
}
