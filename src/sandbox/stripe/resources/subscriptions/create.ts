import type { Account } from '../../account.ts'
import { endpoint } from '../../endpoint.ts'
import { parameterMissing, refused } from '../../errors.ts'
import { SECONDS_PER_DAY } from '../../life/calendar.ts'
import { taxCountry } from '../../life/invoices/taxes.ts'
import { discountsFor } from '../../life/redemption.ts'
import { anchorFromConfig } from '../../life/subscriptions/anchor.ts'
import { cancellationPatch } from '../../life/subscriptions/cancellation.ts'
import type { ItemRequest } from '../../life/subscriptions/items.ts'
import { checkOneCurrency } from '../../life/subscriptions/one-currency.ts'
import { startSubscription } from '../../life/subscriptions/start.ts'
import { changedMetadata } from '../../metadata.ts'
import { absent, hash, integer, list as listOf, type Params, required, text } from '../../params.ts'
import type { Price, Subscription } from '../../wire.ts'
import { anchorConfig, anchorConfigParam } from '../billing/anchor-config.ts'
import { billingModeFor, billingModeParam } from '../billing/mode.ts'
import { oneTimeItemsFor } from '../billing/one-time-items.ts'
import { itemChange, itemFields, plainFields, sharedParams } from './params.ts'

const shape = {
  ...sharedParams,
  backdate_start_date: integer(1),
  billing_cycle_anchor: integer(1),
  billing_cycle_anchor_config: anchorConfigParam,
  billing_mode: billingModeParam,
  currency: text(3),
  customer: required(text()),
  items: required(listOf(hash(itemFields), 20)),
  trial_period_days: integer(1, 730),
  ...absent('customer_account'),
} as const

type CreateParams = Params<typeof shape>

/** `POST /v1/subscriptions` */
export const create = endpoint(hash(shape), (account, params) => createWith(account, params))

/** Creates a subscription from parameters, on the account or on a rehearsal of it. */
export function createWith(account: Account, params: CreateParams): Subscription {
  const customer = account.need(account.state.customers, params.customer, 'customer')
  const now = account.now
  const items = params.items.map((item, index) => itemRequest(account, item, params.customer, index))
  const [first] = items
  if (first === undefined) throw parameterMissing('items')
  if (params.payment_behavior === 'pending_if_incomplete') {
    throw refused('`pending_if_incomplete` is for updates only.', 'payment_behavior')
  }
  if (params.automatic_tax?.enabled && taxCountry(customer) === null) {
    throw refused(
      "The customer's location isn't recognized. Set a valid customer address in order to automatically calculate tax.",
      'automatic_tax[enabled]',
      'customer_tax_location_invalid',
    )
  }
  const trialEnd = trialEndOf(params, first.price, now)
  const config = anchorConfig(params.billing_cycle_anchor_config)
  const currency = params.currency?.toLowerCase() ?? first.price.currency
  checkOneCurrency(account, customer.id, currency)
  const discounts = discountsFor(account, params.discounts, { customer: customer.id, subscription: null })
  return startSubscription(account, {
    customer: customer.id,
    currency,
    items,
    trial_end: trialEnd,
    billing_cycle_anchor: config ? anchorFromConfig(config, now) : anchorOf(params, now),
    backdate_start_date: startDate(params.backdate_start_date, now),
    prorates: params.proration_behavior !== 'none',
    metadata: changedMetadata({}, params.metadata),
    description: params.description ?? null,
    default_payment_method: params.default_payment_method ?? null,
    fields: {
      ...plainFields(account, params),
      billing_cycle_anchor_config: config,
      billing_mode: billingModeFor(account, params.billing_mode),
      discounts: discounts ?? [],
    },
    oneTime: oneTimeItemsFor(account, params.add_invoice_items, {
      customer: customer.id,
      subscription: null,
    }),
    paymentBehavior: params.payment_behavior ?? 'allow_incomplete',
    isOnSession: params.off_session !== true,
    cancellation: (made) => cancellationPatch(now, made, made.items.data, params),
  })
}

function itemRequest(
  account: Account,
  given: CreateParams['items'][number],
  customer: string,
  index: number,
): ItemRequest {
  const at = `items[${index}]`
  const {
    price,
    metadata,
    quantity = 1,
    ...rest
  } = itemChange(account, given, { customer, subscription: null }, at)
  if (price === undefined) throw parameterMissing(`${at}[price]`)
  return { ...rest, price, quantity, metadata: changedMetadata({}, metadata) }
}

function trialEndOf(params: CreateParams, price: Price, now: number): number | null {
  if (params.trial_end !== undefined && params.trial_period_days !== undefined) {
    throw refused('You may only specify one of these parameters: trial_end, trial_period_days.', 'trial_end')
  }
  if (params.trial_end === 'now') return null
  if (params.trial_end !== undefined) {
    if (params.trial_end <= now) throw refused('`trial_end` must be in the future.', 'trial_end')
    return params.trial_end
  }
  const days =
    params.trial_period_days ??
    (params.trial_from_plan ? (price.recurring?.trial_period_days ?? undefined) : undefined)
  return days === undefined ? null : now + days * SECONDS_PER_DAY
}

function anchorOf(params: CreateParams, now: number): number | undefined {
  const anchor = params.billing_cycle_anchor
  if (anchor !== undefined && anchor <= now) {
    throw refused('`billing_cycle_anchor` must be in the future.', 'billing_cycle_anchor')
  }
  return anchor
}

function startDate(given: number | undefined, now: number): number | undefined {
  if (given !== undefined && given > now) {
    throw refused('`backdate_start_date` must be in the past.', 'backdate_start_date')
  }
  return given
}
