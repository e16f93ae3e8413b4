import type { Account } from '../../account.ts'
import { shippingOf } from '../../address.ts'
import { endpoint } from '../../endpoint.ts'
import { parameterMissing, refused } from '../../errors.ts'
import { SECONDS_PER_HOUR } from '../../life/calendar.ts'
import { expireCheckout } from '../../life/checkout/pay.ts'
import { createCheckoutSession } from '../../life/checkout/session.ts'
import { changedMetadata } from '../../metadata.ts'
import { createdParam, fits, inRange, page, pageOf, pageParams } from '../../pagination.ts'
import { absent, hash, oneOf, type Params, required, text } from '../../params.ts'
import { billingModeFor } from '../billing/mode.ts'
import { createShape } from './create-params.ts'
import { lineRequestOf, shippingRequestOf } from './requests.ts'
import { shownOf } from './shown.ts'
import { subscriptionDataOf } from './subscription-data.ts'

// docs.stripe.com/api/checkout/sessions/create#create_checkout_session-expires_at
export const MIN_EXPIRY_SECONDS = 30 * 60
export const MAX_EXPIRY_SECONDS = 24 * SECONDS_PER_HOUR

type CreateParams = Params<typeof createShape>

/** `POST /v1/checkout/sessions` */
export const create = endpoint(hash(createShape), (account, params) => {
  const expiresAt = params.expires_at ?? account.now + MAX_EXPIRY_SECONDS
  checkExpiry(account, expiresAt)
  const uiMode = params.ui_mode ?? 'hosted_page'
  checkUrls(params, uiMode)
  const { customer_update: update, managed_payments: managed, setup_intent_data: setup } = params
  if (managed?.enabled) {
    throw refused('Managed Payments are not available to this account.', 'managed_payments[enabled]')
  }
  if (update !== undefined && params.customer === undefined) {
    throw refused('`customer_update` can only be used with `customer`.', 'customer_update')
  }
  const named = params.payment_method_types ?? params.allowed_payment_method_types
  return createCheckoutSession(account, {
    mode: params.mode,
    ui_mode: uiMode,
    line_items: (params.line_items ?? []).map(lineRequestOf),
    optional_items: params.optional_items ?? [],
    shipping_options: (params.shipping_options ?? []).map(shippingRequestOf),
    allow_redisplay: params.payment_method_data?.allow_redisplay ?? null,
    currency: params.currency,
    success_url: params.success_url,
    cancel_url: params.cancel_url,
    return_url: params.return_url,
    redirect_on_completion: params.redirect_on_completion,
    client_reference_id: params.client_reference_id,
    customer: params.customer,
    customer_creation: params.customer_creation,
    customer_email: params.customer_email,
    customer_update: {
      address: update?.address === 'auto',
      name: update?.name === 'auto',
      shipping: update?.shipping === 'auto',
    },
    allow_promotion_codes: params.allow_promotion_codes,
    discounts: params.discounts,
    expires_at: expiresAt,
    payment_method_collection: params.payment_method_collection,
    configuration: params.payment_method_configuration,
    types: {
      allowed: named,
      excluded: params.excluded_payment_method_types,
    },
    metadata: changedMetadata({}, params.metadata),
    billing_mode: billingModeFor(account, params.subscription_data?.billing_mode),
    subscription_data: params.subscription_data && subscriptionDataOf(account, params.subscription_data),
    payment_intent_data: params.payment_intent_data && intentDataOf(params.payment_intent_data),
    setup_intent_data: setup && {
      description: setup.description ?? null,
      metadata: changedMetadata({}, setup.metadata),
    },
    shown: shownOf(params),
  })
})

/** `GET /v1/checkout/sessions/:id` */
export const retrieve = endpoint(hash({}), (account, _, id) =>
  account.need(account.state.checkoutSessions, id),
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
        fits(session, params, 'customer', 'payment_intent', 'status', 'subscription') &&
        (params.customer_details === undefined ||
          session.customer_details?.email === params.customer_details.email) &&
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

type Data<Key extends keyof CreateParams> = NonNullable<CreateParams[Key]>

function intentDataOf(given: Data<'payment_intent_data'>) {
  const { shipping, description = null, metadata: given_metadata, ...rest } = given
  return {
    ...rest,
    description,
    metadata: changedMetadata({}, given_metadata),
    ...(shipping && { shipping: shippingOf(shipping) }),
  }
}

/** The hosted page sends the customer on; the others send them back, or nowhere (docs.stripe.com/payments/checkout). */
function checkUrls(params: CreateParams, uiMode: string): void {
  if (uiMode === 'hosted_page') {
    if (params.success_url === undefined) throw parameterMissing('success_url')
    if (params.return_url !== undefined) {
      throw refused('`return_url` is not for `ui_mode: hosted_page`. Use `success_url`.', 'return_url')
    }
    return
  }
  for (const key of ['success_url', 'cancel_url'] as const) {
    if (params[key] !== undefined) {
      throw refused(`\`${key}\` is only for \`ui_mode: hosted_page\`. Use \`return_url\`.`, key)
    }
  }
  const staysHere = params.redirect_on_completion === 'never'
  if (!staysHere && params.return_url === undefined) throw parameterMissing('return_url')
  if (staysHere && params.return_url !== undefined) {
    throw refused('`return_url` does not go with `redirect_on_completion: never`.', 'return_url')
  }
}
