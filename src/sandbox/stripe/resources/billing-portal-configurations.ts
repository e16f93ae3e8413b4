import type { Account } from '../account.ts'
import { endpoint } from '../endpoint.ts'
import { newId } from '../ids.ts'
import { changedMetadata, metadata } from '../metadata.ts'
import { page, pageParams } from '../pagination.ts'
import { absent, emptyable, flag, hash, oneOf, required, text } from '../params.ts'
import type { PortalConfiguration } from '../wire.ts'

/** `POST /v1/billing_portal/configurations` */
export const create = endpoint(
  hash({
    features: required(
      hash({
        invoice_history: hash({ enabled: required(flag()) }),
        payment_method_update: hash({ enabled: required(flag()) }),
        subscription_cancel: hash({ enabled: required(flag()), mode: oneOf('at_period_end') }),
        ...absent('customer_update', 'subscription_pause', 'subscription_update'),
      }),
    ),
    business_profile: hash({
      headline: emptyable(text(60)),
      privacy_policy_url: text(),
      terms_of_service_url: text(),
    }),
    default_return_url: emptyable(text()),
    metadata: metadata(),
    name: emptyable(text()),
    ...absent('login_page'),
  }),
  (account, params) => {
    const configuration = newConfiguration(account, {
      canCancel: params.features.subscription_cancel?.enabled ?? false,
      isDefault: false,
    })
    account.change(configuration, {
      business_profile: { ...configuration.business_profile, ...params.business_profile },
      default_return_url: params.default_return_url ?? null,
      metadata: changedMetadata({}, params.metadata),
      name: params.name ?? null,
    })
    account.emit('billing_portal.configuration.created', configuration)
    return configuration
  },
)

/** `GET /v1/billing_portal/configurations/:id` */
export const retrieve = endpoint(hash({}), (account, _, id) =>
  account.need(account.state.portalConfigurations, id),
)

/** `GET /v1/billing_portal/configurations` */
export const list = endpoint(hash({ ...pageParams, active: flag(), is_default: flag() }), (account, params) =>
  page(
    account,
    account.state.portalConfigurations,
    params,
    '/v1/billing_portal/configurations',
    (each) =>
      (params.active === undefined || each.active === params.active) &&
      (params.is_default === undefined || each.is_default === params.is_default),
  ),
)

/** The account's own configuration, made when it is first needed. */
export function defaultConfiguration(account: Account): PortalConfiguration {
  const existing = account.state.portalConfigurations.newestFirst().find((each) => each.is_default)
  return existing ?? newConfiguration(account, { canCancel: true, isDefault: true })
}

function newConfiguration(
  account: Account,
  given: { canCancel: boolean; isDefault: boolean },
): PortalConfiguration {
  return account.state.portalConfigurations.add({
    id: newId.portalConfiguration(),
    object: 'billing_portal.configuration',
    active: true,
    application: null,
    business_profile: { headline: null, privacy_policy_url: null, terms_of_service_url: null },
    created: account.now,
    default_return_url: null,
    features: {
      customer_update: { allowed_updates: [], enabled: false },
      invoice_history: { enabled: true },
      payment_method_update: { enabled: true, payment_method_configuration: null },
      subscription_cancel: {
        cancellation_reason: { enabled: false, feedback_options: null, options: [] },
        enabled: given.canCancel,
        mode: 'at_period_end',
        proration_behavior: 'none',
      },
      subscription_pause: { duration: { interval_options: [], type: 'indefinite' }, enabled: false },
      subscription_update: {
        billing_cycle_anchor: null,
        default_allowed_updates: [],
        enabled: false,
        products: null,
        proration_behavior: 'none',
        schedule_at_period_end: { conditions: [] },
        trial_update_behavior: 'end_trial',
      },
    },
    is_default: given.isDefault,
    livemode: false,
    login_page: { enabled: false, url: null },
    metadata: {},
    name: null,
    updated: account.now,
  })
}
