import type { Account } from '../account.ts'
import { whyNotDeliverable } from '../delivery/post.ts'
import { endpoint } from '../endpoint.ts'
import { refused } from '../errors.ts'
import { EVENT_TYPES } from '../event-types.ts'
import { newId } from '../ids.ts'
import { changedMetadata, metadata } from '../metadata.ts'
import { page, pageParams } from '../pagination.ts'
import { absent, emptyable, flag, hash, list as listOf, oneOf, required, text } from '../params.ts'
import { API_VERSIONS } from '../versions/api-version.ts'
import type { WebhookEndpoint } from '../wire.ts'

// docs.stripe.com/webhooks#register-webhook
const MAX_ENDPOINTS = 16

export interface WebhookEndpointRequest {
  url: string
  enabled_events: string[]
  secret?: string
  api_version?: string | null
  description?: string | null
  metadata?: Record<string, string>
}

/** A new endpoint, enabled at once. The secret is kept apart: only the answer to `create` shows it. */
export function createWebhookEndpoint(account: Account, request: WebhookEndpointRequest): WebhookEndpoint {
  if (account.state.webhookEndpoints.size >= MAX_ENDPOINTS) {
    throw refused(`You have reached the maximum of ${MAX_ENDPOINTS} webhook endpoints.`)
  }
  const created: WebhookEndpoint = {
    id: newId.webhookEndpoint(),
    object: 'webhook_endpoint',
    api_version: request.api_version ?? null,
    application: null,
    created: account.now,
    description: request.description ?? null,
    enabled_events: checkedEvents(request.enabled_events),
    livemode: false,
    metadata: request.metadata ?? {},
    status: 'enabled',
    url: checkedUrl(request.url),
  }
  const secret = request.secret ?? newId.webhookSecret()
  account.state.endpointSecrets.set(created.id, [{ secret, expires_at_ms: null }])
  account.state.webhookEndpoints.add(created)
  return created
}

/** Gives the endpoint a new secret. The old one signs on for `overlapSeconds` of the sandbox's time. */
export function rollSecret(account: Account, id: string, overlapSeconds: number): string {
  account.need(account.state.webhookEndpoints, id)
  const secret = newId.webhookSecret()
  const until = account.clock.nowMs + overlapSeconds * 1000
  const older = (account.state.endpointSecrets.get(id) ?? []).map((each) => ({
    ...each,
    expires_at_ms: each.expires_at_ms ?? until,
  }))
  account.state.endpointSecrets.set(id, [...older, { secret, expires_at_ms: null }])
  return secret
}

/** `POST /v1/webhook_endpoints` */
export const create = endpoint(
  hash({
    url: required(text()),
    enabled_events: required(listOf(text(), 500)),
    api_version: oneOf(...API_VERSIONS),
    description: emptyable(text()),
    metadata: metadata(),
    ...absent('connect'),
  }),
  (account, params) => {
    const created = createWebhookEndpoint(account, {
      ...params,
      metadata: changedMetadata({}, params.metadata),
    })
    return { ...created, secret: account.state.endpointSecrets.get(created.id)?.[0]?.secret }
  },
)

/** `GET /v1/webhook_endpoints/:id` */
export const retrieve = endpoint(hash({}), (account, _, id) =>
  account.need(account.state.webhookEndpoints, id),
)

/** `POST /v1/webhook_endpoints/:id` */
export const update = endpoint(
  hash({
    url: text(),
    enabled_events: listOf(text(), 500),
    disabled: flag(),
    description: emptyable(text()),
    metadata: metadata(),
  }),
  (account, params, id) => {
    const found = account.need(account.state.webhookEndpoints, id)
    account.change(found, {
      url: params.url === undefined ? found.url : checkedUrl(params.url),
      enabled_events:
        params.enabled_events === undefined ? found.enabled_events : checkedEvents(params.enabled_events),
      status: params.disabled === undefined ? found.status : params.disabled ? 'disabled' : 'enabled',
      description: params.description === undefined ? found.description : params.description,
      metadata: changedMetadata(found.metadata, params.metadata),
    })
    return found
  },
)

/** `DELETE /v1/webhook_endpoints/:id` */
export const remove = endpoint(hash({}), (account, _, id) => {
  account.need(account.state.webhookEndpoints, id)
  account.state.webhookEndpoints.delete(id)
  account.state.endpointSecrets.delete(id)
  return { id, object: 'webhook_endpoint', deleted: true }
})

/** `GET /v1/webhook_endpoints` */
export const list = endpoint(hash(pageParams), (account, params) =>
  page(account, account.state.webhookEndpoints, params, '/v1/webhook_endpoints'),
)

function checkedUrl(url: string): string {
  const refusal = whyNotDeliverable(url)
  if (refusal !== null) throw refused(`Invalid URL: ${refusal}.`, 'url', 'url_invalid')
  return url
}

function checkedEvents(types: string[]): string[] {
  const odd = types.findIndex((type) => type !== '*' && !EVENT_TYPES.has(type))
  if (odd !== -1) {
    throw refused(
      `Invalid enabled_events[${odd}]: ${types[odd]} is no type of event`,
      `enabled_events[${odd}]`,
    )
  }
  if (types.includes('*') && types.length > 1) {
    throw refused('`*` cannot be combined with other events.', 'enabled_events')
  }
  return types
}
