import { setTimeout as sleep } from 'node:timers/promises'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { type Context, Hono, type MiddlewareHandler } from 'hono'
import { type Fault, type FaultSwitch, faultSchema } from './faults.ts'
import type { SandboxBindings } from './loopback.ts'

const DEFAULT_DELAY_MS = 1000

export interface FaultMiddlewareOptions {
  /** The text that a fault's `match` is looked for in. */
  label: (context: Context) => string | Promise<string>
  /** The service's own error body. */
  errorBody: (status: number) => unknown
}

/** Makes the requests that pass through it suffer the fault that is set, if any. */
export function faultMiddleware(
  faults: FaultSwitch,
  options: FaultMiddlewareOptions,
): MiddlewareHandler<{ Bindings: SandboxBindings }> {
  return async (context, next) => {
    if (faults.current === null) return next()
    const fault = faults.take(await options.label(context))
    if (fault === null) return next()
    switch (fault.kind) {
      case 'down':
        return cut(context)
      case 'slow':
        await sleep(fault.delayMs ?? DEFAULT_DELAY_MS)
        return next()
      case 'status':
        return fail(context, options, fault.status ?? 503)
      case 'html':
        return context.html(
          '<html><body><h1>502 Bad Gateway</h1></body></html>',
          (fault.status ?? 502) as 502,
        )
      case 'error_after_effect':
        await next()
        context.res = fail(context, options, fault.status ?? 500)
        return
      case 'reset':
        await next()
        context.res = cut(context)
        return
      default:
        return fault.kind satisfies never
    }
  }
}

/** `GET`, `PUT` and `DELETE` of the fault switch, for tests in another process. Mounted at `/_sandbox/faults`. */
export function faultRoutes(faults: FaultSwitch): Hono {
  const app = new Hono()
  app.get('/', (context) => context.json({ fault: faults.current }))
  app.delete('/', (context) => {
    faults.clear()
    return context.json({ fault: null })
  })
  app.on(['PUT', 'POST'], '/', async (context) => {
    const parsed = faultSchema.safeParse(await context.req.json().catch(() => null))
    if (!parsed.success) return context.json({ error: parsed.error.issues }, 400)
    faults.set(parsed.data satisfies Fault)
    return context.json({ fault: faults.current })
  })
  return app
}

function fail(context: Context, options: FaultMiddlewareOptions, status: number): Response {
  return context.json(options.errorBody(status) as object, status as 500)
}

function cut(context: Context<{ Bindings: SandboxBindings }>): Response {
  context.env.incoming.socket.resetAndDestroy()
  return RESPONSE_ALREADY_SENT
}
