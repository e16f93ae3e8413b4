import { endpoint } from '../endpoint.ts'
import { parameterMissing, refused } from '../errors.ts'
import { newId } from '../ids.ts'
import { portalLocale } from '../locales.ts'
import { absent, hash, text } from '../params.ts'
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
    ...absent('after_expiration', 'customer_account', 'on_behalf_of'),
  }),
  (account, params) => {
    if (params.customer === undefined) throw parameterMissing('customer')
    const customer = account.need(account.state.customers, params.customer, 'customer')
    const configuration =
      params.configuration === undefined
        ? defaultConfiguration(account)
        : account.need(account.state.portalConfigurations, params.configuration, 'configuration')
    if (!configuration.active) {
      throw refused(`The portal configuration ${configuration.id} is not active.`, 'configuration')
    }
    const id = newId.portalSession()
    const session: PortalSession = {
      id,
      object: 'billing_portal.session',
      configuration: configuration.id,
      created: account.now,
      customer: customer.id,
      customer_account: null,
      flow:
        params.flow_data === undefined ? null : flowOf(account, customer, configuration, params.flow_data),
      livemode: false,
      locale: params.locale ?? null,
      on_behalf_of: null,
      return_url: params.return_url ?? configuration.default_return_url,
      url: `${account.url}/p/session/${id}`,
    }
    account.state.portalSessions.add(session)
    account.emit('billing_portal.session.created', session)
    return session
  },
)
