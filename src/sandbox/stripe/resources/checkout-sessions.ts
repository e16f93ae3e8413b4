import type { Account } from '../account.ts'
import { endpoint } from '../endpoint.ts'
import { refused } from '../errors.ts'
import { SECONDS_PER_DAY, SECONDS_PER_HOUR } from '../life/calendar.ts'
import { expireCheckout } from '../life/checkout.ts'
import { createCheckoutSession } from '../life/checkout-session.ts'
import { checkoutLocale } from '../locales.ts'
import { changedMetadata, metadata } from '../metadata.ts'
import { createdParam, inRange, page, pageOf, pageParams } from '../pagination.ts'
import { absent, flag, hash, integer, list as listOf, oneOf, type Param, required, text } from '../params.ts'

// docs.stripe.com/api/checkout/sessions/create#create_checkout_session-expires_at
export const MIN_EXPIRY_SECONDS = 30 * 60
export const MAX_EXPIRY_SECONDS = 24 * SECONDS_PER_HOUR

/** Refused since 2026-09-30.endive: `allowed_payment_method_types` takes its place. */
const paymentMethodTypes: Param<never> = {
  parse: (_, at) => {
    throw refused(
      '`payment_method_types` is not supported in this API version. Use `allowed_payment_method_types` or ' +
        '`excluded_payment_method_types`.',
      at,
      'parameter_unknown',
    )
  },
}

const lineItem = hash({
  price: text(),
  quantity: integer(0, 999_999),
  metadata: metadata(),
  ...absent('adjustable_quantity', 'price_data', 'tax_rates'),
})

const subscriptionData = hash({
  description: text(500),
  metadata: metadata(),
  trial_end: integer(1),
  trial_period_days: integer(1, 730),
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
    'trial_settings',
  ),
})

const paymentIntentData = hash({
  description: text(1000),
  metadata: metadata(),
  ...absent(
    'application_fee_amount',
    'capture_method',
    'on_behalf_of',
    'receipt_email',
    'setup_future_usage',
    'shipping',
    'statement_descriptor',
    'statement_descriptor_suffix',
    'transfer_data',
    'transfer_group',
  ),
})

const createParams = hash({
  mode: required(oneOf('payment', 'subscription')),
  line_items: required(listOf(lineItem, 100)),
  success_url: required(text()),
  cancel_url: text(),
  client_reference_id: text(200),
  customer: text(),
  customer_creation: oneOf('always', 'if_required'),
  customer_email: text(800),
  allow_promotion_codes: flag(),
  discounts: listOf(hash({ coupon: text(), promotion_code: text() }), 1),
  expires_at: integer(1),
  locale: checkoutLocale,
  metadata: metadata(),
  payment_intent_data: paymentIntentData,
  payment_method_collection: oneOf('always', 'if_required'),
  subscription_data: subscriptionData,
  submit_type: oneOf('auto', 'book', 'donate', 'pay', 'subscribe'),
  ui_mode: oneOf('hosted_page'),
  payment_method_types: paymentMethodTypes,
  ...absent(
    'adaptive_pricing',
    'after_expiration',
    'allowed_payment_method_types',
    'automatic_tax',
    'billing_address_collection',
    'branding_settings',
    'consent_collection',
    'currency',
    'custom_fields',
    'custom_text',
    'customer_account',
    'customer_update',
    'excluded_payment_method_types',
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
    'phone_number_collection',
    'redirect_on_completion',
    'return_url',
    'saved_payment_method_options',
    'setup_intent_data',
    'shipping_address_collection',
    'shipping_options',
    'tax_id_collection',
    'wallet_options',
  ),
})

/** `POST /v1/checkout/sessions` */
export const create = endpoint(createParams, (account, params) => {
  const expiresAt = params.expires_at ?? account.now + MAX_EXPIRY_SECONDS
  checkExpiry(account, expiresAt)
  for (const [name, url] of [
    ['success_url', params.success_url],
    ['cancel_url', params.cancel_url],
  ] as const) {
    if (url !== undefined && !/^https?:\/\//.test(url)) throw refused('Not a valid URL', name, 'url_invalid')
  }
  const { subscription_data: subscription, payment_intent_data: payment } = params
  return createCheckoutSession(account, {
    ...params,
    expires_at: expiresAt,
    metadata: changedMetadata({}, params.metadata),
    line_items: params.line_items.map((each) => ({ ...each, metadata: changedMetadata({}, each.metadata) })),
    subscription_data: subscription && {
      description: subscription.description ?? null,
      metadata: changedMetadata({}, subscription.metadata),
      trial_end: trialEnd(account, subscription),
    },
    payment_intent_data: payment && {
      description: payment.description ?? null,
      metadata: changedMetadata({}, payment.metadata),
    },
  })
})

/** `GET /v1/checkout/sessions/:id` */
export const retrieve = endpoint(hash({}), (account, _, id) =>
  account.need(account.state.checkoutSessions, id),
)

/** `POST /v1/checkout/sessions/:id` */
export const update = endpoint(
  hash({
    metadata: metadata(),
    ...absent('collected_information', 'line_items', 'payment_intent_data', 'shipping_options'),
  }),
  (account, params, id) => {
    const session = account.need(account.state.checkoutSessions, id)
    account.change(session, { metadata: changedMetadata(session.metadata ?? {}, params.metadata) })
    return session
  },
)

/** `POST /v1/checkout/sessions/:id/expire` */
export const expire = endpoint(hash({}), (account, _, id) => {
  const session = account.need(account.state.checkoutSessions, id)
  if (session.status !== 'open') {
    throw refused(
      `Only Checkout Sessions with a status in ["open"] can be expired. This one has the status \`${session.status}\`.`,
    )
  }
  expireCheckout(account, session)
  return session
})

/** `GET /v1/checkout/sessions` */
export const list = endpoint(
  hash({
    ...pageParams,
    created: createdParam,
    customer: text(),
    customer_details: hash({ email: required(text()) }),
    payment_intent: text(),
    status: oneOf('complete', 'expired', 'open'),
    subscription: text(),
    ...absent('customer_account', 'payment_link'),
  }),
  (account, params) =>
    page(
      account,
      account.state.checkoutSessions,
      params,
      '/v1/checkout/sessions',
      (session) =>
        (params.customer === undefined || session.customer === params.customer) &&
        (params.customer_details === undefined ||
          session.customer_details?.email === params.customer_details.email) &&
        (params.payment_intent === undefined || session.payment_intent === params.payment_intent) &&
        (params.status === undefined || session.status === params.status) &&
        (params.subscription === undefined || session.subscription === params.subscription) &&
        inRange(session.created, params.created),
    ),
)

/** `GET /v1/checkout/sessions/:id/line_items` */
export const listLineItems = endpoint(hash(pageParams), (account, params, id) => {
  account.need(account.state.checkoutSessions, id)
  const lines = account.state.checkoutDetails.get(id)?.line_items ?? []
  return pageOf(lines, params, `/v1/checkout/sessions/${id}/line_items`)
})

function checkExpiry(account: Account, expiresAt: number): void {
  if (expiresAt < account.now + MIN_EXPIRY_SECONDS) {
    throw refused(
      'The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.',
      'expires_at',
    )
  }
  if (expiresAt > account.now + MAX_EXPIRY_SECONDS) {
    throw refused(
      'The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.',
      'expires_at',
    )
  }
}

function trialEnd(
  account: Account,
  given: { trial_end?: number; trial_period_days?: number },
): number | null {
  if (given.trial_end !== undefined && given.trial_period_days !== undefined) {
    throw refused('Give either `trial_end` or `trial_period_days`.', 'subscription_data[trial_end]')
  }
  if (given.trial_period_days !== undefined) return account.now + given.trial_period_days * SECONDS_PER_DAY
  if (given.trial_end !== undefined && given.trial_end < account.now + 2 * SECONDS_PER_DAY) {
    throw refused('`trial_end` must be at least 2 days in the future.', 'subscription_data[trial_end]')
  }
  return given.trial_end ?? null
}
