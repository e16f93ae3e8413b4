import type { Endpoint, Route } from './endpoint.ts'
import * as portalConfigurations from './resources/billing-portal-configurations.ts'
import * as portalSessions from './resources/billing-portal-sessions.ts'
import * as commandLine from './resources/cli.ts'
import * as events from './resources/events.ts'
import * as webhookEndpoints from './resources/webhook-endpoints.ts'
import { billingRoutes } from './routes/billing.ts'
import { entitlementRoutes } from './routes/entitlements.ts'
import { moneyRoutes } from './routes/money.ts'
import { testClockRoutes } from './routes/test-clocks.ts'
import { searchRoutes } from './search/search.ts'

/** Everything that the API answers. `:id` is the only parameter that a path can have; it may have two. */
export const routes: readonly Route[] = [
  // Before the routes that would take `search` for an id.
  ...searchRoutes,
  ...billingRoutes,
  ...entitlementRoutes,
  ...moneyRoutes,
  ...testClockRoutes,

  ['POST', '/v1/billing_portal/configurations', portalConfigurations.create],
  ['GET', '/v1/billing_portal/configurations', portalConfigurations.list],
  ['GET', '/v1/billing_portal/configurations/:id', portalConfigurations.retrieve],
  ['POST', '/v1/billing_portal/configurations/:id', portalConfigurations.update],
  ['POST', '/v1/billing_portal/sessions', portalSessions.create],

  ['GET', '/v1/events', events.list],
  ['GET', '/v1/events/:id', events.retrieve],
  ['POST', '/v1/events/:id/retry', commandLine.retryEvent],

  ['POST', '/v1/stripecli/sessions', commandLine.createSession],

  ['POST', '/v1/webhook_endpoints', webhookEndpoints.create],
  ['GET', '/v1/webhook_endpoints', webhookEndpoints.list],
  ['GET', '/v1/webhook_endpoints/:id', webhookEndpoints.retrieve],
  ['POST', '/v1/webhook_endpoints/:id', webhookEndpoints.update],
  ['DELETE', '/v1/webhook_endpoints/:id', webhookEndpoints.remove],
]

interface Match {
  endpoint: Endpoint
  /** The id in the path, or empty. */
  id: string
  /** The second id in the path, or empty. */
  innerId: string
}

const table = routes.map(([method, path, endpoint]) => ({ method, parts: path.split('/'), endpoint }))

/** The operation behind a method and path, or null. */
export function findRoute(method: string, path: string): Match | null {
  const given = path.split('/')
  for (const { method: expected, parts, endpoint } of table) {
    if (method !== expected || parts.length !== given.length) continue
    const ids: string[] = []
    const matches = parts.every((part, index) => {
      if (part !== ':id') return part === given[index]
      const id = decodeId(given[index] ?? '')
      ids.push(id)
      return id !== ''
    })
    const [id = '', innerId = ''] = ids
    if (matches) return { endpoint, id, innerId }
  }
  return null
}

function decodeId(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return ''
  }
}
