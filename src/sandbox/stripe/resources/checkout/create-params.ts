import { shippingParam } from '../../address.ts'
import { refused } from '../../errors.ts'
import { checkoutLocale } from '../../locales.ts'
import { metadata } from '../../metadata.ts'
import { methodTypesParam } from '../../method-types.ts'
import {
  absent,
  flag,
  hash,
  integer,
  list as listOf,
  oneOf,
  type Param,
  required,
  text,
} from '../../params.ts'
import { isBefore } from '../../versions/api-version.ts'
import { OLD_UI_MODES } from '../../versions/steps/2026-03-25.dahlia.ts'
import type { CheckoutSession } from '../../wire.ts'
import { currencyParam, futureUsage, MAX_AMOUNT, paymentMethodTypes } from '../payment-intent-params.ts'

const uiModes = oneOf('elements', 'embedded_page', 'form', 'hosted_page')

/** Requests before 2026-03-25.dahlia call three of the modes by other names. */
const uiMode: Param<'elements' | 'embedded_page' | 'form' | 'hosted_page'> = {
  parse: (value, at, version) => {
    const renamed = Object.entries(OLD_UI_MODES).find(([, old]) => old === value)?.[0]
    const isOld = renamed !== undefined && isBefore(version, '2026-03-25.dahlia')
    return uiModes.parse(isOld ? renamed : value, at, version)
  },
}

/** An address that a browser can be sent to. */
const url: Param<string> = {
  parse: (value, at, version) => {
    const given = text().parse(value, at, version)
    if (!/^https?:\/\//.test(given)) throw refused('Not a valid URL', at, 'url_invalid')
    return given
  },
}

const lineItem = hash({
  price: text(),
  price_data: hash({
    currency: required(currencyParam),
    product: text(),
    product_data: hash({
      name: required(text(250)),
      description: text(40_000),
      metadata: metadata(),
      ...absent('images', 'tax_code', 'unit_label'),
    }),
    recurring: hash({
      interval: required(oneOf('day', 'month', 'week', 'year')),
      interval_count: integer(1, 365),
    }),
    tax_behavior: oneOf('exclusive', 'inclusive', 'unspecified'),
    unit_amount: integer(0, MAX_AMOUNT),
    ...absent('unit_amount_decimal'),
  }),
  quantity: integer(0, 999_999),
  adjustable_quantity: hash({
    enabled: required(flag()),
    maximum: integer(1, 999_999),
    minimum: integer(0, 999_999),
  }),
  metadata: metadata(),
  ...absent('tax_rates'),
})

const subscriptionData = hash({
  description: text(500),
  metadata: metadata(),
  trial_end: integer(1),
  trial_period_days: integer(1, 730),
  trial_settings: hash({
    end_behavior: required(
      hash({ missing_payment_method: required(oneOf('cancel', 'create_invoice', 'pause')) }),
    ),
  }),
  billing_mode: hash({ type: required(oneOf('flexible')) }),
  ...absent(
    'application_fee_percent',
    'billing_cycle_anchor',
    'billing_cycle_anchor_config',
    'default_tax_rates',
    'invoice_settings',
    'on_behalf_of',
    'pending_invoice_item_interval',
    'proration_behavior',
    'transfer_data',
  ),
})

const paymentIntentData = hash({
  capture_method: oneOf('automatic', 'automatic_async', 'manual'),
  description: text(1000),
  metadata: metadata(),
  receipt_email: text(800),
  setup_future_usage: futureUsage,
  shipping: shippingParam,
  statement_descriptor: text(22),
  statement_descriptor_suffix: text(22),
  transfer_group: text(),
  ...absent('application_fee_amount', 'on_behalf_of', 'transfer_data'),
})

const message = hash({ message: required(text(1200)) })

const countryCode: Param<
  NonNullable<CheckoutSession['shipping_address_collection']>['allowed_countries'][number]
> = {
  parse: (value, at, version) => {
    const given = text(2).parse(value, at, version)
    if (!/^[A-Z]{2}$/.test(given)) throw refused(`Invalid country: ${given}`, at)
    // The declared words are the codes of ISO 3166, of which there are more than a check here is worth.
    return given as NonNullable<CheckoutSession['shipping_address_collection']>['allowed_countries'][number]
  },
}

const autoOrNever = oneOf('auto', 'never')

/** What `POST /v1/checkout/sessions` takes (docs.stripe.com/api/checkout/sessions/create). */
export const createShape = {
  mode: required(oneOf('payment', 'setup', 'subscription')),
  line_items: listOf(lineItem, 100),
  ui_mode: uiMode,
  success_url: url,
  cancel_url: url,
  return_url: url,
  redirect_on_completion: oneOf('always', 'if_required', 'never'),
  after_expiration: hash({
    recovery: hash({ allow_promotion_codes: flag(), enabled: required(flag()) }),
  }),
  allow_promotion_codes: flag(),
  allowed_payment_method_types: methodTypesParam,
  billing_address_collection: oneOf('auto', 'required'),
  client_reference_id: text(200),
  consent_collection: hash({
    payment_method_reuse_agreement: hash({ position: required(oneOf('auto', 'hidden')) }),
    promotions: oneOf('auto', 'none'),
    terms_of_service: oneOf('none', 'required'),
  }),
  currency: currencyParam,
  custom_text: hash({
    after_submit: message,
    shipping_address: message,
    submit: message,
    terms_of_service_acceptance: message,
  }),
  customer: text(),
  customer_creation: oneOf('always', 'if_required'),
  customer_email: text(800),
  customer_update: hash({ address: autoOrNever, name: autoOrNever, shipping: autoOrNever }),
  discounts: listOf(hash({ coupon: text(), promotion_code: text() }), 1),
  excluded_payment_method_types: methodTypesParam,
  expires_at: integer(1),
  locale: checkoutLocale,
  metadata: metadata(),
  payment_intent_data: paymentIntentData,
  payment_method_collection: oneOf('always', 'if_required'),
  payment_method_types: paymentMethodTypes,
  phone_number_collection: hash({ enabled: required(flag()) }),
  setup_intent_data: hash({ description: text(1000), metadata: metadata(), ...absent('on_behalf_of') }),
  shipping_address_collection: hash({ allowed_countries: required(listOf(countryCode, 300)) }),
  submit_type: oneOf('auto', 'book', 'donate', 'pay', 'subscribe'),
  subscription_data: subscriptionData,
  ...absent(
    'adaptive_pricing',
    'automatic_tax',
    'branding_settings',
    'custom_fields',
    'customer_account',
    'integration_identifier',
    'invoice_creation',
    'managed_payments',
    'name_collection',
    'optional_items',
    'origin_context',
    'payment_method_configuration',
    'payment_method_data',
    'payment_method_options',
    'permissions',
    'saved_payment_method_options',
    'shipping_options',
    'tax_id_collection',
    'wallet_options',
  ),
} as const
