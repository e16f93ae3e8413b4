import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'

/** Where Stripe posts events, however the rest of the address is written. */
const WEBHOOK_PATH = '/api/webhooks/stripe'

/** What Node publishes for each request before anybody handles it (nodejs.org/api/diagnostics_channel.html#http). */
const REQUEST_START = 'http.server.request.start'

/**
 * Asks `refusal` of each delivery before the framework handles it, and answers what it gives; null lets it in. A
 * route of Next's costs its process a millisecond or two before its first line, in which Node's own server refuses five:
 * in a burst that decides how many have an answer in time. The server is Next's own and is found at its first request
 * after this; behind another kind of server nothing happens here, and the route refuses as it would have. Answers how to
 * stop looking for it.
 */
export function openWebhookDoor(refusal: () => Response | null): () => void {
  const stop = () => unsubscribe(REQUEST_START, find)
  const find = (message: unknown) => {
    // The request that it was found by is not yet handled: it is the first to come through the door.
    standBefore((message as { readonly server: Server }).server, refusal)
    stop()
  }
  subscribe(REQUEST_START, find)
  return stop
}

function standBefore(server: Server, refusal: () => Response | null): void {
  const handlers = server.rawListeners('request')
  server.removeAllListeners('request')
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const refused = request.url?.startsWith(WEBHOOK_PATH) ? refusal() : null
    if (refused !== null) void answer(response, refused)
    else for (const handler of handlers) handler.call(server, request, response)
  })
}

/** The body of the request stays unread: Node lets it go with the connection, or reads past it. */
async function answer(response: ServerResponse, refused: Response): Promise<void> {
  response.writeHead(refused.status, Object.fromEntries(refused.headers))
  response.end(await refused.text())
}
