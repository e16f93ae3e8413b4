import { Agent, type ClientRequest, request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { isLoopbackHost } from '#src/sandbox/http/loopback.ts'

/** How much of an answer is kept for the record. */
const MAX_KEPT_ANSWER_BYTES = 2048

/** A keep-alive connection pool to webhook endpoints, closed as a whole. */
export class Poster {
  readonly agent = new Agent({ keepAlive: true, maxFreeSockets: 64 })
  readonly inFlight = new Set<ClientRequest>()

  close(): void {
    for (const request of this.inFlight) request.destroy(new Error('The sandbox was closed'))
    this.agent.destroy()
  }
}

export interface Post {
  url: string
  body: string
  signature: string
  timeoutMs: number
  /** Cuts the connection as soon as the endpoint begins to answer. */
  isCut: boolean
}

/** What came back. `status` is null, and `error` says why, where no whole answer did. */
export interface PostAnswer {
  status: number | null
  error: string | null
  headers: Record<string, string>
  body: string
}

/** Why the sandbox will not send to this URL, or null: plain HTTP on this machine only (SSRF). */
export function whyNotDeliverable(url: string): string | null {
  if (!URL.canParse(url)) return 'Not a valid URL'
  const { protocol, hostname, username, password } = new URL(url)
  if (protocol !== 'http:') return 'The sandbox delivers over http only'
  if (username !== '' || password !== '') return 'The URL carries credentials'
  if (!isLoopbackHost(hostname)) return 'The sandbox delivers to loopback addresses only'
  return null
}

/**
 * Posts one event and waits for the answer, at most `timeoutMs`. Redirects are not followed. Never rejects: what went
 * wrong stands in `error`.
 */
export function deliverOnce(poster: Poster, post: Post): Promise<PostAnswer> {
  const refusal = whyNotDeliverable(post.url)
  if (refusal !== null) return Promise.resolve(noAnswer(refusal))
  return new Promise((resolve) => {
    const request = httpRequest(post.url, { method: 'POST', agent: poster.agent, headers: headersOf(post) })
    const timer = setTimeout(
      () => request.destroy(new Error(`No answer within ${post.timeoutMs} ms`)),
      post.timeoutMs,
    )
    const end = (answer: PostAnswer) => {
      clearTimeout(timer)
      poster.inFlight.delete(request)
      resolve(answer)
    }
    const fail = (error: Error) => end(noAnswer(error.message || error.name))
    poster.inFlight.add(request)
    request.once('error', fail)
    request.once('response', (response) => {
      if (post.isCut) {
        end(noAnswer('Connection cut by a fault before the answer was read'))
        request.destroy()
        return
      }
      const chunks: Buffer[] = []
      let kept = 0
      response.on('data', (chunk: Buffer) => {
        if (kept < MAX_KEPT_ANSWER_BYTES) chunks.push(chunk)
        kept += chunk.length
      })
      response.once('error', fail)
      response.once('end', () => {
        const body = Buffer.concat(chunks).toString('utf8').slice(0, MAX_KEPT_ANSWER_BYTES)
        end({
          status: response.statusCode ?? null,
          error: null,
          headers: plainHeaders(response.headers),
          body,
        })
      })
    })
    request.end(post.body)
  })
}

function noAnswer(error: string): PostAnswer {
  return { status: null, error, headers: {}, body: '' }
}

/** The headers that Stripe sends with an event. */
export function headersOf(post: Pick<Post, 'body' | 'signature'>): Record<string, string | number> {
  return {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(post.body),
    'User-Agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
    Accept: '*/*; q=0.5, application/xml',
    'Cache-Control': 'no-cache',
    'Stripe-Signature': post.signature,
  }
}

function plainHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
}
