import { endpoint } from '../endpoint.ts'
import { parameterMissing } from '../errors.ts'
import { newId } from '../ids.ts'
import { absent, hash, text } from '../params.ts'
import type { PortalSession } from '../wire.ts'
import { defaultConfiguration } from './billing-portal-configurations.ts'

/** `POST /v1/billing_portal/sessions` */
export const create = endpoint(
  hash({
    customer: text(),
    configuration: text(),
    return_url: text(),
    ...absent('after_expiration', 'customer_account', 'flow_data', 'locale', 'on_behalf_of'),
  }),
  (account, params) => {
    if (params.customer === undefined) throw parameterMissing('customer')
    const customer = account.need(account.state.customers, params.customer, 'customer')
    const configuration =
      params.configuration === undefined
        ? defaultConfiguration(account)
        : account.need(account.state.portalConfigurations, params.configuration, 'configuration')
    const id = newId.portalSession()
    const session: PortalSession = {
      id,
      object: 'billing_portal.session',
      configuration: configuration.id,
      created: account.now,
      customer: customer.id,
      customer_account: null,
      flow: null,
      livemode: false,
      locale: null,
      on_behalf_of: null,
      return_url: params.return_url ?? configuration.default_return_url,
      url: `${account.url}/p/session/${id}`,
    }
    account.state.portalSessions.add(session)
    account.emit('billing_portal.session.created', session)
    return session
  },
)
