import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'

/** Where Stripe posts events, however the rest of the address is written. */
const WEBHOOK_PATH = '/api/webhooks/stripe'

/** What Node publishes for each request before anybody handles it (nodejs.org/api/diagnostics_channel.html#http). */
const REQUEST_START = 'http.server.request.start'

/** What a delivery is refused with, made once: so it costs the least. */
interface Refusal {
  readonly status: number
  readonly headers: Readonly<Record<string, string | number>>
  readonly body: Buffer
}

/**
 * Asks `refuses` of each delivery before the framework handles it, and answers those with a copy of `refused`. A route of
 * Next's costs its process a millisecond or two before its first line, in which Node's own server refuses ten: in a burst
 * that decides how many have an answer in time. The server is Next's own and is found at its first request after this;
 * behind another kind of server nothing happens here, and the route refuses as it would have. Gives how to stop looking.
 */
export async function openWebhookDoor(refuses: () => boolean, refused: Response): Promise<() => void> {
  const body = Buffer.from(await refused.bytes())
  const headers = { ...Object.fromEntries(refused.headers), 'content-length': body.byteLength }
  const refusal = { status: refused.status, headers, body }
  const stop = () => unsubscribe(REQUEST_START, find)
  const find = (message: unknown) => {
    // The request that it was found by is not yet handled: it is the first to come through the door.
    standBefore((message as { readonly server: Server }).server, refuses, refusal)
    stop()
  }
  subscribe(REQUEST_START, find)
  return stop
}

function standBefore(server: Server, refuses: () => boolean, { status, headers, body }: Refusal): void {
  const handlers = server.rawListeners('request')
  server.removeAllListeners('request')
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (request.url?.startsWith(WEBHOOK_PATH) && refuses()) {
      // The body of the request stays unread: Node lets it go with the connection, or reads past it.
      response.writeHead(status, headers).end(body)
      return
    }
    for (const handler of handlers) handler.call(server, request, response)
  })
}
