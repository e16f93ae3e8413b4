import type { Account } from '../../account.ts'
import { endpoint } from '../../endpoint.ts'
import { parameterMissing, refused } from '../../errors.ts'
import { phasesFrom } from '../../life/schedules/phases.ts'
import { createSchedule, NO_SETTINGS } from '../../life/schedules/schedules.ts'
import { changedMetadata, metadata } from '../../metadata.ts'
import { absent, hash, oneOf, type Params, text } from '../../params.ts'
import type { Subscription, SubscriptionSchedule } from '../../wire.ts'
import { billingModeFor, billingModeParam } from '../billing/mode.ts'
import { pauseSchedulesFor, pauseSchedulesParam } from './pauses.ts'
import { moment, phaseRequests, phasesParam } from './phases.ts'
import {
  checkCollection,
  invoiceSettingsFor,
  type SettingsParams,
  settingsFor,
  settingsShape,
} from './settings.ts'

/** Of the declared words, those that Stripe documents (docs.stripe.com/api/subscription_schedules/create). */
export const endBehavior = oneOf('cancel', 'release')

const shape = {
  billing_mode: billingModeParam,
  customer: text(),
  default_settings: hash(settingsShape),
  end_behavior: endBehavior,
  from_subscription: text(),
  metadata: metadata(),
  pause_schedules: pauseSchedulesParam,
  phases: phasesParam,
  start_date: moment,
  ...absent('customer_account'),
} as const

type CreateParams = Params<typeof shape>

/** `POST /v1/subscription_schedules`: of a customer from `start_date` on, or from a subscription that runs. */
export const create = endpoint(hash(shape), (account, params) => createWith(account, params))

/** Creates a schedule from parameters, on the account or on a rehearsal of it. */
export function createWith(account: Account, params: CreateParams): SubscriptionSchedule {
  const subscription =
    params.from_subscription === undefined
      ? null
      : account.need(account.state.subscriptions, params.from_subscription, 'from_subscription')
  if (subscription) return fromSubscription(account, subscription, params)
  if (params.customer === undefined) throw parameterMissing('customer')
  if (params.phases === undefined) throw parameterMissing('phases')
  const customer = account.need(account.state.customers, params.customer, 'customer')
  const start = params.start_date === 'now' ? account.now : (params.start_date ?? account.now)
  return createSchedule(account, {
    customer: customer.id,
    phases: phasesFrom(start, phaseRequests(account, params.phases, customer.id)),
    end_behavior: params.end_behavior ?? 'release',
    metadata: changedMetadata({}, params.metadata),
    billing_mode: billingModeFor(account, params.billing_mode),
    default_settings: defaultSettings(account, params.default_settings ?? {}, NO_SETTINGS),
    pause_schedules: pauseSchedulesFor(account, params.pause_schedules, []),
    subscription: null,
  })
}

/** What the request makes of the schedule's default settings. */
export function defaultSettings(
  account: Account,
  given: SettingsParams,
  before: SubscriptionSchedule['default_settings'],
): SubscriptionSchedule['default_settings'] {
  const settings = {
    ...structuredClone(before),
    ...settingsFor(account, given, 'default_settings'),
    invoice_settings: invoiceSettingsFor(given.invoice_settings, before.invoice_settings, {
      type: 'self' as const,
    }),
  }
  checkCollection(settings.collection_method, settings.invoice_settings.days_until_due, 'default_settings')
  return settings
}

/** One phase, that of the subscription's current period, with what it is now. */
function fromSubscription(
  account: Account,
  subscription: Subscription,
  params: CreateParams,
): SubscriptionSchedule {
  if (params.phases !== undefined || params.customer !== undefined || params.default_settings !== undefined) {
    throw refused('`from_subscription` goes with no other description of the schedule.', 'from_subscription')
  }
  if (subscription.schedule !== null || subscription.ended_at !== null) {
    throw refused('This subscription has a schedule already, or has ended.', 'from_subscription')
  }
  const items = subscription.items.data
  const { days_until_due, invoice_settings: invoices } = subscription
  const fields: Partial<SubscriptionSchedule['phases'][number]> = {
    billing_thresholds: subscription.billing_thresholds,
    default_tax_rates: structuredClone(subscription.default_tax_rates ?? []),
    discounts: subscription.discounts.map((id) => standing(String(id))),
    metadata: { ...subscription.metadata },
    ...(subscription.automatic_tax.enabled ? { automatic_tax: { ...subscription.automatic_tax } } : {}),
  }
  return createSchedule(account, {
    customer: String(subscription.customer),
    phases: phasesFrom(Math.min(...items.map((item) => item.current_period_start)), [
      {
        items: items.map((item) => ({
          price: item.price,
          quantity: item.quantity ?? 1,
          metadata: item.metadata,
          tax_rates: item.tax_rates ?? [],
          discounts: item.discounts.map((id) => standing(String(id))),
        })),
        end_date: Math.min(...items.map((item) => item.current_period_end)),
        trial_end: subscription.trial_end ?? undefined,
        fields,
      },
    ]),
    end_behavior: params.end_behavior ?? 'release',
    metadata: changedMetadata({}, params.metadata),
    billing_mode: structuredClone(subscription.billing_mode),
    default_settings: {
      ...structuredClone(NO_SETTINGS),
      collection_method: subscription.collection_method,
      default_payment_method: subscription.default_payment_method,
      description: subscription.description,
      invoice_settings: { ...structuredClone(invoices), days_until_due },
    },
    pause_schedules: pauseSchedulesFor(account, params.pause_schedules, []),
    subscription,
  })
}

function standing(discount: string): SubscriptionSchedule['phases'][number]['discounts'][number] {
  return { coupon: null, discount, promotion_code: null }
}
