import type { Account } from '../account.ts'
import { endpoint } from '../endpoint.ts'
import { parameterMissing, refused } from '../errors.ts'
import { type PhaseRequest, phaseAt, phasesFrom } from '../life/schedules/phases.ts'
import {
  applyPhase,
  cancelSchedule,
  createSchedule,
  NO_SETTINGS,
  planSchedule,
  releaseSchedule,
} from '../life/schedules/schedules.ts'
import { changedMetadata, metadata } from '../metadata.ts'
import { createdParam, fits, inRange, page, pageParams } from '../pagination.ts'
import {
  absent,
  emptyable,
  flag,
  hash,
  integer,
  list as listOf,
  oneOf,
  type Params,
  required,
  text,
} from '../params.ts'
import type { Subscription, SubscriptionSchedule } from '../wire.ts'
import { recurringPriceData, recurringPriceFor, taxRatesFor, taxRatesParam } from './billing/params.ts'
import { MAX_QUANTITY, wordOr } from './billing/scalars.ts'
import { prorationBehavior } from './subscriptions/params.ts'

const moment = wordOr(['now'], integer(1))

const settingsShape = {
  billing_cycle_anchor: oneOf('automatic', 'phase_start'),
  collection_method: oneOf('charge_automatically', 'send_invoice'),
  default_payment_method: text(),
  description: emptyable(text(500)),
  ...absent(
    'application_fee_percent',
    'automatic_tax',
    'billing_thresholds',
    'invoice_settings',
    'on_behalf_of',
    'transfer_data',
  ),
} as const

const phaseParam = hash({
  ...settingsShape,
  currency: text(3),
  duration: hash({
    interval: required(oneOf('day', 'month', 'week', 'year')),
    interval_count: integer(1),
  }),
  end_date: moment,
  items: required(
    listOf(
      hash({
        price: text(),
        price_data: recurringPriceData,
        quantity: integer(0, MAX_QUANTITY),
        metadata: metadata(),
        tax_rates: taxRatesParam,
        ...absent('billing_thresholds', 'discounts', 'plan'),
      }),
      20,
    ),
  ),
  metadata: metadata(),
  proration_behavior: prorationBehavior,
  start_date: moment,
  trial: flag(),
  trial_end: moment,
  ...absent('add_invoice_items', 'default_tax_rates', 'discounts'),
})

const endBehavior = oneOf('cancel', 'none', 'release', 'renew')

type PhaseParams = ReturnType<typeof phaseParam.parse>

/** `POST /v1/subscription_schedules`: of a customer from `start_date` on, or from a subscription that runs. */
export const create = endpoint(
  hash({
    billing_mode: hash({ type: required(oneOf('classic', 'flexible')) }),
    customer: text(),
    default_settings: hash(settingsShape),
    end_behavior: endBehavior,
    from_subscription: text(),
    metadata: metadata(),
    phases: listOf(phaseParam, 10),
    start_date: moment,
    ...absent('customer_account', 'pause_schedules'),
  }),
  (account, params) => {
    const subscription =
      params.from_subscription === undefined
        ? null
        : account.need(account.state.subscriptions, params.from_subscription, 'from_subscription')
    if (subscription) return fromSubscription(account, subscription, params)
    if (params.customer === undefined) throw parameterMissing('customer')
    if (params.phases === undefined) throw parameterMissing('phases')
    const customer = account.need(account.state.customers, params.customer, 'customer')
    const start = secondsOf(account, params.start_date ?? 'now')
    const classic = params.billing_mode?.type === 'classic'
    return createSchedule(account, {
      customer: customer.id,
      phases: phasesFrom(start, requestsOf(account, params.phases)),
      end_behavior: params.end_behavior ?? 'release',
      metadata: changedMetadata({}, params.metadata),
      billing_mode: classic
        ? { flexible: null, type: 'classic' }
        : { flexible: { proration_discounts: 'included' }, type: 'flexible', updated_at: account.now },
      default_settings: { ...structuredClone(NO_SETTINGS), ...params.default_settings },
      subscription: null,
    })
  },
)

/** `GET /v1/subscription_schedules/:id` */
export const retrieve = endpoint(hash({}), (account, _, id) =>
  account.need(account.state.subscriptionSchedules, id),
)

/** `POST /v1/subscription_schedules/:id`: phases that have begun must stay; a changed current one applies now. */
export const update = endpoint(
  hash({
    default_settings: hash(settingsShape),
    end_behavior: endBehavior,
    metadata: metadata(),
    phases: listOf(phaseParam, 10),
    proration_behavior: prorationBehavior,
    ...absent('pause_schedules'),
  }),
  (account, params, id) => {
    const schedule = needLive(account, id)
    const start = secondsOf(
      account,
      params.phases?.[0]?.start_date ?? schedule.phases[0]?.start_date ?? 'now',
    )
    const phases = params.phases ? phasesFrom(start, requestsOf(account, params.phases)) : schedule.phases
    const before = phaseAt(schedule, account.now)?.phase
    account.change(
      schedule,
      {
        default_settings: { ...schedule.default_settings, ...params.default_settings },
        end_behavior: params.end_behavior ?? schedule.end_behavior,
        metadata: changedMetadata(schedule.metadata ?? {}, params.metadata),
        phases,
        current_phase: spanAt({ ...schedule, phases }, account.now),
      },
      'subscription_schedule.updated',
    )
    const current = phaseAt(schedule, account.now)?.phase
    const subscription = account.state.subscriptions.get(String(schedule.subscription))
    if (subscription && current && JSON.stringify(before?.items) !== JSON.stringify(current.items)) {
      applyPhase(account, subscription, current, params.proration_behavior ?? 'create_prorations')
    }
    planSchedule(account, schedule)
    return schedule
  },
)

/** `POST /v1/subscription_schedules/:id/release` */
export const release = endpoint(hash({ preserve_cancel_date: flag() }), (account, _, id) => {
  const schedule = needLive(account, id)
  releaseSchedule(account, schedule, 'released')
  return schedule
})

/** `POST /v1/subscription_schedules/:id/cancel` */
export const cancel = endpoint(hash({ invoice_now: flag(), prorate: flag() }), (account, params, id) => {
  const schedule = needLive(account, id)
  cancelSchedule(account, schedule, {
    invoiceNow: params.invoice_now ?? true,
    prorate: params.prorate ?? true,
  })
  return schedule
})

/** `GET /v1/subscription_schedules` */
export const list = endpoint(
  hash({
    ...pageParams,
    canceled_at: createdParam,
    completed_at: createdParam,
    created: createdParam,
    customer: text(),
    released_at: createdParam,
    scheduled: flag(),
    ...absent('customer_account'),
  }),
  (account, params) =>
    page(
      account,
      account.state.subscriptionSchedules,
      params,
      '/v1/subscription_schedules',
      (each) =>
        fits(each, params, 'customer') &&
        (params.scheduled === undefined || (each.status === 'not_started') === params.scheduled) &&
        (params.canceled_at === undefined || inRange(each.canceled_at ?? 0, params.canceled_at)) &&
        (params.completed_at === undefined || inRange(each.completed_at ?? 0, params.completed_at)) &&
        (params.released_at === undefined || inRange(each.released_at ?? 0, params.released_at)) &&
        inRange(each.created, params.created),
    ),
)

/** One phase, that of the subscription's current period, with what it is now. */
function fromSubscription(
  account: Account,
  subscription: Subscription,
  params: { customer?: string; phases?: unknown; end_behavior?: Params<{ end: typeof endBehavior }>['end'] },
): SubscriptionSchedule {
  if (params.phases !== undefined || params.customer !== undefined) {
    throw refused('`from_subscription` goes with no `phases` and no `customer`.', 'from_subscription')
  }
  if (subscription.schedule !== null || subscription.ended_at !== null) {
    throw refused('This subscription has a schedule already, or has ended.', 'from_subscription')
  }
  const start = Math.min(...subscription.items.data.map((item) => item.current_period_start))
  const end = Math.min(...subscription.items.data.map((item) => item.current_period_end))
  const items = subscription.items.data.map((item) => ({
    price: item.price,
    quantity: item.quantity ?? 1,
    metadata: item.metadata,
    tax_rates: item.tax_rates ?? [],
  }))
  const fields = { metadata: { ...subscription.metadata } }
  return createSchedule(account, {
    customer: String(subscription.customer),
    phases: phasesFrom(start, [
      { items, end_date: end, trial_end: subscription.trial_end ?? undefined, fields },
    ]),
    end_behavior: params.end_behavior ?? 'release',
    metadata: {},
    billing_mode: structuredClone(subscription.billing_mode),
    default_settings: {
      ...structuredClone(NO_SETTINGS),
      collection_method: subscription.collection_method,
      default_payment_method: subscription.default_payment_method,
    },
    subscription,
  })
}

function requestsOf(account: Account, phases: readonly PhaseParams[]): PhaseRequest[] {
  return phases.map((phase, index) => {
    const at = `phases[${index}]`
    const { items, metadata: change, start_date: start, end_date: end, trial_end: trialEnd, ...rest } = phase
    const { currency: _, duration, trial, ...fields } = rest
    if (duration && end !== undefined) {
      throw refused(`You may only specify one of these parameters: ${at}[duration], ${at}[end_date].`, at)
    }
    return {
      items: items.map((item, place) => {
        const price = recurringPriceFor(account, item, `${at}[items][${place}]`)
        if (price === undefined) throw parameterMissing(`${at}[items][${place}][price]`)
        return {
          price,
          quantity: item.quantity ?? 1,
          metadata: changedMetadata({}, item.metadata),
          tax_rates: taxRatesFor(account, item.tax_rates, `${at}[items][${place}][tax_rates]`) ?? [],
        }
      }),
      start_date: start === undefined ? undefined : secondsOf(account, start),
      end_date: end === undefined ? undefined : secondsOf(account, end),
      trial_end: trialEnd === undefined ? undefined : secondsOf(account, trialEnd),
      duration,
      trial,
      fields: { ...fields, metadata: changedMetadata({}, change) },
    }
  })
}

function needLive(account: Account, id: string): SubscriptionSchedule {
  const schedule = account.need(account.state.subscriptionSchedules, id)
  if (schedule.status !== 'active' && schedule.status !== 'not_started') {
    throw refused(`A subscription schedule with the status \`${schedule.status}\` cannot be changed.`)
  }
  return schedule
}

function spanAt(schedule: SubscriptionSchedule, now: number): SubscriptionSchedule['current_phase'] {
  const phase = phaseAt(schedule, now)?.phase
  return phase ? { start_date: phase.start_date, end_date: phase.end_date } : null
}

function secondsOf(account: Account, moment: 'now' | number): number {
  return moment === 'now' ? account.now : moment
}
