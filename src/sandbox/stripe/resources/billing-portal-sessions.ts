import type { Account } from '../account.ts'
import { endpoint } from '../endpoint.ts'
import { parameterMissing, refused } from '../errors.ts'
import { newId } from '../ids.ts'
import { portalLocale } from '../locales.ts'
import { absent, hash, integer, oneOf, required, text } from '../params.ts'
import type { PortalSession } from '../wire.ts'
import { defaultConfiguration } from './billing-portal-configurations.ts'
import { flowOf, flowParam } from './billing-portal-flow.ts'

/** `POST /v1/billing_portal/sessions` */
export const create = endpoint(
  hash({
    customer: text(),
    configuration: text(),
    flow_data: flowParam,
    locale: portalLocale,
    return_url: text(),
    after_expiration: hash({
      type: required(oneOf('customer_login')),
      customer_login: hash({ expires_at: integer(1) }),
    }),
    ...absent('customer_account', 'on_behalf_of'),
  }),
  (account, params) => createPortalSession(account, params),
)

export interface PortalSessionRequest {
  customer?: string
  configuration?: string
  flow_data?: Parameters<typeof flowOf>[3]
  locale?: PortalSession['locale']
  return_url?: string
  after_expiration?: { type: 'customer_login'; customer_login?: { expires_at?: number } }
}

/**
 * A session of the portal, good for this sandbox as long as it lives.
 * @throws StripeError 400 for an unknown customer or a configuration that is not active.
 */
export function createPortalSession(account: Account, request: PortalSessionRequest): PortalSession {
  if (request.customer === undefined) throw parameterMissing('customer')
  const customer = account.need(account.state.customers, request.customer, 'customer')
  const configuration =
    request.configuration === undefined
      ? defaultConfiguration(account)
      : account.need(account.state.portalConfigurations, request.configuration, 'configuration')
  if (!configuration.active) {
    throw refused(`The portal configuration ${configuration.id} is not active.`, 'configuration')
  }
  const id = newId.portalSession()
  const session: PortalSession = {
    id,
    object: 'billing_portal.session',
    ...(request.after_expiration && {
      after_expiration: {
        customer_login: { expires_at: request.after_expiration.customer_login?.expires_at ?? null },
        type: request.after_expiration.type,
      },
    }),
    configuration: configuration.id,
    created: account.now,
    customer: customer.id,
    customer_account: null,
    flow:
      request.flow_data === undefined ? null : flowOf(account, customer, configuration, request.flow_data),
    livemode: false,
    locale: request.locale ?? null,
    on_behalf_of: null,
    return_url: request.return_url ?? configuration.default_return_url,
    url: `${account.url}/p/session/${id}`,
  }
  account.state.portalSessions.add(session)
  account.emit('billing_portal.session.created', session)
  return session
}
