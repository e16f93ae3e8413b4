import type { Account } from '../../account.ts'
import { endpoint } from '../../endpoint.ts'
import { refused } from '../../errors.ts'
import { cancelNow } from '../../life/subscriptions/cancellation.ts'
import { whyNotPausable } from '../../life/subscriptions/pauses/pause.ts'
import { pauseAndBill } from '../../life/subscriptions/pauses/pause-and-bill.ts'
import { resumeSubscription } from '../../life/subscriptions/pauses/resume.ts'
import { flag, hash, integer, oneOf, required } from '../../params.ts'
import type { Subscription } from '../../wire.ts'
import { billingModeFor, flexibleModeParam } from '../billing/mode.ts'
import { anchorParam, cancellationDetails, prorationBehavior } from './params.ts'

/** `DELETE /v1/subscriptions/:id`: ends it now. */
export const cancel = endpoint(
  hash({ cancellation_details: cancellationDetails, invoice_now: flag(), prorate: flag() }),
  (account, params, id) => {
    const subscription = account.need(account.state.subscriptions, id)
    if (subscription.ended_at !== null)
      throw refused(`No such subscription: '${id}'`, 'id', 'resource_missing')
    cancelNow(account, subscription, {
      prorate: params.prorate ?? false,
      invoiceNow: params.invoice_now ?? false,
      ...(params.cancellation_details ? { details: params.cancellation_details } : {}),
    })
    return subscription
  },
)

const usageEnd = hash({ type: required(oneOf('none', 'now')) })

/** How a pause is asked for. */
export const pauseParam = hash({
  type: oneOf('subscription'),
  bill_for: hash({
    outstanding_usage_through: usageEnd,
    unused_time_from: hash({ type: required(oneOf('item_current_period_start', 'none', 'now')) }),
  }),
  invoicing_behavior: oneOf('invoice', 'pending_invoice_item'),
})

/** Pauses from parameters, on the account or on a rehearsal of it. */
export function pauseWith(
  account: Account,
  subscription: Subscription,
  params: ReturnType<typeof pauseParam.parse>,
): void {
  const refusal = whyNotPausable(subscription)
  if (refusal !== null) throw refused(refusal)
  pauseAndBill(account, subscription, {
    unusedTimeFrom: params.bill_for?.unused_time_from?.type ?? 'now',
    invoices: params.invoicing_behavior === 'invoice',
  })
}

/** `POST /v1/subscriptions/:id/pause` */
export const pause = endpoint(pauseParam, (account, params, id) => {
  const subscription = account.need(account.state.subscriptions, id)
  pauseWith(account, subscription, params)
  return subscription
})

/** `POST /v1/subscriptions/:id/resume` */
export const resume = endpoint(
  hash({
    billing_cycle_anchor: anchorParam,
    payment_behavior: oneOf('resume_on_payment_attempt', 'resume_on_payment_success'),
    proration_behavior: prorationBehavior,
    proration_date: integer(1),
  }),
  (account, params, id) => {
    const subscription = account.need(account.state.subscriptions, id)
    resumeSubscription(account, subscription, {
      anchor: params.billing_cycle_anchor ?? 'now',
      prorationBehavior: params.proration_behavior ?? 'create_prorations',
      paymentBehavior: params.payment_behavior ?? 'resume_on_payment_attempt',
      ...(params.proration_date === undefined ? {} : { prorationDate: params.proration_date }),
    })
    return subscription
  },
)

/** `POST /v1/subscriptions/:id/migrate`: from classic to flexible billing, and never back. */
export const migrate = endpoint(
  hash({
    billing_mode: required(flexibleModeParam),
  }),
  (account, params, id) => {
    const subscription = account.need(account.state.subscriptions, id)
    if (subscription.ended_at !== null) throw refused('A canceled subscription cannot be migrated.')
    if (subscription.billing_mode.type === 'flexible') {
      throw refused('This subscription already uses flexible billing.', 'billing_mode[type]')
    }
    account.change(
      subscription,
      {
        billing_mode: billingModeFor(account, params.billing_mode),
      },
      'customer.subscription.updated',
    )
    return subscription
  },
)

/** `DELETE /v1/subscriptions/:id/discount` */
export const removeDiscount = endpoint(hash({}), (account, _, id) => {
  const subscription = account.need(account.state.subscriptions, id)
  const discount = account.state.discounts.get(String(subscription.discounts.at(-1)))
  if (discount === undefined)
    throw refused('No active discount for this subscription.', undefined, 'resource_missing')
  account.change(subscription, { discounts: [] }, 'customer.subscription.updated')
  const { end: _end, ...shown } = discount
  return { ...shown, deleted: true }
})
