import { shippingParam } from '../../address.ts'
import { checkoutLocale } from '../../locales.ts'
import { metadata } from '../../metadata.ts'
import { methodTypesParam } from '../../method-types.ts'
import {
  absent,
  emptyable,
  flag,
  hash,
  integer,
  list as listOf,
  oneOf,
  required,
  text,
} from '../../params.ts'
import { automaticTaxParam } from '../billing/params.ts'
import { currencyParam, futureUsage, paymentMethodTypes } from '../payment-intent-params.ts'
import { allowRedisplay } from '../payment-methods.ts'
import { collectionShape } from './collection-params.ts'
import { lineItem, optionalItem, shippingOptions } from './line-params.ts'
import { sessionMethodOptions } from './method-option-params.ts'
import { uiMode, url } from './scalars.ts'
import { subscriptionData } from './subscription-data.ts'

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

const invoiceData = hash({
  account_tax_ids: emptyable(listOf(text(), 5)),
  custom_fields: emptyable(listOf(hash({ name: required(text(40)), value: required(text(140)) }), 4)),
  description: text(1500),
  footer: text(5000),
  metadata: metadata(),
  rendering_options: emptyable(
    hash({
      amount_tax_display: emptyable(oneOf('exclude_tax', 'include_inclusive_tax')),
      template: text(),
    }),
  ),
  issuer: hash({ type: required(oneOf('self')) }),
})

const enabledOrDisabled = oneOf('disabled', 'enabled')

/** What `POST /v1/checkout/sessions` takes (docs.stripe.com/api/checkout/sessions/create). */
export const createShape = {
  ...collectionShape,
  mode: required(oneOf('payment', 'setup', 'subscription')),
  line_items: listOf(lineItem, 100),
  ui_mode: uiMode,
  success_url: url,
  cancel_url: url,
  return_url: url,
  redirect_on_completion: oneOf('always', 'if_required', 'never'),
  adaptive_pricing: hash({ enabled: flag() }),
  after_expiration: hash({
    recovery: hash({ allow_promotion_codes: flag(), enabled: required(flag()) }),
  }),
  allow_promotion_codes: flag(),
  allowed_payment_method_types: methodTypesParam,
  automatic_tax: automaticTaxParam,
  client_reference_id: text(200),
  currency: currencyParam,
  customer: text(),
  customer_creation: oneOf('always', 'if_required'),
  customer_email: text(800),
  discounts: listOf(hash({ coupon: text(), promotion_code: text() }), 1),
  excluded_payment_method_types: methodTypesParam,
  expires_at: integer(1),
  integration_identifier: text(200),
  invoice_creation: hash({ enabled: required(flag()), invoice_data: invoiceData }),
  locale: checkoutLocale,
  managed_payments: hash({ enabled: flag() }),
  metadata: metadata(),
  optional_items: listOf(optionalItem, 10),
  origin_context: oneOf('mobile_app', 'web'),
  payment_intent_data: paymentIntentData,
  payment_method_collection: oneOf('always', 'if_required'),
  payment_method_data: hash({ allow_redisplay: allowRedisplay }),
  payment_method_options: sessionMethodOptions,
  payment_method_types: paymentMethodTypes,
  permissions: hash({ update_shipping_details: oneOf('client_only', 'server_only') }),
  saved_payment_method_options: hash({
    allow_redisplay_filters: listOf(allowRedisplay, 3),
    payment_method_remove: enabledOrDisabled,
    payment_method_save: enabledOrDisabled,
  }),
  setup_intent_data: hash({ description: text(1000), metadata: metadata(), ...absent('on_behalf_of') }),
  shipping_options: shippingOptions,
  subscription_data: subscriptionData,
  wallet_options: hash({ link: hash({ display: oneOf('auto', 'never') }) }),
  payment_method_configuration: text(),
  ...absent('customer_account'),
} as const
