import { Hono } from 'hono'
import { z } from 'zod'
import type { AdvanceTarget } from '../advance.ts'
import type { SandboxCore } from '../core.ts'
import { noSuch, refused, StripeError } from '../errors.ts'
import { rollSecret } from '../resources/webhook-endpoints.ts'
import { seedCatalogue } from '../seed.ts'
import { billingRoutes } from './billing.ts'
import { eventRoutes } from './events.ts'
import { faultRoutes } from './faults.ts'
import { moneyRoutes } from './money.ts'
import { payProgrammatically, payRequestSchema } from './pay.ts'
import { read } from './read.ts'

const advanceSchema = z.union([
  z.strictObject({ seconds: z.number().min(0) }),
  z.strictObject({ to: z.number().min(0) }),
  z.strictObject({ to_next_renewal: z.literal(true) }),
])
const rollSchema = z.strictObject({ expires_in_seconds: z.int().min(0).max(86_400).optional() })
const limitsSchema = z.strictObject({
  requests_per_second: z.int().min(0).nullable().optional(),
  search_lag_seconds: z.int().min(0).max(3600).optional(),
})
const deliverySchema = z.strictObject({ paused: z.boolean() })

/**
 * What the sandbox offers beside Stripe's API, under `/_sandbox`: its clock, payment without a browser, deliveries,
 * faults, the request log, the catalogue, and a reset. JSON in, JSON out; a refusal has Stripe's error body.
 */
export function controlRoutes(core: SandboxCore): Hono {
  const { account, api, time } = core
  const app = new Hono()

  app.get('/clock', async (context) => {
    const from = context.req.query('wait_for_change_from')
    if (from !== undefined) await account.clock.changeFrom(Number(from), context.req.raw.signal)
    return context.json(clockOf(core))
  })
  app.post('/clock/advance', async (context) => {
    const target = await read(context.req.raw, advanceSchema)
    return context.json(await time.advance(target as AdvanceTarget))
  })

  app.post('/checkout/sessions/:id/pay', async (context) => {
    const request = await read(context.req.raw, payRequestSchema)
    const answer = payProgrammatically(core, context.req.param('id'), request)
    return context.json(answer.body, answer.status as 200)
  })

  app.route('/', billingRoutes(core))
  app.route('/', moneyRoutes(core))
  app.route('/', eventRoutes(core))
  app.get('/delivery', (context) => context.json({ paused: account.delivery.paused }))
  app.post('/delivery', async (context) => {
    const { paused } = await read(context.req.raw, deliverySchema)
    if (paused) account.delivery.pause()
    else account.delivery.resume()
    return context.json({ paused })
  })
  app.post('/webhook_endpoints/:id/roll', async (context) => {
    const { expires_in_seconds: overlap = 0 } = await read(context.req.raw, rollSchema)
    return context.json({ secret: rollSecret(account, context.req.param('id'), overlap) })
  })

  app.route('/faults', faultRoutes(core))

  app.get('/limits', (context) => context.json(limitsOf(core)))
  app.post('/limits', async (context) => {
    const { requests_per_second: perSecond, search_lag_seconds: lag } = await read(
      context.req.raw,
      limitsSchema,
    )
    if (perSecond !== undefined) api.rateLimit.perSecond = perSecond
    if (lag !== undefined) account.searchIndex.lagSeconds = lag
    return context.json(limitsOf(core))
  })

  app.get('/requests', (context) =>
    context.json({ count: api.requests.count, requests: api.requests.entries }),
  )
  app.delete('/requests', (context) => {
    api.requests.clear()
    return context.json({ count: 0, requests: [] })
  })
  app.post('/seed', (context) => {
    seedCatalogue(account)
    return context.json(clockOf(core))
  })
  app.post('/reset', (context) => {
    core.reset()
    return context.json(clockOf(core))
  })

  app.notFound((context) => {
    throw noSuch('path of the sandbox', new URL(context.req.url).pathname)
  })
  app.onError((error, context) => {
    const known = error instanceof z.ZodError ? refused(z.prettifyError(error)) : error
    if (!(known instanceof StripeError)) throw known
    return context.json(known.body, known.status as 400)
  })
  return app
}

/** How many requests a second the API takes (null: any), and how far a search lags behind what is written. */
function limitsOf({ account, api }: SandboxCore) {
  return {
    requests_per_second: api.rateLimit.perSecond,
    search_lag_seconds: account.searchIndex.lagSeconds,
  }
}

function clockOf(core: SandboxCore): { now_ms: number; offset_ms: number } {
  const { nowMs, offsetMs } = core.account.clock
  return { now_ms: nowMs, offset_ms: offsetMs }
}
