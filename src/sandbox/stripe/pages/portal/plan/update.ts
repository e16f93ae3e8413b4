import { refused } from '../../../errors.ts'
import type { FormHash } from '../../../form.ts'
import { defaultMethodOf } from '../../../life/invoices/payments.ts'
import type { Invoice, Subscription } from '../../../wire.ts'
import { operate } from '../../operation.ts'
import type { Visit } from '../visit.ts'
import type { Choice } from './choice.ts'

/** What the API is asked for, so that the subscription becomes what was chosen. */
export function updateOf(visit: Visit, subscription: Subscription, choice: Choice): FormHash {
  const update = visit.configuration.features.subscription_update
  const item = subscription.items.data[0]
  const discount = visit.session.flow?.subscription_update_confirm?.discounts?.[0]
  return {
    items: [{ id: item?.id ?? '', price: choice.price.id, quantity: String(choice.quantity) }],
    proration_behavior: update.proration_behavior,
    ...(update.billing_cycle_anchor === 'now' && subscription.status !== 'trialing'
      ? { billing_cycle_anchor: 'now' }
      : {}),
    ...(endsTrial(visit, subscription) ? { trial_end: 'now' } : {}),
    ...(discount?.coupon ? { discounts: [{ coupon: discount.coupon }] } : {}),
    ...(discount?.promotion_code ? { discounts: [{ promotion_code: discount.promotion_code }] } : {}),
  }
}

/** Whether a change ends the trial that the subscription is in (`trial_update_behavior`). */
export function endsTrial({ configuration }: Visit, subscription: Subscription): boolean {
  const { trial_update_behavior: behavior } = configuration.features.subscription_update
  return subscription.status === 'trialing' && behavior === 'end_trial'
}

/**
 * The invoice that the update would make at once, else that of the next renewal.
 * @throws StripeError what the API would answer; 400 where the change ends a trial and there is nothing to charge.
 */
export function previewOf(visit: Visit, subscription: Subscription, update: FormHash): Invoice {
  if (endsTrial(visit, subscription)) needMethod(visit, subscription)
  const { discounts, ...details } = update
  return operate(visit.core, 'POST', '/v1/invoices/create_preview', {
    subscription: subscription.id,
    subscription_details: details,
    ...(discounts === undefined ? {} : { discounts }),
  }) as Invoice
}

/** `trial_settings` say what becomes of a trial that runs out; one that its customer ends is to be paid for. */
function needMethod({ core }: Visit, subscription: Subscription): void {
  const charges = subscription.collection_method === 'charge_automatically'
  if (!charges || defaultMethodOf(core.account, subscription)) return
  throw refused('This change ends your free trial, and there is nothing to charge yet. Add a payment method.')
}
