import type { Account } from '../../account.ts'
import { refused } from '../../errors.ts'
import { discountsFor } from '../../life/redemption.ts'
import type { ItemChange } from '../../life/subscriptions/items.ts'
import { pendingItemsPatch } from '../../life/subscriptions/pending-items.ts'
import { checkAccountTaxIds } from '../../life/tax-ids.ts'
import { type MetadataChange, metadata } from '../../metadata.ts'
import {
  absent,
  emptyable,
  flag,
  hash,
  integer,
  list as listOf,
  oneOf,
  type Param,
  required,
  text,
} from '../../params.ts'
import type { Subscription } from '../../wire.ts'
import { type InvoiceMethodTypes, invoiceMethodTypesParam } from '../billing/method-types.ts'
import { addInvoiceItemsParam } from '../billing/one-time-items.ts'
import {
  automaticTaxParam,
  discountsParam,
  type PriceDataParams,
  recurringPriceData,
  recurringPriceFor,
  taxRatesFor,
  taxRatesParam,
} from '../billing/params.ts'
import { MAX_QUANTITY, wordOr } from '../billing/scalars.ts'
import { thresholdsParam } from '../billing/thresholds.ts'

export const prorationBehavior = oneOf('always_invoice', 'create_prorations', 'none')
export const paymentBehavior = oneOf(
  'allow_incomplete',
  'default_incomplete',
  'error_if_incomplete',
  'pending_if_incomplete',
)

/** Since 2026-09-30 the anchor of an update is a hash; before it was the word itself. */
export const anchorParam: Param<'now' | 'unchanged'> = {
  keys: ['type'],
  parse: (value, ...rest) => {
    const words = oneOf('now', 'unchanged')
    return typeof value === 'string'
      ? words.parse(value, ...rest)
      : hash({ type: required(words) }).parse(value, ...rest).type
  },
}

/** Why a customer cancels. */
export const cancellationReason = oneOf(
  'customer_service',
  'low_quality',
  'missing_features',
  'other',
  'switched_service',
  'too_complex',
  'too_expensive',
  'unused',
)

export const cancellationDetails = hash({
  comment: emptyable(text()),
  feedback: emptyable(cancellationReason),
  ...absent('feedback_option'),
})

/** What an item takes wherever one is named. */
export const itemFields = {
  price: text(),
  price_data: recurringPriceData,
  quantity: integer(0, MAX_QUANTITY),
  metadata: metadata(),
  tax_rates: taxRatesParam,
  discounts: discountsParam,
  plan: text(),
  ...absent('billing_thresholds', 'current_trial'),
} as const

export const trialSettings = hash({
  end_behavior: required(
    hash({
      billing_cycle_anchor: oneOf('now', 'unchanged'),
      missing_payment_method: oneOf('cancel', 'create_invoice', 'pause'),
    }),
  ),
})

/** What each invoice of a subscription says. */
export const invoiceSettings = hash({
  custom_fields: emptyable(listOf(hash({ name: required(text(40)), value: required(text(140)) }), 4)),
  description: emptyable(text(1500)),
  footer: emptyable(text()),
  account_tax_ids: emptyable(listOf(text(), 20)),
  issuer: hash({ type: required(oneOf('self')) }),
})

/** How often what is pending is invoiced. */
export const pendingItemInterval = hash({
  interval: required(oneOf('day', 'month', 'week', 'year')),
  interval_count: integer(1, 365),
})

/** What creating and updating a subscription have in common. */
export const sharedParams = {
  add_invoice_items: addInvoiceItemsParam,
  automatic_tax: automaticTaxParam,
  billing_thresholds: thresholdsParam,
  cancel_at: emptyable(wordOr(['min_period_end', 'max_period_end'], integer(1))),
  cancel_at_period_end: flag(),
  collection_method: oneOf('charge_automatically', 'send_invoice'),
  days_until_due: integer(0, 365),
  default_payment_method: text(),
  default_source: text(),
  default_tax_rates: taxRatesParam,
  description: emptyable(text(500)),
  discounts: discountsParam,
  invoice_settings: invoiceSettings,
  metadata: metadata(),
  off_session: flag(),
  payment_behavior: paymentBehavior,
  payment_settings: hash({
    payment_method_types: invoiceMethodTypesParam,
    save_default_payment_method: oneOf('off', 'on_subscription'),
    ...absent('payment_method_options'),
  }),
  pending_invoice_item_interval: emptyable(pendingItemInterval),
  proration_behavior: prorationBehavior,
  trial_end: wordOr(['now'], integer(1)),
  trial_from_plan: flag(),
  trial_settings: trialSettings,
  ...absent('application_fee_percent', 'billing_schedules', 'on_behalf_of', 'transfer_data'),
} as const

export interface ItemParams {
  id?: string
  /** The older name of `price`. */
  plan?: string
  price?: string
  price_data?: PriceDataParams
  quantity?: number
  deleted?: boolean
  metadata?: MetadataChange
  tax_rates?: string[] | null
  discounts?: { coupon?: string; discount?: string; promotion_code?: string }[] | null
}

/** One entry of `items`, its price, rates and discounts looked up. */
export function itemChange(
  account: Account,
  given: ItemParams,
  on: { customer: string; subscription: string | null },
  at: string,
): ItemChange {
  const named = given.price ?? given.plan
  const price = recurringPriceFor(account, { price: named, price_data: given.price_data }, at)
  const rates = taxRatesFor(account, given.tax_rates, `${at}[tax_rates]`)
  const discounts = discountsFor(account, given.discounts, on, `${at}[discounts]`)
  return {
    ...(given.id === undefined ? {} : { id: given.id }),
    ...(given.quantity === undefined ? {} : { quantity: given.quantity }),
    ...(given.deleted === undefined ? {} : { deleted: given.deleted }),
    ...(given.metadata === undefined ? {} : { metadata: given.metadata }),
    ...(price === undefined ? {} : { price }),
    ...(rates === undefined ? {} : { tax_rates: rates }),
    ...(discounts === undefined ? {} : { discounts }),
  }
}

interface SharedValues {
  automatic_tax?: { enabled: boolean }
  billing_thresholds?: Subscription['billing_thresholds']
  collection_method?: 'charge_automatically' | 'send_invoice'
  days_until_due?: number
  default_payment_method?: string
  default_source?: string
  default_tax_rates?: string[] | null
  description?: string | null
  invoice_settings?: {
    custom_fields?: { name: string; value: string }[] | null
    description?: string | null
    footer?: string | null
    account_tax_ids?: string[] | null
  }
  pending_invoice_item_interval?: {
    interval: 'day' | 'month' | 'week' | 'year'
    interval_count?: number
  } | null
  payment_settings?: {
    payment_method_types?: InvoiceMethodTypes
    save_default_payment_method?: 'off' | 'on_subscription'
  }
  trial_settings?: {
    end_behavior: {
      billing_cycle_anchor?: 'now' | 'unchanged'
      missing_payment_method?: 'cancel' | 'create_invoice' | 'pause'
    }
  }
}

/** What the parameters make of the subscription's plain fields. */
export function plainFields(
  account: Account,
  params: SharedValues,
  before?: Subscription,
): Partial<Subscription> {
  const method = params.collection_method ?? before?.collection_method ?? 'charge_automatically'
  const days = params.days_until_due ?? before?.days_until_due
  if (method === 'send_invoice' && days == null) {
    throw refused(
      'You must pass `days_until_due` when `collection_method` is `send_invoice`.',
      'days_until_due',
    )
  }
  if (method === 'charge_automatically' && params.days_until_due !== undefined) {
    throw refused('`days_until_due` goes with `collection_method=send_invoice`.', 'days_until_due')
  }
  if (params.default_payment_method !== undefined) {
    account.need(account.state.paymentMethods, params.default_payment_method, 'default_payment_method')
  }
  if (params.default_source !== undefined) {
    account.need(account.state.cards, params.default_source, 'default_source')
  }
  checkAccountTaxIds(account, params.invoice_settings?.account_tax_ids, 'invoice_settings[account_tax_ids]')
  const rates = taxRatesFor(account, params.default_tax_rates, 'default_tax_rates')
  const rhythm = params.pending_invoice_item_interval
  return {
    ...(rhythm === undefined
      ? {}
      : pendingItemsPatch(account.now, rhythm && { interval_count: 1, ...rhythm })),
    ...(params.default_source === undefined ? {} : { default_source: params.default_source }),
    ...(params.billing_thresholds === undefined ? {} : { billing_thresholds: params.billing_thresholds }),
    collection_method: method,
    days_until_due: method === 'send_invoice' ? (days ?? null) : null,
    ...(params.default_payment_method === undefined
      ? {}
      : { default_payment_method: params.default_payment_method }),
    ...(params.description === undefined ? {} : { description: params.description }),
    ...(rates === undefined ? {} : { default_tax_rates: structuredClone(rates) }),
    ...nestedFields(params, before),
  }
}

function nestedFields(params: SharedValues, before?: Subscription): Partial<Subscription> {
  const fields: Partial<Subscription> = {}
  if (params.automatic_tax) {
    const { enabled } = params.automatic_tax
    fields.automatic_tax = { disabled_reason: null, enabled, liability: enabled ? { type: 'self' } : null }
  }
  if (params.invoice_settings) {
    fields.invoice_settings = {
      account_tax_ids: null,
      custom_fields: null,
      description: null,
      footer: null,
      ...before?.invoice_settings,
      ...params.invoice_settings,
      issuer: { type: 'self' },
    }
  }
  if (params.payment_settings) {
    fields.payment_settings = {
      payment_method_options: null,
      payment_method_types: null,
      save_default_payment_method: 'off',
      ...before?.payment_settings,
      ...params.payment_settings,
    }
  }
  if (params.trial_settings) {
    fields.trial_settings = {
      end_behavior: {
        billing_cycle_anchor: null,
        missing_payment_method: 'create_invoice',
        ...before?.trial_settings?.end_behavior,
        ...params.trial_settings.end_behavior,
      },
    }
  }
  return fields
}
