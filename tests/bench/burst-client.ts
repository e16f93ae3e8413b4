// The sender of a burst: a child of the bench that is told what to post, and answers with what became of each.

import { once } from 'node:events'
import { request } from 'node:http'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { WEBHOOK_SECRET } from '#tests/support/billing-stack.ts'
import { bytes, signatureHeader } from '#tests/support/stripe-event.ts'

/** How long an answer may take; what has none by then is delivered again. */
const ANSWER_DEADLINE_MS = 10_000

interface Order {
  readonly url: string
  readonly bodies: readonly string[]
  /** The deliveries begin evenly over this long. */
  readonly spreadMs: number
}

/** `status` is null where no answer came in time; `endedAtMs` counts from the first delivery. */
export interface Delivered {
  readonly status: number | null
  readonly tookMs: number
  readonly endedAtMs: number
}

const [{ url, bodies, spreadMs }] = (await once(process, 'message')) as [Order]
const stamp = Math.floor(Date.now() / 1_000)
const signed = bodies
  .map(bytes)
  .map((body) => ({ body, signature: signatureHeader(WEBHOOK_SECRET, stamp, body) }))
const startedAt = performance.now()
const delivered = await Promise.all(
  signed.map(async (delivery, index): Promise<Delivered> => {
    await sleep((index * spreadMs) / signed.length)
    const sentAt = performance.now()
    const status = await statusOf(delivery)
    const endedAt = performance.now()
    return { status, tookMs: endedAt - sentAt, endedAtMs: endedAt - startedAt }
  }),
)
process.send?.(delivered)

/** On a connection of its own, as from one of many senders. */
function statusOf({ body, signature }: (typeof signed)[number]): Promise<number | null> {
  return new Promise((resolve) => {
    const sent = request(`${url}/api/webhooks/stripe`, {
      method: 'POST',
      agent: false,
      headers: { 'stripe-signature': signature, 'content-length': body.byteLength },
      signal: AbortSignal.timeout(ANSWER_DEADLINE_MS),
    })
    sent.once('error', () => resolve(null))
    sent.once('response', (answer) => {
      answer.resume()
      answer.once('error', () => resolve(null))
      answer.once('end', () => resolve(answer.statusCode ?? null))
    })
    sent.end(body)
  })
}
