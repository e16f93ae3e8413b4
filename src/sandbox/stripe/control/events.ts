import { Hono } from 'hono'
import { z } from 'zod'
import type { SandboxCore } from '../core.ts'
import { headersOf } from '../delivery/post.ts'
import type { DeliveryAttempt } from '../delivery/records.ts'
import { isOfType } from '../faults/faults.ts'
import type { StripeEvent } from '../wire.ts'
import { read } from './read.ts'

/** One event is sent again at most so many times by one request. */
const MAX_RESENDS = 100
/** A range of events is sent again at most so many at a time. */
const MAX_RANGE = 1000
const MAX_LISTED = 1000

const times = z.int().min(1).max(MAX_RESENDS).optional()
const endpoint = z.string().min(1).optional()
const resendSchema = z.strictObject({ times, endpoint })
const rangeSchema = z.strictObject({
  /** Seconds since 1970, both included: when the events were created. */
  from: z.int().min(0).optional(),
  to: z.int().min(0).optional(),
  /** Types or groups of them: `invoice.*`. */
  types: z.array(z.string()).min(1).optional(),
  /** Those alone that were never delivered, or that were. */
  delivered: z.boolean().optional(),
  times,
  endpoint,
})
const listSchema = z.object({
  event: z.string().optional(),
  endpoint,
  outcome: z.enum(['succeeded', 'failed']).optional(),
  limit: z.coerce.number().int().min(1).max(MAX_LISTED).default(100),
})

/**
 * Deliveries under `/_sandbox`.
 *
 * - `GET /attempts`: the newest tries, by `event`, `endpoint`, `outcome`, up to `limit`. Each has its `request`.
 * - `GET /events/:id/attempts`: every try of one event, oldest first.
 * - `POST /events/:id/resend`: sends one again, `times` at once, to all its endpoints or the one named.
 * - `POST /events/resend`: sends a range again, oldest first.
 */
export function eventRoutes({ account }: SandboxCore): Hono {
  const { delivery, state } = account
  const app = new Hono()
  const shown = (attempts: readonly DeliveryAttempt[]) => ({
    attempts: attempts.map((attempt) => {
      const body = delivery.sentBody(attempt) ?? ''
      const headers = headersOf({ body, signature: attempt.signature })
      return { ...attempt, request: { url: attempt.url, headers, body } }
    }),
  })

  app.get('/attempts', (context) => {
    const wanted = listSchema.parse(context.req.query())
    const newest = [...state.deliveryAttempts.values()]
      .flat()
      .filter(
        (attempt) =>
          (wanted.event === undefined || attempt.event === wanted.event) &&
          (wanted.endpoint === undefined || attempt.endpoint === wanted.endpoint) &&
          (wanted.outcome === undefined || attempt.outcome === wanted.outcome),
      )
      .toSorted((a, b) => b.started_at_ms - a.started_at_ms)
    return context.json(shown(newest.slice(0, wanted.limit)))
  })
  app.get('/events/:id/attempts', (context) =>
    context.json(shown(delivery.attempts(context.req.param('id')))),
  )
  app.post('/events/resend', async (context) => {
    const range = await read(context.req.raw, rangeSchema)
    const events = [...state.events.values()].filter((event) => isInRange(event, range)).slice(-MAX_RANGE)
    const attempts: DeliveryAttempt[] = []
    for (const event of events) attempts.push(...(await delivery.resend(event, range.times, range.endpoint)))
    return context.json({ events: events.length, ...shown(attempts) })
  })
  app.post('/events/:id/resend', async (context) => {
    const given = await read(context.req.raw, resendSchema)
    const event = account.need(state.events, context.req.param('id'))
    return context.json(shown(await delivery.resend(event, given.times, given.endpoint)))
  })
  return app
}

function isInRange(event: StripeEvent, range: z.infer<typeof rangeSchema>): boolean {
  return (
    event.created >= (range.from ?? 0) &&
    event.created <= (range.to ?? Number.POSITIVE_INFINITY) &&
    (range.types === undefined || range.types.some((pattern) => isOfType(event.type, pattern))) &&
    (range.delivered === undefined || (event.pending_webhooks === 0) === range.delivered)
  )
}
