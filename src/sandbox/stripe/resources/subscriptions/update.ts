import type { Account } from '../../account.ts'
import { endpoint } from '../../endpoint.ts'
import { refused } from '../../errors.ts'
import { discountsFor } from '../../life/redemption.ts'
import { cancellationPatch, creditTimeAfter } from '../../life/subscriptions/cancellation.ts'
import { updateSubscription } from '../../life/subscriptions/changes/update.ts'
import { planUpdate } from '../../life/subscriptions/changes/update-plan.ts'
import { addOneTimeItem } from '../../life/subscriptions/one-time.ts'
import { planPendingItems } from '../../life/subscriptions/pending-items.ts'
import { changedMetadata } from '../../metadata.ts'
import {
  emptyable,
  flag,
  hash,
  integer,
  list as listOf,
  oneOf,
  type Params,
  required,
  text,
} from '../../params.ts'
import type { Subscription } from '../../wire.ts'
import { oneTimeItemsFor } from '../billing/one-time-items.ts'
import {
  anchorParam,
  cancellationDetails,
  itemChange,
  itemFields,
  plainFields,
  sharedParams,
} from './params.ts'

export const updateShape = {
  ...sharedParams,
  billing_cycle_anchor: anchorParam,
  cancellation_details: cancellationDetails,
  items: listOf(hash({ ...itemFields, id: text(), deleted: flag(), clear_usage: flag() }), 40),
  pause_collection: emptyable(
    hash({
      behavior: required(oneOf('keep_as_draft', 'mark_uncollectible', 'void')),
      resumes_at: integer(1),
    }),
  ),
  proration_date: integer(1),
} as const

export type UpdateParams = Params<typeof updateShape>

/** `POST /v1/subscriptions/:id` */
export const update = endpoint(hash(updateShape), (account, params, id) => {
  const subscription = account.need(account.state.subscriptions, id)
  updateWith(account, subscription, params)
  return subscription
})

// docs.stripe.com/billing/subscriptions/pending-updates-reference#supported-attributes
const HOLDABLE = [
  'add_invoice_items',
  'billing_cycle_anchor',
  'items',
  'off_session',
  'payment_behavior',
  'proration_behavior',
  'proration_date',
  'trial_end',
  'trial_from_plan',
]

/** Updates a subscription from parameters, on the account or on a rehearsal of it. */
export function updateWith(account: Account, subscription: Subscription, params: UpdateParams): void {
  checkUpdatable(subscription, params)
  const on = { customer: String(subscription.customer), subscription: subscription.id }
  const items = (params.items ?? []).map((item, index) => itemChange(account, item, on, `items[${index}]`))
  for (const item of oneTimeItemsFor(account, params.add_invoice_items, on)) {
    addOneTimeItem(account, subscription, item)
  }
  const discounts = discountsFor(account, params.discounts, on)
  const timing = {
    items,
    ...(params.billing_cycle_anchor ? { billingCycleAnchor: params.billing_cycle_anchor } : {}),
    ...(params.trial_end === undefined ? {} : { trialEnd: params.trial_end }),
  }
  const after = planUpdate(account, subscription, { ...timing, prorationBehavior: 'none' }).patch
  const cancellation = cancellationPatch(account.now, subscription, after.items?.data ?? [], params)
  updateSubscription(account, subscription, {
    ...timing,
    ...(params.proration_behavior ? { prorationBehavior: params.proration_behavior } : {}),
    ...(params.proration_date === undefined ? {} : { prorationDate: params.proration_date }),
    ...(params.payment_behavior ? { paymentBehavior: params.payment_behavior } : {}),
    isOnSession: params.off_session !== true,
    fields: {
      ...plainFields(account, params, subscription),
      ...cancellation,
      ...(discounts ? { discounts } : {}),
      ...(params.metadata === undefined
        ? {}
        : { metadata: changedMetadata(subscription.metadata, params.metadata) }),
      ...pausePatch(params.pause_collection),
    },
  })
  planCollection(account, subscription)
  planPendingItems(account, subscription)
  const { cancel_at: cancelAt } = cancellation
  if (typeof params.cancel_at === 'number' && cancelAt && params.proration_behavior !== 'none') {
    creditTimeAfter(account, subscription, cancelAt)
  }
}

function checkUpdatable(subscription: Subscription, params: UpdateParams): void {
  const given = Object.keys(params)
  if (subscription.ended_at !== null) {
    if (given.every((key) => key === 'metadata' || key === 'cancellation_details')) return
    throw refused('A canceled subscription can only update its cancellation_details and metadata.')
  }
  if (params.payment_behavior !== 'pending_if_incomplete') return
  const held = given.find((key) => !HOLDABLE.includes(key))
  if (held !== undefined) {
    throw refused(`\`${held}\` cannot be updated with \`payment_behavior=pending_if_incomplete\`.`, held)
  }
  if (subscription.collection_method !== 'charge_automatically') {
    throw refused('Pending updates need `collection_method=charge_automatically`.', 'payment_behavior')
  }
}

function pausePatch(given: UpdateParams['pause_collection']): Partial<Subscription> {
  if (given === undefined) return {}
  return {
    pause_collection: given && { behavior: given.behavior, resumes_at: given.resumes_at ?? null },
  }
}

function planCollection(account: Account, subscription: Subscription): void {
  const resumesAt = subscription.pause_collection?.resumes_at ?? null
  if (resumesAt === null) account.scheduler.cancel('subscription.resume_collection', subscription.id)
  else account.scheduler.plan('subscription.resume_collection', subscription.id, resumesAt)
}
