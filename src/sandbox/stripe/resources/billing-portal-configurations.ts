import type { Account } from '../account.ts'
import { endpoint } from '../endpoint.ts'
import { refused } from '../errors.ts'
import { newId } from '../ids.ts'
import { changedMetadata, metadata } from '../metadata.ts'
import { fits, page, pageParams } from '../pagination.ts'
import { emptyable, flag, hash, required, text } from '../params.ts'
import type { PortalConfiguration } from '../wire.ts'
import { changedFeatures, featureParams, NO_FEATURES } from './billing-portal-features.ts'

const MAX_HEADLINE_CHARACTERS = 60
/** As many products can a portal offer (docs.stripe.com/api/customer_portal/configurations/create). */
const MAX_PRODUCTS = 10

const shared = {
  business_profile: hash({
    headline: emptyable(text(MAX_HEADLINE_CHARACTERS)),
    privacy_policy_url: emptyable(text()),
    terms_of_service_url: emptyable(text()),
  }),
  default_return_url: emptyable(text()),
  login_page: hash({ enabled: required(flag()) }),
  metadata: metadata(),
  name: emptyable(text()),
}

/** `POST /v1/billing_portal/configurations`: every feature that is not mentioned is off. */
export const create = endpoint(
  hash({ ...shared, features: required(hash(featureParams)) }),
  (account, params) => {
    const configuration = newConfiguration(account, {
      features: changedFeatures(account, NO_FEATURES, params.features),
      is_default: false,
    })
    account.change(configuration, patchOf(account, configuration, params))
    account.emit('billing_portal.configuration.created', configuration)
    return configuration
  },
)

/** `GET /v1/billing_portal/configurations/:id` */
export const retrieve = endpoint(hash({}), (account, _, id) =>
  account.need(account.state.portalConfigurations, id),
)

/** `POST /v1/billing_portal/configurations/:id` */
export const update = endpoint(
  hash({ ...shared, active: flag(), features: hash(featureParams) }),
  (account, params, id) => {
    const configuration = account.need(account.state.portalConfigurations, id)
    if (params.active === false && configuration.is_default) {
      throw refused('The default configuration cannot be deactivated.', 'active')
    }
    const patch = {
      ...patchOf(account, configuration, params),
      active: params.active ?? configuration.active,
      features: changedFeatures(account, configuration.features, params.features ?? {}),
    }
    account.change(configuration, { ...patch, updated: account.now }, 'billing_portal.configuration.updated')
    return configuration
  },
)

/** `GET /v1/billing_portal/configurations` */
export const list = endpoint(hash({ ...pageParams, active: flag(), is_default: flag() }), (account, params) =>
  page(account, account.state.portalConfigurations, params, '/v1/billing_portal/configurations', (each) =>
    fits(each, params, 'active', 'is_default'),
  ),
)

/**
 * The account's own configuration, made when it is first needed: at Stripe a person saves it in the dashboard, and a
 * session without one is refused until then. It offers what that form offers, with the recurring products of the moment.
 */
export function defaultConfiguration(account: Account): PortalConfiguration {
  const existing = account.state.portalConfigurations.newestFirst().find((each) => each.is_default)
  if (existing) return existing
  const products = offeredProducts(account)
  return newConfiguration(account, {
    features: {
      ...NO_FEATURES,
      customer_update: { allowed_updates: ['email', 'name'], enabled: true },
      invoice_history: { enabled: true },
      payment_method_update: { enabled: true, payment_method_configuration: null },
      subscription_cancel: {
        ...NO_FEATURES.subscription_cancel,
        cancellation_reason: {
          enabled: true,
          feedback_options: null,
          options: ['too_expensive', 'missing_features', 'switched_service', 'unused', 'other'],
        },
        enabled: true,
      },
      subscription_update: {
        ...NO_FEATURES.subscription_update,
        default_allowed_updates: products.length === 0 ? [] : ['price', 'quantity'],
        enabled: products.length > 0,
        products,
        proration_behavior: 'create_prorations',
      },
    },
    is_default: true,
  })
}

function offeredProducts(
  account: Account,
): NonNullable<PortalConfiguration['features']['subscription_update']['products']> {
  const prices = [...account.state.prices.values()].filter((each) => each.active && each.type === 'recurring')
  return [...account.state.products.values()]
    .filter((product) => product.active && prices.some((price) => price.product === product.id))
    .slice(0, MAX_PRODUCTS)
    .map((product) => ({
      adjustable_quantity: { enabled: true, maximum: null, minimum: 1 },
      prices: prices.filter((price) => price.product === product.id).map((price) => price.id),
      product: product.id,
    }))
}

interface SharedParams {
  business_profile?: Partial<PortalConfiguration['business_profile']>
  default_return_url?: string | null
  login_page?: { enabled: boolean }
  metadata?: Record<string, string> | null
  name?: string | null
}

function patchOf(
  account: Account,
  configuration: PortalConfiguration,
  params: SharedParams,
): Partial<PortalConfiguration> {
  const { default_return_url: returnUrl, login_page: login, name } = params
  return {
    business_profile: { ...configuration.business_profile, ...params.business_profile },
    default_return_url: returnUrl === undefined ? configuration.default_return_url : returnUrl,
    login_page:
      login === undefined
        ? configuration.login_page
        : {
            enabled: login.enabled,
            url: login.enabled ? `${account.url}/p/login/${configuration.id}` : null,
          },
    metadata: changedMetadata(configuration.metadata ?? {}, params.metadata),
    name: name === undefined ? configuration.name : name,
  }
}

function newConfiguration(
  account: Account,
  given: Pick<PortalConfiguration, 'features' | 'is_default'>,
): PortalConfiguration {
  return account.state.portalConfigurations.add({
    id: newId.portalConfiguration(),
    object: 'billing_portal.configuration',
    active: true,
    application: null,
    business_profile: { headline: null, privacy_policy_url: null, terms_of_service_url: null },
    created: account.now,
    default_return_url: null,
    livemode: false,
    login_page: { enabled: false, url: null },
    metadata: {},
    name: null,
    updated: account.now,
    ...given,
  })
}
