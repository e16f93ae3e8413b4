import type { Account } from '../account.ts'
import { endpoint } from '../endpoint.ts'
import { noSuch } from '../errors.ts'
import { updateSubscription } from '../life/subscriptions/changes/update.ts'
import type { SubscriptionUpdate } from '../life/subscriptions/changes/update-plan.ts'
import { changedItems } from '../life/subscriptions/items.ts'
import { pageOf, pageParams } from '../pagination.ts'
import { flag, hash, integer, required, text } from '../params.ts'
import type { Subscription, SubscriptionItem } from '../wire.ts'
import { itemChange, itemFields, paymentBehavior, prorationBehavior } from './subscriptions/params.ts'

const timing = {
  off_session: flag(),
  payment_behavior: paymentBehavior,
  proration_behavior: prorationBehavior,
  proration_date: integer(1),
} as const

/** `GET /v1/subscription_items?subscription=` */
export const list = endpoint(hash({ ...pageParams, subscription: required(text()) }), (account, params) => {
  const subscription = account.need(account.state.subscriptions, params.subscription, 'subscription')
  return pageOf(subscription.items.data, params, `/v1/subscription_items?subscription=${subscription.id}`)
})

/** `GET /v1/subscription_items/:id` */
export const retrieve = endpoint(hash({}), (account, _, id) => find(account, id).item)

/** `POST /v1/subscription_items`: as `items` of an update of the subscription, with one entry. */
export const create = endpoint(
  hash({ ...itemFields, ...timing, subscription: required(text()) }),
  (account, params) => {
    const subscription = account.need(account.state.subscriptions, params.subscription, 'subscription')
    const before = new Set(subscription.items.data.map((item) => item.id))
    const change = itemChange(account, params, on(subscription), 'item')
    updateSubscription(account, subscription, { ...timingOf(params), items: [change] })
    const added = subscription.items.data.find((item) => !before.has(item.id))
    return added ?? changedItems(account, subscription, [change]).at(-1) ?? subscription
  },
)

/** `POST /v1/subscription_items/:id` */
export const update = endpoint(hash({ ...itemFields, ...timing }), (account, params, id) => {
  const { subscription } = find(account, id)
  const change = itemChange(account, params, on(subscription), 'item')
  updateSubscription(account, subscription, { ...timingOf(params), items: [{ ...change, id }] })
  return find(account, id).item
})

/** `DELETE /v1/subscription_items/:id` */
export const remove = endpoint(hash({ ...timing, clear_usage: flag() }), (account, params, id) => {
  const { subscription } = find(account, id)
  updateSubscription(account, subscription, { ...timingOf(params), items: [{ id, deleted: true }] })
  return { id, object: 'subscription_item', deleted: true }
})

function find(account: Account, id: string): { subscription: Subscription; item: SubscriptionItem } {
  const subscription = account.state.subscriptions.get(account.state.subscriptionsByItem.get(id) ?? '')
  const item = subscription?.items.data.find((each) => each.id === id)
  if (subscription === undefined || item === undefined) throw noSuch('subscription_item', id)
  return { subscription, item }
}

function on(subscription: Subscription): { customer: string; subscription: string } {
  return { customer: String(subscription.customer), subscription: subscription.id }
}

function timingOf(params: {
  off_session?: boolean
  payment_behavior?: NonNullable<SubscriptionUpdate['paymentBehavior']>
  proration_behavior?: NonNullable<SubscriptionUpdate['prorationBehavior']>
  proration_date?: number
}): SubscriptionUpdate {
  return {
    isOnSession: params.off_session !== true,
    ...(params.payment_behavior ? { paymentBehavior: params.payment_behavior } : {}),
    ...(params.proration_behavior ? { prorationBehavior: params.proration_behavior } : {}),
    ...(params.proration_date === undefined ? {} : { prorationDate: params.proration_date }),
  }
}
