import { type LoopbackServer, listenOnLoopback } from '#src/sandbox/http/loopback.ts'

export interface ReceivedEvent {
  id: string
  type: string
  api_version: string
  created: number
  data: { object: Record<string, unknown> }
}

export interface Delivered {
  readonly path: string
  readonly body: string
  readonly signature: string
  readonly event: ReceivedEvent
}

/** A webhook endpoint that writes down what it gets, in the order in which it comes. */
export interface RecordingEndpoint {
  readonly url: string
  readonly received: readonly Delivered[]
  /** What it answers next; 200 once there is nothing left. */
  answers: number[]
  forget(): void
  close(): Promise<void>
}

export async function openEndpoint(): Promise<RecordingEndpoint> {
  const received: Delivered[] = []
  const server: LoopbackServer = await listenOnLoopback(async (request) => {
    const body = await request.text()
    const { pathname: path } = new URL(request.url)
    const signature = request.headers.get('stripe-signature') ?? ''
    received.push({ path, body, signature, event: JSON.parse(body) })
    return new Response('{"received":true}', { status: endpoint.answers.shift() ?? 200 })
  })
  const endpoint: RecordingEndpoint = {
    url: server.url,
    received,
    answers: [],
    forget: () => {
      received.length = 0
    },
    close: () => server.close(),
  }
  return endpoint
}
