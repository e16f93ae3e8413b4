import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import type { Delivery } from '../delivery/delivery.ts'
import { refused } from '../errors.ts'
import { newId } from '../ids.ts'
import type { State } from '../state.ts'
import { API_VERSION } from '../wire.ts'
import { CliSession } from './session.ts'

/** After so many seconds the command line opens its socket anew. */
const RECONNECT_SECONDS = 3600
const MAX_SESSIONS = 100
const PATH = '/v1/stripecli/socket'

/** The sessions of `stripe listen`: opened through the API, then fed over a socket. */
export class CliSessions {
  readonly #state: State
  readonly #delivery: Delivery
  readonly #server = new WebSocketServer({ noServer: true })
  readonly #sessions = new Map<string, CliSession>()

  constructor(state: State, delivery: Delivery) {
    this.#state = state
    this.#delivery = delivery
  }

  /** What `POST /v1/stripecli/sessions` answers. `origin` is the sandbox's own. */
  open(origin: string, features: readonly string[], forwardTo: string): object {
    if (!features.includes('webhooks')) {
      throw refused('This sandbox emulates the websocket feature `webhooks` only', 'websocket_features')
    }
    const session = new CliSession(forwardTo, this.#secret())
    this.#sessions.set(session.id, session)
    const [oldest] = this.#sessions.keys()
    if (this.#sessions.size > MAX_SESSIONS && oldest !== undefined) this.#end(oldest)
    return {
      display_connect_filter_warning: false,
      reconnect_delay: RECONNECT_SECONDS,
      secret: session.secret,
      websocket_authorized_feature: 'webhooks',
      websocket_id: session.id,
      websocket_url: `${origin.replace('http', 'ws')}${PATH}`,
      default_version: API_VERSION,
      latest_version: API_VERSION,
    }
  }

  /** Takes a socket of a session. Any other is refused, and the command line opens a new session. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const session = this.#sessions.get(String(request.headers['websocket-id'] ?? ''))
    if (session === undefined || !request.url?.startsWith(PATH)) {
      const body = '{"error":{"message":"Unknown WebSocket ID."}}'
      socket.end(
        `HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
      )
      return
    }
    this.#server.handleUpgrade(request, socket, head, (opened) => {
      session.connect(opened)
      const { listeners } = this.#delivery
      listeners.add(session)
      opened.on('close', () => {
        if (!session.isConnected) listeners.delete(session)
      })
      opened.on('error', () => opened.terminate())
    })
  }

  close(): void {
    for (const id of [...this.#sessions.keys()]) this.#end(id)
    this.#server.close()
  }

  #end(id: string): void {
    const session = this.#sessions.get(id)
    this.#sessions.delete(id)
    if (session === undefined) return
    this.#delivery.listeners.delete(session)
    session.close()
  }

  /** One an account, so that what the app was told once stays right. */
  #secret(): string {
    const { keys } = this.#state
    const secret = keys.get('cli_webhook_secret') ?? newId.webhookSecret()
    keys.set('cli_webhook_secret', secret)
    return secret
  }
}
