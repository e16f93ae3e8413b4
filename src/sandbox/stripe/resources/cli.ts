import { endpoint } from '../endpoint.ts'
import { flag, hash, list, required, text } from '../params.ts'

/** `POST /v1/stripecli/sessions`: how `stripe listen` begins. */
export const createSession = endpoint(
  hash({
    device_name: text(),
    websocket_features: required(list(text())),
    filters: text(),
    forward_to_url: text(),
    forward_connect_to_url: text(),
    forward_thin_to_url: text(),
    forward_thin_connect_to_url: text(),
  }),
  (account, params) =>
    account.cliSessions.open(account.url, params.websocket_features, params.forward_to_url ?? ''),
)

/**
 * `POST /v1/events/:id/retry`: how `stripe events resend` sends an event again. To the endpoint that it names, else to
 * whoever listens with the command line, else to every endpoint.
 */
export const retryEvent = endpoint(
  hash({ account: text(), webhook_endpoint: text(), for_stripecli: flag() }),
  (account, params, id) => {
    const event = account.need(account.state.events, id)
    const { webhook_endpoint: to } = params
    if (to !== undefined) account.need(account.state.webhookEndpoints, to, 'webhook_endpoint')
    account.delivery.sendAgain(event, to)
    return event
  },
)
