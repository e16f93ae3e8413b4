import type { WebSocket } from 'ws'
import { z } from 'zod'
import type { Listener, ListenerPost } from '../delivery/listener.ts'
import { headersOf, type PostAnswer } from '../delivery/post.ts'
import { newId } from '../ids.ts'
import { jsonOf } from '../json.ts'
import { API_VERSION } from '../wire.ts'

/*
 * The protocol of `stripe listen`, as the command line speaks it (github.com/stripe/stripe-cli, pkg/websocket): each
 * event is a `webhook_event` message in two copies, one in the account's default version and one in the newest, of which
 * it takes one. It confirms with `event_ack`, and, where it forwards, reports the answer as `webhook_response`.
 */

const message = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('event_ack'), webhook_conversation_id: z.string() }),
  z.looseObject({
    type: z.literal('webhook_response'),
    webhook_conversation_id: z.string(),
    status: z.number(),
    body: z.string(),
    http_headers: z.record(z.string(), z.string()).nullable(),
  }),
])

interface Conversation {
  readonly end: (answer: PostAnswer) => void
}

/** A session of `stripe listen`. It lives as long as the process; its socket may come, go and come back. */
export class CliSession implements Listener {
  readonly id: string
  readonly url: string
  readonly secret: string
  #socket: WebSocket | null = null
  readonly #conversations = new Map<string, Conversation>()

  constructor(url: string, secret: string) {
    this.id = newId.cliSession()
    this.url = url
    this.secret = secret
  }

  connect(socket: WebSocket): void {
    this.#socket?.terminate()
    this.#socket = socket
    socket.on('message', (data) => this.#read(String(data)))
  }

  get isConnected(): boolean {
    return this.#socket !== null && this.#socket.readyState === this.#socket.OPEN
  }

  close(): void {
    this.#socket?.terminate()
    for (const { end } of this.#conversations.values()) end(noAnswer('The session has ended'))
  }

  send({ event, body, signature, timeoutMs }: ListenerPost): Promise<PostAnswer> {
    const socket = this.#socket
    if (socket === null || socket.readyState !== socket.OPEN) {
      return Promise.resolve(noAnswer('The command line is not connected'))
    }
    const conversation = newId.cliConversation()
    return new Promise((resolve) => {
      const end = (answer: PostAnswer) => {
        clearTimeout(timer)
        this.#conversations.delete(conversation)
        resolve(answer)
      }
      const timer = setTimeout(() => end(noAnswer(`No answer within ${timeoutMs} ms`)), timeoutMs)
      this.#conversations.set(conversation, { end })
      const headers = Object.entries(headersOf({ body, signature })).map(([name, value]) => [
        name,
        String(value),
      ])
      for (const apiVersion of [null, API_VERSION]) {
        socket.send(
          JSON.stringify({
            type: 'webhook_event',
            endpoint: { api_version: apiVersion },
            event_payload: body,
            http_headers: Object.fromEntries(headers),
            webhook_conversation_id: conversation,
            webhook_id: event.id,
          }),
        )
      }
    })
  }

  #read(data: string): void {
    const parsed = message.safeParse(jsonOf(data))
    if (!parsed.success) return
    const { webhook_conversation_id: conversation } = parsed.data
    if (parsed.data.type === 'webhook_response') {
      const { status, body, http_headers: headers } = parsed.data
      this.#conversations.get(conversation)?.end({ status, error: null, headers: headers ?? {}, body })
    } else if (this.url === '') {
      // It only prints: that it has the event is all there is to wait for.
      this.#conversations.get(conversation)?.end({ status: 200, error: null, headers: {}, body: '' })
    }
  }
}

function noAnswer(error: string): PostAnswer {
  return { status: null, error, headers: {}, body: '' }
}
