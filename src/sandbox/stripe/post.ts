import { Agent, request as httpRequest } from 'node:http'
import { isLoopbackHost } from '#src/sandbox/http/loopback.ts'

/** How much of an answer is kept for the record. */
const MAX_KEPT_ANSWER_BYTES = 2048

/** A keep-alive connection pool to webhook endpoints, closed as a whole. */
export class Poster {
  readonly agent = new Agent({ keepAlive: true, maxFreeSockets: 64 })
  readonly #stop = new AbortController()

  /** Aborted when the sandbox closes. */
  get stopped(): AbortSignal {
    return this.#stop.signal
  }

  close(): void {
    this.#stop.abort()
    this.agent.destroy()
  }
}

export interface Post {
  url: string
  body: string
  signature: string
  timeoutMs: number
}

export interface PostAnswer {
  status: number | null
  error: string | null
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
  if (refusal !== null) return Promise.resolve({ status: null, error: refusal, body: '' })
  return new Promise((resolve) => {
    const signal = AbortSignal.any([poster.stopped, AbortSignal.timeout(post.timeoutMs)])
    const fail = (error: Error) => {
      const timedOut = signal.aborted && !poster.stopped.aborted
      const message = timedOut ? `No answer within ${post.timeoutMs} ms` : error.message || error.name
      resolve({ status: null, error: message, body: '' })
    }
    const request = httpRequest(post.url, {
      method: 'POST',
      agent: poster.agent,
      signal,
      headers: {
        'Content-Type': 'application/json; charset=utf-8',
        'Content-Length': Buffer.byteLength(post.body),
        'User-Agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
        Accept: '*/*; q=0.5, application/xml',
        'Cache-Control': 'no-cache',
        'Stripe-Signature': post.signature,
      },
    })
    request.once('error', fail)
    request.once('response', (response) => {
      const chunks: Buffer[] = []
      let kept = 0
      response.on('data', (chunk: Buffer) => {
        if (kept < MAX_KEPT_ANSWER_BYTES) chunks.push(chunk)
        kept += chunk.length
      })
      response.once('error', fail)
      response.once('end', () => {
        const body = Buffer.concat(chunks).toString('utf8').slice(0, MAX_KEPT_ANSWER_BYTES)
        resolve({ status: response.statusCode ?? null, error: null, body })
      })
    })
    request.end(post.body)
  })
}
