import { endpoint } from '../endpoint.ts'
import { refused } from '../errors.ts'
import { changeItems } from '../life/subscription-items.ts'
import { pauseSubscription, resumeSubscription } from '../life/subscription-pause.ts'
import { endSubscription, planNext } from '../life/subscriptions.ts'
import { changedMetadata, metadata } from '../metadata.ts'
import { createdParam, inRange, page, pageParams } from '../pagination.ts'
import { absent, emptyable, flag, hash, integer, list as listOf, oneOf, required, text } from '../params.ts'
import type { Subscription } from '../wire.ts'

const cancellationDetails = hash({
  comment: emptyable(text()),
  feedback: emptyable(
    oneOf(
      'customer_service',
      'low_quality',
      'missing_features',
      'other',
      'switched_service',
      'too_complex',
      'too_expensive',
      'unused',
    ),
  ),
  ...absent('feedback_option'),
})

const item = hash({
  id: text(),
  price: text(),
  quantity: integer(0, 999_999),
  deleted: flag(),
  ...absent(
    'billing_thresholds',
    'clear_usage',
    'current_trial',
    'discounts',
    'metadata',
    'plan',
    'price_data',
    'tax_rates',
  ),
})

/** `GET /v1/subscriptions/:id` */
export const retrieve = endpoint(hash({}), (account, _, id) => account.need(account.state.subscriptions, id))

/** `POST /v1/subscriptions/:id`. Prorations are not worked out: a change counts from the next invoice on. */
export const update = endpoint(
  hash({
    cancel_at: emptyable(integer(1)),
    cancel_at_period_end: flag(),
    cancellation_details: cancellationDetails,
    default_payment_method: text(),
    description: emptyable(text(500)),
    items: listOf(item, 20),
    metadata: metadata(),
    pause_collection: emptyable(
      hash({
        behavior: required(oneOf('keep_as_draft', 'mark_uncollectible', 'void')),
        resumes_at: integer(1),
      }),
    ),
    proration_behavior: oneOf('none', 'create_prorations'),
    ...absent(
      'add_invoice_items',
      'application_fee_percent',
      'automatic_tax',
      'billing_cycle_anchor',
      'billing_schedules',
      'billing_thresholds',
      'collection_method',
      'days_until_due',
      'default_source',
      'default_tax_rates',
      'discounts',
      'invoice_settings',
      'off_session',
      'on_behalf_of',
      'payment_behavior',
      'payment_settings',
      'pending_invoice_item_interval',
      'proration_date',
      'transfer_data',
      'trial_end',
      'trial_from_plan',
      'trial_settings',
    ),
  }),
  (account, params, id) => {
    const subscription = account.need(account.state.subscriptions, id)
    if (subscription.ended_at !== null) {
      const onlyMetadata = Object.keys(params).every(
        (key) => key === 'metadata' || key === 'cancellation_details',
      )
      if (!onlyMetadata) {
        throw refused('A canceled subscription can only update its cancellation_details and metadata.')
      }
    }
    if (params.default_payment_method !== undefined) {
      account.need(account.state.paymentMethods, params.default_payment_method, 'default_payment_method')
    }
    if (params.cancel_at && params.cancel_at <= account.now) {
      throw refused('`cancel_at` must be in the future.', 'cancel_at')
    }
    const before = structuredClone(subscription)
    const itemsPatch = params.items === undefined ? {} : changeItems(account, subscription, params.items)
    const afterItems = { ...subscription, ...itemsPatch }
    account.change(
      subscription,
      {
        ...itemsPatch,
        ...cancellationPatch(account.now, afterItems, params),
        default_payment_method: params.default_payment_method ?? before.default_payment_method,
        description: params.description === undefined ? before.description : params.description,
        metadata: changedMetadata(before.metadata, params.metadata),
        pause_collection: pausePatch(before, params.pause_collection),
      },
      'customer.subscription.updated',
    )
    planNext(account, subscription)
    return subscription
  },
)

/** `DELETE /v1/subscriptions/:id`: ends it now. */
export const cancel = endpoint(
  hash({ cancellation_details: cancellationDetails, ...absent('invoice_now', 'prorate') }),
  (account, params, id) => {
    const subscription = account.need(account.state.subscriptions, id)
    if (subscription.ended_at !== null)
      throw refused(`No such subscription: '${id}'`, 'id', 'resource_missing')
    account.change(subscription, {
      canceled_at: account.now,
      cancel_at: null,
      cancel_at_period_end: false,
      cancellation_details: {
        ...noDetails,
        ...subscription.cancellation_details,
        ...params.cancellation_details,
      },
    })
    endSubscription(account, subscription, 'cancellation_requested')
    return subscription
  },
)

/** `POST /v1/subscriptions/:id/pause` */
export const pause = endpoint(
  hash({ type: oneOf('subscription'), ...absent('bill_for', 'invoicing_behavior') }),
  (account, _, id) => {
    const subscription = account.need(account.state.subscriptions, id)
    pauseSubscription(account, subscription)
    return subscription
  },
)

/** `POST /v1/subscriptions/:id/resume` */
export const resume = endpoint(
  hash({
    billing_cycle_anchor: oneOf('now', 'unchanged'),
    proration_behavior: oneOf('none', 'create_prorations'),
    ...absent('payment_behavior', 'proration_date'),
  }),
  (account, params, id) => {
    const subscription = account.need(account.state.subscriptions, id)
    resumeSubscription(account, subscription, params.billing_cycle_anchor ?? 'now')
    return subscription
  },
)

/** `GET /v1/subscriptions`: without a status, all that have not been canceled. */
export const list = endpoint(
  hash({
    ...pageParams,
    created: createdParam,
    customer: text(),
    price: text(),
    status: oneOf(
      'active',
      'all',
      'canceled',
      'ended',
      'incomplete',
      'incomplete_expired',
      'past_due',
      'paused',
      'trialing',
      'unpaid',
    ),
    ...absent(
      'automatic_tax',
      'collection_method',
      'current_period_end',
      'current_period_start',
      'customer_account',
      'plan',
      'test_clock',
    ),
  }),
  (account, params) =>
    page(
      account,
      account.state.subscriptions,
      params,
      '/v1/subscriptions',
      (each) =>
        (params.customer === undefined || each.customer === params.customer) &&
        (params.price === undefined || each.items.data.some(({ price }) => price.id === params.price)) &&
        hasStatus(each, params.status) &&
        inRange(each.created, params.created),
    ),
)

const noDetails = { comment: null, feedback: null, feedback_option: null, reason: null }

function hasStatus(subscription: Subscription, status: string | undefined): boolean {
  if (status === 'all') return true
  if (status === undefined) return subscription.status !== 'canceled'
  if (status === 'ended') return subscription.ended_at !== null
  return subscription.status === status
}

interface CancellationParams {
  cancel_at?: number | null
  cancel_at_period_end?: boolean
  cancellation_details?: Partial<NonNullable<Subscription['cancellation_details']>>
}

function cancellationPatch(
  now: number,
  subscription: Subscription,
  params: CancellationParams,
): Partial<Subscription> {
  const details = { ...noDetails, ...subscription.cancellation_details, ...params.cancellation_details }
  const atPeriodEnd = params.cancel_at_period_end
  if (atPeriodEnd === undefined && params.cancel_at === undefined) return { cancellation_details: details }
  if (atPeriodEnd === true || params.cancel_at) {
    const periodEnd = Math.min(...subscription.items.data.map((each) => each.current_period_end))
    return {
      cancel_at: atPeriodEnd === true ? periodEnd : (params.cancel_at ?? null),
      cancel_at_period_end: atPeriodEnd === true,
      canceled_at: now,
      cancellation_details: { ...details, reason: 'cancellation_requested' },
    }
  }
  return {
    cancel_at: null,
    cancel_at_period_end: false,
    canceled_at: null,
    cancellation_details: { ...details, reason: null },
  }
}

function pausePatch(
  subscription: Subscription,
  given:
    | { behavior: 'keep_as_draft' | 'mark_uncollectible' | 'void'; resumes_at?: number }
    | null
    | undefined,
): Subscription['pause_collection'] {
  if (given === undefined) return subscription.pause_collection
  return given && { behavior: given.behavior, resumes_at: given.resumes_at ?? null }
}
